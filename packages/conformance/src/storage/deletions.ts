/** Deletions of objects. */
import { expect } from 'vitest';
import type { Suite } from '../case.ts';
import type { StorageKit } from './storage-kit.ts';

/** Cases about deletions. */
export const deletions: Suite<StorageKit> = {
  title: 'deletions',
  cases: [
    {
      title: 'deletes an object, and no other',
      async run({ driver, containerWith, fails }) {
        const home = await containerWith(['a', 'a/b', 'ab']);
        expect(await driver.deleteObject({ container: home, name: 'a' })).toBeUndefined();
        expect((await driver.listContainerObjects(home)).map((item) => item.name)).toEqual(['a/b', 'ab']);
        const missing = { code: 'not-found', details: { container: home, object: 'a' } } as const;
        await fails(() => driver.getObject(home, 'a'), missing);
        await fails(() => driver.readObject({ container: home, name: 'a' }), missing);
      },
    },
    {
      title: 'deletes by the model that a listing gave',
      async run({ driver, containerWith }) {
        const home = await containerWith(['a', 'b']);
        for (const object of await driver.listContainerObjects(home)) await driver.deleteObject(object);
        expect(await driver.listContainerObjects(home)).toEqual([]);
      },
    },
    {
      title: 'says that a missing object is not found',
      async run({ driver, container, fails }) {
        const home = await container();
        const missing = { code: 'not-found', details: { container: home, object: 'missing' } } as const;
        await fails(() => driver.deleteObject({ container: home, name: 'missing' }), missing);
        await fails(() => driver.getObject(home, 'missing'), missing);
      },
    },
    {
      title: 'says so when an object is deleted a second time',
      async run({ driver, containerWith, fails }) {
        const object = { container: await containerWith(['object']), name: 'object' };
        await driver.deleteObject(object);
        await fails(() => driver.deleteObject(object), { code: 'not-found' });
      },
    },
    {
      title: 'writes an object again under the name of a deleted one',
      async run({ driver, containerWith }) {
        const home = await containerWith(['object']);
        await driver.deleteObject({ container: home, name: 'object' });
        await driver.writeObject('new', home, 'object');
        expect((await driver.getObject(home, 'object')).sizeBytes).toBe(3);
      },
    },
  ],
};
