/** The calls whose exchanges are compared: work within the service, and large files. */
import { open as openFile } from 'node:fs/promises';
import { join } from 'node:path';
import { itemsOf, LONG_BYTES, MIB, pattern, pieces } from '../bytes.ts';
import type { AnyStorage } from '../driver.ts';
import { oddName, prepare, uploadOptions, withObjects } from './scenes.ts';
import type { Script } from './script.ts';

/** The parts of a signed URL that do not depend on the time. */
function shapeOf(url: string): readonly string[] {
  const [place = '', query = ''] = url.split('?');
  return [place, ...query.split('&').map((parameter) => parameter.replace(/(date|signature)=.*/i, '$1'))];
}

/** One script for each operation, and for each way in which it is called or fails. */
export const serviceSideScripts: readonly Script<AnyStorage>[] = [
  {
    title: 'copyObject',
    prepare: withObjects,
    run: async (driver, { container }) =>
      (await driver.copyObject({ container, name: oddName }, container, `copy of ${oddName}`)).sizeBytes,
  },
  {
    title: 'copyObject with changes',
    prepare: withObjects,
    run: async (driver, { container }) => {
      const { contentType, metadata } = await driver.copyObject(
        { container, name: 'a' },
        container,
        'copy',
        uploadOptions,
      );
      return { contentType, metadata };
    },
  },
  {
    title: 'copyObject of a missing one',
    prepare,
    run: (driver, { container }) => driver.copyObject({ container, name: 'missing' }, container, 'copy'),
  },
  {
    title: 'copyObject to a missing container',
    prepare: withObjects,
    run: (driver, { container }) => driver.copyObject({ container, name: 'a' }, `${container}-none`, 'copy'),
  },
  {
    title: 'copyObject while the service is unavailable',
    prepare: withObjects,
    faults: { fault: { kind: 'status', status: 503 }, times: 2 },
    run: async (driver, { container }) =>
      (await driver.copyObject({ container, name: 'a' }, container, 'copy')).sizeBytes,
  },
  {
    title: 'copyObject to a name that must be free',
    prepare: withObjects,
    run: (driver, { container }) => driver.copyObject({ container, name: 'a' }, container, 'c', { ifAbsent: true }),
  },
  {
    title: 'moveObject',
    prepare: withObjects,
    run: async (driver, { container }) => {
      const { sizeBytes } = await driver.moveObject({ container, name: oddName }, container, `moved ${oddName}`);
      return [sizeBytes, (await driver.listContainerObjects(container)).map(({ name }) => name)];
    },
  },
  {
    title: 'moveObject with changes, to a name that must be free',
    prepare: withObjects,
    run: async (driver, { container }) => {
      const options = { ...uploadOptions, ifAbsent: true } as const;
      const { contentType, metadata } = await driver.moveObject({ container, name: 'a' }, container, 'new', options);
      return { contentType, metadata };
    },
  },
  {
    title: 'moveObject onto itself',
    prepare: withObjects,
    run: (driver, { container }) => driver.moveObject({ container, name: 'a' }, container, 'a'),
  },
  {
    title: 'moveObject to a missing container',
    prepare: withObjects,
    run: (driver, { container }) => driver.moveObject({ container, name: 'a' }, `${container}-none`, 'moved'),
  },
  {
    title: 'updateObjectMetadata',
    prepare: withObjects,
    run: async (driver, { container }) => {
      const { contentType, metadata } = await driver.updateObjectMetadata({ container, name: oddName }, uploadOptions);
      return { contentType, metadata };
    },
  },
  {
    title: 'updateObjectMetadata of a version',
    prepare: withObjects,
    run: async (driver, { container }) => {
      const { version: ifVersion = '' } = await driver.getObject(container, 'a');
      return (await driver.updateObjectMetadata({ container, name: 'a' }, uploadOptions, { ifVersion })).contentType;
    },
  },
  {
    title: 'updateObjectMetadata of a missing one',
    prepare,
    run: (driver, { container }) => driver.updateObjectMetadata({ container, name: 'missing' }, uploadOptions),
  },
  {
    title: 'deleteObjects',
    prepare: withObjects,
    run: (driver, { container }) =>
      driver.deleteObjects(['a', 'missing', oddName, 'b/1'].map((name) => ({ container, name }))),
  },
  {
    title: 'deleteObjects of more than one request holds',
    prepare: withObjects,
    run: async (driver, { container }) => {
      const names = Array.from({ length: 1001 }, (_, index) => `missing-${index}`);
      const { deleted, failed } = await driver.deleteObjects(names.map((name) => ({ container, name })));
      return [deleted.length, failed.length];
    },
  },
  { title: 'deleteObjects of none', run: (driver) => driver.deleteObjects([]) },
  {
    title: 'deleteObjects with a wrong name at the end',
    prepare: withObjects,
    run: (driver, { container }) => driver.deleteObjects(['a', ''].map((name) => ({ container, name }))),
  },
  {
    title: 'presignObjectUrl',
    needs: 'presignedUrls',
    run: async (driver, { container }) => shapeOf(await driver.presignObjectUrl({ container, name: oddName })),
  },
  {
    title: 'presignObjectUrl with options',
    needs: 'presignedUrls',
    run: async (driver, { container }) => {
      const options = { method: 'PUT', expiresInSeconds: 60, contentType: 'text/x-own' } as const;
      return shapeOf(await driver.presignObjectUrl({ container, name: 'a' }, options));
    },
  },
  {
    title: 'presignObjectUrl for too long',
    needs: 'presignedUrls',
    run: (driver, { container }) =>
      driver.presignObjectUrl({ container, name: 'a' }, { expiresInSeconds: Number.POSITIVE_INFINITY }),
  },
  {
    title: 'iterateMultipartUploads',
    prepare: withObjects,
    run: (driver, { container }) => itemsOf(driver.iterateMultipartUploads(container, { prefix: 'a' })),
  },
  {
    title: 'iterateMultipartUploads of a missing container',
    run: (driver, { container }) => driver.iterateMultipartUploads(container).toArray(),
  },
  {
    title: 'abortMultipartUpload of a missing one',
    prepare,
    run: (driver, { container }) => driver.abortMultipartUpload({ container, name: 'a', uploadId: 'none' }),
  },
  {
    title: 'uploadObject of a large file',
    prepare,
    unordered: true,
    async run(driver, { container, folder }) {
      const path = join(folder, 'large');
      const file = await openFile(path, 'w');
      await file.truncate(65 * MIB);
      await file.close();
      return (await driver.uploadObject(path, container, 'large', uploadOptions)).sizeBytes;
    },
  },
  {
    title: 'uploadObjectViaStream of a long source to a missing container',
    run: (driver, { container }) => driver.uploadObjectViaStream(pieces(pattern(LONG_BYTES), MIB), container, 'object'),
  },
];
