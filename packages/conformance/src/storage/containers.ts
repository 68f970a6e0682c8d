/** Containers: creation, look-up, listing, deletion and names. */
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
      async run({ driver, server }) {
        await server.reset?.();
        expect(await driver.listContainers()).toEqual([]);
        expect(await itemsOf(driver.iterateContainers())).toEqual([]);
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
      async run({ driver, newName }) {
        const name = newName();
        const created = await driver.createContainer(name);
        expect(created.name).toBe(name);
        expect(created.extra).toBeTypeOf('object');
        const found = await driver.getContainer(name);
        expect(found.name).toBe(name);
        expect(found.extra).toBeTypeOf('object');
      },
    },
    {
      title: 'lists a container that was created, and no longer once it is deleted',
      async run({ driver, container }) {
        const name = await container();
        const namesOf = async () => (await driver.listContainers()).map((item) => item.name);
        expect(await namesOf()).toContain(name);
        await driver.deleteContainer(name);
        expect(await namesOf()).not.toContain(name);
      },
    },
    {
      title: 'gives a listed container its time of creation as a date, or none',
      async run({ driver, container }) {
        const name = await container();
        const listed = (await driver.listContainers()).find((item) => item.name === name);
        if (listed?.createdAt !== undefined) expect(Number.isNaN(listed.createdAt.getTime())).toBe(false);
        expect([undefined, Date]).toContain(listed?.createdAt?.constructor);
      },
    },
    {
      title: 'iterates over the containers that it lists, in the same order',
      async run({ driver, container }) {
        await container();
        await container();
        const iterated = await itemsOf(driver.iterateContainers());
        expect(iterated.length).toBeGreaterThanOrEqual(2);
        expect(iterated).toEqual(await driver.listContainers());
        expect(iterated).toEqual(await driver.iterateContainers().toArray());
      },
    },
    {
      title: 'lists containers by name',
      async run({ driver, container }) {
        for (let count = 0; count < 4; count += 1) await container();
        const names = (await driver.listContainers()).map((item) => item.name);
        expect(names).toEqual(names.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))));
      },
    },
    {
      title: 'lists only containers with a prefix',
      async run({ driver, container }) {
        const [first] = [await container(), await container()];
        const listed = await driver.listContainers({ prefix: first });
        expect(listed.map((item) => item.name)).toEqual([first]);
      },
    },
    {
      title: 'lists nothing for a prefix that no container has',
      async run({ driver, container, newName }) {
        await container();
        expect(await driver.listContainers({ prefix: newName() })).toEqual([]);
      },
    },
    {
      title: 'accepts a container model wherever it accepts a name',
      async run({ driver, newName }) {
        const model = await driver.createContainer(newName());
        const written = await driver.writeObject('x', model, 'object');
        expect((await driver.getObject(model, 'object')).name).toBe('object');
        expect(await driver.listContainerObjects(model)).toHaveLength(1);
        await driver.readObject({ container: model, name: 'object' });
        await driver.deleteObject(written);
        await driver.deleteContainer(model);
      },
    },
    {
      title: 'refuses to create a container twice',
      async run({ driver, container, fails }) {
        const name = await container();
        await fails(() => driver.createContainer(name), { code: 'already-exists', details: { container: name } });
      },
    },
    {
      title: 'says that a missing container is not found',
      async run({ driver, newName, fails }) {
        const name = newName();
        const missing = { code: 'not-found', details: { container: name } } as const;
        await fails(() => driver.getContainer(name), missing);
        await fails(() => driver.deleteContainer(name), missing);
        await fails(() => driver.listContainerObjects(name), missing);
        await fails(() => driver.iterateContainerObjects(name).toArray(), missing);
        await fails(() => driver.getObject(name, 'object'), missing);
        await fails(() => driver.writeObject('x', name, 'object'), missing);
        await fails(() => driver.readObject({ container: name, name: 'object' }), missing);
        await fails(() => driver.deleteObject({ container: name, name: 'object' }), missing);
      },
    },
    {
      title: 'refuses to delete a container that holds objects, and keeps them',
      async run({ driver, containerWith, fails }) {
        const name = await containerWith(['kept']);
        await fails(() => driver.deleteContainer(name), { code: 'not-empty', details: { container: name } });
        expect(await driver.listContainerObjects(name)).toHaveLength(1);
      },
    },
    {
      title: 'deletes a container once it is emptied',
      async run({ driver, containerWith, fails }) {
        const name = await containerWith(['only']);
        await driver.deleteObject({ container: name, name: 'only' });
        expect(await driver.deleteContainer(name)).toBeUndefined();
        await fails(() => driver.getContainer(name), { code: 'not-found' });
      },
    },
    {
      title: 'creates a container again under the name of a deleted one',
      async run({ driver, containerWith }) {
        const name = await containerWith(['old']);
        await driver.deleteObject({ container: name, name: 'old' });
        await driver.deleteContainer(name);
        await driver.createContainer(name);
        expect(await driver.listContainerObjects(name)).toEqual([]);
      },
    },
    {
      title: 'refuses names that no container can have, before anything is sent',
      async run({ driver, invalidContainerNames, failsUnsent }) {
        for (const name of invalidContainerNames) {
          await failsUnsent(() => driver.createContainer(name), { code: 'invalid-argument' });
        }
      },
    },
    {
      title: 'refuses a container that is neither a name nor a model, before anything is sent',
      async run({ driver, failsUnsent }) {
        const invalid = { code: 'invalid-argument' } as const;
        for (const wrong of [undefined, null, 5, '', {}, [], { name: 5 }] as unknown as string[]) {
          await failsUnsent(() => driver.createContainer(wrong), invalid);
          await failsUnsent(() => driver.getContainer(wrong), invalid);
          await failsUnsent(() => driver.deleteContainer(wrong), invalid);
          await failsUnsent(() => driver.listContainerObjects(wrong), invalid);
          await failsUnsent(() => driver.getObject(wrong, 'object'), invalid);
          await failsUnsent(() => driver.writeObject('x', wrong, 'object'), invalid);
        }
      },
    },
    {
      title: 'does not take a path for the name of a container',
      async run({ driver, container, containerWith, fails }) {
        const home = await containerWith(['victim', 'folder/victim']);
        const other = await container();
        const refused = { code: ['invalid-argument', 'not-found'] } as const;
        for (const path of [`${home}/folder`, `${other}/../${home}`, `${home}?`, `${home}#`, `${home}/`, `/${home}`]) {
          await fails(() => driver.readObject({ container: path, name: 'victim' }), refused);
          await fails(() => driver.deleteObject({ container: path, name: 'victim' }), refused);
          await fails(() => driver.listContainerObjects(path), refused);
        }
        expect(await driver.listContainerObjects(home)).toHaveLength(2);
      },
    },
  ],
};
