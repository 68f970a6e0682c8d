/** Versions of objects in a container that keeps them: listed, read, copied and deleted, each by its generation. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { StorageKit, Suite } from '@isobar/conformance';
import { expect } from 'vitest';
import { type GoogleKit, googleSuite } from './google-kit.ts';

const decodeText = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

/** A container with versioning, which is enabled with a token of the emulator's metadata server. */
async function versioned({ afterwards, container, driver }: GoogleKit): Promise<string> {
  const home = await container();
  afterwards(async () => {
    for (const object of await driver.listContainerObjects(home, { versions: true })) {
      await driver.deleteObject(object, { generation: object.extra.generation ?? '' });
    }
  });
  const { origin } = new URL(await driver.presignObjectUrl({ container: home, name: 'x' }));
  const tokens = `${origin}/computeMetadata/v1/instance/service-accounts/default/token`;
  const { access_token: token } = (await (
    await fetch(tokens, { headers: { 'metadata-flavor': 'Google' } })
  ).json()) as {
    access_token: string;
  };
  const body = '<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>';
  const headers = { authorization: `Bearer ${token}` };
  const { ok } = await fetch(`${origin}/${home}?versioning`, { method: 'PUT', headers, body });
  expect(ok, 'versioning enabled').toBe(true);
  return home;
}

/** Versions of a few objects: names and contents in the order of a listing. */
async function filled(kit: GoogleKit): Promise<{ home: string; written: [string, string | undefined][] }> {
  const home = await versioned(kit);
  const written: [string, string | undefined][] = [];
  for (const [name, count] of [
    ['a', 3],
    ['b/1', 1],
    ['b/2', 4],
    ['c & <d>', 2],
  ] as const) {
    for (let version = 1; version <= count; version += 1) {
      const { extra } = await kit.driver.writeObject(`${name} ${version}`, home, name);
      written.push([name, extra.generation]);
    }
  }
  return { home, written };
}

/** Cases about versions. */
export const versions: Suite<StorageKit> = googleSuite('versions', [
  {
    title: 'are listed by name and age, for any page size, and the live one is marked',
    async run(kit) {
      const { driver } = kit;
      const { home, written } = await filled(kit);
      await driver.deleteObject({ container: home, name: 'a' });
      for (const options of [{}, { pageSize: 1 }, { pageSize: 2 }, { pageSize: 3 }]) {
        const listed = await driver.listContainerObjects(home, { versions: true, ...options });
        expect(listed.map(({ name, extra }) => [name, extra.generation])).toEqual(written);
        const live = listed.filter(({ extra }) => extra.isLatest === true);
        expect(live.map(({ extra }) => extra.generation)).toEqual(
          [written[3], written[7], written[9]].map((x) => x?.[1]),
        );
      }
      expect((await driver.listContainerObjects(home)).map(({ name }) => name)).toEqual(['b/1', 'b/2', 'c & <d>']);
    },
  },
  {
    title: 'are listed by prefix, folder and after a name, and from a stored cursor',
    async run(kit) {
      const { driver } = kit;
      const { home, written } = await filled(kit);
      const generations = async (options: object) =>
        (await driver.listContainerObjects(home, { versions: true, pageSize: 2, ...options })).map(
          ({ extra }) => extra.generation,
        );
      const of = (...names: string[]) =>
        written.filter(([name]) => names.includes(name)).map(([, generation]) => generation);
      expect(await generations({ prefix: 'b/2' })).toEqual(of('b/2'));
      expect(await generations({ startAfter: 'b/1' })).toEqual(of('b/2', 'c & <d>'));
      expect(await generations({ delimiter: '/' })).toEqual(of('a', 'c & <d>'));
      const [first] = await Array.fromAsync(
        driver.iterateContainerObjects(home, { versions: true, pageSize: 5 }).pages(),
      );
      const cursor = first?.cursor ?? '';
      const rest = await Array.fromAsync(driver.iterateContainerObjects(home, { versions: true }).pages({ cursor }));
      expect(rest.flatMap(({ items }) => items.map(({ extra }) => extra.generation))).toEqual(
        written.slice(5).map(([, generation]) => generation),
      );
      const wrong = () =>
        Array.fromAsync(driver.iterateContainerObjects(home, { versions: true }).pages({ cursor: 'b/1' }));
      await kit.fails(wrong, { code: 'invalid-argument', details: { field: 'cursor' } });
    },
  },
  {
    title: 'are read, downloaded, copied and looked up by generation',
    async run(kit) {
      const { driver, fails } = kit;
      const home = await versioned(kit);
      const old = await driver.writeObject('old', home, 'object', { metadata: { age: 'old' } });
      const live = await driver.writeObject('new and long', home, 'object');
      const { generation = '' } = old.extra;
      const options = { generation };
      expect(await driver.getObject(home, 'object', options)).toMatchObject({ sizeBytes: 3, metadata: { age: 'old' } });
      expect(decodeText(await driver.readObject(live, options))).toBe('old');
      expect(decodeText(Buffer.concat(await Array.fromAsync(driver.downloadObjectAsStream(live, options))))).toBe(
        'old',
      );
      const stream = driver.downloadObjectRangeAsStream(live, 1, undefined, options);
      expect(decodeText(Buffer.concat(await Array.fromAsync(stream)))).toBe('ld');
      const path = join(await kit.folder(), 'file');
      await driver.downloadObject(live, path, options);
      expect(await readFile(path, 'utf8')).toBe('old');
      const copied = await driver.copyObject(live, home, 'copy', options);
      expect(decodeText(await driver.readObject(copied))).toBe('old');
      const changed = await driver.copyObject(live, home, 'object', { ...options, metadata: { age: 'restored' } });
      expect(decodeText(await driver.readObject(changed))).toBe('old');
      const missing = { generation: '1' };
      for (const call of [
        () => driver.getObject(home, 'object', missing),
        () => driver.readObject(live, missing),
        () => driver.downloadObject(live, `${path}-2`, missing),
        () => driver.copyObject(live, home, 'copy', missing),
      ]) {
        await fails(call, { code: 'not-found' });
      }
    },
  },
  {
    title: 'are deleted permanently by generation, while a deletion without one keeps old versions',
    async run(kit) {
      const { driver, fails } = kit;
      const home = await versioned(kit);
      const generations: string[] = [];
      for (const text of ['1', '2', '3'])
        generations.push((await driver.writeObject(text, home, 'o')).extra.generation ?? '');
      const object = { container: home, name: 'o' };
      await driver.deleteObject(object);
      await fails(() => driver.getObject(home, 'o'), { code: 'not-found' });
      const left = async () =>
        (await driver.listContainerObjects(home, { versions: true })).map(({ extra }) => extra.generation);
      expect(await left()).toEqual(generations);
      for (const generation of generations) await driver.deleteObject(object, { generation });
      expect(await left()).toEqual([]);
    },
  },
  {
    title: 'are deleted permanently among many objects only where a generation is named',
    async run(kit) {
      const { driver, failsUnsent } = kit;
      const home = await versioned(kit);
      for (const text of ['1', '2', '3']) await driver.writeObject(text, home, 'o');
      const left = async () =>
        (await driver.listContainerObjects(home, { versions: true })).map(({ extra }) => extra.generation);
      const [first, second, live] = await driver.listContainerObjects(home, { versions: true });
      if (!(first && second && live)) throw new Error('three versions were written');
      const refused = { code: 'invalid-argument', details: { field: 'generation' } } as const;
      await failsUnsent(() => driver.deleteObjects([live, first]), refused);
      await failsUnsent(() => driver.deleteObject(first), refused);
      const { generation = '' } = first.extra;
      const objects = [{ container: home, name: 'o', generation }];
      expect(await driver.deleteObjects(objects)).toEqual({ deleted: objects, failed: [] });
      expect(await driver.deleteObjects(objects), 'what is gone').toEqual({ deleted: objects, failed: [] });
      expect(await left()).toEqual([second.extra.generation, live.extra.generation]);
      await driver.deleteObjects([live]);
      expect(await left(), 'the live one has become an old one').toEqual([
        second.extra.generation,
        live.extra.generation,
      ]);
      expect(await driver.listContainerObjects(home)).toEqual([]);
    },
  },
  {
    title: 'are a condition of reads',
    async run(kit) {
      const { driver, fails } = kit;
      const home = await kit.container();
      const object = await driver.writeObject('content', home, 'object');
      const { generation = '' } = object.extra;
      const path = join(await kit.folder(), 'file');
      expect(decodeText(await driver.readObject(object, { ifGenerationMatch: generation }))).toBe('content');
      await driver.downloadObject(object, path, { ifGenerationMatch: generation, ifMetagenerationMatch: 1 });
      await driver.writeObject('other', home, 'object');
      const refused = { code: 'precondition-failed' } as const;
      const condition = { ifGenerationMatch: generation };
      await fails(() => driver.readObject(object, condition), refused);
      await fails(() => driver.downloadObject(object, `${path}-2`, condition), refused);
      await fails(() => Array.fromAsync(driver.downloadObjectAsStream(object, condition)), refused);
    },
  },
]);
