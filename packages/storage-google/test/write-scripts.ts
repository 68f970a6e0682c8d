/** Google's own calls whose exchanges are compared: writes on conditions, resumable uploads, versions, decoding. */
import { open, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { AnyStorage, Script } from '@isobar/conformance';
import { google } from './driver.ts';

const lost = { fault: { kind: 'reset', when: 'after' }, times: 1 } as const;
const createOnly = { ifGenerationMatch: 0, metadata: { by: 'me' } };

/** Makes a file of a size. Returns its path. */
async function fileIn(folder: string, sizeBytes: number): Promise<string> {
  const path = join(folder, 'file');
  const file = await open(path, 'w');
  await file.truncate(sizeBytes);
  await file.close();
  return path;
}

/** One script for each of Google's own ways to write. */
export const writeScripts: readonly Script<AnyStorage>[] = [
  {
    title: 'writeObject on a condition, with class and access',
    prepare: (driver, { container }) => driver.createContainer(container),
    run: async (driver, { container }) => {
      const options = { ...createOnly, storageClass: 'NEARLINE', predefinedAcl: 'public-read' } as const;
      return (await google(driver).writeObject('x', container, 'a', options)).extra.storageClass;
    },
  },
  {
    title: 'writeObject on a condition, the response lost',
    prepare: (driver, { container }) => driver.createContainer(container),
    faults: lost,
    run: async (driver, { container }) => (await google(driver).writeObject('x', container, 'a', createOnly)).metadata,
  },
  {
    title: 'writeObject on a condition that fails',
    async prepare(driver, { container }) {
      await driver.createContainer(container);
      await driver.writeObject('x', container, 'a');
    },
    run: (driver, { container }) => google(driver).writeObject('x', container, 'a', createOnly),
  },
  {
    title: 'uploadObject on a condition, the response lost',
    prepare: (driver, { container }) => driver.createContainer(container),
    faults: lost,
    run: async (driver, { container, folder }) => {
      const path = await fileIn(folder, 1000);
      return (await google(driver).uploadObject(path, container, 'a', createOnly)).sizeBytes;
    },
  },
  {
    title: 'uploadObjectViaStream of a long source on a condition',
    prepare: (driver, { container }) => driver.createContainer(container),
    run: async (driver, { container }) => {
      const source = [new Uint8Array(9 * 1024 * 1024), 'end'];
      return (await google(driver).uploadObjectViaStream(source, container, 'a', createOnly)).sizeBytes;
    },
  },
  {
    title: 'deleteObject on a condition, the response lost',
    async prepare(driver, { container }) {
      await driver.createContainer(container);
      await driver.writeObject('x', container, 'a');
    },
    faults: lost,
    run: async (driver, { container }) =>
      (await google(driver).deleteObject({ container, name: 'a' }, { ifMetagenerationMatch: 1 })) ?? 'done',
  },
  {
    title: 'a resumable upload from start to end',
    prepare: (driver, { container }) => driver.createContainer(container),
    run: async (driver, { container, folder }) => {
      const upload = await google(driver).exCreateResumableUpload(container, 'a/é', createOnly);
      const before = await google(driver).exGetResumableUpload(upload);
      const path = await fileIn(folder, 17 * 1024 * 1024);
      const { sizeBytes } = await google(driver).exResumeUpload(upload, path);
      return { before, sizeBytes, after: (await google(driver).exGetResumableUpload(upload)).storedBytes };
    },
  },
  {
    title: 'a resumable upload that is cancelled',
    prepare: (driver, { container }) => driver.createContainer(container),
    run: async (driver, { container, folder }) => {
      const upload = await google(driver).exCreateResumableUpload(container, 'a');
      await google(driver).exCancelResumableUpload(upload);
      const path = join(folder, 'file');
      await writeFile(path, 'x');
      return await google(driver).exResumeUpload(upload, path);
    },
  },
  {
    title: 'listContainerObjects of versions',
    async prepare(driver, { container }) {
      await driver.createContainer(container);
      for (const name of ['a', 'b', 'c']) await driver.writeObject('x', container, name);
    },
    run: async (driver, { container }) => {
      const listed = await google(driver).listContainerObjects(container, { versions: true, pageSize: 2 });
      return listed.map(({ name, extra }) => [name, extra.isLatest]);
    },
  },
  {
    title: 'getObject, readObject and deleteObject of a missing generation',
    prepare: (driver, { container }) => driver.createContainer(container),
    run: async (driver, { container }) => {
      const [object, options] = [{ container, name: 'a' }, { generation: '1' }];
      const calls = [
        () => google(driver).getObject(container, 'a', options),
        () => google(driver).readObject(object, options),
        () => google(driver).deleteObject(object, options),
      ];
      const codes: unknown[] = [];
      for (const call of calls) codes.push(await codeOf(call));
      return codes;
    },
  },
  {
    title: 'deleteObjects of generations',
    prepare: (driver, { container }) => driver.createContainer(container),
    run: async (driver, { container }) => {
      const { generation = '' } = (await google(driver).writeObject('x', container, 'a')).extra;
      const objects = [generation, '1'].map((one) => ({ container, name: 'a', generation: one }));
      const { deleted, failed } = await google(driver).deleteObjects(objects);
      return [deleted.length, failed, await google(driver).listContainerObjects(container)];
    },
  },
  {
    title: 'decoded downloads, the connection broken once',
    async prepare(driver, { container }) {
      await driver.createContainer(container);
      const text = new Uint8Array(gzipSync('text '.repeat(10_000)));
      await driver.writeObject(text, container, 'a', { contentEncoding: 'gzip' });
    },
    faults: { fault: { kind: 'cut', afterBytes: 20 }, times: 1 },
    run: async (driver, { container, folder }) => {
      const [object, options] = [{ container, name: 'a' }, { decompress: true }];
      const file = await driver.downloadObject(object, join(folder, 'file'), options);
      return [file.sizeBytes, file.verified, (await driver.readObject(object, options)).length];
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
