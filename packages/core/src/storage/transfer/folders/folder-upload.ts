/**
 * Uploads many files, for every provider: those of a folder and its subfolders, or of a list. Files are found while others
 * are uploaded, so a folder of any size takes little memory. Each single upload is the provider's own `uploadObject`.
 */
import { describe, pathOf, textOf } from '../../../arguments.ts';
import { CloudError, invalidArgument } from '../../../errors.ts';
import type { Operation } from '../../../operations/operation.ts';
import { listFolder, stat } from '../../../steps/file-steps.ts';
import type { ContainerReference, FailedUpload, StorageObject, UploadedObject, UploadedObjects } from '../../models.ts';
import type { FileToUpload, UploadObjectsOptions } from '../../options.ts';
import { areItems, type Items, openItems, type Transfer, transferMany } from '../many.ts';

/** Uploads one file: a provider's `uploadObject`. */
export type UploadOne<Item> = (
  filePath: string,
  container: ContainerReference,
  objectName: string,
  options: { readonly onProgress?: (progress: { readonly transferredBytes: number }) => void },
) => Operation<Item>;

/** Files that are found one after the other. */
interface FileSource {
  /** Finds more files. @returns Them, at least one, or `undefined` at the end. */
  more(): Operation<readonly FileToUpload[] | undefined>;
  close?(): Operation<void>;
}

/**
 * Uploads files.
 *
 * @param files A folder, or the files.
 */
export function* uploadFromFolder<Item extends StorageObject>(
  upload: UploadOne<Item>,
  files: string | Items<FileToUpload>,
  container: string,
  options: UploadObjectsOptions,
): Operation<UploadedObjects<Item>> {
  const { filter, prefix = '' } = options;
  const source = typeof files === 'string' ? yield* folderSource(pathOf('files', files)) : yield* listSource(files);
  const transferOf = ({ name, path }: FileToUpload): Transfer<UploadedObject<Item>, FailedUpload> => ({
    *run(onProgress) {
      const object = yield* upload(path, container, prefix + name, onProgress ? { onProgress } : {});
      return { done: { path, object }, sizeBytes: object.sizeBytes };
    },
    failed: (error) => ({ path, container, name: prefix + name, error }),
  });
  try {
    const { done, failed } = yield* transferMany(function* () {
      const found = yield* source.more();
      return found?.filter((file) => filter === undefined || filter(file)).map(transferOf);
    }, options);
    return { uploaded: done, failed };
  } finally {
    if (source.close) yield* source.close();
  }
}

/** The files of an iterable, taken one at a time. */
function* listSource(files: Items<FileToUpload>): Operation<FileSource> {
  if (!areItems(files)) {
    throw invalidArgument(
      'files',
      `must be the path of a folder, or an iterable of { path, name }, not ${describe(files)}`,
    );
  }
  const reader = yield* openItems(files, 'files');
  return {
    *more() {
      const taken = yield* reader.next();
      if (!taken) return undefined;
      const file: unknown = taken.item;
      if (typeof file !== 'object' || file === null) {
        throw invalidArgument('files', `must contain files as { path, name }, not ${describe(file)}`);
      }
      const { name, path } = file as FileToUpload;
      return [{ path: pathOf('files.path', path), name: textOf('files.name', name) }];
    },
    close: () => reader.close(),
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
