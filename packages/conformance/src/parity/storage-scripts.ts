/** The calls of storage whose exchanges are compared. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { FileToUpload } from '@isobar/core';
import { collect, decodeText, itemsOf, LONG_BYTES, MIB, pattern, pieces } from '../bytes.ts';
import type { AnyStorage } from '../driver.ts';
import { oddName, prepare, uploadOptions, withLargeObject, withObjects } from './scenes.ts';
import type { Script } from './script.ts';
import { serviceSideScripts } from './service-side-scripts.ts';

/** One script for each operation, and for each way in which calls fail. */
export const storageScripts: readonly Script<AnyStorage>[] = [
  { title: 'createContainer', run: async (driver, { container }) => (await driver.createContainer(container)).name },
  { title: 'createContainer twice', prepare, run: (driver, { container }) => driver.createContainer(container) },
  { title: 'createContainer with a name that is refused', run: (driver) => driver.createContainer('no/name') },
  { title: 'getContainer', prepare, run: async (driver, { container }) => (await driver.getContainer(container)).name },
  { title: 'getContainer of a missing one', run: (driver, { container }) => driver.getContainer(container) },
  { title: 'deleteContainer', prepare, run: (driver, { container }) => driver.deleteContainer(container) },
  {
    title: 'deleteContainer that is not empty',
    prepare: withObjects,
    run: (driver, { container }) => driver.deleteContainer(container),
  },
  {
    title: 'listContainers',
    prepare,
    run: async (driver, { container: prefix }) => (await driver.listContainers({ prefix })).map((item) => item.name),
  },
  {
    title: 'iterateContainers',
    prepare,
    run: async (driver, { container: prefix }) => (await itemsOf(driver.iterateContainers({ prefix }))).length,
  },
  {
    title: 'listContainerObjects over several pages',
    prepare: withObjects,
    run: async (driver, { container }) =>
      (await driver.listContainerObjects(container, { pageSize: 2 })).map((item) => item.name),
  },
  {
    title: 'iterateContainerObjects over several pages',
    prepare: withObjects,
    run: async (driver, { container }) =>
      (await itemsOf(driver.iterateContainerObjects(container, { pageSize: 2 }))).map((item) => item.name),
  },
  {
    title: 'iterateContainerObjects with a prefix and a delimiter, by page',
    prepare: withObjects,
    run: async (driver, { container }) => {
      const listing = driver.iterateContainerObjects(container, { prefix: 'b/', delimiter: '/', pageSize: 1 });
      return (await itemsOf(listing.pages())).map((page) => [page.items.map((item) => item.name), page.prefixes]);
    },
  },
  {
    title: 'iterateContainerObjects after a name',
    prepare: withObjects,
    run: async (driver, { container }) =>
      (await itemsOf(driver.iterateContainerObjects(container, { startAfter: oddName }))).map((item) => item.name),
  },
  {
    title: 'listContainerObjects of a missing one',
    run: (driver, { container }) => driver.listContainerObjects(container),
  },
  {
    title: 'getObject',
    prepare: withObjects,
    run: async (driver, { container }) => (await driver.getObject(container, oddName)).sizeBytes,
  },
  {
    title: 'getObject of a missing one',
    prepare,
    run: (driver, { container }) => driver.getObject(container, 'missing'),
  },
  {
    title: 'objectExists, of one that does and one that does not',
    prepare: withObjects,
    run: async (driver, { container }) => [
      await driver.objectExists(container, oddName),
      await driver.objectExists(container, 'missing'),
    ],
  },
  {
    title: 'iterateFolder over several pages',
    prepare: withObjects,
    run: async (driver, { container }) =>
      (await itemsOf(driver.iterateFolder(container, '', { pageSize: 2 }))).map((entry) =>
        'prefix' in entry ? entry.prefix : entry.name,
      ),
  },
  {
    title: 'writeObject',
    prepare,
    run: async (driver, { container }) => (await driver.writeObject('text', container, oddName, uploadOptions)).etag,
  },
  {
    title: 'writeObject under a name that must be free',
    prepare: withObjects,
    run: (driver, { container }) => driver.writeObject('text', container, 'a', { ifAbsent: true }),
  },
  {
    title: 'writeObject in place of a version',
    prepare: withObjects,
    run: async (driver, { container }) => {
      const { version: ifVersion = '' } = await driver.getObject(container, 'a');
      return (await driver.writeObject('text', container, 'a', { ifVersion })).sizeBytes;
    },
  },
  {
    title: 'writeObject with two conditions',
    prepare: withObjects,
    run: (driver, { container }) => driver.writeObject('text', container, 'a', { ifAbsent: true, ifVersion: '1' }),
  },
  {
    title: 'uploadObjects of a folder',
    prepare,
    unordered: true,
    run: async (driver, { container, folder }) => {
      await mkdir(join(folder, 'b'));
      for (const name of ['a', 'b/1', 'b/2', 'no']) await writeFile(join(folder, name), name);
      const options = { prefix: 'in/', concurrency: 4, filter: ({ name }: FileToUpload) => name !== 'no' };
      const { uploaded, failed } = await driver.uploadObjects(folder, container, options);
      return [uploaded.map(({ object }) => object.name).toSorted(), failed];
    },
  },
  {
    title: 'uploadObjects of an iterable',
    prepare,
    run: async (driver, { container, folder }) => {
      await writeFile(join(folder, 'file'), 'content');
      const files = ['file', 'missing', 'file'].map((name, index) => ({ path: join(folder, name), name: `${index}` }));
      const { uploaded, failed } = await driver.uploadObjects(new Set(files), container, { concurrency: 1 });
      return [uploaded.map(({ object }) => object.name), failed.map(({ name, error }) => [name, error.code])];
    },
  },
  {
    title: 'uploadObject',
    prepare,
    async run(driver, { container, folder }) {
      const path = join(folder, 'file');
      await writeFile(path, pattern(MIB));
      return (await driver.uploadObject(path, container, 'object', uploadOptions)).etag;
    },
  },
  {
    title: 'uploadObject of a missing file',
    prepare,
    run: (driver, { container }) => driver.uploadObject('/no/such/file', container, 'object'),
  },
  {
    title: 'uploadObjectViaStream of a short source',
    prepare,
    run: async (driver, { container }) =>
      (await driver.uploadObjectViaStream(['a', 'b'], container, 'object', uploadOptions)).etag,
  },
  {
    title: 'uploadObjectViaStream of a long source',
    prepare,
    unordered: true,
    run: async (driver, { container }) =>
      (await driver.uploadObjectViaStream(pieces(pattern(LONG_BYTES), 100_000), container, 'object', uploadOptions))
        .sizeBytes,
  },
  {
    title: 'downloadObject',
    prepare: withObjects,
    async run(driver, { container, folder }) {
      const path = join(folder, 'file');
      const { sizeBytes, verified } = await driver.downloadObject({ container, name: oddName }, path);
      return { sizeBytes, verified, text: await readFile(path, 'utf8') };
    },
  },
  {
    title: 'downloadObject of a missing one',
    prepare,
    run: (driver, { container, folder }) => driver.downloadObject({ container, name: 'missing' }, join(folder, 'file')),
  },
  {
    title: 'downloadObjectAsStream',
    prepare: withObjects,
    run: async (driver, { container }) =>
      decodeText(await collect(driver.downloadObjectAsStream({ container, name: 'a' }))),
  },
  {
    title: 'downloadObjects',
    prepare: withObjects,
    unordered: true,
    run: async (driver, { container, folder }) => {
      const names = ['a', 'b/1', 'b/2', oddName, 'missing', 'a'];
      const objects = names.map((name) => ({ container, name }));
      const { downloaded, failed } = await driver.downloadObjects(objects, join(folder, 'new'), { concurrency: 4 });
      return [downloaded.map(({ name, sizeBytes }) => [name, sizeBytes]), failed.map(({ error }) => error.message)];
    },
  },
  {
    title: 'downloadObjectRange',
    prepare: withObjects,
    async run(driver, { container, folder }) {
      const path = join(folder, 'file');
      const { sizeBytes, verified } = await driver.downloadObjectRange({ container, name: 'a' }, path, 2, 5);
      return { sizeBytes, verified, text: await readFile(path, 'utf8') };
    },
  },
  {
    title: 'downloadObjectRangeAsStream',
    prepare: withObjects,
    run: async (driver, { container }) =>
      decodeText(await collect(driver.downloadObjectRangeAsStream({ container, name: 'a' }, 2, 5))),
  },
  {
    title: 'downloadObjectRangeAsStream past the end',
    prepare: withObjects,
    run: async (driver, { container }) =>
      await collect(driver.downloadObjectRangeAsStream({ container, name: 'a' }, 1000, 2000)),
  },
  {
    title: 'readObject',
    prepare: withObjects,
    run: async (driver, { container }) => decodeText(await driver.readObject({ container, name: oddName })),
  },
  {
    title: 'readText',
    prepare: withObjects,
    run: (driver, { container }) => driver.readText({ container, name: oddName }),
  },
  {
    title: 'readJson, of one that is not JSON',
    prepare: withObjects,
    run: (driver, { container }) => driver.readJson({ container, name: oddName }),
  },
  {
    title: 'checksumFile, then the object of a stream before its bytes',
    prepare: withObjects,
    async run(driver, { container, folder }) {
      const path = join(folder, 'file');
      await writeFile(path, '123456789');
      const stream = driver.downloadObjectAsStream({ container, name: oddName });
      return [await driver.checksumFile(path, 'crc32c'), (await stream.object()).sizeBytes, await collect(stream)];
    },
  },
  {
    title: 'deleteObject',
    prepare: withObjects,
    run: (driver, { container }) => driver.deleteObject({ container, name: oddName }),
  },
  {
    title: 'deleteObject of a version',
    prepare: withObjects,
    run: async (driver, { container }) => {
      const { version: ifVersion = '' } = await driver.getObject(container, 'a');
      await driver.deleteObject({ container, name: 'a' }, { ifVersion });
    },
  },
  {
    title: 'deleteObject of a missing one',
    prepare,
    run: (driver, { container }) => driver.deleteObject({ container, name: 'missing' }),
  },
  { title: 'listContainers with wrong credentials', run: (_, { open, wrong }) => open(wrong).listContainers() },
  {
    title: 'readObject while the service is unavailable',
    prepare: withObjects,
    faults: { fault: { kind: 'status', status: 503 }, times: 2 },
    run: async (driver, { container }) => decodeText(await driver.readObject({ container, name: 'a' })),
  },
  {
    title: 'readObject while the service stays unavailable',
    prepare: withObjects,
    faults: { fault: { kind: 'status', status: 503 }, times: 100 },
    run: (driver, { container }) => driver.readObject({ container, name: 'a' }),
  },
  {
    title: 'writeObject while the service is unavailable',
    prepare,
    faults: { fault: { kind: 'status', status: 503 }, times: 2 },
    run: async (driver, { container }) => (await driver.writeObject('text', container, 'object')).etag,
  },
  {
    title: 'readObject over a connection that breaks half-way',
    prepare: withLargeObject,
    faults: { fault: { kind: 'cut', afterBytes: MIB / 2 }, times: 1 },
    run: async (driver, { container }) => (await driver.readObject({ container, name: 'large' })).length,
  },
  {
    title: 'readObject of bytes that changed on their way',
    prepare: withLargeObject,
    faults: { fault: { kind: 'corrupt' }, times: 1 },
    run: (driver, { container }) => driver.readObject({ container, name: 'large' }),
  },
  {
    title: 'readObject over a connection that is always reset',
    prepare: withObjects,
    faults: { fault: { kind: 'reset' }, times: 100 },
    run: (driver, { container }) => driver.readObject({ container, name: 'a' }),
  },
  {
    title: 'downloadObjectAsStream that the caller leaves',
    prepare: withLargeObject,
    async run(driver, { container }) {
      for await (const chunk of driver.downloadObjectAsStream({ container, name: 'large' }))
        if (chunk.length > 0) break;
      return (await driver.readObject({ container, name: 'large' })).length;
    },
  },
  ...serviceSideScripts,
];
