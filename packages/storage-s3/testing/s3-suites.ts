/** What S3 drivers do beyond the portable contract, against a service that can. */
import type { AnyStorage, DriverMembers, EitherKind, Script, StorageKit, Suite } from '@isobar/conformance';
import type { S3StorageOperations } from '@isobar/storage-s3';
import { expect } from 'vitest';

/** A driver of S3, for cases. */
type AnyS3 = EitherKind<S3StorageOperations> & DriverMembers;

function s3({ driver }: Pick<StorageKit, 'driver'>): AnyS3 {
  return driver as unknown as AnyS3;
}

/** Sends a form as a browser does. @returns The status. */
async function post(url: string, fields: Readonly<Record<string, string>>, file: string): Promise<number> {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  form.append('file', new Blob([file]), 'a file.txt');
  const response = await fetch(url, { method: 'POST', body: form });
  await response.arrayBuffer();
  return response.status;
}

/** Cases about settings, tags, versions and forms. */
export const s3Suites: readonly Suite<StorageKit>[] = [
  {
    title: 'settings of a bucket',
    cases: [
      {
        title: 'lifecycle rules are replaced and read back, and none is none',
        async run(kit) {
          const home = await kit.container();
          expect(await s3(kit).exGetContainerLifecycle(home)).toEqual([]);
          const rules = [
            { id: 'logs', enabled: true, prefix: 'logs/', expireAfterDays: 30 },
            { id: 'parts', enabled: false, prefix: 'x/', abortUploadsAfterDays: 7 },
          ];
          await s3(kit).exSetContainerLifecycle(home, rules);
          const found = await s3(kit).exGetContainerLifecycle(home);
          expect([...found].sort((one, other) => ((one.id ?? '') < (other.id ?? '') ? -1 : 1))).toEqual(rules);
          await s3(kit).exSetContainerLifecycle(home, []);
          expect(await s3(kit).exGetContainerLifecycle(home)).toEqual([]);
        },
      },
      {
        title: 'CORS rules are replaced and read back, and none is none',
        async run(kit) {
          const home = await kit.container();
          expect(await s3(kit).exGetContainerCors(home)).toEqual([]);
          const rules = [
            { origins: ['https://example.com'], methods: ['GET', 'PUT'], responseHeaders: ['etag'], maxAgeSeconds: 60 },
          ] as const;
          await s3(kit).exSetContainerCors(home, rules);
          expect(await s3(kit).exGetContainerCors(home)).toEqual(rules);
          await s3(kit).exSetContainerCors(home, []);
          expect(await s3(kit).exGetContainerCors(home)).toEqual([]);
        },
      },
      {
        title: 'wrong rules are refused with the path of the field, before anything is sent',
        async run(kit) {
          const home = await kit.container();
          const wrong = () => s3(kit).exSetContainerLifecycle(home, [{ expireAfterDays: 0 }]);
          await kit.failsUnsent(wrong, { code: 'invalid-argument', details: { field: 'rules[0].expireAfterDays' } });
          const nothing = () => s3(kit).exSetContainerLifecycle(home, [{ prefix: 'a' }]);
          await kit.failsUnsent(nothing, { code: 'invalid-argument', details: { field: 'rules[0]' } });
          const method = () => s3(kit).exSetContainerCors(home, [{ origins: ['*'], methods: ['PATCH' as 'GET'] }]);
          await kit.failsUnsent(method, { code: 'invalid-argument', details: { field: 'rules[0].methods[0]' } });
        },
      },
      {
        title: 'a bucket is somewhere',
        async run(kit) {
          expect(await s3(kit).exGetContainerLocation(await kit.container())).toMatch(/^[a-z0-9-]+$/);
        },
      },
    ],
  },
  {
    title: 'versions',
    cases: [
      {
        title: 'are kept, listed, read and deleted by id',
        async run(kit) {
          const home = await kit.container();
          expect(await s3(kit).exGetContainerVersioning(home)).toBe(false);
          await s3(kit).exSetContainerVersioning(home, true);
          expect(await s3(kit).exGetContainerVersioning(home)).toBe(true);
          for (const data of ['one', 'two']) await kit.driver.writeObject(data, home, 'a');
          const versions = await s3(kit).listContainerObjects(home, { versions: true });
          const [latest, old] = versions;
          expect(versions.map(({ extra }) => extra.isLatest)).toEqual([true, false]);
          const read = (versionId: string | undefined) =>
            s3(kit).readText({ container: home, name: 'a', ...(versionId !== undefined && { versionId }) });
          expect([
            await read(undefined),
            await read(latest?.extra.versionId),
            await read(old?.extra.versionId),
          ]).toEqual(['two', 'two', 'one']);
          await s3(kit).deleteObject({ container: home, name: 'a' });
          const marked = await s3(kit).listContainerObjects(home, { versions: true });
          expect(marked.map(({ extra }) => extra.isDeleteMarker === true).sort()).toEqual([false, false, true]);
          for (const { extra } of marked) {
            await s3(kit).deleteObject({ container: home, name: 'a' }, { versionId: extra.versionId as string });
          }
          expect(await s3(kit).listContainerObjects(home, { versions: true })).toEqual([]);
        },
      },
    ],
  },
  {
    title: 'tags and access',
    cases: [
      {
        title: 'tags are set with an object, replaced and removed',
        async run(kit) {
          const home = await kit.container();
          const object = { container: home, name: 'a' };
          await s3(kit).writeObject('x', home, 'a', { tags: { colour: 'blue + green', sum: '1+1=2' } });
          expect(await s3(kit).exGetObjectTags(object)).toEqual({ colour: 'blue + green', sum: '1+1=2' });
          await s3(kit).exSetObjectTags(object, { a: 'x/y@z' });
          expect(await s3(kit).exGetObjectTags(object)).toEqual({ a: 'x/y@z' });
          await s3(kit).exSetObjectTags(object, {});
          expect(await s3(kit).exGetObjectTags(object)).toEqual({});
        },
      },
      {
        title: 'a canned access control list takes effect',
        async run(kit) {
          const home = await kit.container();
          const object = { container: home, name: 'a' };
          await s3(kit).writeObject('x', home, 'a', { cannedAcl: 'public-read' });
          const [url = ''] = (await kit.driver.presignObjectUrl(object)).split('?');
          const open = async () => (await kit.requestUrl({ method: 'GET', url })).status;
          const seen = [await open()];
          await s3(kit).exSetObjectAcl(object, 'private');
          expect([...seen, await open()]).toEqual([200, 403]);
        },
      },
    ],
  },
  {
    title: 'forms',
    cases: [
      {
        title: 'let a stranger upload what they allow, and nothing else',
        async run(kit) {
          const home = await kit.container();
          const form = await s3(kit).exPresignPostForm(home, {
            // biome-ignore lint/suspicious/noTemplateCurlyInString: the service's placeholder
            objectName: 'in/${filename}',
            maxBytes: 10,
            contentType: 'text/plain',
            metadata: { from: 'a form' },
          });
          expect(await post(form.url, form.fields, '0123456789')).toBe(204);
          expect(await kit.driver.getObject(home, 'in/a file.txt')).toMatchObject({
            sizeBytes: 10,
            contentType: 'text/plain',
            metadata: { from: 'a form' },
          });
          expect(await post(form.url, form.fields, '0123456789+')).toBeGreaterThanOrEqual(400);
          expect(await post(form.url, { ...form.fields, key: 'elsewhere' }, 'x')).toBe(403);
          expect((await kit.driver.listContainerObjects(home)).map(({ name }) => name)).toEqual(['in/a file.txt']);
        },
      },
    ],
  },
];

type Call = (driver: AnyS3, container: string) => unknown;

const calls: Readonly<Record<string, Call>> = {
  'the location': (driver, home) => driver.exGetContainerLocation(home),
  async versioning(driver, home) {
    await driver.exSetContainerVersioning(home, true);
    return await driver.exGetContainerVersioning(home);
  },
  async 'lifecycle rules'(driver, home) {
    await driver.exSetContainerLifecycle(home, [{ id: 'logs', enabled: true, prefix: 'logs/', expireAfterDays: 30 }]);
    return await driver.exGetContainerLifecycle(home);
  },
  'setting CORS rules': (driver, home) =>
    driver.exSetContainerCors(home, [{ origins: ['https://example.com'], methods: ['GET'] }]),
  'reading CORS rules': (driver, home) => driver.exGetContainerCors(home),
  'access to a bucket': (driver, home) => driver.exSetContainerAcl(home, 'private'),
  'access to an object': (driver, home) => driver.exSetObjectAcl({ container: home, name: 'a' }, 'private'),
  'setting tags': (driver, home) => driver.exSetObjectTags({ container: home, name: 'a' }, { colour: 'blue' }),
  'reading tags': (driver, home) => driver.exGetObjectTags({ container: home, name: 'a' }),
  'a form': async (driver, home) =>
    Object.keys((await driver.exPresignPostForm(home, { objectName: 'a', expiresInSeconds: 60 })).fields),
};

/** Scripts for the parity test. A service without a setting must refuse it in the same words in each driver. */
export const s3Scripts: readonly Script<AnyStorage>[] = Object.entries(calls).map(([title, run]) => ({
  title,
  prepare: (driver, { container }) => driver.createContainer(container),
  run: (driver, { container }) => run(s3({ driver }), container),
}));
