/** Errors: each names the provider, the operation and the subject, with the same text in every driver. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isCloudError } from '@isobar/core';
import { expect } from 'vitest';
import { collect } from '../bytes.ts';
import type { Case, Suite } from '../case.ts';
import type { AnyStorage } from '../driver.ts';
import type { StorageKit } from './storage-kit.ts';

/** A call that fails because something is missing, and the operation that its error must name. */
function names(operation: keyof AnyStorage, call: (kit: StorageKit, home: string) => unknown): Case<StorageKit> {
  return {
    title: `names ${operation}`,
    async run(kit) {
      const home = kit.newName();
      const details = { operation, container: home };
      const failure = await kit.fails(() => call(kit, home), { code: 'not-found', details });
      expect(failure).toBeInstanceOf(Error);
      expect(failure.message.length, 'length of the message').toBeGreaterThan(10);
      expect(failure.message).toContain(home);
    },
  };
}

const object = (container: string) => ({ container, name: 'object' });

/** Cases about errors. */
export const errors: Suite<StorageKit> = {
  title: 'errors',
  cases: [
    names('getContainer', ({ driver }, home) => driver.getContainer(home)),
    names('deleteContainer', ({ driver }, home) => driver.deleteContainer(home)),
    names('listContainerObjects', ({ driver }, home) => driver.listContainerObjects(home)),
    names('iterateContainerObjects', ({ driver }, home) => driver.iterateContainerObjects(home).toArray()),
    names('getObject', ({ driver }, home) => driver.getObject(home, 'object')),
    names('writeObject', ({ driver }, home) => driver.writeObject('x', home, 'object')),
    names('uploadObjectViaStream', ({ driver }, home) => driver.uploadObjectViaStream(['x'], home, 'object')),
    names('uploadObject', async ({ driver, folder }, home) => {
      const path = join(await folder(), 'file');
      await writeFile(path, 'x');
      return driver.uploadObject(path, home, 'object');
    }),
    names('readObject', ({ driver }, home) => driver.readObject(object(home))),
    names('copyObject', ({ driver }, home) => driver.copyObject(object(home), home, 'copy')),
    names('moveObject', ({ driver }, home) => driver.moveObject(object(home), home, 'other')),
    names('updateObjectMetadata', ({ driver }, home) => driver.updateObjectMetadata(object(home), { metadata: {} })),
    names('deleteObject', ({ driver }, home) => driver.deleteObject(object(home))),
    names('downloadObjectAsStream', ({ driver }, home) => collect(driver.downloadObjectAsStream(object(home)))),
    names('downloadObjectRangeAsStream', ({ driver }, home) =>
      collect(driver.downloadObjectRangeAsStream(object(home), 0, 1)),
    ),
    names('downloadObject', async ({ driver, folder }, home) =>
      driver.downloadObject(object(home), join(await folder(), 'file')),
    ),
    names('downloadObjectRange', async ({ driver, folder }, home) =>
      driver.downloadObjectRange(object(home), join(await folder(), 'file'), 0, 1),
    ),
    {
      title: 'names operation and argument when an argument is wrong',
      everyDesign: true,
      async run({ driver, fails }) {
        const details = { operation: 'getContainer' };
        await fails(() => driver.getContainer(5 as unknown as string), { code: 'invalid-argument', details });
        const range = () => collect(driver.downloadObjectRangeAsStream(object('container'), -1));
        await fails(range, { code: 'invalid-argument', details: { field: 'startBytes' } });
      },
    },
    {
      title: 'gives errors that are recognised after JSON and in another thread',
      async run({ driver, newName, fails }) {
        const failure = await fails(() => driver.getContainer(newName()), { code: 'not-found' });
        const plain: unknown = JSON.parse(JSON.stringify(failure));
        expect(isCloudError(plain, 'not-found')).toBe(true);
        expect(structuredClone(plain)).toMatchObject({ message: failure.message, details: failure.details });
      },
    },
    {
      title: 'gives the status of the response',
      about: 'http',
      async run({ driver, newName, fails }) {
        await fails(() => driver.getContainer(newName()), { code: 'not-found', details: { status: 404 } });
      },
    },
    {
      title: 'points the stack at the program, not only at the library',
      everyDesign: true,
      async run({ driver, newName, fails }) {
        const name = newName();
        async function programLine(): Promise<unknown> {
          return await driver.getContainer(name);
        }
        const failure = await fails(programLine, { code: 'not-found' });
        expect(failure.stack).toContain('programLine');
      },
    },
  ],
};
