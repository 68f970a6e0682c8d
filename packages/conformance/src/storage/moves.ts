/** Moves: a copy, after which the source is gone. */
import { expect } from 'vitest';
import { decodeText, expectSameBytes, LONG_BYTES, pattern } from '../bytes.ts';
import type { Suite } from '../case.ts';
import type { StorageKit } from './storage-kit.ts';

/** Cases about moves. Those with conditions are in `conditions.ts`. */
export const moves: Suite<StorageKit> = {
  title: 'moves',
  cases: [
    {
      title: 'moves an object within its container, with its type',
      everyDesign: true,
      async run({ driver, container }) {
        const home = await container();
        const source = await driver.writeObject('content', home, 'source', { contentType: 'text/x-own' });
        const moved = await driver.moveObject(source, home, 'target');
        expect(moved).toMatchObject({ container: home, name: 'target', sizeBytes: 7, contentType: 'text/x-own' });
        expect(decodeText(await driver.readObject({ container: home, name: 'target' }))).toBe('content');
        expect((await driver.listContainerObjects(home)).map(({ name }) => name)).toEqual(['target']);
      },
    },
    {
      title: 'moves an object to another container under the same name',
      async run({ driver, container, containerWith }) {
        const [home, other] = [await containerWith(['object']), await container()];
        await driver.moveObject({ container: home, name: 'object' }, { name: other }, 'object');
        expect(await driver.listContainerObjects(home)).toEqual([]);
        expect(decodeText(await driver.readObject({ container: other, name: 'object' }))).toBe('object');
      },
    },
    {
      title: 'moves the user’s metadata, or what replaces it',
      needs: 'userMetadata',
      async run({ driver, container }) {
        const home = await container();
        const headers = { contentType: 'text/x-own', metadata: { colour: 'blue', size: 'small' } };
        const source = await driver.writeObject('content', home, 'source', headers);
        const moved = await driver.moveObject(source, home, 'moved');
        expect(moved).toMatchObject(headers);
        const changed = await driver.moveObject(moved, home, 'changed', { metadata: { colour: 'red' } });
        expect(changed.contentType).toBe('text/x-own');
        expect((await driver.getObject(home, 'changed')).metadata).toEqual({ colour: 'red' });
      },
    },
    {
      title: 'moves an empty object, and one that was uploaded in parts',
      async run({ driver, container }) {
        const home = await container();
        const empty = await driver.writeObject('', home, 'empty');
        expect(await driver.readObject(await driver.moveObject(empty, home, 'empty moved'))).toHaveLength(0);
        const long = pattern(LONG_BYTES);
        const source = await driver.uploadObjectViaStream([long], home, 'long');
        expectSameBytes(await driver.readObject(await driver.moveObject(source, home, 'long moved')), long);
        expect(await driver.listContainerObjects(home)).toHaveLength(2);
      },
    },
    {
      title: 'moves between any names',
      async run({ driver, containerWith, container, storedNames }) {
        const [home, other] = [await containerWith(storedNames), await container()];
        for (const name of storedNames) await driver.moveObject({ container: home, name }, other, name);
        expect(await driver.listContainerObjects(home)).toEqual([]);
        for (const name of storedNames) {
          expect(decodeText(await driver.readObject({ container: other, name }))).toBe(name);
        }
      },
    },
    {
      title: 'replaces an object of the new name',
      async run({ driver, containerWith }) {
        const home = await containerWith(['source', 'target']);
        await driver.moveObject({ container: home, name: 'source' }, home, 'target');
        expect((await driver.listContainerObjects(home)).map(({ name }) => name)).toEqual(['target']);
        expect(decodeText(await driver.readObject({ container: home, name: 'target' }))).toBe('source');
      },
    },
    {
      title: 'refuses to move an object onto itself, before anything is sent',
      async run({ driver, containerWith, failsUnsent }) {
        const home = await containerWith(['object']);
        const object = { container: home, name: 'object' };
        const details = { operation: 'moveObject', field: 'objectName' };
        for (const same of [home, { name: home }]) {
          await failsUnsent(() => driver.moveObject(object, same, 'object'), { code: 'invalid-argument', details });
        }
        expect(decodeText(await driver.readObject(object))).toBe('object');
      },
    },
    {
      title: 'keeps the source when the copy fails',
      async run({ driver, containerWith, newName, fails }) {
        const home = await containerWith(['source']);
        const source = { container: home, name: 'source' };
        const missing = newName();
        const details = { operation: 'moveObject', container: missing };
        await fails(() => driver.moveObject(source, missing, 'target'), { code: 'not-found', details });
        expect(decodeText(await driver.readObject(source))).toBe('source');
      },
    },
    {
      title: 'says that a missing object is not found, and creates none',
      async run({ driver, containerWith, fails }) {
        const home = await containerWith(['target']);
        const details = { operation: 'moveObject', container: home, object: 'missing' };
        const move = () => driver.moveObject({ container: home, name: 'missing' }, home, 'target');
        await fails(move, { code: 'not-found', details });
        expect(decodeText(await driver.readObject({ container: home, name: 'target' }))).toBe('target');
      },
    },
    {
      title: 'refuses wrong arguments before anything is sent',
      async run({ driver, containerWith, failsUnsent }) {
        const home = await containerWith(['object']);
        const object = { container: home, name: 'object' };
        const refused = async (field: string, call: () => unknown) =>
          await failsUnsent(call, { code: 'invalid-argument', details: { operation: 'moveObject', field } });
        const wrong = 5 as unknown as string;
        await refused('object', () => driver.moveObject(wrong as never, home, 'target'));
        await refused('object.name', () => driver.moveObject({ container: home, name: '' }, home, 'target'));
        await refused('container', () => driver.moveObject(object, wrong, 'target'));
        await refused('objectName', () => driver.moveObject(object, home, ''));
        await refused('contentType', () => driver.moveObject(object, home, 'target', { contentType: 'a\r\nb' }));
        expect(await driver.listContainerObjects(home)).toHaveLength(1);
      },
    },
  ],
};
