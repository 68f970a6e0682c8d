/** Writes, copies, changes and deletions of Google Storage on a condition, also when an answer is lost on its way. */
import { open, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { StorageKit, Suite } from '@isobar/conformance';
import type { GoogleObject } from '@isobar/storage-google';
import { expect } from 'vitest';
import type { AnyGoogle } from './face.ts';
import { type GoogleKit, googleSuite } from './google-kit.ts';

const refused = { code: 'precondition-failed', details: { status: 412 } } as const;
const MIB = 1024 * 1024;
const createOnly = { ifGenerationMatch: 0 };
const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

/** One way to write bytes that no other way shares a request with. */
interface Writer {
  readonly title: string;
  readonly sizeBytes: number;
  write(face: AnyGoogle, folder: string, container: string, options: object): Promise<GoogleObject>;
}

async function fileOf(folder: string, sizeBytes: number): Promise<string> {
  const path = join(folder, 'file');
  const file = await open(path, 'w');
  await file.write('begin');
  await file.truncate(sizeBytes);
  await file.close();
  return path;
}

const writers: readonly Writer[] = [
  {
    title: 'writeObject',
    sizeBytes: 5,
    write: async (face, _, container, options) => await face.writeObject('bytes', container, 'object', options),
  },
  {
    title: 'uploadObject',
    sizeBytes: 1000,
    write: async (face, folder, container, options) =>
      await face.uploadObject(await fileOf(folder, 1000), container, 'object', options),
  },
  {
    title: 'uploadObject of a large file',
    sizeBytes: 64 * MIB + 7,
    write: async (face, folder, container, options) =>
      await face.uploadObject(await fileOf(folder, 64 * MIB + 7), container, 'object', options),
  },
  {
    title: 'uploadObjectViaStream',
    sizeBytes: 5,
    write: async (face, _, container, options) =>
      await face.uploadObjectViaStream(['by', 'tes'], container, 'object', options),
  },
  {
    title: 'uploadObjectViaStream of a long source',
    sizeBytes: 16 * MIB,
    write: async (face, _, container, options) => {
      const pieces = Array.from({ length: 16 }, (__, index) => new Uint8Array(MIB).fill(index));
      return await face.uploadObjectViaStream(pieces, container, 'object', options);
    },
  },
];

/** Cases that hold for every way to write. */
const everyWriter = writers.flatMap(({ title, sizeBytes, write }) => [
  {
    title: `${title} creates an object, and replaces none`,
    timeoutMs: 60_000,
    async run({ face, container, folder, fails }: GoogleKit) {
      const [home, place] = [await container(), await folder()];
      const options = { ...createOnly, contentType: 'text/x-own', metadata: { by: 'me' } };
      const made = await write(face, place, home, options);
      expect(made).toMatchObject({ sizeBytes, contentType: 'text/x-own', metadata: { by: 'me' } });
      await fails(() => write(face, place, home, options), { code: 'precondition-failed' });
      expect((await face.getObject(home, 'object')).extra.generation).toBe(made.extra.generation);
    },
  },
  {
    title: `${title} replaces just the generation that it names`,
    timeoutMs: 60_000,
    async run({ face, container, folder, fails }: GoogleKit) {
      const [home, place] = [await container(), await folder()];
      const { generation = '' } = (await face.writeObject('old', home, 'object')).extra;
      const made = await write(face, place, home, { ifGenerationMatch: generation });
      expect(BigInt(made.extra.generation ?? 0)).toBeGreaterThan(BigInt(generation));
      await fails(() => write(face, place, home, { ifGenerationMatch: generation }), { code: 'precondition-failed' });
      expect((await face.getObject(home, 'object')).extra.generation).toBe(made.extra.generation);
      expect(await Array.fromAsync(face.iterateMultipartUploads(home)), 'uploads left behind').toEqual([]);
    },
  },
]);

/** Cases about lost answers: an own write is recognised, another's is not. */
const lostAnswers = writers.slice(0, 2).flatMap(({ title, write }) => [
  {
    title: `${title} knows its own object when the answer was lost`,
    server: ['faults'] as const,
    async run({ retrying, container, folder, server }: GoogleKit) {
      const [face, home, place] = [retrying(), await container(), await folder()];
      await server.faults?.inject({ kind: 'reset', when: 'after' });
      const made = await write(face, place, home, { ...createOnly, metadata: { Lock: 'mine' } });
      expect(made.extra.generation).toBe((await face.getObject(home, 'object')).extra.generation);
      await server.faults?.inject({ kind: 'reset', when: 'after' });
      const next = await write(face, place, home, { ifGenerationMatch: made.extra.generation ?? '' });
      expect(next.extra.generation).not.toBe(made.extra.generation);
    },
  },
  {
    title: `${title} does not take another’s object for its own`,
    server: ['faults'] as const,
    async run({ retrying, container, folder, server, fails }: GoogleKit) {
      const [face, home, place] = [retrying(), await container(), await folder()];
      await write(face, place, home, { metadata: { lock: 'another' } });
      await server.faults?.inject({ kind: 'reset' });
      await fails(() => write(face, place, home, { ...createOnly, metadata: { lock: 'mine' } }), refused);
      await face.writeObject('other', home, 'object', { metadata: { lock: 'mine' } });
      await server.faults?.inject({ kind: 'reset' });
      await fails(() => write(face, place, home, { ...createOnly, metadata: { lock: 'mine' } }), refused);
    },
  },
]);

/** Cases about conditions. */
export const conditionalWrites: Suite<StorageKit> = googleSuite('conditional writes', [
  ...everyWriter,
  ...lostAnswers,
  {
    title: 'a metageneration is a condition too',
    async run({ face, container, fails }) {
      const home = await container();
      const { metageneration = '' } = (await face.writeObject('old', home, 'object')).extra;
      await fails(() => face.writeObject('new', home, 'object', { ifMetagenerationMatch: 99 }), refused);
      await face.writeObject('new', home, 'object', { ifMetagenerationMatch: metageneration });
      expect(text(await face.readObject({ container: home, name: 'object' }))).toBe('new');
    },
  },
  {
    title: 'deletes just the generation that is live, or that it names',
    async run({ face, container, fails }) {
      const home = await container();
      const object = { container: home, name: 'object' };
      const { generation = '' } = (await face.writeObject('a', home, 'object')).extra;
      await fails(() => face.deleteObject(object, { ifGenerationMatch: '1' }), refused);
      await fails(() => face.deleteObject(object, { generation: '1' }), { code: 'not-found' });
      await face.deleteObject(object, { ifGenerationMatch: generation });
      await fails(() => face.getObject(home, 'object'), { code: 'not-found' });
    },
  },
  {
    title: 'knows its own deletion when the answer was lost, and leaves another’s object alone',
    server: ['faults'],
    async run({ retrying, container, server, fails }) {
      const [face, home] = [retrying(), await container()];
      const object = { container: home, name: 'object' };
      const { generation = '' } = (await face.writeObject('a', home, 'object')).extra;
      await server.faults?.inject({ kind: 'reset', when: 'after' });
      await face.deleteObject(object, { ifGenerationMatch: generation });
      await face.writeObject('b', home, 'object');
      await server.faults?.inject({ kind: 'reset' });
      await fails(() => face.deleteObject(object, { ifGenerationMatch: generation }), refused);
      expect(text(await face.readObject(object))).toBe('b');
    },
  },
  {
    title: 'copies to a target and from a source on conditions',
    async run({ face, container, fails }) {
      const home = await container();
      const source = await face.writeObject('content', home, 'source');
      const copy = (options: object) => face.copyObject(source, home, 'target', options);
      const copied = await copy(createOnly);
      await fails(() => copy(createOnly), refused);
      await fails(() => copy({ ifSourceGenerationMatch: 1 }), refused);
      await fails(() => copy({ generation: '1' }), { code: 'not-found' });
      const { generation: from = '' } = source.extra;
      const { generation: over = '' } = copied.extra;
      const again = {
        generation: from,
        ifSourceGenerationMatch: from,
        ifGenerationMatch: over,
        contentType: 'text/x-own',
      };
      expect((await copy(again)).contentType).toBe('text/x-own');
    },
  },
  {
    title: 'knows its own copy when the answer was lost, and another’s object from it',
    server: ['faults'],
    async run({ retrying, container, server, fails }) {
      const [face, home] = [retrying(), await container()];
      const source = await face.writeObject('content', home, 'source', { metadata: { a: 'b' } });
      for (const options of [createOnly, { ...createOnly, metadata: { c: 'd' } }]) {
        const name = `target of ${Object.keys(options)}`;
        if ('metadata' in options) await server.faults?.inject({ kind: 'status', status: 503 });
        await server.faults?.inject({ kind: 'reset', when: 'after' }, 'metadata' in options ? 2 : 1);
        const copied = await face.copyObject(source, home, name, options);
        expect(copied.metadata).toEqual('metadata' in options ? { c: 'd' } : { a: 'b' });
      }
      await face.writeObject('other', home, 'taken');
      await server.faults?.inject({ kind: 'reset' });
      await fails(() => face.copyObject(source, home, 'taken', createOnly), refused);
    },
  },
  {
    title: 'changes metadata on conditions, and knows its own change when the answer was lost',
    server: ['faults'],
    async run({ retrying, container, server, fails }) {
      const [face, home] = [retrying(), await container()];
      const object = await face.writeObject('content', home, 'object');
      const { generation = '' } = object.extra;
      const change = (ifGenerationMatch: string) =>
        face.updateObjectMetadata(object, { metadata: { a: 'b' } }, { ifGenerationMatch });
      await fails(() => change('1'), { code: 'precondition-failed' });
      await server.faults?.inject({ kind: 'reset', when: 'after' }, 2);
      const changed = await change(generation);
      expect(changed.metadata).toEqual({ a: 'b' });
      await fails(() => change(generation), { code: 'precondition-failed' });
    },
  },
  {
    title: 'refuses conditions and generations of any other shape, before anything is sent',
    async run({ face, container, failsUnsent }) {
      const home = await container();
      const object = { container: home, name: 'object' };
      for (const wrong of [-1, 0.5, Number.NaN, 2 ** 53, '', '-1', '1e3', ' 1', '12345678901234567890', null, {}]) {
        const value = wrong as string;
        const invalid = (field: string) => ({ code: 'invalid-argument', details: { field } }) as const;
        const condition = { ifGenerationMatch: value };
        await failsUnsent(() => face.writeObject('x', home, 'object', condition), invalid('ifGenerationMatch'));
        await failsUnsent(() => face.deleteObject(object, condition), invalid('ifGenerationMatch'));
        await failsUnsent(() => face.copyObject(object, home, 'target', condition), invalid('ifGenerationMatch'));
        await failsUnsent(() => face.updateObjectMetadata(object, {}, condition), invalid('ifGenerationMatch'));
        await failsUnsent(() => face.getObject(home, 'object', { generation: value }), invalid('generation'));
        await failsUnsent(
          () => face.writeObject('x', home, 'object', { ifMetagenerationMatch: value }),
          invalid('ifMetagenerationMatch'),
        );
      }
    },
  },
]);

/** Cases about where an object is kept, and for whom. */
export const placement: Suite<StorageKit> = googleSuite('storage class and access', [
  {
    title: 'keeps the class that a write names, large or small, and a copy',
    timeoutMs: 60_000,
    async run({ face, container, folder }) {
      const home = await container();
      const options = { storageClass: 'NEARLINE' };
      await face.writeObject('x', home, 'written', options);
      await face.uploadObjectViaStream([new Uint8Array(9 * MIB)], home, 'streamed', options);
      const path = join(await folder(), 'file');
      await writeFile(path, 'x');
      await face.uploadObject(path, home, 'uploaded', { ...options, ...createOnly });
      await face.copyObject({ container: home, name: 'written' }, home, 'colder', { storageClass: 'COLDLINE' });
      const classes = async (name: string) => (await face.getObject(home, name)).extra.storageClass;
      expect(await Promise.all(['written', 'streamed', 'uploaded', 'colder'].map(classes))).toEqual([
        'NEARLINE',
        'NEARLINE',
        'NEARLINE',
        'COLDLINE',
      ]);
    },
  },
  {
    title: 'gives the access that a write names, and no other',
    async run({ face, container, requestUrl }) {
      const home = await container();
      await face.writeObject('for all', home, 'public', { predefinedAcl: 'public-read' });
      await face.writeObject('for me', home, 'private');
      await face.copyObject({ container: home, name: 'private' }, home, 'copy', { predefinedAcl: 'public-read' });
      const statusOf = async (name: string) => {
        const url = (await face.presignObjectUrl({ container: home, name })).split('?')[0] ?? '';
        return (await requestUrl({ method: 'GET', url })).status;
      };
      expect(await statusOf('public')).toBe(200);
      expect(await statusOf('copy')).toBe(200);
      expect(await statusOf('private')).toBe(403);
    },
  },
  {
    title: 'refuses classes and access by any other name, before anything is sent',
    async run({ face, container, failsUnsent }) {
      const home = await container();
      for (const wrong of ['STANDARD_IA', 'nearline', '', null, 5] as unknown as 'private'[]) {
        for (const field of ['storageClass', 'predefinedAcl'] as const) {
          const invalid = { code: 'invalid-argument', details: { field } } as const;
          await failsUnsent(() => face.writeObject('x', home, 'object', { [field]: wrong }), invalid);
          await failsUnsent(() => face.uploadObjectViaStream(['x'], home, 'object', { [field]: wrong }), invalid);
          await failsUnsent(
            () => face.copyObject({ container: home, name: 'a' }, home, 'object', { [field]: wrong }),
            invalid,
          );
        }
      }
    },
  },
]);
