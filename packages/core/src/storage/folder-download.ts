/**
 * Downloads of many objects into a folder, for every provider: each object goes to the folder and its name, and no name
 * leads out of the folder. What is done for one object is the provider's own `downloadObject`.
 */
import { describe, pathOf } from '../arguments.ts';
import { CloudError, type CloudErrorCode, invalidArgument, isCloudError } from '../errors.ts';
import { makeFolders, type Operation, parallel } from '../operation.ts';
import { locationOf, type ObjectLocation, objectsOf } from './arguments.ts';
import type { StorageOperations } from './contract.ts';
import type { DownloadedObject, DownloadedObjects, FailedObject, ObjectReference } from './models.ts';
import type { DownloadObjectsOptions } from './options.ts';

/** Objects that are on their way at once, unless the caller says otherwise. */
const defaultConcurrency = 16;
/** The most that a caller may ask for: far beyond what any connection serves at once. */
const maxConcurrency = 1000;

/** Failures that concern all objects: the call ends with them. */
const fatal: readonly CloudErrorCode[] = ['unauthenticated', 'aborted', 'session-closed', 'worker-lost'];

type Outcome = { readonly downloaded: DownloadedObject } | { readonly failed: FailedObject };

/** What all objects of a call share. */
interface Batch {
  readonly download: StorageOperations['downloadObject'];
  readonly folderPath: string;
  readonly options: DownloadObjectsOptions;
  /** Names so far, by what is left of them where case and Unicode form make no difference. */
  readonly taken: Map<string, string>;
  readonly progress: { doneObjects: number; failedObjects: number; transferredBytes: number };
}

/**
 * Downloads objects into a folder, drawing them from the iterable only as places become free.
 *
 * @param download Downloads one object into a file: the provider's `downloadObject`.
 */
export function* downloadIntoFolder(
  download: StorageOperations['downloadObject'],
  objects: Iterable<ObjectReference>,
  folderPath: string,
  options: DownloadObjectsOptions = {},
): Operation<DownloadedObjects> {
  objectsOf(objects);
  pathOf('folderPath', folderPath);
  const { concurrency = defaultConcurrency } = options;
  if (!Number.isInteger(concurrency) || concurrency < 1 || concurrency > maxConcurrency) {
    const rule = `must be a whole number from 1 to ${maxConcurrency}`;
    throw invalidArgument('concurrency', `${rule}, not ${describe(concurrency)}`);
  }
  const progress = { doneObjects: 0, failedObjects: 0, transferredBytes: 0 };
  const batch: Batch = { download, folderPath, options, taken: new Map(), progress };
  const outcomes = yield* parallel(eachOf(batch, objects), concurrency);
  return {
    downloaded: outcomes.flatMap((outcome) => ('downloaded' in outcome ? [outcome.downloaded] : [])),
    failed: outcomes.flatMap((outcome) => ('failed' in outcome ? [outcome.failed] : [])),
  };
}

function* eachOf(batch: Batch, objects: Iterable<ObjectReference>): Generator<Operation<Outcome>, void> {
  for (const object of objects) {
    const location = locationOf(object);
    if (typeof location.name !== 'string') {
      throw invalidArgument('objects', `must hold objects with names, not ${describe(location.name)}`);
    }
    // Claimed in the order of the objects: of two with one name always the first is downloaded.
    const folded = location.name.normalize('NFC').toLowerCase();
    const earlier = batch.taken.get(folded);
    if (earlier === undefined) batch.taken.set(folded, location.name);
    yield downloadOne(batch, object, location, earlier);
  }
}

function* downloadOne(
  batch: Batch,
  object: ObjectReference,
  location: ObjectLocation,
  earlier: string | undefined,
): Operation<Outcome> {
  const { download, folderPath, options, progress } = batch;
  const { onProgress } = options;
  const { container, name } = location;
  let outcome: Outcome;
  try {
    const place = yield* makeFolders(folderPath, fileNamesOf(location));
    if (earlier === name || (earlier !== undefined && place.ignoresCase)) throw sameFile(location, earlier);
    let passedBytes = 0;
    const file = yield* download(object, place.path, {
      overwriteExisting: options.overwriteExisting === true,
      ...(onProgress && {
        onProgress: ({ transferredBytes }) => {
          progress.transferredBytes += transferredBytes - passedBytes;
          passedBytes = transferredBytes;
          onProgress({ ...progress });
        },
      }),
    });
    progress.transferredBytes += file.sizeBytes - passedBytes;
    progress.doneObjects += 1;
    outcome = { downloaded: { container, name, ...file } };
  } catch (error) {
    if (!isCloudError(error) || fatal.includes(error.code)) throw error;
    progress.failedObjects += 1;
    outcome = { failed: { container, name, error: error.toJSON() } };
  }
  onProgress?.({ ...progress });
  return outcome;
}

/**
 * The names of the folders below the folder and, last, of the file that an object's name stands for.
 *
 * @throws {CloudError} `invalid-argument` for a name that is no way into a folder, or one that would be another on some
 * systems: with empty segments, `.` or `..` among them, a backslash or a NUL.
 */
function fileNamesOf({ container, name }: ObjectLocation): string[] {
  const segments = name.split('/');
  const problem =
    (segments.some((segment) => segment === '') && 'has an empty segment') ||
    (segments.some((segment) => segment === '.' || segment === '..') && 'has "." or ".." as a segment') ||
    (/[\\\0]/.test(name) && 'has a backslash or a NUL') ||
    (!name.isWellFormed() && 'is not well-formed Unicode');
  if (!problem) return segments;
  const details = { container, object: name };
  throw invalidArgument('objects', `has a name that cannot be a file's: ${JSON.stringify(name)} ${problem}`, details);
}

function sameFile({ container, name }: ObjectLocation, earlier: string): CloudError {
  const other = earlier === name ? 'an object of the same name' : `the object ${JSON.stringify(earlier)}`;
  return new CloudError('already-exists', `${other} goes to the same file in this call`, { container, object: name });
}
