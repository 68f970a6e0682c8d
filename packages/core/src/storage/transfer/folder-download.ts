/**
 * Downloads many objects into a folder, for every provider. An object's file is the folder followed by the object's name,
 * and is never outside of the folder. Each single download is the provider's own `downloadObject`.
 */
import { describe, pathOf } from '../../arguments.ts';
import { CloudError, invalidArgument, isCloudError } from '../../errors.ts';
import type { Operation } from '../../operation.ts';
import { makeFolders } from '../../steps/file-steps.ts';
import { parallel } from '../../steps/flow-steps.ts';
import { locationOf, type ObjectLocation, objectsOf } from '../arguments.ts';
import type { StorageOperations } from '../contract.ts';
import type { DownloadedObject, DownloadedObjects, FailedObject, ObjectReference } from '../models.ts';
import type { DownloadObjectsOptions } from '../options.ts';
import { defaultConcurrency, fatalCodes } from './many.ts';

type Outcome = { readonly downloaded: DownloadedObject } | { readonly failed: FailedObject };

/** What the objects of a call share. */
interface Batch {
  readonly download: StorageOperations['downloadObject'];
  readonly folderPath: string;
  readonly options: DownloadObjectsOptions;
  /** Names so far, keyed by the name without differences in case and Unicode normalization. */
  readonly taken: Map<string, string>;
  readonly progress: { doneObjects: number; failedObjects: number; transferredBytes: number };
}

/**
 * Downloads objects into a folder. Takes an object from the iterable only when fewer than `concurrency` are in progress.
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
      throw invalidArgument('objects', `must contain objects with names, not ${describe(location.name)}`);
    }
    // Names are claimed in the order of the objects: of two objects with the same file, the first is downloaded.
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
    if (!isCloudError(error) || fatalCodes.includes(error.code)) throw error;
    progress.failedObjects += 1;
    outcome = { failed: { container, name, error: error.toJSON() } };
  }
  onProgress?.({ ...progress });
  return outcome;
}

/**
 * Splits an object's name into the names of its subfolders and, last, its file.
 *
 * @throws {CloudError} `invalid-argument` for a name that would lead out of the folder, or means another path on some
 * systems: with empty segments, `.` or `..` segments, a backslash or a NUL.
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
