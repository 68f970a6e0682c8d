/** Models are plain data: they can be logged, cloned, compared, and sent to a worker. */
import { join } from 'node:path';
import { expect } from 'vitest';
import { itemsOf } from '../bytes.ts';
import type { Suite } from '../case.ts';
import { expectPlainData } from '../plain-data.ts';
import type { StorageKit } from './storage-kit.ts';

/** Cases about models. */
export const models: Suite<StorageKit> = {
  title: 'models',
  cases: [
    {
      title: 'gives containers as plain data',
      async run({ face, newName }) {
        const name = newName();
        expectPlainData(await face.createContainer(name));
        expectPlainData(await face.getContainer(name));
        expectPlainData((await face.listContainers()).find((item) => item.name === name));
      },
    },
    {
      title: 'gives objects as plain data',
      async run({ face, container }) {
        const home = await container();
        expectPlainData(await face.writeObject('x', home, 'object'));
        expectPlainData(await face.uploadObjectViaStream(['x'], home, 'object'));
        expectPlainData(await face.getObject(home, 'object'));
        expectPlainData(await face.listContainerObjects(home));
      },
    },
    {
      title: 'gives pages as plain data',
      async run({ face, containerWith }) {
        const home = await containerWith(['a', 'b', 'c']);
        for (const page of await itemsOf(face.iterateContainerObjects(home, { pageSize: 2 }).pages())) {
          expectPlainData(page);
        }
      },
    },
    {
      title: 'gives downloaded files as plain data',
      async run({ face, containerWith, folder }) {
        const object = { container: await containerWith(['object']), name: 'object' };
        expectPlainData(await face.downloadObject(object, join(await folder(), 'file')));
      },
    },
    {
      title: 'gives the same object in each look-up',
      async run({ face, containerWith }) {
        const home = await containerWith(['object']);
        expect(await face.getObject(home, 'object')).toEqual(await face.getObject(home, 'object'));
        expect(await face.listContainerObjects(home)).toEqual(await face.listContainerObjects(home));
      },
    },
  ],
};
