/** Writes, copies, changes and deletions of Google Storage on a condition, also when a response is lost. */
import { open, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { StorageKit, Suite } from '@isobar/conformance';
import type { GoogleObject } from '@isobar/storage-google';
import { expect } from 'vitest';
import type { AnyGoogle } from './driver.ts';
import { type GoogleKit, googleSuite } from './google-kit.ts';

const refused = { code: 'precondition-failed', details: { status: 412 } } as const;
const MIB = 1024 * 1024;
const createOnly = { ifGenerationMatch: 0 };
const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

/** One way to write bytes, with its own kind of request. */
interface Writer {
  readonly title: string;
  readonly sizeBytes: number;
  write(driver: AnyGoogle, folder: string, container: string, options: object): Promise<GoogleObject>;
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
    write: async (driver, _, container, options) => await driver.writeObject('bytes', container, 'object', options),
  },
  {
    title: 'uploadObject',
    sizeBytes: 1000,
    write: async (driver, folder, container, options) =>
      await driver.uploadObject(await fileOf(folder, 1000), container, 'object', options),
  },
  {
    title: 'uploadObject of a large file',
    sizeBytes: 64 * MIB + 7,
    write: async (driver, folder, container, options) =>
      await driver.uploadObject(await fileOf(folder, 64 * MIB + 7), container, 'object', options),
  },
  {
    title: 'uploadObjectViaStream',
    sizeBytes: 5,
    write: async (driver, _, container, options) =>
      await driver.uploadObjectViaStream(['by', 'tes'], container, 'object', options),
  },
  {
    title: 'uploadObjectViaStream of a long source',
    sizeBytes: 9 * MIB,
    write: async (driver, _, container, options) => {
      const pieces = Array.from({ length: 9 }, (__, index) => new Uint8Array(MIB).fill(index));
      return await driver.uploadObjectViaStream(pieces, container, 'object', options);
    },
  },
];

/** A case that holds for every way to write. */
const creates = ({ title, sizeBytes, write }: Writer) => ({
  title: `${title} creates an object, and replaces none`,
  timeoutMs: 60_000,
  async run({ driver, container, folder, fails }: GoogleKit) {
    const [home, place] = [await container(), await folder()];
    const options = { ...createOnly, contentType: 'text/x-own', metadata: { by: 'me' } };
    const made = await write(driver, place, home, options);
    expect(made).toMatchObject({ sizeBytes, contentType: 'text/x-own', metadata: { by: 'me' } });
    await fails(() => write(driver, place, home, options), { code: 'precondition-failed' });
    expect((await driver.getObject(home, 'object')).extra.generation).toBe(made.extra.generation);
  },
});

/** A case of the ways that are quick. For others `ifVersion` shows it, which is the same condition. */
const replaces = ({ title, write }: Writer) => ({
  title: `${title} replaces only the generation that it names`,
  async run({ driver, container, folder, fails }: GoogleKit) {
    const [home, place] = [await container(), await folder()];
    const { generation = '' } = (await driver.writeObject('old', home, 'object')).extra;
    const made = await write(driver, place, home, { ifGenerationMatch: generation });
    expect(BigInt(made.extra.generation ?? 0)).toBeGreaterThan(BigInt(generation));
    await fails(() => write(driver, place, home, { ifGenerationMatch: generation }), { code: 'precondition-failed' });
    expect((await driver.getObject(home, 'object')).extra.generation).toBe(made.extra.generation);
    expect(await Array.fromAsync(driver.iterateMultipartUploads(home)), 'uploads left behind').toEqual([]);
  },
});

/** Cases about lost responses: a driver recognises its own write, and not another's. */
const lostResponses = writers.slice(0, 2).flatMap(({ title, write }) => [
  {
    title: `${title} recognises its own object when the response was lost`,
    server: ['faults'] as const,
    async run({ retrying, container, folder, server }: GoogleKit) {
      const [driver, home, place] = [retrying(), await container(), await folder()];
      await server.faults?.inject({ kind: 'reset', when: 'after' });
      const made = await write(driver, place, home, { ...createOnly, metadata: { Lock: 'mine' } });
      expect(made.extra.generation).toBe((await driver.getObject(home, 'object')).extra.generation);
      await server.faults?.inject({ kind: 'reset', when: 'after' });
      const next = await write(driver, place, home, { ifGenerationMatch: made.extra.generation ?? '' });
      expect(next.extra.generation).not.toBe(made.extra.generation);
    },
  },
  {
    title: `${title} does not take another’s object for its own`,
    server: ['faults'] as const,
    async run({ retrying, container, folder, server, fails }: GoogleKit) {
      const [driver, home, place] = [retrying(), await container(), await folder()];
      await write(driver, place, home, { metadata: { lock: 'another' } });
      await server.faults?.inject({ kind: 'reset' });
      await fails(() => write(driver, place, home, { ...createOnly, metadata: { lock: 'mine' } }), refused);
      await driver.writeObject('other', home, 'object', { metadata: { lock: 'mine' } });
      await server.faults?.inject({ kind: 'reset' });
      await fails(() => write(driver, place, home, { ...createOnly, metadata: { lock: 'mine' } }), refused);
    },
  },
]);

/** Cases about conditions. */
export const conditionalWrites: Suite<StorageKit> = googleSuite('conditional writes', [
  ...writers.map(creates),
  ...writers.filter(({ sizeBytes }) => sizeBytes <= MIB).map(replaces),
  ...lostResponses,
  {
    title: 'a metageneration is a condition too',
    async run({ driver, container, fails }) {
      const home = await container();
      const { metageneration = '' } = (await driver.writeObject('old', home, 'object')).extra;
      await fails(() => driver.writeObject('new', home, 'object', { ifMetagenerationMatch: 99 }), refused);
      await driver.writeObject('new', home, 'object', { ifMetagenerationMatch: metageneration });
      expect(text(await driver.readObject({ container: home, name: 'object' }))).toBe('new');
    },
  },
  {
    title: 'deletes only the live generation, or the one that it names',
    async run({ driver, container, fails }) {
      const home = await container();
      const object = { container: home, name: 'object' };
      const { generation = '' } = (await driver.writeObject('a', home, 'object')).extra;
      await fails(() => driver.deleteObject(object, { ifGenerationMatch: '1' }), refused);
      await fails(() => driver.deleteObject(object, { generation: '1' }), { code: 'not-found' });
      await driver.deleteObject(object, { ifGenerationMatch: generation });
      await fails(() => driver.getObject(home, 'object'), { code: 'not-found' });
    },
  },
  {
    title: 'recognises its own deletion when the response was lost, and leaves another’s object alone',
    server: ['faults'],
    async run({ retrying, container, server, fails }) {
      const [driver, home] = [retrying(), await container()];
      const object = { container: home, name: 'object' };
      const { generation = '' } = (await driver.writeObject('a', home, 'object')).extra;
      await server.faults?.inject({ kind: 'reset', when: 'after' });
      await driver.deleteObject(object, { ifGenerationMatch: generation });
      await driver.writeObject('b', home, 'object');
      await server.faults?.inject({ kind: 'reset' });
      await fails(() => driver.deleteObject(object, { ifGenerationMatch: generation }), refused);
      expect(text(await driver.readObject(object))).toBe('b');
    },
  },
  {
    title: 'copies to a target and from a source on conditions',
    async run({ driver, container, fails }) {
      const home = await container();
      const source = await driver.writeObject('content', home, 'source');
      const copy = (options: object) => driver.copyObject(source, home, 'target', options);
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
    title: 'recognises its own copy when the response was lost, and not another’s object',
    server: ['faults'],
    async run({ retrying, container, server, fails }) {
      const [driver, home] = [retrying(), await container()];
      const source = await driver.writeObject('content', home, 'source', { metadata: { a: 'b' } });
      for (const options of [createOnly, { ...createOnly, metadata: { c: 'd' } }]) {
        const name = `target of ${Object.keys(options)}`;
        if ('metadata' in options) await server.faults?.inject({ kind: 'status', status: 503 });
        await server.faults?.inject({ kind: 'reset', when: 'after' }, 'metadata' in options ? 2 : 1);
        const copied = await driver.copyObject(source, home, name, options);
        expect(copied.metadata).toEqual('metadata' in options ? { c: 'd' } : { a: 'b' });
      }
      await driver.writeObject('other', home, 'taken');
      await server.faults?.inject({ kind: 'reset' });
      await fails(() => driver.copyObject(source, home, 'taken', createOnly), refused);
    },
  },
  {
    title: 'changes metadata on conditions, and recognises its own change when the response was lost',
    server: ['faults'],
    async run({ retrying, container, server, fails }) {
      const [driver, home] = [retrying(), await container()];
      const object = await driver.writeObject('content', home, 'object');
      const { generation = '' } = object.extra;
      const change = (ifGenerationMatch: string) =>
        driver.updateObjectMetadata(object, { metadata: { a: 'b' } }, { ifGenerationMatch });
      await fails(() => change('1'), { code: 'precondition-failed' });
      await server.faults?.inject({ kind: 'reset', when: 'after' }, 2);
      const changed = await change(generation);
      expect(changed.metadata).toEqual({ a: 'b' });
      await fails(() => change(generation), { code: 'precondition-failed' });
    },
  },
  {
    title: 'refuses malformed conditions and generations, before anything is sent',
    async run({ driver, container, failsUnsent }) {
      const home = await container();
      const object = { container: home, name: 'object' };
      for (const wrong of [-1, 0.5, Number.NaN, 2 ** 53, '', '-1', '1e3', ' 1', '12345678901234567890', null, {}]) {
        const value = wrong as string;
        const invalid = (field: string) => ({ code: 'invalid-argument', details: { field } }) as const;
        const condition = { ifGenerationMatch: value };
        await failsUnsent(() => driver.writeObject('x', home, 'object', condition), invalid('ifGenerationMatch'));
        await failsUnsent(() => driver.deleteObject(object, condition), invalid('ifGenerationMatch'));
        await failsUnsent(() => driver.copyObject(object, home, 'target', condition), invalid('ifGenerationMatch'));
        await failsUnsent(() => driver.updateObjectMetadata(object, {}, condition), invalid('ifGenerationMatch'));
        await failsUnsent(() => driver.getObject(home, 'object', { generation: value }), invalid('generation'));
        await failsUnsent(
          () => driver.writeObject('x', home, 'object', { ifMetagenerationMatch: value }),
          invalid('ifMetagenerationMatch'),
        );
      }
    },
  },
]);

/** Cases about storage class and access. */
export const placement: Suite<StorageKit> = googleSuite('storage class and access', [
  {
    title: 'keeps the class that a write names, large or small, and a copy',
    timeoutMs: 60_000,
    async run({ driver, container, folder }) {
      const home = await container();
      const options = { storageClass: 'NEARLINE' };
      await driver.writeObject('x', home, 'written', options);
      await driver.uploadObjectViaStream([new Uint8Array(9 * MIB)], home, 'streamed', options);
      const path = join(await folder(), 'file');
      await writeFile(path, 'x');
      await driver.uploadObject(path, home, 'uploaded', { ...options, ...createOnly });
      await driver.copyObject({ container: home, name: 'written' }, home, 'colder', { storageClass: 'COLDLINE' });
      const classes = async (name: string) => (await driver.getObject(home, name)).extra.storageClass;
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
    async run({ driver, container, requestUrl }) {
      const home = await container();
      await driver.writeObject('for all', home, 'public', { predefinedAcl: 'public-read' });
      await driver.writeObject('for me', home, 'private');
      await driver.copyObject({ container: home, name: 'private' }, home, 'copy', { predefinedAcl: 'public-read' });
      const statusOf = async (name: string) => {
        const url = (await driver.presignObjectUrl({ container: home, name })).split('?')[0] ?? '';
        return (await requestUrl({ method: 'GET', url })).status;
      };
      expect(await statusOf('public')).toBe(200);
      expect(await statusOf('copy')).toBe(200);
      expect(await statusOf('private')).toBe(403);
    },
  },
  {
    title: 'refuses unknown classes and access, before anything is sent',
    async run({ driver, container, failsUnsent }) {
      const home = await container();
      for (const wrong of ['STANDARD_IA', 'nearline', '', null, 5] as unknown as 'private'[]) {
        for (const field of ['storageClass', 'predefinedAcl'] as const) {
          const invalid = { code: 'invalid-argument', details: { field } } as const;
          await failsUnsent(() => driver.writeObject('x', home, 'object', { [field]: wrong }), invalid);
          await failsUnsent(() => driver.uploadObjectViaStream(['x'], home, 'object', { [field]: wrong }), invalid);
          await failsUnsent(
            () => driver.copyObject({ container: home, name: 'a' }, home, 'object', { [field]: wrong }),
            invalid,
          );
        }
      }
    },
  },
]);
