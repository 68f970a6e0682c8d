/** The calls of storage whose exchanges are compared. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { collect, itemsOf, MIB, pattern, pieces, textOf } from '../bytes.ts';
import type { AnyStorage } from '../face.ts';
import { oddName, prepare, uploadOptions, withLargeObject, withObjects } from './scenes.ts';
import type { Script } from './script.ts';
import { serviceSideScripts } from './service-side-scripts.ts';

/** One script for each operation, and for each way in which calls fail. */
export const storageScripts: readonly Script<AnyStorage>[] = [
  { title: 'createContainer', run: async (face, { container }) => (await face.createContainer(container)).name },
  { title: 'createContainer twice', prepare, run: (face, { container }) => face.createContainer(container) },
  { title: 'createContainer with a name that is refused', run: (face) => face.createContainer('no/name') },
  { title: 'getContainer', prepare, run: async (face, { container }) => (await face.getContainer(container)).name },
  { title: 'getContainer of a missing one', run: (face, { container }) => face.getContainer(container) },
  { title: 'deleteContainer', prepare, run: (face, { container }) => face.deleteContainer(container) },
  {
    title: 'deleteContainer that is not empty',
    prepare: withObjects,
    run: (face, { container }) => face.deleteContainer(container),
  },
  {
    title: 'listContainers',
    prepare,
    run: async (face, { container: prefix }) => (await face.listContainers({ prefix })).map((item) => item.name),
  },
  {
    title: 'iterateContainers',
    prepare,
    run: async (face, { container: prefix }) => (await itemsOf(face.iterateContainers({ prefix }))).length,
  },
  {
    title: 'listContainerObjects over several pages',
    prepare: withObjects,
    run: async (face, { container }) =>
      (await face.listContainerObjects(container, { pageSize: 2 })).map((item) => item.name),
  },
  {
    title: 'iterateContainerObjects over several pages',
    prepare: withObjects,
    run: async (face, { container }) =>
      (await itemsOf(face.iterateContainerObjects(container, { pageSize: 2 }))).map((item) => item.name),
  },
  {
    title: 'iterateContainerObjects with a prefix and a delimiter, by page',
    prepare: withObjects,
    run: async (face, { container }) => {
      const listing = face.iterateContainerObjects(container, { prefix: 'b/', delimiter: '/', pageSize: 1 });
      return (await itemsOf(listing.pages())).map((page) => [page.items.map((item) => item.name), page.prefixes]);
    },
  },
  {
    title: 'iterateContainerObjects after a name',
    prepare: withObjects,
    run: async (face, { container }) =>
      (await itemsOf(face.iterateContainerObjects(container, { startAfter: oddName }))).map((item) => item.name),
  },
  {
    title: 'listContainerObjects of a missing one',
    run: (face, { container }) => face.listContainerObjects(container),
  },
  {
    title: 'getObject',
    prepare: withObjects,
    run: async (face, { container }) => (await face.getObject(container, oddName)).sizeBytes,
  },
  { title: 'getObject of a missing one', prepare, run: (face, { container }) => face.getObject(container, 'missing') },
  {
    title: 'writeObject',
    prepare,
    run: async (face, { container }) => (await face.writeObject('text', container, oddName, uploadOptions)).etag,
  },
  {
    title: 'uploadObject',
    prepare,
    async run(face, { container, folder }) {
      const path = join(folder, 'file');
      await writeFile(path, pattern(MIB));
      return (await face.uploadObject(path, container, 'object', uploadOptions)).etag;
    },
  },
  {
    title: 'uploadObject of a missing file',
    prepare,
    run: (face, { container }) => face.uploadObject('/no/such/file', container, 'object'),
  },
  {
    title: 'uploadObjectViaStream of a short source',
    prepare,
    run: async (face, { container }) =>
      (await face.uploadObjectViaStream(['a', 'b'], container, 'object', uploadOptions)).etag,
  },
  {
    title: 'uploadObjectViaStream of a long source',
    prepare,
    unordered: true,
    run: async (face, { container }) =>
      (await face.uploadObjectViaStream(pieces(pattern(20 * MIB), 100_000), container, 'object', uploadOptions))
        .sizeBytes,
  },
  {
    title: 'downloadObject',
    prepare: withObjects,
    async run(face, { container, folder }) {
      const path = join(folder, 'file');
      const { sizeBytes, verified } = await face.downloadObject({ container, name: oddName }, path);
      return { sizeBytes, verified, text: await readFile(path, 'utf8') };
    },
  },
  {
    title: 'downloadObject of a missing one',
    prepare,
    run: (face, { container, folder }) => face.downloadObject({ container, name: 'missing' }, join(folder, 'file')),
  },
  {
    title: 'downloadObjectAsStream',
    prepare: withObjects,
    run: async (face, { container }) => textOf(await collect(face.downloadObjectAsStream({ container, name: 'a' }))),
  },
  {
    title: 'downloadObjects',
    prepare: withObjects,
    unordered: true,
    run: async (face, { container, folder }) => {
      const names = ['a', 'b/1', 'b/2', oddName, 'missing', 'a'];
      const objects = names.map((name) => ({ container, name }));
      const { downloaded, failed } = await face.downloadObjects(objects, join(folder, 'new'), { concurrency: 4 });
      return [downloaded.map(({ name, sizeBytes }) => [name, sizeBytes]), failed.map(({ error }) => error.message)];
    },
  },
  {
    title: 'downloadObjectRange',
    prepare: withObjects,
    async run(face, { container, folder }) {
      const path = join(folder, 'file');
      const { sizeBytes, verified } = await face.downloadObjectRange({ container, name: 'a' }, path, 2, 5);
      return { sizeBytes, verified, text: await readFile(path, 'utf8') };
    },
  },
  {
    title: 'downloadObjectRangeAsStream',
    prepare: withObjects,
    run: async (face, { container }) =>
      textOf(await collect(face.downloadObjectRangeAsStream({ container, name: 'a' }, 2, 5))),
  },
  {
    title: 'downloadObjectRangeAsStream past the end',
    prepare: withObjects,
    run: async (face, { container }) =>
      await collect(face.downloadObjectRangeAsStream({ container, name: 'a' }, 1000, 2000)),
  },
  {
    title: 'readObject',
    prepare: withObjects,
    run: async (face, { container }) => textOf(await face.readObject({ container, name: oddName })),
  },
  {
    title: 'deleteObject',
    prepare: withObjects,
    run: (face, { container }) => face.deleteObject({ container, name: oddName }),
  },
  {
    title: 'deleteObject of a missing one',
    prepare,
    run: (face, { container }) => face.deleteObject({ container, name: 'missing' }),
  },
  { title: 'listContainers with wrong credentials', run: (_, { open, wrong }) => open(wrong).listContainers() },
  {
    title: 'readObject while the service is unavailable',
    prepare: withObjects,
    faults: { fault: { kind: 'status', status: 503 }, times: 2 },
    run: async (face, { container }) => textOf(await face.readObject({ container, name: 'a' })),
  },
  {
    title: 'readObject while the service stays unavailable',
    prepare: withObjects,
    faults: { fault: { kind: 'status', status: 503 }, times: 100 },
    run: (face, { container }) => face.readObject({ container, name: 'a' }),
  },
  {
    title: 'writeObject while the service is unavailable',
    prepare,
    faults: { fault: { kind: 'status', status: 503 }, times: 2 },
    run: async (face, { container }) => (await face.writeObject('text', container, 'object')).etag,
  },
  {
    title: 'readObject over a connection that breaks half-way',
    prepare: withLargeObject,
    faults: { fault: { kind: 'cut', afterBytes: MIB / 2 }, times: 1 },
    run: async (face, { container }) => (await face.readObject({ container, name: 'large' })).length,
  },
  {
    title: 'readObject of bytes that changed on their way',
    prepare: withLargeObject,
    faults: { fault: { kind: 'corrupt' }, times: 1 },
    run: (face, { container }) => face.readObject({ container, name: 'large' }),
  },
  {
    title: 'readObject over a connection that is always reset',
    prepare: withObjects,
    faults: { fault: { kind: 'reset' }, times: 100 },
    run: (face, { container }) => face.readObject({ container, name: 'a' }),
  },
  {
    title: 'downloadObjectAsStream that the caller leaves',
    prepare: withLargeObject,
    async run(face, { container }) {
      for await (const chunk of face.downloadObjectAsStream({ container, name: 'large' })) if (chunk.length > 0) break;
      return (await face.readObject({ container, name: 'large' })).length;
    },
  },
  ...serviceSideScripts,
];
