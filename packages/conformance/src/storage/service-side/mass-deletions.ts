/** Removals of many objects by one call. */
import type { ObjectReference } from '@isobar/core';
import { expect } from 'vitest';
import type { Suite } from '../../case.ts';
import type { StorageKit } from '../storage-kit.ts';

const inside = (container: string, names: readonly string[]) => names.map((name) => ({ container, name }));

/** Cases about removals of many objects. */
export const massDeletions: Suite<StorageKit> = {
  title: 'mass deletions',
  cases: [
    {
      title: 'removes many objects, and no others',
      proof: true,
      async run({ driver, containerWith }) {
        const home = await containerWith(['a', 'a/b', 'ab', 'b', 'kept']);
        const objects = inside(home, ['a', 'a/b', 'b']);
        expect(await driver.deleteObjects(objects)).toEqual({ deleted: objects, failed: [] });
        expect((await driver.listContainerObjects(home)).map((item) => item.name)).toEqual(['ab', 'kept']);
      },
    },
    {
      title: 'sends nothing for no objects',
      server: ['requests'],
      async run({ driver, requestsOf }) {
        const sent = await requestsOf(async () => {
          expect(await driver.deleteObjects([])).toEqual({ deleted: [], failed: [] });
        });
        expect(sent).toBe(0);
      },
    },
    {
      title: 'removes one object',
      async run({ driver, containerWith }) {
        const home = await containerWith(['only']);
        expect(await driver.deleteObjects(inside(home, ['only']))).toEqual({
          deleted: inside(home, ['only']),
          failed: [],
        });
        expect(await driver.listContainerObjects(home)).toEqual([]);
      },
    },
    {
      title: 'counts missing objects as removed',
      async run({ driver, containerWith }) {
        const home = await containerWith(['there']);
        const objects = inside(home, ['missing', 'there', 'missing too']);
        expect(await driver.deleteObjects(objects)).toEqual({ deleted: objects, failed: [] });
        expect(await driver.deleteObjects(objects)).toEqual({ deleted: objects, failed: [] });
      },
    },
    {
      title: 'removes 1001 objects',
      async run({ driver, containerWith }) {
        // Only a few exist, at the edges of requests too. Missing ones count as removed, and writing all takes long.
        const names = Array.from({ length: 1001 }, (_, index) => `object-${String(index).padStart(4, '0')}`);
        const there = names.filter((_, index) => [0, 1, 500, 998, 999, 1000].includes(index));
        const home = await containerWith([...there, 'kept']);
        const { deleted, failed } = await driver.deleteObjects(inside(home, names));
        expect(failed).toEqual([]);
        expect(deleted).toEqual(inside(home, names));
        expect((await driver.listContainerObjects(home)).map((item) => item.name)).toEqual(['kept']);
      },
    },
    {
      title: 'removes objects of several containers',
      async run({ driver, containerWith }) {
        const homes = [await containerWith(['a', 'b']), await containerWith(['a', 'b']), await containerWith(['a'])];
        const objects = homes.map((container) => ({ container, name: 'a' }));
        const { deleted, failed } = await driver.deleteObjects([...objects, ...inside(homes[0] ?? '', ['b'])]);
        expect(failed).toEqual([]);
        expect(deleted).toHaveLength(4);
        expect(deleted).toEqual(expect.arrayContaining([...objects, ...inside(homes[0] ?? '', ['b'])]));
        const left = [];
        for (const home of homes) left.push((await driver.listContainerObjects(home)).map((item) => item.name));
        expect(left).toEqual([[], ['b'], []]);
      },
    },
    {
      title: 'removes objects of any name',
      async run({ driver, containerWith, storedNames }) {
        const home = await containerWith([...storedNames, 'kept']);
        const { deleted, failed } = await driver.deleteObjects(inside(home, storedNames));
        expect([deleted, failed]).toEqual([inside(home, storedNames), []]);
        expect((await driver.listContainerObjects(home)).map((item) => item.name)).toEqual(['kept']);
      },
    },
    {
      title: 'takes any iterable of models and references',
      async run({ driver, containerWith }) {
        const home = await containerWith(['a', 'b', 'c', 'd']);
        const listed = await driver.listContainerObjects(home, { prefix: 'a' });
        const model = await driver.getContainer(home);
        function* references(): Generator<ObjectReference> {
          yield* listed;
          yield { container: model, name: 'b' };
        }
        expect((await driver.deleteObjects(references())).deleted).toEqual(inside(home, ['a', 'b']));
        expect((await driver.deleteObjects(new Set(inside(home, ['c'])))).deleted).toEqual(inside(home, ['c']));
        expect((await driver.listContainerObjects(home)).map((item) => item.name)).toEqual(['d']);
      },
    },
    {
      title: 'removes an object that is named twice',
      async run({ driver, containerWith }) {
        const home = await containerWith(['twice', 'kept']);
        const { failed } = await driver.deleteObjects(inside(home, ['twice', 'twice']));
        expect(failed).toEqual([]);
        expect((await driver.listContainerObjects(home)).map((item) => item.name)).toEqual(['kept']);
      },
    },
    {
      title: 'refuses wrong arguments before anything is sent, also when only the last one is wrong',
      async run({ driver, containerWith, failsUnsent }) {
        const home = await containerWith(['object']);
        const invalid = { code: 'invalid-argument', details: { operation: 'deleteObjects' } } as const;
        for (const wrong of [undefined, null, 5, {}] as unknown as ObjectReference[][]) {
          await failsUnsent(() => driver.deleteObjects(wrong), invalid);
        }
        for (const wrong of [undefined, 'object', { container: home, name: '' }, { container: '', name: 'a' }]) {
          const objects = [{ container: home, name: 'object' }, wrong as ObjectReference];
          await failsUnsent(() => driver.deleteObjects(objects), invalid);
        }
        expect(await driver.listContainerObjects(home)).toHaveLength(1);
      },
    },
    {
      title: 'fails as a whole when the credentials are wrong, and removes nothing',
      about: 'credentials',
      async run({ driver, containerWith, open, wrongCredentials, fails }) {
        const home = await containerWith(['object']);
        const call = () => open(wrongCredentials).deleteObjects(inside(home, ['object']));
        await fails(call, { code: ['unauthenticated', 'permission-denied'], details: { operation: 'deleteObjects' } });
        expect(await driver.listContainerObjects(home)).toHaveLength(1);
      },
    },
  ],
};
