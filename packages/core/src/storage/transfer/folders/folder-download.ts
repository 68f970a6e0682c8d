/**
 * Downloads many objects into a folder, for every provider. An object's file is the folder followed by the object's name,
 * and is never outside of the folder.
 */
import { describe, pathOf } from '../../../arguments.ts';
import { CloudError, invalidArgument } from '../../../errors.ts';
import type { Operation } from '../../../operations/operation.ts';
import { makeFolders } from '../../../steps/file-steps.ts';
import { locationOf, type ObjectLocation, objectsOf } from '../../arguments.ts';
import type { StorageOperations } from '../../contract.ts';
import type { DownloadedObject, DownloadedObjects, FailedObject, ObjectReference } from '../../models.ts';
import type { DownloadObjectsOptions } from '../../options.ts';
import { type Items, openItems, type Transfer, transferMany } from '../many.ts';

/**
 * Downloads objects into a folder. Takes an object only when fewer than `concurrency` are in progress.
 *
 * @param download Downloads one object into a file, as `downloadObject` does.
 */
export function* downloadIntoFolder(
  download: StorageOperations['downloadObject'],
  objects: Items<ObjectReference>,
  folderPath: string,
  options: DownloadObjectsOptions = {},
): Operation<DownloadedObjects> {
  const { overwriteExisting = false } = options;
  objectsOf(objects);
  pathOf('folderPath', folderPath);
  const reader = yield* openItems(objects, 'objects');
  /** Names so far, keyed by the name without differences in case and Unicode normalization. */
  const taken = new Map<string, string>();

  function transferOf(object: ObjectReference): Transfer<DownloadedObject, FailedObject> {
    const location = locationOf(object);
    const { container, name } = location;
    if (typeof name !== 'string') {
      throw invalidArgument('objects', `must contain objects with names, not ${describe(name)}`);
    }
    // Names are claimed in the order of the objects: of two objects with the same file, the first is downloaded.
    const folded = name.normalize('NFC').toLowerCase();
    const earlier = taken.get(folded);
    if (earlier === undefined) taken.set(folded, name);
    return {
      *run(onProgress) {
        const place = yield* makeFolders(folderPath, fileNamesOf(location));
        if (earlier === name || (earlier !== undefined && place.ignoresCase)) throw sameFile(location, earlier);
        const watch = onProgress && { onProgress };
        const file = yield* download(object, place.path, { overwriteExisting, ...watch });
        return { done: { container, name, ...file }, sizeBytes: file.sizeBytes };
      },
      failed: (error) => ({ container, name, error }),
    };
  }

  try {
    const { done, failed } = yield* transferMany(function* () {
      const next = yield* reader.next();
      return next && [transferOf(next.item)];
    }, options);
    return { downloaded: done, failed };
  } finally {
    yield* reader.close();
  }
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
