/** The kit's own tests: it passes a driver that keeps the contract, and notices each of many ways to break it. */
import { CloudError, type ObjectReference } from '@isobar/core';
import { describe, expect, test } from 'vitest';
import { refuseUnknownCapabilities } from '../src/capabilities.ts';
import type { Case, Suite } from '../src/case.ts';
import type { AnyStorage, Kind } from '../src/driver.ts';
import { judge } from '../src/register.ts';
import { storageArguments } from '../src/storage/arguments.ts';
import { concurrency } from '../src/storage/concurrency.ts';
import { conditions } from '../src/storage/conditions.ts';
import { containers } from '../src/storage/containers.ts';
import { deletions } from '../src/storage/deletions.ts';
import { errors } from '../src/storage/errors.ts';
import { listing } from '../src/storage/listing.ts';
import { metadata } from '../src/storage/metadata.ts';
import { models } from '../src/storage/models.ts';
import { moves } from '../src/storage/moves.ts';
import { names } from '../src/storage/names.ts';
import { ranges } from '../src/storage/ranges.ts';
import { reading } from '../src/storage/reading.ts';
import { copies } from '../src/storage/service-side/copies.ts';
import { massDeletions } from '../src/storage/service-side/mass-deletions.ts';
import { metadataChanges } from '../src/storage/service-side/metadata-changes.ts';
import { multipartUploads } from '../src/storage/service-side/multipart-uploads.ts';
import { signedUrls } from '../src/storage/service-side/signed-urls.ts';
import type { StorageKit } from '../src/storage/storage-kit.ts';
import { decompression } from '../src/storage/transfers/decompression.ts';
import { downloading } from '../src/storage/transfers/downloads.ts';
import { folderDownloads } from '../src/storage/transfers/folder-downloads.ts';
import { folderUploads } from '../src/storage/transfers/folder-uploads.ts';
import { largeFiles } from '../src/storage/transfers/large-files.ts';
import { progressFailures } from '../src/storage/transfers/progress-failures.ts';
import { sources } from '../src/storage/transfers/sources.ts';
import { uploading } from '../src/storage/transfers/uploads.ts';
import { storageConformance } from '../src/storage-conformance.ts';
import { brokenArguments } from '../testing/broken-arguments.ts';
import { brokenChanges } from '../testing/broken-changes.ts';
import { brokenServiceSide } from '../testing/broken-service-side.ts';
import { type Methods, openMemory } from '../testing/memory-drivers.ts';
import { outcomeOf as runCase } from '../testing/run-case.ts';

type Change = (right: Methods) => object;

const suites: readonly Suite<StorageKit>[] = [
  containers,
  listing,
  names,
  uploading,
  largeFiles,
  sources,
  metadata,
  downloading,
  folderDownloads,
  folderUploads,
  ranges,
  decompression,
  reading,
  deletions,
  massDeletions,
  copies,
  moves,
  metadataChanges,
  conditions,
  signedUrls,
  multipartUploads,
  models,
  storageArguments,
  errors,
  progressFailures,
  concurrency,
];

/** Runs one case against a driver that is changed, or not. */
function outcomeOf(entry: Case<StorageKit>, kind: Kind, change?: Change): Promise<unknown> {
  return runCase(entry, kind, (account, options) => {
    const right = openMemory(account, kind, options);
    return change ? ({ ...right, ...change(right as unknown as Methods) } as AnyStorage) : right;
  });
}

function caseNamed(suite: string, title: string): Case<StorageKit> {
  const found = suites.find((known) => known.title === suite)?.cases.find((known) => known.title === title);
  return found ?? expect.fail(`no case "${suite} > ${title}"`);
}

describe.each(['blocking', 'async'] as const)('a driver that keeps the contract, %s', (kind) => {
  for (const suite of suites) {
    const possible = suite.cases.filter(
      (entry) => !entry.server && entry.about !== 'http' && (!entry.kind || entry.kind === kind),
    );
    test(`${suite.title}: all ${possible.length} cases pass`, async () => {
      for (const entry of possible) expect(await outcomeOf(entry, kind), entry.title).toBeUndefined();
    });
  }
});

const onePage = (pages: (from?: { cursor?: string }) => Iterable<{ items: readonly unknown[] }>) => () =>
  [...pages()].slice(0, 1).flatMap((page) => page.items);

/** Ways to break a driver, and the case that must notice. */
const broken: readonly (readonly [string, suite: string, title: string, Change])[] = [
  [
    'does not follow pages',
    'listing',
    'lists 4 objects in pages of 3',
    (right) => ({
      iterateContainerObjects: (...args: Parameters<Methods['iterateContainerObjects']>) => {
        const whole = right.iterateContainerObjects(...args);
        const toArray = onePage(whole.pages as never);
        return { ...whole, toArray, [Symbol.iterator]: () => toArray().values() };
      },
    }),
  ],
  [
    'sorts as JavaScript does',
    'listing',
    'lists in byte order of UTF-8',
    (right) => ({
      listContainerObjects: (...args: Parameters<Methods['listContainerObjects']>) =>
        right.listContainerObjects(...args).toSorted((a, b) => (a.name < b.name ? -1 : 1)),
    }),
  ],
  [
    'ignores the prefix',
    'listing',
    'lists only objects with a prefix',
    (right) => ({ listContainerObjects: (container: string) => right.listContainerObjects(container) }),
  ],
  [
    'includes the name it starts after',
    'listing',
    'lists only objects after a name, without that one',
    (right) => ({
      listContainerObjects: (container: string, { startAfter = '' }) =>
        right.listContainerObjects(container).filter((item) => item.name >= startAfter),
    }),
  ],
  [
    'succeeds when it deletes nothing',
    'deletions',
    'says that a missing object is not found',
    () => ({ deleteObject: () => undefined }),
  ],
  [
    'normalises names',
    'names',
    'round-trips "cafe\u0301 in NFD"',
    (right) => ({
      writeObject: (data: string, container: string, name: string) =>
        right.writeObject(data, container, name.normalize('NFC')),
    }),
  ],
  [
    'collapses slashes',
    'names',
    'round-trips "double//slash"',
    (right) => ({
      writeObject: (data: string, container: string, name: string) =>
        right.writeObject(data, container, name.replaceAll('//', '/')),
    }),
  ],
  [
    'decodes names',
    'names',
    'does not find an object under a name that only resolves to it',
    (right) => ({
      readObject: (object: { container: string; name: string }) =>
        right.readObject({ ...object, name: decodeURIComponent(object.name) }),
    }),
  ],
  [
    'lets names out of their container',
    'names',
    'keeps every name inside its container',
    (right) => ({
      writeObject: (data: string, container: string, name: string) => {
        const way = /^\.\.\/([^/]+)\/(.*)$/.exec(name);
        return way ? right.writeObject(data, way[1] ?? '', way[2] ?? '') : right.writeObject(data, container, name);
      },
    }),
  ],
  [
    'stores the whole buffer of a view',
    'uploads',
    'writes the bytes that a view shows, not those around it',
    (right) => ({
      writeObject: (data: Uint8Array, container: string, name: string) =>
        right.writeObject(new Uint8Array(data.buffer), container, name),
    }),
  ],
  [
    'takes the caller’s bytes away',
    'uploads',
    'leaves the caller’s bytes as they were',
    (right) => ({
      writeObject: (data: Uint8Array, container: string, name: string) => {
        const written = right.writeObject(data, container, name);
        structuredClone(data.buffer, { transfer: [data.buffer as ArrayBuffer] });
        return written;
      },
    }),
  ],
  [
    'keeps what a broken source delivered',
    'sources',
    'throws the source’s own error after a few bytes, and leaves no object',
    (right) => ({
      uploadObjectViaStream(source: Iterable<Uint8Array>, container: string, name: string) {
        const pieces: Uint8Array[] = [];
        try {
          for (const piece of source) pieces.push(piece);
        } finally {
          right.writeObject(Buffer.concat(pieces), container, name);
        }
      },
    }),
  ],
  [
    'holds on to a buffer that its source reuses',
    'sources',
    'takes a generator that reuses its buffer',
    (right) => ({
      uploadObjectViaStream: (source: Iterable<Uint8Array>, container: string, name: string) =>
        right.writeObject(Buffer.concat([...source]), container, name),
    }),
  ],
  [
    'wraps the error of a source',
    'sources',
    'throws the source’s own error after no bytes, and leaves no object',
    (right) => ({
      uploadObjectViaStream(...args: Parameters<Methods['uploadObjectViaStream']>) {
        try {
          return right.uploadObjectViaStream(...args);
        } catch (cause) {
          throw new Error('upload failed', { cause });
        }
      },
    }),
  ],
  [
    'forgets the metadata',
    'metadata',
    'keeps the user’s metadata, under lower-case keys',
    (right) => ({
      writeObject: (data: string, container: string, name: string) => right.writeObject(data, container, name),
    }),
  ],
  [
    'keeps the entity tag of bytes that are gone',
    'metadata',
    'changes the entity tag with the bytes, where the server gives one',
    (right) => ({
      getObject: (...args: Parameters<Methods['getObject']>) => ({ ...right.getObject(...args), etag: '"always"' }),
    }),
  ],
  [
    'guesses the media type by the file',
    'metadata',
    'guesses the media type by the name of the object, not of the file',
    (right) => ({
      uploadObject: (path: string, container: string, name: string) =>
        right.uploadObject(path, container, name, { contentType: 'image/png' }),
    }),
  ],
  [
    'replaces files unasked',
    'downloads',
    'refuses to replace a file, before anything is sent',
    (right) => ({
      downloadObject: (object: never, path: string) => right.downloadObject(object, path, { overwriteExisting: true }),
    }),
  ],
  [
    'puts errors into its results',
    'downloads into a folder',
    'lets no name out of the folder, and downloads the others',
    (right) => ({
      downloadObjects: (...args: Parameters<Methods['downloadObjects']>) => {
        const { downloaded, failed } = right.downloadObjects(...args);
        const asErrors = failed.map(({ error: { code, message, details }, ...one }) => ({
          ...one,
          error: new CloudError(code, message, details),
        }));
        return { downloaded, failed: asErrors };
      },
    }),
  ],
  [
    'takes a name for a path',
    'downloads into a folder',
    'lets no name out of the folder, and downloads the others',
    (right) => ({
      downloadObjects: (objects: readonly { container: string; name: string }[], folder: string) => {
        const failed: object[] = [];
        const downloaded = objects.flatMap((object) => {
          try {
            return { ...object, ...right.downloadObject(object, `${folder}/${object.name}`) };
          } catch (error) {
            failed.push({ ...object, error });
            return [];
          }
        });
        return { downloaded, failed };
      },
    }),
  ],
  [
    'stops at the first object that fails',
    'downloads into a folder',
    'goes on after objects and containers that are missing',
    (right) => ({
      downloadObjects: (objects: readonly { container: string; name: string }[], folder: string) => ({
        downloaded: objects.map((object) => right.downloadObject(object, `${folder}/`)),
        failed: [],
      }),
    }),
  ],
  [
    'takes the end of a range as inclusive',
    'ranges',
    'gives 3 to 7 as "3456"',
    (right) => ({
      downloadObjectRange: (object: never, path: string, start: number, end?: number) =>
        right.downloadObjectRange(object, path, start, end && end + 1),
    }),
  ],
  [
    'gives an empty range past the end',
    'ranges',
    'refuses a range that starts at 10 of 10 bytes without an end',
    () => ({ downloadObjectRange: (_: never, path: string) => ({ path, sizeBytes: 0, verified: 'size' }) }),
  ],
  [
    'gives models that hold on to the driver',
    'models',
    'gives containers as plain data',
    (right) => ({ getContainer: (name: string) => ({ ...right.getContainer(name), list: () => [] }) }),
  ],
  [
    'shows a secret in an error',
    'errors',
    'names getContainer',
    () => ({
      getContainer: () => {
        throw new Error('a-secret');
      },
    }),
  ],
  [
    'mixes up concurrent reads',
    'concurrency',
    'gives each of 50 reads its own bytes',
    (right) => ({
      readObject: (object: { container: string; name: string }) =>
        right.readObject({ ...object, name: object.name === 'object-7' ? 'object-8' : object.name }),
    }),
  ],
  [
    'ends a stream normally when the progress function throws',
    'progress functions that throw',
    'end every transfer with their error, at the last call',
    (right) => ({
      downloadObjectAsStream: (
        object: ObjectReference,
        { onProgress }: Parameters<Methods['downloadObjectAsStream']>[1] = {},
      ) =>
        right.downloadObjectAsStream(object, {
          onProgress: (progress) => {
            try {
              onProgress?.(progress);
            } catch {}
          },
        }),
    }),
  ],
  [
    'creates a container twice',
    'containers',
    'refuses to create a container twice',
    () => ({ createContainer: (name: string) => ({ name, extra: {} }) }),
  ],
  [
    'accepts any storage class',
    'uploads',
    'refuses an unknown storage class, before anything is sent',
    (right) => ({
      writeObject: (data: string, container: string, name: string) => right.writeObject(data, container, name),
    }),
  ],
  [
    'decodes nothing',
    'decompression',
    'decodes gzip into memory',
    (right) => ({ readObject: (object: ObjectReference) => right.readObject(object) }),
  ],
  [
    'decodes without being asked',
    'decompression',
    'delivers gzip as it is stored, unless asked otherwise',
    (right) => ({ readObject: (object: ObjectReference) => right.readObject(object, { decompress: true }) }),
  ],
  [
    'takes a path for a container',
    'containers',
    'does not take a path for the name of a container',
    (right) => ({
      readObject: ({ container, name }: { container: string; name: string }) =>
        right.readObject({ container: container.replace(/[/?#].*$/, ''), name }),
    }),
  ],
];

describe('a driver that breaks the contract', () => {
  test.each([...broken, ...brokenArguments, ...brokenServiceSide, ...brokenChanges])(
    'is noticed when it %s',
    async (_, suite, title, change) => {
      const entry = caseNamed(suite, title);
      expect(await outcomeOf(entry, 'blocking'), 'without the change').toBeUndefined();
      expect(await outcomeOf(entry, 'blocking', change), 'with the change').toBeInstanceOf(Error);
    },
  );
});

describe('a driver that gives neither entity tags nor times', () => {
  const without = <Item extends object>(object: Item): object => ({
    ...object,
    etag: undefined,
    lastModified: undefined,
  });
  const bare: Change = (right) => ({
    writeObject: (...args: Parameters<Methods['writeObject']>) => without(right.writeObject(...args)),
    getObject: (...args: Parameters<Methods['getObject']>) => without(right.getObject(...args)),
    listContainerObjects: (...args: Parameters<Methods['listContainerObjects']>) =>
      right.listContainerObjects(...args).map(without),
  });
  test.each(metadata.cases.filter((entry) => /its fields|entity tag/.test(entry.title)))(
    'passes: $title',
    async (entry) => {
      expect(await outcomeOf(entry, 'blocking', bare)).toBeUndefined();
    },
  );
});

describe('capabilities', () => {
  test('that are known may be declared', () => {
    expect(() => refuseUnknownCapabilities({ delimiter: true, createNodes: false })).not.toThrow();
  });
  test('that are unknown may not, and the error lists the known ones', () => {
    const declared = { delimiter: true, delimeter: true };
    expect(() => refuseUnknownCapabilities(declared)).toThrow(/^unknown capability delimeter; known: delimiter, /);
  });
});

describe('a verdict', () => {
  const works = async () => undefined;
  const fails = () => Promise.reject(new Error('does not work'));

  test('is the outcome of the case when nothing else is expected', async () => {
    await judge(works, {});
    await expect(judge(fails, {})).rejects.toThrow('does not work');
  });

  test('is good when a feature that is not declared does not work, and bad when it works', async () => {
    await judge(fails, { undeclared: 'delimiter' });
    await expect(judge(works, { undeclared: 'delimiter' })).rejects.toThrow('delimiter');
  });

  test('is good while a known deviation lasts, and bad once it is over', async () => {
    await judge(fails, { deviation: 'the service is odd' });
    await expect(judge(works, { deviation: 'the service is odd' })).rejects.toThrow('the service is odd');
  });

  test('is refused for a deviation that names no case', () => {
    const deviations = [{ case: 'names > no such case', reason: 'the service is odd' }];
    const register = () => storageConformance({ provider: 'memory', drivers: [], deviations });
    expect(register).toThrow('no such case');
  });
});
