/** Errors: every failing call says who failed, where, and on what, in the same words in every face. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isCloudError } from '@isobar/core';
import { expect } from 'vitest';
import { collect } from '../bytes.ts';
import type { Case, Suite } from '../case.ts';
import type { AnyStorage } from '../face.ts';
import type { StorageKit } from './storage-kit.ts';

/** A call that fails because the object is missing, under the name that its error must give. */
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
    names('getContainer', ({ face }, home) => face.getContainer(home)),
    names('deleteContainer', ({ face }, home) => face.deleteContainer(home)),
    names('listContainerObjects', ({ face }, home) => face.listContainerObjects(home)),
    names('iterateContainerObjects', ({ face }, home) => face.iterateContainerObjects(home).toArray()),
    names('getObject', ({ face }, home) => face.getObject(home, 'object')),
    names('writeObject', ({ face }, home) => face.writeObject('x', home, 'object')),
    names('uploadObjectViaStream', ({ face }, home) => face.uploadObjectViaStream(['x'], home, 'object')),
    names('uploadObject', async ({ face, folder }, home) => {
      const path = join(await folder(), 'file');
      await writeFile(path, 'x');
      return face.uploadObject(path, home, 'object');
    }),
    names('readObject', ({ face }, home) => face.readObject(object(home))),
    names('deleteObject', ({ face }, home) => face.deleteObject(object(home))),
    names('downloadObjectAsStream', ({ face }, home) => collect(face.downloadObjectAsStream(object(home)))),
    names('downloadObjectRangeAsStream', ({ face }, home) =>
      collect(face.downloadObjectRangeAsStream(object(home), 0, 1)),
    ),
    names('downloadObject', async ({ face, folder }, home) =>
      face.downloadObject(object(home), join(await folder(), 'file')),
    ),
    names('downloadObjectRange', async ({ face, folder }, home) =>
      face.downloadObjectRange(object(home), join(await folder(), 'file'), 0, 1),
    ),
    {
      title: 'names operation and argument when an argument is wrong',
      everyDesign: true,
      async run({ face, fails }) {
        const details = { operation: 'getContainer' };
        await fails(() => face.getContainer(5 as unknown as string), { code: 'invalid-argument', details });
        const range = () => collect(face.downloadObjectRangeAsStream(object('container'), -1));
        await fails(range, { code: 'invalid-argument', details: { field: 'startBytes' } });
      },
    },
    {
      title: 'gives errors that are recognised after JSON and in another thread',
      async run({ face, newName, fails }) {
        const failure = await fails(() => face.getContainer(newName()), { code: 'not-found' });
        const plain: unknown = JSON.parse(JSON.stringify(failure));
        expect(isCloudError(plain, 'not-found')).toBe(true);
        expect(structuredClone(plain)).toMatchObject({ message: failure.message, details: failure.details });
      },
    },
    {
      title: 'gives the status of the answer',
      async run({ face, newName, fails }) {
        await fails(() => face.getContainer(newName()), { code: 'not-found', details: { status: 404 } });
      },
    },
    {
      title: 'points the stack at the program, not only at the library',
      everyDesign: true,
      async run({ face, newName, fails }) {
        const name = newName();
        async function programLine(): Promise<unknown> {
          return await face.getContainer(name);
        }
        const failure = await fails(programLine, { code: 'not-found' });
        expect(failure.stack).toContain('programLine');
      },
    },
  ],
};
