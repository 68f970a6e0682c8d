/** The calls of Google's own whose exchanges are compared: writes on conditions, resumable uploads, versions, decoding. */
import { open, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { AnyStorage, Script } from '@isobar/conformance';
import { google } from './face.ts';

const lost = { fault: { kind: 'reset', when: 'after' }, times: 1 } as const;
const createOnly = { ifGenerationMatch: 0, metadata: { by: 'me' } };

/** A file of a size; its path. */
async function fileIn(folder: string, sizeBytes: number): Promise<string> {
  const path = join(folder, 'file');
  const file = await open(path, 'w');
  await file.truncate(sizeBytes);
  await file.close();
  return path;
}

/** One script for each way in which a write of Google's own is made. */
export const writeScripts: readonly Script<AnyStorage>[] = [
  {
    title: 'writeObject on a condition, with class and access',
    prepare: (face, { container }) => face.createContainer(container),
    run: async (face, { container }) => {
      const options = { ...createOnly, storageClass: 'NEARLINE', predefinedAcl: 'public-read' } as const;
      return (await google(face).writeObject('x', container, 'a', options)).extra.storageClass;
    },
  },
  {
    title: 'writeObject on a condition, its answer lost',
    prepare: (face, { container }) => face.createContainer(container),
    faults: lost,
    run: async (face, { container }) => (await google(face).writeObject('x', container, 'a', createOnly)).metadata,
  },
  {
    title: 'writeObject on a condition that does not hold',
    async prepare(face, { container }) {
      await face.createContainer(container);
      await face.writeObject('x', container, 'a');
    },
    run: (face, { container }) => google(face).writeObject('x', container, 'a', createOnly),
  },
  {
    title: 'uploadObject on a condition, its answer lost',
    prepare: (face, { container }) => face.createContainer(container),
    faults: lost,
    run: async (face, { container, folder }) => {
      const path = await fileIn(folder, 1000);
      return (await google(face).uploadObject(path, container, 'a', createOnly)).sizeBytes;
    },
  },
  {
    title: 'uploadObjectViaStream of a long source on a condition',
    prepare: (face, { container }) => face.createContainer(container),
    run: async (face, { container }) => {
      const source = [new Uint8Array(9 * 1024 * 1024), 'end'];
      return (await google(face).uploadObjectViaStream(source, container, 'a', createOnly)).sizeBytes;
    },
  },
  {
    title: 'deleteObject on a condition, its answer lost',
    async prepare(face, { container }) {
      await face.createContainer(container);
      await face.writeObject('x', container, 'a');
    },
    faults: lost,
    run: async (face, { container }) =>
      (await google(face).deleteObject({ container, name: 'a' }, { ifMetagenerationMatch: 1 })) ?? 'done',
  },
  {
    title: 'a resumable upload, from its beginning to its end',
    prepare: (face, { container }) => face.createContainer(container),
    run: async (face, { container, folder }) => {
      const upload = await google(face).exCreateResumableUpload(container, 'a/é', createOnly);
      const before = await google(face).exGetResumableUpload(upload);
      const path = await fileIn(folder, 17 * 1024 * 1024);
      const { sizeBytes } = await google(face).exResumeUpload(upload, path);
      return { before, sizeBytes, after: (await google(face).exGetResumableUpload(upload)).storedBytes };
    },
  },
  {
    title: 'a resumable upload that is cancelled',
    prepare: (face, { container }) => face.createContainer(container),
    run: async (face, { container, folder }) => {
      const upload = await google(face).exCreateResumableUpload(container, 'a');
      await google(face).exCancelResumableUpload(upload);
      const path = join(folder, 'file');
      await writeFile(path, 'x');
      return await google(face).exResumeUpload(upload, path);
    },
  },
  {
    title: 'listContainerObjects of versions',
    async prepare(face, { container }) {
      await face.createContainer(container);
      for (const name of ['a', 'b', 'c']) await face.writeObject('x', container, name);
    },
    run: async (face, { container }) => {
      const listed = await google(face).listContainerObjects(container, { versions: true, pageSize: 2 });
      return listed.map(({ name, extra }) => [name, extra.isLatest]);
    },
  },
  {
    title: 'getObject, readObject and deleteObject of a generation that is not there',
    prepare: (face, { container }) => face.createContainer(container),
    run: async (face, { container }) => {
      const [object, options] = [{ container, name: 'a' }, { generation: '1' }];
      const calls = [
        () => google(face).getObject(container, 'a', options),
        () => google(face).readObject(object, options),
        () => google(face).deleteObject(object, options),
      ];
      const codes: unknown[] = [];
      for (const call of calls) codes.push(await codeOf(call));
      return codes;
    },
  },
  {
    title: 'deleteObjects of generations',
    prepare: (face, { container }) => face.createContainer(container),
    run: async (face, { container }) => {
      const { generation = '' } = (await google(face).writeObject('x', container, 'a')).extra;
      const objects = [generation, '1'].map((one) => ({ container, name: 'a', generation: one }));
      const { deleted, failed } = await google(face).deleteObjects(objects);
      return [deleted.length, failed, await google(face).listContainerObjects(container)];
    },
  },
  {
    title: 'downloads that are decoded, their connection broken once',
    async prepare(face, { container }) {
      await face.createContainer(container);
      const text = new Uint8Array(gzipSync('text '.repeat(10_000)));
      await face.writeObject(text, container, 'a', { contentEncoding: 'gzip' });
    },
    faults: { fault: { kind: 'cut', afterBytes: 20 }, times: 1 },
    run: async (face, { container, folder }) => {
      const [object, options] = [{ container, name: 'a' }, { decompress: true }];
      const file = await face.downloadObject(object, join(folder, 'file'), options);
      return [file.sizeBytes, file.verified, (await face.readObject(object, options)).length];
    },
  },
];

async function codeOf(call: () => unknown): Promise<unknown> {
  try {
    await call();
    return 'none';
  } catch (failure) {
    return (failure as { code?: unknown }).code;
  }
}
