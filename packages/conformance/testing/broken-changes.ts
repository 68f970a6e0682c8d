/** Ways to break conditions, moves and uploads of many files, and the case that must notice each. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import {
  CloudError,
  type ConditionOptions,
  type FileToUpload,
  type StorageObject,
  type UploadObjectsOptions,
} from '@isobar/core';
import type { Methods } from './memory-drivers.ts';

type Method = (...args: unknown[]) => unknown;

/** Drops the condition from the options of a method. */
function unconditional(right: Methods, method: keyof Methods): object {
  return { [method]: withOptions(right[method] as Method, ({ ifAbsent: _, ifVersion: __, ...others }) => others) };
}

/** Changes the options of a method, which are its last argument. */
function withOptions(method: Method, change: (options: ConditionOptions) => object): Method {
  return (...args) => {
    const last = args.at(-1);
    const isOptions = typeof last === 'object' && last !== null && ('ifAbsent' in last || 'ifVersion' in last);
    return method(...(isOptions ? [...args.slice(0, -1), change(last as ConditionOptions)] : args));
  };
}

const absent = (what: string): string =>
  `${what} with \`ifAbsent\` takes a free name, and changes nothing under a taken one`;
const version = (what: string): string =>
  `${what} with \`ifVersion\` replaces that version, and changes nothing when there is another or none`;

const ways: readonly (readonly [what: string, method: keyof Methods])[] = [
  ['a write', 'writeObject'],
  ['an upload of a small file', 'uploadObject'],
  ['an upload of a large file', 'uploadObject'],
  ['an upload of a short stream', 'uploadObjectViaStream'],
  ['an upload of a long stream', 'uploadObjectViaStream'],
  ['a copy', 'copyObject'],
  ['a move', 'moveObject'],
];

type Broken = readonly [string, suite: string, title: string, change: (right: Methods) => object];

/** Uploads files one after the other, each with the given method. */
function oneByOne(files: Iterable<FileToUpload>, upload: (file: FileToUpload) => StorageObject): object {
  return { uploaded: Array.from(files, (file) => ({ path: file.path, object: upload(file) })), failed: [] };
}

/** What the driver does, the case that must notice, and how to make it do that. */
export const brokenChanges: readonly Broken[] = [
  ...ways.flatMap(([what, method]): Broken[] => [
    [`ignores \`ifAbsent\` of ${what}`, 'conditions', absent(what), (right) => unconditional(right, method)],
    [`ignores \`ifVersion\` of ${what}`, 'conditions', version(what), (right) => unconditional(right, method)],
  ]),
  [
    'ignores the condition of a deletion',
    'conditions',
    'a deletion with `ifVersion` removes that version, and nothing when there is another',
    (right) => unconditional(right, 'deleteObject'),
  ],
  [
    'ignores the condition of a metadata change',
    'conditions',
    'a metadata change with `ifVersion` changes that version, and nothing when there is another',
    (right) => unconditional(right, 'updateObjectMetadata'),
  ],
  [
    'gives listed objects without their version',
    'conditions',
    'every model of an object has its version, which changes with the bytes',
    (right) => ({
      listContainerObjects: (container: string) =>
        right.listContainerObjects(container).map(({ version: _, ...object }) => object),
    }),
  ],
  [
    'keeps the version of bytes that are gone',
    'conditions',
    'every model of an object has its version, which changes with the bytes',
    (right) => {
      const always = (object: StorageObject) => ({ ...object, version: 'always' });
      return {
        writeObject: (...args: Parameters<Methods['writeObject']>) => always(right.writeObject(...args)),
        getObject: (...args: Parameters<Methods['getObject']>) => always(right.getObject(...args)),
        copyObject: (...args: Parameters<Methods['copyObject']>) => always(right.copyObject(...args)),
        listContainerObjects: (container: string) => right.listContainerObjects(container).map(always),
        uploadObjectViaStream: (...args: Parameters<Methods['uploadObjectViaStream']>) =>
          always(right.uploadObjectViaStream(...args)),
      };
    },
  ],
  [
    'lets every write at once take the name',
    'conditions',
    'one of several writes at once with `ifAbsent` takes a name, and all others fail',
    (right) => unconditional(right, 'writeObject'),
  ],
  [
    'takes `ifAbsent: false` for no condition',
    'conditions',
    'wrong conditions, and two at once, are refused before anything is sent',
    (right) => ({
      writeObject: withOptions(right.writeObject as Method, ({ ifAbsent, ...others }) =>
        ifAbsent ? { ifAbsent, ...others } : others,
      ),
    }),
  ],
  [
    'takes the second of two conditions',
    'conditions',
    'wrong conditions, and two at once, are refused before anything is sent',
    (right) => ({
      copyObject: withOptions(right.copyObject as Method, ({ ifAbsent, ifVersion }) =>
        ifVersion === undefined ? { ifAbsent } : { ifVersion },
      ),
    }),
  ],
  [
    'copies instead of moving',
    'moves',
    'moves an object within its container, with its type',
    ({ copyObject }) => ({ moveObject: copyObject }),
  ],
  [
    'moves only within the container',
    'moves',
    'moves an object to another container under the same name',
    (right) => ({
      moveObject: (object: StorageObject, _: string, name: string) => right.moveObject(object, object.container, name),
    }),
  ],
  [
    'forgets the metadata of what it moves',
    'moves',
    'moves the user’s metadata, or what replaces it',
    (right) => ({
      moveObject: (object: StorageObject, container: string, name: string) =>
        right.moveObject(object, container, name, { metadata: {} }),
    }),
  ],
  [
    'deletes what it moves onto itself',
    'moves',
    'refuses to move an object onto itself, before anything is sent',
    (right) => ({ moveObject: (object: StorageObject) => right.deleteObject(object) }),
  ],
  [
    'deletes the source when the copy fails',
    'moves',
    'keeps the source when the copy fails',
    (right) => ({
      moveObject(...args: Parameters<Methods['moveObject']>) {
        try {
          return right.moveObject(...args);
        } catch (failure) {
          right.deleteObject(args[0]);
          throw failure;
        }
      },
    }),
  ],
  [
    'deletes before it checks',
    'moves',
    'refuses wrong arguments before anything is sent',
    (right) => ({
      moveObject: (object: StorageObject, container: string, name: string, options = {}) => {
        const bytes = right.readObject(object);
        right.deleteObject(object);
        return right.writeObject(bytes, container, name, options);
      },
    }),
  ],
  [
    'creates a missing object by a move',
    'moves',
    'says that a missing object is not found, and creates none',
    (right) => ({ moveObject: (_: object, container: string, name: string) => right.writeObject('', container, name) }),
  ],
  [
    'uploads only the files at the top of a folder',
    'uploads of folders',
    'uploads each file of a folder and its folders under its path, with slashes',
    (right) => ({
      uploadObjects: (folder: string, container: string) => {
        const entries = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isFile());
        const files = entries.map(({ name }) => ({ path: join(folder, name), name }));
        return oneByOne(files, ({ name, path }) => right.uploadObject(path, container, name));
      },
    }),
  ],
  [
    'encodes the names of files',
    'uploads of folders',
    'takes names with any characters as they are',
    (right) => ({
      uploadObjects: (folder: string, container: string) => {
        const files = readdirSync(folder).map((name) => ({ path: join(folder, name), name }));
        return oneByOne(files, ({ name, path }) => right.uploadObject(path, container, encodeURIComponent(name)));
      },
    }),
  ],
  [
    'ignores prefix and filter',
    'uploads of folders',
    'puts the prefix before every name, and uploads only what the filter takes',
    (right) => ({ uploadObjects: (folder: string, container: string) => right.uploadObjects(folder, container) }),
  ],
  [
    'reports outcomes as they come',
    'uploads of folders',
    'uploads the files of an iterable under their names, and reports the outcomes in order',
    (right) => ({
      uploadObjects: (...args: Parameters<Methods['uploadObjects']>) => {
        const { uploaded, ...others } = right.uploadObjects(...args);
        return { uploaded: uploaded.toReversed(), ...others };
      },
    }),
  ],
  [
    'takes all files before it uploads any',
    'uploads of folders',
    'takes a file from an iterable only when it can be uploaded',
    (right) => ({
      uploadObjects: (files: Iterable<FileToUpload>, container: string, options: UploadObjectsOptions) =>
        right.uploadObjects([...files], container, options),
    }),
  ],
  [
    'stops at the first file that fails',
    'uploads of folders',
    'goes on after a file that vanishes, and after one that is no file',
    (right) => ({
      uploadObjects: (...args: Parameters<Methods['uploadObjects']>) => {
        const result = right.uploadObjects(...args);
        if (result.failed[0]) throw new CloudError('invalid-argument', result.failed[0].error.message);
        return result;
      },
    }),
  ],
  [
    'uploads no more than a thousand files',
    'uploads of folders',
    'uploads a folder of 1100 files',
    (right) => ({
      uploadObjects: (folder: string, container: string) => {
        let count = 0;
        return right.uploadObjects(folder, container, { filter: () => ++count <= 1000 });
      },
    }),
  ],
  [
    'reports only the files that succeed',
    'uploads of folders',
    'reports files and bytes up to all of them',
    (right) => ({
      uploadObjects: (files: string, container: string, { onProgress, ...options }: UploadObjectsOptions) =>
        right.uploadObjects(files, container, {
          ...options,
          onProgress: (progress) => onProgress?.({ ...progress, failedObjects: 0 }),
        }),
    }),
  ],
  [
    'wraps the error of the caller’s iterable',
    'uploads of folders',
    'throws the error of the iterable, of the filter or of the progress function, unchanged',
    (right) => ({
      uploadObjects(...args: Parameters<Methods['uploadObjects']>) {
        try {
          return right.uploadObjects(...args);
        } catch (cause) {
          throw new Error('it failed', { cause });
        }
      },
    }),
  ],
  [
    'takes a missing folder for an empty one',
    'uploads of folders',
    'refuses a folder that is missing or a file, before anything is sent',
    () => ({ uploadObjects: () => ({ uploaded: [], failed: [] }) }),
  ],
  [
    'takes a concurrency of 0',
    'uploads of folders',
    'refuses wrong arguments before anything is sent',
    (right) => ({
      uploadObjects: (files: string, container: string, { concurrency: _, ...options }: UploadObjectsOptions = {}) =>
        right.uploadObjects(files, container, options),
    }),
  ],
];
