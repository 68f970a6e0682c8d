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
      async run({ face, containerWith, fails }) {
        const home = await containerWith(['a', 'a/b', 'ab']);
        expect(await face.deleteObject({ container: home, name: 'a' })).toBeUndefined();
        expect((await face.listContainerObjects(home)).map((item) => item.name)).toEqual(['a/b', 'ab']);
        const missing = { code: 'not-found', details: { container: home, object: 'a' } } as const;
        await fails(() => face.getObject(home, 'a'), missing);
        await fails(() => face.readObject({ container: home, name: 'a' }), missing);
      },
    },
    {
      title: 'deletes by the model that a listing gave',
      async run({ face, containerWith }) {
        const home = await containerWith(['a', 'b']);
        for (const object of await face.listContainerObjects(home)) await face.deleteObject(object);
        expect(await face.listContainerObjects(home)).toEqual([]);
      },
    },
    {
      title: 'says that a missing object is not found',
      async run({ face, container, fails }) {
        const home = await container();
        const missing = { code: 'not-found', details: { container: home, object: 'missing' } } as const;
        await fails(() => face.deleteObject({ container: home, name: 'missing' }), missing);
        await fails(() => face.getObject(home, 'missing'), missing);
      },
    },
    {
      title: 'says so when an object is deleted a second time',
      async run({ face, containerWith, fails }) {
        const object = { container: await containerWith(['object']), name: 'object' };
        await face.deleteObject(object);
        await fails(() => face.deleteObject(object), { code: 'not-found' });
      },
    },
    {
      title: 'writes an object again under the name of a deleted one',
      async run({ face, containerWith }) {
        const home = await containerWith(['object']);
        await face.deleteObject({ container: home, name: 'object' });
        await face.writeObject('new', home, 'object');
        expect((await face.getObject(home, 'object')).sizeBytes).toBe(3);
      },
    },
  ],
};
