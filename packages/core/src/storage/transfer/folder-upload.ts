/**
 * Uploads many files, for every provider: those of a folder and its subfolders, or of a list. Files are found while others
 * are uploaded, so a folder of any size takes little memory. Each single upload is the provider's own `uploadObject`.
 */
import { describe, pathOf, textOf } from '../../arguments.ts';
import { CloudError, invalidArgument, isCloudError } from '../../errors.ts';
import type { Operation } from '../../operation.ts';
import { listFolder, stat } from '../../steps/file-steps.ts';
import { parallel, share } from '../../steps/flow-steps.ts';
import type { ContainerReference, FailedUpload, StorageObject, UploadedObject, UploadedObjects } from '../models.ts';
import type { FileToUpload, UploadObjectsOptions } from '../options.ts';
import { defaultConcurrency, fatalCodes } from './many.ts';

/** Uploads one file: a provider's `uploadObject`. */
export type UploadOne<Item> = (
  filePath: string,
  container: ContainerReference,
  objectName: string,
  options: { readonly onProgress?: (progress: { readonly transferredBytes: number }) => void },
) => Operation<Item>;

type Outcome<Item extends StorageObject> =
  | { readonly uploaded: UploadedObject<Item> }
  | { readonly failed: FailedUpload };

/** Files that are found one after the other. */
interface FileSource {
  /** Finds more files. @returns Them, at least one, or `undefined` at the end. */
  more(): Operation<readonly FileToUpload[] | undefined>;
}

/**
 * Uploads files.
 *
 * @param files A folder, or the files.
 */
export function* uploadFromFolder<Item extends StorageObject>(
  upload: UploadOne<Item>,
  files: string | Iterable<FileToUpload>,
  container: string,
  options: UploadObjectsOptions,
): Operation<UploadedObjects<Item>> {
  const { filter, onProgress, prefix = '' } = options;
  const { concurrency = defaultConcurrency } = options;
  const source = typeof files === 'string' ? yield* folderSource(pathOf('files', files)) : listSource(files);
  const waiting: FileToUpload[] = [];
  const outcomes: Outcome<Item>[] = [];
  const progress = { doneObjects: 0, failedObjects: 0, transferredBytes: 0 };
  let hasEnded = false;
  let count = 0;

  function* find(): Operation<void> {
    if (waiting.length > 0 || hasEnded) return;
    const found = yield* source.more();
    if (found === undefined) hasEnded = true;
    else waiting.push(...found.filter((file) => filter === undefined || filter(file)));
  }

  /** One of the loops that upload files at the same time. */
  function* uploadNext(): Operation<void> {
    for (;;) {
      const file = waiting.shift();
      if (file) {
        const index = count;
        count += 1;
        outcomes[index] = yield* uploadOne(file);
        onProgress?.({ ...progress });
      } else if (hasEnded) return;
      else yield* share(source, find());
    }
  }

  function* uploadOne({ name, path }: FileToUpload): Operation<Outcome<Item>> {
    const objectName = prefix + name;
    let passedBytes = 0;
    const report = (bytes: number): void => {
      progress.transferredBytes += bytes - passedBytes;
      passedBytes = bytes;
    };
    try {
      const watch = onProgress && {
        onProgress: ({ transferredBytes }: { readonly transferredBytes: number }): void => {
          report(transferredBytes);
          onProgress({ ...progress });
        },
      };
      const object = yield* upload(path, container, objectName, watch ?? {});
      report(object.sizeBytes);
      progress.doneObjects += 1;
      return { uploaded: { path, object } };
    } catch (failure) {
      if (!isCloudError(failure) || fatalCodes.includes(failure.code)) throw failure;
      progress.failedObjects += 1;
      return { failed: { path, container, name: objectName, error: failure.toJSON() } };
    }
  }

  yield* parallel(
    Array.from({ length: concurrency }, () => uploadNext()),
    concurrency,
  );
  return {
    uploaded: outcomes.flatMap((outcome) => ('uploaded' in outcome ? [outcome.uploaded] : [])),
    failed: outcomes.flatMap((outcome) => ('failed' in outcome ? [outcome.failed] : [])),
  };
}

/** The files of an iterable, taken one at a time. */
function listSource(files: Iterable<FileToUpload>): FileSource {
  if (typeof files !== 'object' || files === null || !(Symbol.iterator in files)) {
    throw invalidArgument(
      'files',
      `must be the path of a folder, or an iterable of { path, name }, not ${describe(files)}`,
    );
  }
  const iterator = files[Symbol.iterator]();
  return {
    // biome-ignore lint/correctness/useYield: the files are there
    *more() {
      const { done, value } = iterator.next();
      if (done) return undefined;
      if (typeof value !== 'object' || value === null) {
        throw invalidArgument('files', `must contain files as { path, name }, not ${describe(value)}`);
      }
      return [{ path: pathOf('files.path', value.path), name: textOf('files.name', value.name) }];
    },
  };
}

/** The files of a folder and its subfolders, by name. Links are followed to files, never to folders. */
function* folderSource(folder: string): Operation<FileSource> {
  const top = yield* stat(folder, 'files');
  if (top?.kind !== 'folder') {
    throw invalidArgument('files', top ? `is a ${top.kind}, not a folder: ${folder}` : `does not exist: ${folder}`);
  }
  const root = folder.replace(/[/\\]+$/, '') || '/';
  const open: { readonly prefix: string; after?: string }[] = [{ prefix: '' }];
  return {
    *more() {
      for (let current = open.at(-1); current; current = open.at(-1)) {
        const { prefix, after } = current;
        const path = `${root === '/' ? '' : root}/${prefix}`;
        const page = yield* listFolder(path, after === undefined ? {} : { after });
        const files: FileToUpload[] = [];
        const folders: string[] = [];
        for (const { isUtf8 = true, kind, name } of page.entries) {
          if (!isUtf8)
            throw new CloudError('invalid-argument', `\`files\`: ${path} has a name that is not UTF-8: ${name}`, {
              field: 'files',
              path,
            });
          if (kind === 'folder') folders.push(`${prefix}${name}/`);
          else if (kind === 'file' || (kind === 'link' && (yield* stat(path + name))?.kind === 'file')) {
            files.push({ path: path + name, name: prefix + name });
          }
        }
        const last = page.entries.at(-1)?.name;
        if (page.hasMore && last !== undefined) current.after = last;
        else open.pop();
        for (const inner of folders.reverse()) open.push({ prefix: inner });
        if (files.length > 0) return files;
      }
      return undefined;
    },
  };
}
