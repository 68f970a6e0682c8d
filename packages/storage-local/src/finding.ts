/** Finds the file of an object, without following links. */
import {
  CloudError,
  type FileStatus,
  isCloudError,
  lookUp,
  type ObjectLocation,
  type Operation,
  type VersionedLocation,
} from '@isobar/core/provider';
import { missingObject, versionOf } from './local-objects.ts';

/** A place where an object is or can be. */
export interface Place {
  readonly path: string;
  readonly containerPath: string;
  /** The file of the object, if it exists. */
  readonly file: FileStatus | undefined;
  /** Whether the folder exists that the file is in. */
  readonly hasFolder: boolean;
}

/** A place where an object is. */
export interface FoundObject extends Place {
  readonly file: FileStatus;
}

/**
 * Looks an object up.
 *
 * @throws {CloudError} `not-found` for its container.
 */
function* locate(folder: string, location: ObjectLocation): Operation<Place & { readonly obstacle?: string }> {
  const { container, name } = location;
  const names = [container, ...name.split('/')];
  const { depth, path, status } = yield* about(location, lookUp(folder, names));
  if (depth === 0 || (depth === 1 && status?.kind !== 'folder')) throw missingContainer(container);
  const containerPath = `${folder}/${container}`;
  const isWhole = depth === names.length;
  const hasFolder = depth >= names.length - 1;
  if (isWhole && status?.kind === 'file') return { path, containerPath, file: status, hasFolder };
  const reached = names.slice(1, depth).join('/');
  const isBlocked = isWhole || status?.kind !== 'folder';
  return { path, containerPath, file: undefined, hasFolder, ...(isBlocked && { obstacle: reached }) };
}

/**
 * Finds an object, in a version if one is named.
 *
 * @throws {CloudError} `not-found`, also for a version that has been replaced: the disk keeps only one.
 */
export function* findObject(folder: string, target: VersionedLocation): Operation<FoundObject> {
  const { file, ...place } = yield* locate(folder, target);
  if (!file) throw missingObject(target);
  const { version } = target;
  if (version !== undefined && version !== versionOf(file)) {
    throw missingObject(target, `version ${version} has been replaced`);
  }
  return { ...place, file };
}

/**
 * Looks up where an object is to be written.
 *
 * @throws {CloudError} `conflict` when a file is where a folder is needed, or the reverse.
 */
export function* locateForWrite(folder: string, location: ObjectLocation): Operation<Place> {
  const { obstacle, ...place } = yield* locate(folder, location);
  if (obstacle === undefined) return place;
  const { container, name } = location;
  const problem =
    obstacle === name
      ? 'there are objects below it, and a folder and a file cannot have the same name'
      : `${JSON.stringify(obstacle)} is an object, and a folder and a file cannot have the same name`;
  throw new CloudError('conflict', `object ${JSON.stringify(name)} in ${container}: ${problem}`, {
    container,
    object: name,
  });
}

/** Runs the steps of an object. Errors about its path are errors about its name. */
export function* about<Result>({ container, name }: ObjectLocation, steps: Operation<Result>): Operation<Result> {
  try {
    return yield* steps;
  } catch (failure) {
    if (!isCloudError(failure)) throw failure;
    const isOfPath = failure.code === 'invalid-argument';
    const message = isOfPath ? failure.message.replace(/^`\w+`:? /, '`objectName`: ') : failure.message;
    const details = { container, object: name, ...failure.details, ...(isOfPath && { field: 'objectName' }) };
    throw new CloudError(failure.code, message, details, { cause: failure.cause });
  }
}

/** The error for a container that does not exist. */
export function missingContainer(container: string): CloudError {
  return new CloudError('not-found', `container ${container} does not exist`, { container });
}
