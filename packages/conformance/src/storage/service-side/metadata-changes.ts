/** Changes of an object's type, headers and metadata. Its bytes stay. */
import { expect } from 'vitest';
import { decodeText } from '../../bytes.ts';
import type { Suite } from '../../case.ts';
import type { StorageKit } from '../storage-kit.ts';

const options = { contentType: 'text/x-own', metadata: { colour: 'blue', size: 'small' } };

/** Cases about changes of type, headers and metadata. */
export const metadataChanges: Suite<StorageKit> = {
  title: 'metadata changes',
  cases: [
    {
      title: 'changes the type, and keeps the bytes',
      proof: true,
      async run({ driver, container }) {
        const home = await container();
        const object = await driver.writeObject('content', home, 'object', { contentType: options.contentType });
        const changed = await driver.updateObjectMetadata(object, { contentType: 'text/x-other' });
        expect(changed).toMatchObject({ container: home, name: 'object', sizeBytes: 7, contentType: 'text/x-other' });
        expect((await driver.getObject(home, 'object')).contentType).toBe('text/x-other');
        expect(decodeText(await driver.readObject(object))).toBe('content');
        expect(await driver.listContainerObjects(home)).toHaveLength(1);
      },
    },
    {
      title: 'keeps the user’s metadata when only the type changes',
      needs: 'userMetadata',
      async run({ driver, container }) {
        const home = await container();
        const object = await driver.writeObject('content', home, 'object', options);
        await driver.updateObjectMetadata(object, { contentType: 'text/x-other', cacheControl: 'no-store' });
        expect((await driver.getObject(home, 'object')).metadata).toEqual(options.metadata);
      },
    },
    {
      title: 'replaces the user’s metadata as a whole, and keeps the type',
      needs: 'userMetadata',
      async run({ driver, container }) {
        const home = await container();
        const object = await driver.writeObject('content', home, 'object', options);
        const changed = await driver.updateObjectMetadata(object, { metadata: { Shape: 'round' } });
        expect(changed.metadata).toEqual({ shape: 'round' });
        const found = await driver.getObject(home, 'object');
        expect(found).toMatchObject({ contentType: options.contentType, sizeBytes: 7 });
        expect(found.metadata).toEqual({ shape: 'round' });
        await driver.updateObjectMetadata(object, { metadata: {} });
        expect((await driver.getObject(home, 'object')).metadata).toEqual({});
        expect(decodeText(await driver.readObject(object))).toBe('content');
      },
    },
    {
      title: 'keeps everything when nothing is to change',
      async run({ driver, container }) {
        const home = await container();
        const object = await driver.writeObject('content', home, 'object', options);
        const { contentType, metadata } = await driver.getObject(home, 'object');
        expect(await driver.updateObjectMetadata(object, {})).toMatchObject({ contentType, metadata, sizeBytes: 7 });
        expect(await driver.getObject(home, 'object')).toMatchObject({ contentType, metadata });
      },
    },
    {
      title: 'changes the same object again and again',
      async run({ driver, container }) {
        const home = await container();
        const object = await driver.writeObject('content', home, 'object');
        for (const contentType of ['text/x-1', 'text/x-2', 'text/x-3']) {
          await driver.updateObjectMetadata(object, { contentType });
          expect((await driver.getObject(home, 'object')).contentType).toBe(contentType);
        }
      },
    },
    {
      title: 'changes objects of any name',
      async run({ driver, container, storedNames }) {
        const home = await container();
        for (const name of storedNames.filter((_, index) => index % 3 === 0)) {
          await driver.writeObject(name, home, name);
          await driver.updateObjectMetadata({ container: home, name }, { contentType: 'text/x-own' });
          expect(await driver.getObject(home, name)).toMatchObject({ name, contentType: 'text/x-own' });
        }
      },
    },
    {
      title: 'says that a missing object is not found, and creates none',
      async run({ driver, container, newName, fails }) {
        const home = await container();
        const missing = (name: string) =>
          ({ code: 'not-found', details: { operation: 'updateObjectMetadata', container: name } }) as const;
        await fails(() => driver.updateObjectMetadata({ container: home, name: 'missing' }, options), missing(home));
        const nowhere = newName();
        await fails(
          () => driver.updateObjectMetadata({ container: nowhere, name: 'object' }, options),
          missing(nowhere),
        );
        expect(await driver.listContainerObjects(home)).toEqual([]);
      },
    },
    {
      title: 'refuses changes that no header can carry, before anything is sent',
      async run({ driver, containerWith, failsUnsent }) {
        const object = { container: await containerWith(['object']), name: 'object' };
        for (const field of ['contentType', 'contentDisposition', 'contentLanguage', 'cacheControl']) {
          const change = () => driver.updateObjectMetadata(object, { [field]: 'x\r\nx-injected: 1' });
          await failsUnsent(change, { code: 'invalid-argument', details: { field } });
        }
        const injecting = () => driver.updateObjectMetadata(object, { metadata: { key: 'x\ny' } });
        await failsUnsent(injecting, { code: 'invalid-argument' });
      },
    },
  ],
};
