/** The calls of Google's own whose exchanges are compared: writes on conditions, resumable uploads. */
import { open, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
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
];
