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
      async run({ driver, newName }) {
        const name = newName();
        expectPlainData(await driver.createContainer(name));
        expectPlainData(await driver.getContainer(name));
        expectPlainData((await driver.listContainers()).find((item) => item.name === name));
      },
    },
    {
      title: 'gives objects as plain data',
      async run({ driver, container }) {
        const home = await container();
        expectPlainData(await driver.writeObject('x', home, 'object'));
        expectPlainData(await driver.uploadObjectViaStream(['x'], home, 'object'));
        expectPlainData(await driver.getObject(home, 'object'));
        expectPlainData(await driver.listContainerObjects(home));
      },
    },
    {
      title: 'gives pages as plain data',
      async run({ driver, containerWith }) {
        const home = await containerWith(['a', 'b', 'c']);
        for (const page of await itemsOf(driver.iterateContainerObjects(home, { pageSize: 2 }).pages())) {
          expectPlainData(page);
        }
      },
    },
    {
      title: 'gives downloaded files as plain data',
      async run({ driver, containerWith, folder }) {
        const object = { container: await containerWith(['object']), name: 'object' };
        expectPlainData(await driver.downloadObject(object, join(await folder(), 'file')));
      },
    },
    {
      title: 'gives the same object in each look-up',
      async run({ driver, containerWith }) {
        const home = await containerWith(['object']);
        expect(await driver.getObject(home, 'object')).toEqual(await driver.getObject(home, 'object'));
        expect(await driver.listContainerObjects(home)).toEqual(await driver.listContainerObjects(home));
      },
    },
  ],
};
