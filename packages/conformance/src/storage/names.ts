/** Names of objects: any text round-trips, and none leads out of its container. */
import { expect } from 'vitest';
import { decodeText } from '../bytes.ts';
import type { Case, Suite } from '../case.ts';
import { failureOf } from '../failures.ts';
import { hardNames } from './hard-names.ts';
import type { StorageKit } from './storage-kit.ts';

/** An object of this name, through every method that takes or gives names. */
function roundTrips(name: string): Case<StorageKit> {
  return {
    title: `round-trips ${JSON.stringify(name.length > 50 ? `${name.slice(0, 20)}… of ${name.length} characters` : name)}`,
    async run({ driver, container, failsUnsent, refusesName }) {
      const home = await container();
      if (refusesName(name)) {
        const refused = { code: 'invalid-argument' } as const;
        await failsUnsent(() => driver.writeObject('x', home, name), refused);
        await failsUnsent(() => driver.uploadObjectViaStream(['x'], home, name), refused);
        await failsUnsent(() => driver.readObject({ container: home, name }), refused);
        expect(await driver.listContainerObjects(home)).toEqual([]);
        return;
      }
      const written = await driver.writeObject(`content of ${name}`, home, name);
      expect(written.name).toBe(name);
      expect((await driver.listContainerObjects(home)).map((item) => item.name)).toEqual([name]);
      expect((await driver.getObject(home, name)).name).toBe(name);
      expect(decodeText(await driver.readObject({ container: home, name }))).toBe(`content of ${name}`);
      await driver.deleteObject({ container: home, name });
      expect(await driver.listContainerObjects(home)).toEqual([]);
    },
  };
}

/** Names that would lead to `victim` in another container if any layer resolved or decoded them. */
function pathsTo(container: string): string[] {
  return [
    `../${container}/victim`,
    `/../${container}/victim`,
    `./../${container}/victim`,
    `folder/../../${container}/victim`,
    `..%2F${container}%2Fvictim`,
    `%2e%2e/${container}/victim`,
    `%2e%2e%2f${container}%2fvictim`,
    `..\\${container}\\victim`,
    `//${container}/victim`,
    `/${container}/victim`,
  ];
}

/** Cases about names of objects. */
export const names: Suite<StorageKit> = {
  title: 'names',
  cases: [
    ...hardNames.map(roundTrips),
    {
      title: 'keeps hard names apart from each other',
      async run({ driver, containerWith, storedNames }) {
        const home = await containerWith(storedNames);
        const listed = (await driver.listContainerObjects(home)).map((item) => item.name);
        expect(listed.toSorted()).toEqual(storedNames.toSorted());
        for (const name of storedNames)
          expect(decodeText(await driver.readObject({ container: home, name }))).toBe(name);
      },
    },
    {
      title: 'uploads from a source and reads a range under a hard name',
      async run({ driver, container, refusesName }) {
        const home = await container();
        for (const name of ['a//../b c?d#e%2F+é', '/😀&<>"', 'b c?d#e%2F+é/😀&<>"']) {
          if (refusesName(name)) continue;
          const written = await driver.uploadObjectViaStream(['0123', '456789'], home, name);
          expect(written.name).toBe(name);
          const range = driver.downloadObjectRangeAsStream(written, 2, 5);
          let text = '';
          for await (const chunk of range) text += decodeText(chunk);
          expect(text).toBe('234');
        }
      },
    },
    {
      title: 'keeps every name inside its container',
      async run({ driver, container, containerWith, fails, refusesName }) {
        const [home, other] = [await container(), await containerWith(['victim'])];
        for (const name of pathsTo(other)) {
          if (refusesName(name)) {
            await fails(() => driver.writeObject('intruder', home, name), { code: 'invalid-argument' });
            continue;
          }
          await driver.writeObject('intruder', home, name);
          const victim = await driver.readObject({ container: other, name: 'victim' });
          expect(decodeText(victim), `the victim after a write to ${name}`).toBe('victim');
          await driver.deleteObject({ container: home, name });
          const kept = await driver.listContainerObjects(other);
          expect(kept, `the other container after a deletion of ${name}`).toHaveLength(1);
        }
      },
    },
    {
      title: 'does not find an object under a name that only resolves to it',
      async run({ driver, containerWith, fails, refusesName }) {
        const home = await containerWith(['a/b', 'a b']);
        const resolving = ['a//b', './a/b', '/a/b', 'a/./b', 'a/c/../b', 'a%2Fb', 'a/b/', 'a+b', 'a%20b', 'A/B'];
        for (const name of resolving.filter((known) => !refusesName(known))) {
          await fails(() => driver.readObject({ container: home, name }), {
            code: 'not-found',
            details: { object: name },
          });
          await fails(() => driver.deleteObject({ container: home, name }), { code: 'not-found' });
        }
        expect(await driver.listContainerObjects(home)).toHaveLength(2);
      },
    },
    {
      title: 'stores “.” and “..” like any other name, or refuses them',
      async run({ driver, containerWith }) {
        const home = await containerWith(['witness']);
        for (const name of ['.', '..']) {
          const attempt = async () => {
            const written = await driver.writeObject(name, home, name);
            expect(decodeText(await driver.readObject(written))).toBe(name);
            await driver.deleteObject(written);
            return 'stored' as const;
          };
          const refused = async () => (await failureOf(attempt)).code;
          expect(['stored', 'invalid-argument']).toContain(await attempt().catch(refused));
        }
        expect((await driver.listContainerObjects(home)).map((item) => item.name)).toEqual(['witness']);
      },
    },
    {
      title: 'refuses names that are empty or not strings, before anything is sent',
      async run({ driver, container, failsUnsent }) {
        const home = await container();
        const invalid = { code: 'invalid-argument' } as const;
        for (const wrong of ['', undefined, null, 5, {}] as unknown as string[]) {
          await failsUnsent(() => driver.writeObject('x', home, wrong), invalid);
          await failsUnsent(() => driver.uploadObjectViaStream(['x'], home, wrong), invalid);
          await failsUnsent(() => driver.getObject(home, wrong), invalid);
          await failsUnsent(() => driver.readObject({ container: home, name: wrong }), invalid);
          await failsUnsent(() => driver.deleteObject({ container: home, name: wrong }), invalid);
        }
        for (const wrong of [undefined, null, 'name', 5] as unknown as { container: string; name: string }[]) {
          await failsUnsent(() => driver.readObject(wrong), invalid);
          await failsUnsent(() => driver.deleteObject(wrong), invalid);
        }
      },
    },
    {
      title: 'refuses a name that is not well-formed Unicode, before anything is sent',
      async run({ driver, container, failsUnsent }) {
        const home = await container();
        await failsUnsent(() => driver.writeObject('x', home, 'half \ud83d pair'), { code: 'invalid-argument' });
      },
    },
  ],
};
