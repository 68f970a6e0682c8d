/** Access control: lists, single grants, and the permissions of the key in use. */
import type { AnyStorage, Script, StorageKit, Suite } from '@isobar/conformance';
import type { Emulator } from '@isobar/emulator';
import type { AclEntry } from '@isobar/storage-google';
import { expect } from 'vitest';
import { google } from './driver.ts';

const entries: readonly AclEntry[] = [
  { scope: { type: 'UserByEmail', emailAddress: 'jane&co@example.com' }, permission: 'FULL_CONTROL' },
  { scope: { type: 'GroupByDomain', domain: 'example.com' }, permission: 'READ' },
  { scope: { type: 'AllUsers' }, permission: 'READ' },
];

/** Cases about access; `guest` is another account of the service, without rights of its own. */
export function access(guest: Emulator['guest']): Suite<StorageKit> {
  const asGuest = ({ open }: StorageKit) => google(open({ key: guest.accessKey, secret: guest.secret }));
  const entity = `user-${guest.email}`;
  return {
    title: 'access',
    cases: [
      {
        title: 'lists of a container, of its new objects and of an object round-trip',
        async run({ driver, containerWith }) {
          const home = await containerWith(['a/b é']);
          const object = { container: home, name: 'a/b é' };
          await google(driver).exSetContainerAcl(home, entries);
          await google(driver).exSetDefaultObjectAcl(home, entries.slice(1));
          await google(driver).exSetObjectAcl(object, entries.slice(2));
          expect((await google(driver).exGetContainerAcl(home)).entries).toEqual(entries);
          expect((await google(driver).exGetDefaultObjectAcl(home)).entries).toEqual(entries.slice(1));
          expect((await google(driver).exGetObjectAcl(object)).entries).toEqual(entries.slice(2));
        },
      },
      {
        title: 'lists are set by name, and take effect',
        async run({ driver, containerWith, requestUrl }) {
          const home = await containerWith(['a']);
          const object = { container: home, name: 'a' };
          const [url = ''] = (await driver.presignObjectUrl(object)).split('?');
          const open = async () => (await requestUrl({ method: 'GET', url })).status;
          const seen = [await open()];
          for (const name of ['public-read', 'private'] as const) {
            await google(driver).exSetObjectAcl(object, name);
            seen.push(await open());
          }
          expect(seen).toEqual([403, 200, 403]);
          await google(driver).exSetDefaultObjectAcl(home, 'public-read');
          await driver.writeObject('x', home, 'a');
          expect(await open()).toBe(200);
        },
      },
      {
        title: 'a list is changed only if its metageneration matches',
        async run({ driver, containerWith, fails }) {
          const home = await containerWith(['a']);
          const object = { container: home, name: 'a' };
          const before = await google(driver).getObject(home, 'a');
          const { metageneration = '' } = before.extra;
          await google(driver).exSetObjectAcl(object, entries, { ifMetagenerationMatch: metageneration });
          expect((await google(driver).getObject(home, 'a')).extra.generation).toBe(before.extra.generation);
          const again = () =>
            google(driver).exSetObjectAcl(object, 'private', { ifMetagenerationMatch: metageneration });
          await fails(again, { code: 'precondition-failed', details: { operation: 'exSetObjectAcl' } });
          const list = await google(driver).exGetContainerAcl(home);
          const options = { ifMetagenerationMatch: list.metageneration ?? '' };
          await google(driver).exSetContainerAcl(home, entries, options);
          await fails(() => google(driver).exSetContainerAcl(home, 'private', options), {
            code: 'precondition-failed',
          });
        },
      },
      {
        title: 'the owner is reported as owner, and asking changes nothing',
        async run({ driver, containerWith }) {
          const home = await containerWith(['a', 'writecheck']);
          expect(await google(driver).exGetPermissions(home)).toEqual({ container: 'OWNER' });
          expect(await google(driver).exGetPermissions(home, 'a')).toEqual({ container: 'OWNER', object: 'OWNER' });
          expect(await driver.listContainerObjects(home)).toHaveLength(2);
        },
      },
      {
        title: 'another account has exactly the role that it is given, and none after its removal',
        async run(kit) {
          const { driver, containerWith } = kit;
          const home = await containerWith(['a']);
          const other = asGuest(kit);
          const seen = [await other.exGetPermissions(home, 'a')];
          for (const role of ['READER', 'WRITER', 'OWNER'] as const) {
            await google(driver).exSetPermissions(home, undefined, entity, role);
            seen.push(await other.exGetPermissions(home, 'a'));
          }
          for (const role of ['READER', 'OWNER'] as const) {
            await google(driver).exSetPermissions(home, 'a', entity, role);
            seen.push(await other.exGetPermissions(home, 'a'));
          }
          await google(driver).exDeletePermissions(home, 'a', entity);
          await google(driver).exDeletePermissions(home, undefined, entity);
          seen.push(await other.exGetPermissions(home, 'a'));
          expect(seen.map(({ container, object }) => [container, object])).toEqual([
            ['NONE', 'NONE'],
            ['READER', 'NONE'],
            ['WRITER', 'NONE'],
            ['OWNER', 'NONE'],
            ['OWNER', 'READER'],
            ['OWNER', 'OWNER'],
            ['NONE', 'NONE'],
          ]);
          expect(await driver.listContainerObjects(home), 'objects after asking for permissions').toHaveLength(1);
        },
      },
      {
        title: 'a role takes effect, and leaves other roles',
        async run(kit) {
          const { driver, containerWith, fails } = kit;
          const home = await containerWith(['a']);
          const other = asGuest(kit);
          const read = () => other.readObject({ container: home, name: 'a' });
          await fails(read, { code: 'permission-denied' });
          await google(driver).exSetObjectAcl({ container: home, name: 'a' }, entries);
          await google(driver).exDeletePermissions(home, 'a', 'allUsers');
          await fails(read, { code: 'permission-denied' });
          await google(driver).exSetPermissions(home, 'a', entity, 'READER');
          expect(await read()).toHaveLength(1);
          const list = await google(driver).exGetObjectAcl({ container: home, name: 'a' });
          expect(list.entries.slice(0, 2)).toEqual(entries.slice(0, 2));
          const missing = () => google(driver).exDeletePermissions(home, 'a', 'allUsers');
          await fails(missing, { code: 'not-found', details: { operation: 'exDeletePermissions' } });
        },
      },
      {
        title: 'wrong lists and roles are refused with the path of the field, before anything is sent',
        async run({ driver, container, failsUnsent }) {
          const home = await container();
          const wrong = [...entries, { scope: { type: 'UserByEmail' }, permission: 'READ' }] as unknown as AclEntry[];
          await failsUnsent(() => google(driver).exSetContainerAcl(home, wrong), {
            code: 'invalid-argument',
            details: { operation: 'exSetContainerAcl', field: 'acl[3].scope.emailAddress' },
          });
          await failsUnsent(() => google(driver).exSetPermissions(home, 'a', 'jane', 'READER'), {
            code: 'invalid-argument',
            details: { operation: 'exSetPermissions', field: 'entity' },
          });
        },
      },
    ],
  };
}

async function prepare(driver: AnyStorage, { container }: { readonly container: string }): Promise<void> {
  await driver.createContainer(container);
  await driver.writeObject('x', container, 'a');
}

/** The calls whose exchanges are compared; `guest` as above. */
export const accessScripts = (guest: Emulator['guest']): readonly Script<AnyStorage>[] => [
  {
    title: 'access control lists',
    prepare,
    async run(driver, { container }) {
      const object = { container, name: 'a' };
      await google(driver).exSetContainerAcl(container, 'public-read');
      await google(driver).exSetDefaultObjectAcl(container, entries);
      await google(driver).exSetObjectAcl(object, entries);
      return [
        await google(driver).exGetContainerAcl(container),
        await google(driver).exGetDefaultObjectAcl(container),
        await google(driver).exGetObjectAcl(object),
      ];
    },
  },
  {
    title: 'exSetPermissions and exDeletePermissions',
    prepare,
    async run(driver, { container }) {
      await google(driver).exSetPermissions(container, 'a', 'allUsers', 'READER');
      await google(driver).exSetPermissions(container, undefined, 'user-jane@example.com', 'WRITER');
      await google(driver).exDeletePermissions(container, 'a', 'allUsers');
      return google(driver).exDeletePermissions(container, undefined, 'allUsers');
    },
  },
  {
    title: 'exGetPermissions',
    prepare,
    run: (driver, { container }) => google(driver).exGetPermissions(container, 'a'),
  },
  {
    title: 'exGetPermissions of another account',
    prepare,
    run: (_, { container, open }) =>
      google(open({ key: guest.accessKey, secret: guest.secret })).exGetPermissions(container, 'a'),
  },
];
