/** Conditions on writes, copies, deletions and metadata changes: kept, or refused before anything is sent. */
import { open as openFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ConditionOptions, StorageObject } from '@isobar/core';
import { expect } from 'vitest';
import { decodeText, LONG_BYTES, MIB, pattern, pieces } from '../bytes.ts';
import type { Case, Suite } from '../case.ts';
import type { AnyStorage } from '../driver.ts';
import { expectFailure, failureOf } from '../failures.ts';
import type { StorageKit } from './storage-kit.ts';

/** Stores an object called `object` under a condition. */
interface Way {
  readonly title: string;
  readonly operation: keyof AnyStorage;
  /** Takes long, and shows only what small ones do not. */
  readonly isLarge?: boolean;
  /** @returns The call. It may be made again. */
  prepare(kit: StorageKit, home: string): Promise<(options: ConditionOptions) => Promise<StorageObject>>;
}

/** Stores what a file of a size holds. */
const ofFile =
  (sizeBytes: number): Way['prepare'] =>
  async ({ driver, folder }, home) => {
    const path = join(await folder(), 'file');
    const file = await openFile(path, 'w');
    await file.truncate(sizeBytes);
    await file.close();
    return async (options) => await driver.uploadObject(path, home, 'object', options);
  };

const ofStream =
  (sizeBytes: number): Way['prepare'] =>
  async ({ driver }, home) =>
  async (options) =>
    await driver.uploadObjectViaStream(pieces(pattern(sizeBytes), MIB), home, 'object', options);

/** Stores another object's content, which is written before each call. */
const ofSource =
  (operation: 'copyObject' | 'moveObject'): Way['prepare'] =>
  async ({ driver }, home) =>
  async (options) => {
    const source = await driver.writeObject('source', home, 'source');
    try {
      return await driver[operation](source, home, 'object', options);
    } catch (failure) {
      expect(decodeText(await driver.readObject(source)), 'the source').toBe('source');
      throw failure;
    }
  };

const write: Way = {
  title: 'a write',
  operation: 'writeObject',
  prepare:
    async ({ driver }, home) =>
    async (options) =>
      await driver.writeObject('new', home, 'object', options),
};

const ways: readonly Way[] = [
  write,
  { title: 'an upload of a small file', operation: 'uploadObject', prepare: ofFile(1000) },
  { title: 'an upload of a large file', operation: 'uploadObject', isLarge: true, prepare: ofFile(65 * MIB) },
  { title: 'an upload of a short stream', operation: 'uploadObjectViaStream', prepare: ofStream(1000) },
  { title: 'an upload of a long stream', operation: 'uploadObjectViaStream', prepare: ofStream(LONG_BYTES) },
  { title: 'a copy', operation: 'copyObject', prepare: ofSource('copyObject') },
  { title: 'a move', operation: 'moveObject', prepare: ofSource('moveObject') },
];

/** Skips the rest of a case where the provider cannot keep a condition. */
function require(kit: StorageKit, condition: keyof ConditionOptions): void {
  if (!kit.conditions.includes(condition)) kit.refuse(`${kit.provider} does not keep \`${condition}\``);
}

/** Expects a condition not to hold, and the object to stay as it was. */
async function changesNothing(kit: StorageKit, operation: string, home: string, call: () => unknown): Promise<void> {
  const { driver } = kit;
  const before = await driver.listContainerObjects(home, { prefix: 'object' });
  const details = { operation, container: home, object: 'object' };
  await kit.fails(call, { code: 'precondition-failed', details });
  expect(await driver.listContainerObjects(home, { prefix: 'object' })).toEqual(before);
  if (!driver.provider.capabilities.multipartUploads) return;
  expect(await driver.iterateMultipartUploads(home).toArray(), 'unfinished uploads').toEqual([]);
}

function keepsIfAbsent({ isLarge, operation, prepare, title }: Way): Case<StorageKit> {
  return {
    title: `${title} with \`ifAbsent\` takes a free name, and changes nothing under a taken one`,
    ...(isLarge && { timeoutMs: 120_000 }),
    async run(kit) {
      require(kit, 'ifAbsent');
      const home = await kit.container();
      const store = await prepare(kit, home);
      const { sizeBytes } = await store({ ifAbsent: true });
      expect((await kit.driver.getObject(home, 'object')).sizeBytes).toBe(sizeBytes);
      await changesNothing(kit, operation, home, () => store({ ifAbsent: true }));
      if (isLarge) return;
      // Control: without the condition the name is taken over.
      await kit.driver.deleteObject(await store({}));
      await store({ ifAbsent: true });
    },
  };
}

function keepsIfVersion({ isLarge, operation, prepare, title }: Way): Case<StorageKit> {
  return {
    title: `${title} with \`ifVersion\` replaces that version, and changes nothing when there is another or none`,
    ...(isLarge && { timeoutMs: 120_000 }),
    async run(kit) {
      require(kit, 'ifVersion');
      const { driver, container } = kit;
      const home = await container();
      const store = await prepare(kit, home);
      const { version: old = '' } = await driver.writeObject('old', home, 'object');
      const { version = '' } = await store({ ifVersion: old });
      expect(version).not.toBe(old);
      await changesNothing(kit, operation, home, () => store({ ifVersion: old }));
      await driver.deleteObject({ container: home, name: 'object' });
      await changesNothing(kit, operation, home, () => store({ ifVersion: version }));
    },
  };
}

/** Every method that takes conditions, on `object` of a container that holds it. */
async function calls(
  { driver, folder }: StorageKit,
  home: string,
): Promise<Readonly<Partial<Record<keyof AnyStorage, (options: object) => unknown>>>> {
  const path = join(await folder(), 'file');
  await writeFile(path, 'content');
  const object = { container: home, name: 'object' };
  return {
    writeObject: (options) => driver.writeObject('new', home, 'object', options),
    uploadObject: (options) => driver.uploadObject(path, home, 'object', options),
    uploadObjectViaStream: (options) => driver.uploadObjectViaStream(['new'], home, 'object', options),
    copyObject: (options) => driver.copyObject(object, home, 'other', options),
    moveObject: (options) => driver.moveObject(object, home, 'other', options),
    deleteObject: (options) => driver.deleteObject(object, options),
    updateObjectMetadata: (options) => driver.updateObjectMetadata(object, { contentType: 'text/x-own' }, options),
  };
}

const onlyIfVersion = ['deleteObject', 'updateObjectMetadata'];

/** Cases about conditions. */
export const conditions: Suite<StorageKit> = {
  title: 'conditions',
  cases: [
    {
      title: 'every model of an object has its version, which changes with the bytes',
      async run(kit) {
        require(kit, 'ifVersion');
        const { driver, container } = kit;
        const home = await container();
        const first = await driver.writeObject('first', home, 'object');
        expect(first.version).toBeTypeOf('string');
        expect((await driver.getObject(home, 'object')).version).toBe(first.version);
        expect((await driver.listContainerObjects(home)).map(({ version }) => version)).toEqual([first.version]);
        await driver.readObject(first);
        expect((await driver.getObject(home, 'object')).version, 'after it was read').toBe(first.version);
        const second = await driver.uploadObjectViaStream(['other'], home, 'object');
        expect(second.version).toBeTypeOf('string');
        expect(second.version).not.toBe(first.version);
        const copy = await driver.copyObject(second, home, 'copy');
        expect(copy.version).toBe((await driver.getObject(home, 'copy')).version);
      },
    },
    ...ways.flatMap((way) => [keepsIfAbsent(way), keepsIfVersion(way)]),
    {
      title: 'a deletion with `ifVersion` removes that version, and nothing when there is another',
      async run(kit) {
        require(kit, 'ifVersion');
        const { driver, containerWith } = kit;
        const home = await containerWith(['object']);
        const object = { container: home, name: 'object' };
        const { version: old = '' } = await driver.getObject(home, 'object');
        const { version = '' } = await driver.writeObject('new', home, 'object');
        await changesNothing(kit, 'deleteObject', home, () => driver.deleteObject(object, { ifVersion: old }));
        await driver.deleteObject(object, { ifVersion: version });
        expect(await driver.listContainerObjects(home)).toEqual([]);
      },
    },
    {
      title: 'a metadata change with `ifVersion` changes that version, and nothing when there is another',
      async run(kit) {
        require(kit, 'ifVersion');
        const { driver, containerWith } = kit;
        const home = await containerWith(['object']);
        const object = { container: home, name: 'object' };
        const { version: old = '' } = await driver.getObject(home, 'object');
        const { version = '' } = await driver.writeObject('new', home, 'object');
        const change = (ifVersion: string) =>
          driver.updateObjectMetadata(object, { contentType: 'text/x-own' }, { ifVersion });
        await changesNothing(kit, 'updateObjectMetadata', home, () => change(old));
        expect((await driver.getObject(home, 'object')).contentType).not.toBe('text/x-own');
        expect((await change(version)).contentType).toBe('text/x-own');
        expect(decodeText(await driver.readObject(object))).toBe('new');
      },
    },
    {
      title: 'one of several writes at once with `ifAbsent` takes a name, and all others fail',
      everyDesign: true,
      async run(kit) {
        require(kit, 'ifAbsent');
        const { driver, container } = kit;
        const home = await container();
        const texts = ['first', 'second', 'third', 'fourth', 'fifth'];
        const settled = await Promise.allSettled(
          texts.map(async (text) => await driver.writeObject(text, home, 'object', { ifAbsent: true })),
        );
        const winners = texts.filter((_, index) => settled[index]?.status === 'fulfilled');
        expect(winners).toHaveLength(1);
        expect(decodeText(await driver.readObject({ container: home, name: 'object' }))).toBe(winners[0]);
        for (const attempt of settled) {
          if (attempt.status === 'fulfilled') continue;
          expectFailure(await failureOf(() => Promise.reject(attempt.reason)), { code: 'precondition-failed' });
        }
      },
    },
    {
      title: 'wrong conditions, and two at once, are refused before anything is sent',
      async run(kit) {
        const { containerWith, driver, failsUnsent } = kit;
        const home = await containerWith(['object']);
        const before = await driver.listContainerObjects(home);
        for (const [operation, call] of Object.entries(await calls(kit, home))) {
          const refused = (field: keyof ConditionOptions, options: object) =>
            failsUnsent(() => call(options), { code: 'invalid-argument', details: { operation, field } });
          for (const ifVersion of ['', 5, null, true, {}]) await refused('ifVersion', { ifVersion });
          const isOnly = onlyIfVersion.includes(operation);
          for (const ifAbsent of isOnly ? [true] : [false, null, 'true', 1]) await refused('ifAbsent', { ifAbsent });
          if (!isOnly) await refused('ifVersion', { ifAbsent: true, ifVersion: '1' });
        }
        expect(await driver.listContainerObjects(home)).toEqual(before);
      },
    },
    {
      title: 'conditions that the provider cannot keep are refused before anything is sent',
      async run(kit) {
        const { conditions: kept, containerWith, driver, failsUnsent, refuse } = kit;
        const all = { ifAbsent: true, ifVersion: '1' } as const;
        const lacking = (['ifAbsent', 'ifVersion'] as const).filter((name) => !kept.includes(name));
        if (lacking.length === 0) refuse(`${kit.provider} keeps all conditions`);
        const home = await containerWith(['object']);
        const before = await driver.listContainerObjects(home);
        for (const [operation, call] of Object.entries(await calls(kit, home))) {
          for (const field of lacking) {
            if (field === 'ifAbsent' && onlyIfVersion.includes(operation)) continue;
            const attempt = () => call({ [field]: all[field] });
            await failsUnsent(attempt, { code: 'unsupported', details: { operation, field } });
          }
        }
        expect(await driver.listContainerObjects(home)).toEqual(before);
      },
    },
  ],
};
