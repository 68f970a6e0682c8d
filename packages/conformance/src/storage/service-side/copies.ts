/** Copies that the service makes: the bytes do not pass through this machine. */
import { expect } from 'vitest';
import { decodeText, expectSameBytes, LONG_BYTES, pattern } from '../../bytes.ts';
import type { Suite } from '../../case.ts';
import type { StorageKit } from '../storage-kit.ts';

const options = { contentType: 'text/x-own', metadata: { colour: 'blue', size: 'small' } };

/** Cases about copies. */
export const copies: Suite<StorageKit> = {
  title: 'copies',
  cases: [
    {
      title: 'copies an object within its container, with its type',
      proof: true,
      async run({ driver, container }) {
        const home = await container();
        await driver.writeObject('content', home, 'source', { contentType: options.contentType });
        const copied = await driver.copyObject({ container: home, name: 'source' }, home, 'target');
        expect(copied).toMatchObject({ container: home, name: 'target', sizeBytes: 7 });
        expect(decodeText(await driver.readObject(copied))).toBe('content');
        expect((await driver.getObject(home, 'target')).contentType).toBe(options.contentType);
        expect((await driver.listContainerObjects(home)).map((item) => item.name)).toEqual(['source', 'target']);
      },
    },
    {
      title: 'copies an object to another container, and leaves the source as it was',
      async run({ driver, container }) {
        const [home, other] = [await container(), await container()];
        const source = await driver.writeObject('content', home, 'source', options);
        const copied = await driver.copyObject(source, other, 'target');
        expect(copied.container).toBe(other);
        expect(decodeText(await driver.readObject({ container: other, name: 'target' }))).toBe('content');
        expect(decodeText(await driver.readObject(source))).toBe('content');
        expect((await driver.getObject(home, 'source')).contentType).toBe(options.contentType);
        await driver.deleteObject(source);
        expect(decodeText(await driver.readObject(copied))).toBe('content');
      },
    },
    {
      title: 'copies the user’s metadata',
      needs: 'userMetadata',
      async run({ driver, container }) {
        const home = await container();
        const source = await driver.writeObject('content', home, 'source', options);
        expect((await driver.copyObject(source, home, 'target')).metadata).toEqual(options.metadata);
        expect((await driver.getObject(home, 'target')).metadata).toEqual(options.metadata);
      },
    },
    {
      title: 'copies an empty object, and one that was uploaded in parts',
      async run({ driver, container }) {
        const home = await container();
        const empty = await driver.writeObject('', home, 'empty');
        expect(await driver.readObject(await driver.copyObject(empty, home, 'empty copy'))).toHaveLength(0);
        const long = pattern(LONG_BYTES);
        const source = await driver.uploadObjectViaStream([long], home, 'long', options);
        const copied = await driver.copyObject(source, home, 'long copy');
        expect(copied).toMatchObject({ sizeBytes: long.length, contentType: options.contentType });
        expectSameBytes(await driver.readObject(copied), long);
      },
    },
    {
      title: 'copies between any names',
      async run({ driver, container, storedNames }) {
        const [home, other] = [await container(), await container()];
        for (const name of storedNames) {
          await driver.writeObject(name, home, name);
          expect(await driver.copyObject({ container: home, name }, other, name)).toMatchObject({
            container: other,
            name,
          });
        }
        const listed = (await driver.listContainerObjects(other)).map((item) => item.name);
        expect(listed.toSorted()).toEqual(storedNames.toSorted());
        for (const name of storedNames)
          expect(decodeText(await driver.readObject({ container: other, name }))).toBe(name);
      },
    },
    {
      title: 'replaces an object of the target’s name, and its metadata',
      async run({ driver, container }) {
        const home = await container();
        const source = await driver.writeObject('new', home, 'source', { contentType: 'text/x-new' });
        await driver.writeObject('old and long', home, 'target', options);
        const copied = await driver.copyObject(source, home, 'target');
        expect(decodeText(await driver.readObject(copied))).toBe('new');
        expect(await driver.getObject(home, 'target')).toMatchObject({ contentType: 'text/x-new', metadata: {} });
      },
    },
    {
      title: 'copies an object onto itself without loss, or refuses to',
      async run({ driver, container, fails }) {
        const home = await container();
        const source = await driver.writeObject('content', home, 'object', options);
        let failure: unknown;
        await (async () => await driver.copyObject(source, home, 'object'))().catch((thrown: unknown) => {
          failure = thrown;
        });
        const code = ['invalid-argument', 'unsupported'] as const;
        if (failure) await fails(() => Promise.reject(failure), { code });
        expect(decodeText(await driver.readObject(source))).toBe('content');
        expect((await driver.getObject(home, 'object')).contentType).toBe(options.contentType);
      },
    },
    {
      title: 'gives the copy what the options name, and keeps the rest',
      async run({ driver, container }) {
        const home = await container();
        const source = await driver.writeObject('content', home, 'source', options);
        const copied = await driver.copyObject(source, home, 'typed', { contentType: 'text/x-other' });
        const kept = (await driver.getObject(home, 'source')).metadata;
        expect(copied).toMatchObject({ contentType: 'text/x-other', metadata: kept });
        expect(await driver.getObject(home, 'typed')).toMatchObject({ contentType: 'text/x-other', metadata: kept });
        expect(decodeText(await driver.readObject(copied))).toBe('content');
        expect((await driver.getObject(home, 'source')).contentType).toBe(options.contentType);
      },
    },
    {
      title: 'replaces the user’s metadata of the copy as a whole, and keeps its type',
      needs: 'userMetadata',
      async run({ driver, container }) {
        const home = await container();
        const source = await driver.writeObject('content', home, 'source', options);
        const { contentType } = options;
        const changed = await driver.copyObject(source, home, 'changed', { metadata: { Shape: 'round' } });
        expect(changed).toMatchObject({ contentType, metadata: { shape: 'round' } });
        expect((await driver.getObject(home, 'changed')).metadata).toEqual({ shape: 'round' });
        await driver.copyObject(source, home, 'bare', { metadata: {} });
        expect((await driver.getObject(home, 'bare')).metadata).toEqual({});
        expect((await driver.getObject(home, 'source')).metadata).toEqual(options.metadata);
      },
    },
    {
      title: 'says that a missing source is not found, and creates no target',
      async run({ driver, container, newName, fails }) {
        const home = await container();
        const missing = { code: 'not-found', details: { operation: 'copyObject' } } as const;
        const source = { container: home, name: 'missing' };
        await fails(() => driver.copyObject(source, home, 'target'), missing);
        await fails(() => driver.copyObject(source, home, 'target', options), missing);
        await fails(() => driver.copyObject({ container: newName(), name: 'object' }, home, 'target'), missing);
        expect(await driver.listContainerObjects(home)).toEqual([]);
      },
    },
    {
      title: 'says that a missing container of the target is not found',
      async run({ driver, containerWith, newName, fails }) {
        const source = { container: await containerWith(['object']), name: 'object' };
        const missing = { code: 'not-found', details: { operation: 'copyObject' } } as const;
        await fails(() => driver.copyObject(source, newName(), 'target'), missing);
        await fails(() => driver.copyObject(source, newName(), 'target', options), missing);
      },
    },
    {
      title: 'refuses wrong arguments, before anything is sent',
      async run({ driver, containerWith, failsUnsent }) {
        const home = await containerWith(['object']);
        const source = { container: home, name: 'object' };
        const invalid = { code: 'invalid-argument', details: { operation: 'copyObject' } } as const;
        for (const wrong of [undefined, null, 'object', { container: home }] as unknown as (typeof source)[]) {
          await failsUnsent(() => driver.copyObject(wrong, home, 'target'), invalid);
        }
        for (const wrong of [undefined, 5, ''] as unknown as string[]) {
          await failsUnsent(() => driver.copyObject(source, wrong, 'target'), invalid);
        }
        for (const wrong of [undefined, 5, ''] as unknown as string[]) {
          await failsUnsent(() => driver.copyObject(source, home, wrong), invalid);
        }
        await failsUnsent(() => driver.copyObject(source, home, 'target', { contentType: 'x\r\ny' }), invalid);
        expect(await driver.listContainerObjects(home)).toHaveLength(1);
      },
    },
  ],
};
