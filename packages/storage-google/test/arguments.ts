/** Swapped arguments: every message shows the correct call. */
import type { StorageKit, Suite } from '@isobar/conformance';
import { expect } from 'vitest';
import { googleSuite } from './google-kit.ts';

/** Cases about arguments. */
export const wrongArguments: Suite<StorageKit> = googleSuite('wrong arguments', [
  {
    title: 'are refused with the correct call, before anything is sent',
    async run({ containerWith, driver, failsUnsent }) {
      const home = await containerWith(['object']);
      const object = { container: home, name: 'object' };
      type Loose = Record<string, (...args: unknown[]) => unknown>;
      const { copyObject, deleteObjects, downloadObjectRange, readObject, updateObjectMetadata, uploadObject } =
        driver as unknown as Loose;
      const calls: readonly (readonly [(() => unknown) | undefined, field: string, call: string])[] = [
        [() => readObject?.(home, 'object'), 'object', 'readObject(object, options)'],
        [() => readObject?.({ container: home, name: 5 }), 'object.name', 'readObject(object, options)'],
        [
          () => uploadObject?.(home, 'object', '/file'),
          'filePath',
          'uploadObject(filePath, container, objectName, options)',
        ],
        [() => copyObject?.(object, 'object'), 'objectName', 'copyObject(object, container, objectName, options)'],
        [() => copyObject?.(object, object), 'container', 'copyObject(object, container, objectName, options)'],
        [
          () => downloadObjectRange?.(object, 0, 10),
          'destinationPath',
          'downloadObjectRange(object, destinationPath, startBytes, endBytes, options)',
        ],
        [() => deleteObjects?.(home, ['object']), 'objects', 'deleteObjects(objects, options)'],
        [() => updateObjectMetadata?.(object), 'changes', 'updateObjectMetadata(object, changes, options)'],
        [
          () => updateObjectMetadata?.(object, { contenttype: 'text/plain' }),
          'changes.contenttype',
          'updateObjectMetadata(object, changes, options)',
        ],
      ];
      for (const [attempt, field, call] of calls) {
        const failure = await failsUnsent(() => attempt?.(), { code: 'invalid-argument', details: { field } });
        expect(failure.message.endsWith(`. The call is ${call}`), failure.message).toBe(true);
      }
      expect(await driver.listContainerObjects(home)).toHaveLength(1);
    },
  },
]);
