/** Settings of containers: location, storage class, versions, lifecycle, pages of other origins. */
import type { AnyStorage, Script, StorageKit, Suite } from '@isobar/conformance';
import type { CorsRule, LifecycleRule } from '@isobar/storage-google';
import { expect } from 'vitest';
import { google } from './face.ts';

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
      title: 'tell where a container is',
      async run({ face, newName }) {
        const name = newName();
        await face.createContainer(name, { location: 'europe-west1' });
        expect(await google(face).exGetContainerLocation(name)).toBe('EUROPE-WEST1');
      },
    },
    {
      title: 'decide the storage class of new objects',
      async run({ face, containerWith }) {
        const home = await containerWith(['before']);
        expect(await google(face).exGetContainerStorageClass(home)).toBe('STANDARD');
        await google(face).exSetContainerStorageClass(home, 'NEARLINE');
        expect(await google(face).exGetContainerStorageClass(home)).toBe('NEARLINE');
        await face.writeObject('x', home, 'after');
        const classes = [];
        for (const name of ['before', 'after']) {
          classes.push((await google(face).getObject(home, name)).extra.storageClass);
        }
        expect(classes).toEqual(['STANDARD', 'NEARLINE']);
      },
    },
    {
      title: 'say whether old versions are kept',
      async run({ face, container }) {
        const home = await container();
        const seen = [await google(face).exGetContainerVersioning(home)];
        for (const enabled of [true, false]) {
          await google(face).exSetContainerVersioning(home, enabled);
          seen.push(await google(face).exGetContainerVersioning(home));
        }
        expect(seen).toEqual([false, true, false]);
      },
    },
    {
      title: 'keep rules of a lifecycle as they were given, and end them',
      async run({ face, container }) {
        const home = await container();
        expect(await google(face).exGetContainerLifecycle(home)).toEqual([]);
        await google(face).exSetContainerLifecycle(home, lifecycle);
        expect(await google(face).exGetContainerLifecycle(home)).toEqual(lifecycle);
        await google(face).exSetContainerLifecycle(home, []);
        expect(await google(face).exGetContainerLifecycle(home)).toEqual([]);
      },
    },
    {
      title: 'let pages of other origins in',
      async run({ face, container, requestUrl }) {
        const home = await container();
        expect(await google(face).exGetContainerCors(home)).toEqual([]);
        await google(face).exSetContainerCors(home, cors);
        expect(await google(face).exGetContainerCors(home)).toEqual(cors);
        await face.writeObject('x', home, 'object');
        const url = await face.presignObjectUrl({ container: home, name: 'object' });
        const allowed = async (origin: string) =>
          (await requestUrl({ method: 'GET', url, headers: { origin } })).headers['access-control-allow-origin'];
        expect([await allowed('https://app.example'), await allowed('https://other.example')]).toEqual([
          'https://app.example',
          undefined,
        ]);
      },
    },
    {
      title: 'are refused with the way to the field, before anything is sent',
      async run({ face, container, failsUnsent }) {
        const home = await container();
        const wrong = [...lifecycle.slice(0, 2), { action: { type: 'Delete' }, condition: { ageInDays: -1 } } as const];
        await failsUnsent(() => google(face).exSetContainerLifecycle(home, wrong), {
          code: 'invalid-argument',
          details: { operation: 'exSetContainerLifecycle', field: 'rules[2].condition.ageInDays' },
        });
        await failsUnsent(() => google(face).exSetContainerCors(home, [{ origins: ['*'], methods: ['get'] }]), {
          code: 'invalid-argument',
          details: { operation: 'exSetContainerCors', field: 'rules[0].methods[0]' },
        });
      },
    },
    {
      title: 'fail for a container that does not exist',
      async run({ face, newName, fails }) {
        const missing = newName();
        await fails(() => google(face).exGetContainerLocation(missing), { code: 'not-found' });
        await fails(() => google(face).exSetContainerLifecycle(missing, lifecycle), { code: 'not-found' });
        await fails(() => google(face).exSetContainerStorageClass(missing, 'NEARLINE'), { code: 'not-found' });
      },
    },
  ],
};

const prepare = (face: AnyStorage, { container }: { container: string }): unknown => face.createContainer(container);

/** The calls whose exchanges are compared. */
export const settingsScripts: readonly Script<AnyStorage>[] = [
  {
    title: 'settings of containers',
    prepare,
    async run(face, { container }) {
      await google(face).exSetContainerStorageClass(container, 'COLDLINE');
      await google(face).exSetContainerVersioning(container, true);
      await google(face).exSetContainerLifecycle(container, lifecycle);
      await google(face).exSetContainerCors(container, cors);
      return [
        await google(face).exGetContainerLocation(container),
        await google(face).exGetContainerStorageClass(container),
        await google(face).exGetContainerVersioning(container),
        await google(face).exGetContainerLifecycle(container),
        await google(face).exGetContainerCors(container),
      ];
    },
  },
  {
    title: 'exSetContainerLifecycle with a wrong rule',
    run: (face, { container }) =>
      google(face).exSetContainerLifecycle(container, [{ action: { type: 'Delete' }, condition: {} }]),
  },
];
