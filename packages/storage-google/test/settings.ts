/** Settings of containers: location, storage class, versions, lifecycle, pages of other origins. */
import type { AnyStorage, Script, StorageKit, Suite } from '@isobar/conformance';
import type { CorsRule, LifecycleRule } from '@isobar/storage-google';
import { expect } from 'vitest';
import { google } from './driver.ts';

const lifecycle: readonly LifecycleRule[] = [
  {
    action: { type: 'SetStorageClass', storageClass: 'NEARLINE' },
    condition: {
      ageInDays: 30,
      createdBefore: new Date('2027-01-01T00:00:00Z'),
      isLive: true,
      matchesStorageClass: ['STANDARD'],
    },
  },
  { action: { type: 'Delete' }, condition: { numberOfNewerVersions: 3 } },
  { action: { type: 'AbortIncompleteMultipartUpload' }, condition: { ageInDays: 7 } },
];
const cors: readonly CorsRule[] = [
  { origins: ['https://app.example'], methods: ['GET', 'PUT'], responseHeaders: ['etag'], maxAgeSeconds: 600 },
];

/** Cases about settings of containers. */
export const settings: Suite<StorageKit> = {
  title: 'settings of containers',
  cases: [
    {
      title: 'include the location',
      async run({ driver, newName }) {
        const name = newName();
        await driver.createContainer(name, { location: 'europe-west1' });
        expect(await google(driver).exGetContainerLocation(name)).toBe('EUROPE-WEST1');
      },
    },
    {
      title: 'decide the storage class of new objects',
      async run({ driver, containerWith }) {
        const home = await containerWith(['before']);
        expect(await google(driver).exGetContainerStorageClass(home)).toBe('STANDARD');
        await google(driver).exSetContainerStorageClass(home, 'NEARLINE');
        expect(await google(driver).exGetContainerStorageClass(home)).toBe('NEARLINE');
        await driver.writeObject('x', home, 'after');
        const classes = [];
        for (const name of ['before', 'after']) {
          classes.push((await google(driver).getObject(home, name)).extra.storageClass);
        }
        expect(classes).toEqual(['STANDARD', 'NEARLINE']);
      },
    },
    {
      title: 'include versioning',
      async run({ driver, container }) {
        const home = await container();
        const seen = [await google(driver).exGetContainerVersioning(home)];
        for (const enabled of [true, false]) {
          await google(driver).exSetContainerVersioning(home, enabled);
          seen.push(await google(driver).exGetContainerVersioning(home));
        }
        expect(seen).toEqual([false, true, false]);
      },
    },
    {
      title: 'store lifecycle rules unchanged, and remove them',
      async run({ driver, container }) {
        const home = await container();
        expect(await google(driver).exGetContainerLifecycle(home)).toEqual([]);
        await google(driver).exSetContainerLifecycle(home, lifecycle);
        expect(await google(driver).exGetContainerLifecycle(home)).toEqual(lifecycle);
        await google(driver).exSetContainerLifecycle(home, []);
        expect(await google(driver).exGetContainerLifecycle(home)).toEqual([]);
      },
    },
    {
      title: 'allow pages of other origins',
      async run({ driver, container, requestUrl }) {
        const home = await container();
        expect(await google(driver).exGetContainerCors(home)).toEqual([]);
        await google(driver).exSetContainerCors(home, cors);
        expect(await google(driver).exGetContainerCors(home)).toEqual(cors);
        await driver.writeObject('x', home, 'object');
        const url = await driver.presignObjectUrl({ container: home, name: 'object' });
        const allowed = async (origin: string) =>
          (await requestUrl({ method: 'GET', url, headers: { origin } })).headers['access-control-allow-origin'];
        expect([await allowed('https://app.example'), await allowed('https://other.example')]).toEqual([
          'https://app.example',
          undefined,
        ]);
      },
    },
    {
      title: 'are refused with the path of the field, before anything is sent',
      async run({ driver, container, failsUnsent }) {
        const home = await container();
        const wrong = [...lifecycle.slice(0, 2), { action: { type: 'Delete' }, condition: { ageInDays: -1 } } as const];
        await failsUnsent(() => google(driver).exSetContainerLifecycle(home, wrong), {
          code: 'invalid-argument',
          details: { operation: 'exSetContainerLifecycle', field: 'rules[2].condition.ageInDays' },
        });
        await failsUnsent(() => google(driver).exSetContainerCors(home, [{ origins: ['*'], methods: ['get'] }]), {
          code: 'invalid-argument',
          details: { operation: 'exSetContainerCors', field: 'rules[0].methods[0]' },
        });
      },
    },
    {
      title: 'fail for a container that does not exist',
      async run({ driver, newName, fails }) {
        const missing = newName();
        await fails(() => google(driver).exGetContainerLocation(missing), { code: 'not-found' });
        await fails(() => google(driver).exSetContainerLifecycle(missing, lifecycle), { code: 'not-found' });
        await fails(() => google(driver).exSetContainerStorageClass(missing, 'NEARLINE'), { code: 'not-found' });
      },
    },
  ],
};

const prepare = (driver: AnyStorage, { container }: { container: string }): unknown =>
  driver.createContainer(container);

/** The calls whose exchanges are compared. */
export const settingsScripts: readonly Script<AnyStorage>[] = [
  {
    title: 'settings of containers',
    prepare,
    async run(driver, { container }) {
      await google(driver).exSetContainerStorageClass(container, 'COLDLINE');
      await google(driver).exSetContainerVersioning(container, true);
      await google(driver).exSetContainerLifecycle(container, lifecycle);
      await google(driver).exSetContainerCors(container, cors);
      return [
        await google(driver).exGetContainerLocation(container),
        await google(driver).exGetContainerStorageClass(container),
        await google(driver).exGetContainerVersioning(container),
        await google(driver).exGetContainerLifecycle(container),
        await google(driver).exGetContainerCors(container),
      ];
    },
  },
  {
    title: 'exSetContainerLifecycle with a wrong rule',
    run: (driver, { container }) =>
      google(driver).exSetContainerLifecycle(container, [{ action: { type: 'Delete' }, condition: {} }]),
  },
];
