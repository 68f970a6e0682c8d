/** Containers: their life from creation to deletion, and what may be said of them. */
import { expect } from 'vitest';
import { itemsOf } from '../bytes.ts';
import type { Suite } from '../case.ts';
import type { StorageKit } from './storage-kit.ts';

/** Cases that need an account without any containers; they come first. */
export const emptyAccount: Suite<StorageKit> = {
  title: 'empty account',
  cases: [
    {
      title: 'lists no containers',
      server: ['reset'],
      async run({ face, server }) {
        await server.reset?.();
        expect(await face.listContainers()).toEqual([]);
        expect(await itemsOf(face.iterateContainers())).toEqual([]);
      },
    },
  ],
};

/** Cases about containers. */
export const containers: Suite<StorageKit> = {
  title: 'containers',
  cases: [
    {
      title: 'creates a container that can be looked up',
      async run({ face, newName }) {
        const name = newName();
        const created = await face.createContainer(name);
        expect(created.name).toBe(name);
        expect(created.extra).toBeTypeOf('object');
        const found = await face.getContainer(name);
        expect(found.name).toBe(name);
        expect(found.extra).toBeTypeOf('object');
      },
    },
    {
      title: 'lists a container that was created, and no longer once it is deleted',
      async run({ face, container }) {
        const name = await container();
        const namesOf = async () => (await face.listContainers()).map((item) => item.name);
        expect(await namesOf()).toContain(name);
        await face.deleteContainer(name);
        expect(await namesOf()).not.toContain(name);
      },
    },
    {
      title: 'gives a listed container its time of creation as a date, or none',
      async run({ face, container }) {
        const name = await container();
        const listed = (await face.listContainers()).find((item) => item.name === name);
        if (listed?.createdAt !== undefined) expect(Number.isNaN(listed.createdAt.getTime())).toBe(false);
        expect([undefined, Date]).toContain(listed?.createdAt?.constructor);
      },
    },
    {
      title: 'iterates over the containers that it lists, in the same order',
      async run({ face, container }) {
        await container();
        await container();
        const iterated = await itemsOf(face.iterateContainers());
        expect(iterated.length).toBeGreaterThanOrEqual(2);
        expect(iterated).toEqual(await face.listContainers());
        expect(iterated).toEqual(await face.iterateContainers().toArray());
      },
    },
    {
      title: 'lists containers by name',
      async run({ face, container }) {
        for (let count = 0; count < 4; count += 1) await container();
        const names = (await face.listContainers()).map((item) => item.name);
        expect(names).toEqual(names.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))));
      },
    },
    {
      title: 'lists only containers with a prefix',
      async run({ face, container }) {
        const [first] = [await container(), await container()];
        const listed = await face.listContainers({ prefix: first });
        expect(listed.map((item) => item.name)).toEqual([first]);
      },
    },
    {
      title: 'lists nothing for a prefix that no container has',
      async run({ face, container, newName }) {
        await container();
        expect(await face.listContainers({ prefix: newName() })).toEqual([]);
      },
    },
    {
      title: 'accepts a container model wherever it accepts a name',
      async run({ face, newName }) {
        const model = await face.createContainer(newName());
        const written = await face.writeObject('x', model, 'object');
        expect((await face.getObject(model, 'object')).name).toBe('object');
        expect(await face.listContainerObjects(model)).toHaveLength(1);
        await face.readObject({ container: model, name: 'object' });
        await face.deleteObject(written);
        await face.deleteContainer(model);
      },
    },
    {
      title: 'refuses to create a container twice',
      async run({ face, container, fails }) {
        const name = await container();
        await fails(() => face.createContainer(name), { code: 'already-exists', details: { container: name } });
      },
    },
    {
      title: 'says that a missing container is not found',
      async run({ face, newName, fails }) {
        const name = newName();
        const missing = { code: 'not-found', details: { container: name } } as const;
        await fails(() => face.getContainer(name), missing);
        await fails(() => face.deleteContainer(name), missing);
        await fails(() => face.listContainerObjects(name), missing);
        await fails(() => face.iterateContainerObjects(name).toArray(), missing);
        await fails(() => face.getObject(name, 'object'), missing);
        await fails(() => face.writeObject('x', name, 'object'), missing);
        await fails(() => face.readObject({ container: name, name: 'object' }), missing);
        await fails(() => face.deleteObject({ container: name, name: 'object' }), missing);
      },
    },
    {
      title: 'refuses to delete a container that holds objects, and keeps them',
      async run({ face, containerWith, fails }) {
        const name = await containerWith(['kept']);
        await fails(() => face.deleteContainer(name), { code: 'not-empty', details: { container: name } });
        expect(await face.listContainerObjects(name)).toHaveLength(1);
      },
    },
    {
      title: 'deletes a container once it is emptied',
      async run({ face, containerWith, fails }) {
        const name = await containerWith(['only']);
        await face.deleteObject({ container: name, name: 'only' });
        expect(await face.deleteContainer(name)).toBeUndefined();
        await fails(() => face.getContainer(name), { code: 'not-found' });
      },
    },
    {
      title: 'creates a container again under the name of a deleted one',
      async run({ face, containerWith }) {
        const name = await containerWith(['old']);
        await face.deleteObject({ container: name, name: 'old' });
        await face.deleteContainer(name);
        await face.createContainer(name);
        expect(await face.listContainerObjects(name)).toEqual([]);
      },
    },
    {
      title: 'refuses names that no container can have, before anything is sent',
      async run({ face, invalidContainerNames, failsUnsent }) {
        for (const name of invalidContainerNames) {
          await failsUnsent(() => face.createContainer(name), { code: 'invalid-argument' });
        }
      },
    },
    {
      title: 'refuses a container that is neither a name nor a model, before anything is sent',
      async run({ face, failsUnsent }) {
        const invalid = { code: 'invalid-argument' } as const;
        for (const wrong of [undefined, null, 5, '', {}, [], { name: 5 }] as unknown as string[]) {
          await failsUnsent(() => face.createContainer(wrong), invalid);
          await failsUnsent(() => face.getContainer(wrong), invalid);
          await failsUnsent(() => face.deleteContainer(wrong), invalid);
          await failsUnsent(() => face.listContainerObjects(wrong), invalid);
          await failsUnsent(() => face.getObject(wrong, 'object'), invalid);
          await failsUnsent(() => face.writeObject('x', wrong, 'object'), invalid);
        }
      },
    },
    {
      title: 'does not take a path for the name of a container',
      async run({ face, container, containerWith, fails }) {
        const home = await containerWith(['victim', 'folder/victim']);
        const other = await container();
        const refused = { code: ['invalid-argument', 'not-found'] } as const;
        for (const path of [`${home}/folder`, `${other}/../${home}`, `${home}?`, `${home}#`, `${home}/`, `/${home}`]) {
          await fails(() => face.readObject({ container: path, name: 'victim' }), refused);
          await fails(() => face.deleteObject({ container: path, name: 'victim' }), refused);
          await fails(() => face.listContainerObjects(path), refused);
        }
        expect(await face.listContainerObjects(home)).toHaveLength(2);
      },
    },
  ],
};
