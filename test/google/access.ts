/** Who may do what: lists, single grants, and what the key in use may do. */
import type { AnyStorage, Script, StorageKit, Suite } from '@isobar/conformance';
import type { Emulator } from '@isobar/emulator';
import type { AclEntry } from '@isobar/storage-google';
import { expect } from 'vitest';
import { google } from './face.ts';

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
        title: 'lists of a container, of its new objects and of an object are kept as they were given',
        async run({ face, containerWith }) {
          const home = await containerWith(['a/b é']);
          const object = { container: home, name: 'a/b é' };
          await google(face).exSetContainerAcl(home, entries);
          await google(face).exSetDefaultObjectAcl(home, entries.slice(1));
          await google(face).exSetObjectAcl(object, entries.slice(2));
          expect((await google(face).exGetContainerAcl(home)).entries).toEqual(entries);
          expect((await google(face).exGetDefaultObjectAcl(home)).entries).toEqual(entries.slice(1));
          expect((await google(face).exGetObjectAcl(object)).entries).toEqual(entries.slice(2));
        },
      },
      {
        title: 'lists are set by name, and work',
        async run({ face, containerWith, requestUrl }) {
          const home = await containerWith(['a']);
          const object = { container: home, name: 'a' };
          const [url = ''] = (await face.presignObjectUrl(object)).split('?');
          const open = async () => (await requestUrl({ method: 'GET', url })).status;
          const seen = [await open()];
          for (const name of ['public-read', 'private'] as const) {
            await google(face).exSetObjectAcl(object, name);
            seen.push(await open());
          }
          expect(seen).toEqual([403, 200, 403]);
          await google(face).exSetDefaultObjectAcl(home, 'public-read');
          await face.writeObject('x', home, 'a');
          expect(await open()).toBe(200);
        },
      },
      {
        title: 'a list is changed on the condition that nobody else did',
        async run({ face, containerWith, fails }) {
          const home = await containerWith(['a']);
          const object = { container: home, name: 'a' };
          const before = await google(face).getObject(home, 'a');
          const { metageneration = '' } = before.extra;
          await google(face).exSetObjectAcl(object, entries, { ifMetagenerationMatch: metageneration });
          expect((await google(face).getObject(home, 'a')).extra.generation).toBe(before.extra.generation);
          const again = () => google(face).exSetObjectAcl(object, 'private', { ifMetagenerationMatch: metageneration });
          await fails(again, { code: 'precondition-failed', details: { operation: 'exSetObjectAcl' } });
          const list = await google(face).exGetContainerAcl(home);
          const options = { ifMetagenerationMatch: list.metageneration ?? '' };
          await google(face).exSetContainerAcl(home, entries, options);
          await fails(() => google(face).exSetContainerAcl(home, 'private', options), { code: 'precondition-failed' });
        },
      },
      {
        title: 'the owner is told to be the owner, and nothing is lost by asking',
        async run({ face, containerWith }) {
          const home = await containerWith(['a', 'writecheck']);
          expect(await google(face).exGetPermissions(home)).toEqual({ container: 'OWNER' });
          expect(await google(face).exGetPermissions(home, 'a')).toEqual({ container: 'OWNER', object: 'OWNER' });
          expect(await face.listContainerObjects(home)).toHaveLength(2);
        },
      },
      {
        title: 'another account has just the role that it is given, and none when it is taken away',
        async run(kit) {
          const { face, containerWith } = kit;
          const home = await containerWith(['a']);
          const other = asGuest(kit);
          const seen = [await other.exGetPermissions(home, 'a')];
          for (const role of ['READER', 'WRITER', 'OWNER'] as const) {
            await google(face).exSetPermissions(home, undefined, entity, role);
            seen.push(await other.exGetPermissions(home, 'a'));
          }
          for (const role of ['READER', 'OWNER'] as const) {
            await google(face).exSetPermissions(home, 'a', entity, role);
            seen.push(await other.exGetPermissions(home, 'a'));
          }
          await google(face).exDeletePermissions(home, 'a', entity);
          await google(face).exDeletePermissions(home, undefined, entity);
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
          expect(await face.listContainerObjects(home), 'objects after all that asking').toHaveLength(1);
        },
      },
      {
        title: 'a role works, and leaves those of others',
        async run(kit) {
          const { face, containerWith, fails } = kit;
          const home = await containerWith(['a']);
          const other = asGuest(kit);
          const read = () => other.readObject({ container: home, name: 'a' });
          await fails(read, { code: 'permission-denied' });
          await google(face).exSetObjectAcl({ container: home, name: 'a' }, entries);
          await google(face).exDeletePermissions(home, 'a', 'allUsers');
          await fails(read, { code: 'permission-denied' });
          await google(face).exSetPermissions(home, 'a', entity, 'READER');
          expect(await read()).toHaveLength(1);
          const list = await google(face).exGetObjectAcl({ container: home, name: 'a' });
          expect(list.entries.slice(0, 2)).toEqual(entries.slice(0, 2));
          const missing = () => google(face).exDeletePermissions(home, 'a', 'allUsers');
          await fails(missing, { code: 'not-found', details: { operation: 'exDeletePermissions' } });
        },
      },
      {
        title: 'lists and roles are refused with the way to the field, before anything is sent',
        async run({ face, container, failsUnsent }) {
          const home = await container();
          const wrong = [...entries, { scope: { type: 'UserByEmail' }, permission: 'READ' }] as unknown as AclEntry[];
          await failsUnsent(() => google(face).exSetContainerAcl(home, wrong), {
            code: 'invalid-argument',
            details: { operation: 'exSetContainerAcl', field: 'acl[3].scope.emailAddress' },
          });
          await failsUnsent(() => google(face).exSetPermissions(home, 'a', 'jane', 'READER'), {
            code: 'invalid-argument',
            details: { operation: 'exSetPermissions', field: 'entity' },
          });
        },
      },
    ],
  };
}

async function prepare(face: AnyStorage, { container }: { readonly container: string }): Promise<void> {
  await face.createContainer(container);
  await face.writeObject('x', container, 'a');
}

/** The calls whose exchanges are compared; `guest` as above. */
export const accessScripts = (guest: Emulator['guest']): readonly Script<AnyStorage>[] => [
  {
    title: 'access control lists',
    prepare,
    async run(face, { container }) {
      const object = { container, name: 'a' };
      await google(face).exSetContainerAcl(container, 'public-read');
      await google(face).exSetDefaultObjectAcl(container, entries);
      await google(face).exSetObjectAcl(object, entries);
      return [
        await google(face).exGetContainerAcl(container),
        await google(face).exGetDefaultObjectAcl(container),
        await google(face).exGetObjectAcl(object),
      ];
    },
  },
  {
    title: 'exSetPermissions and exDeletePermissions',
    prepare,
    async run(face, { container }) {
      await google(face).exSetPermissions(container, 'a', 'allUsers', 'READER');
      await google(face).exSetPermissions(container, undefined, 'user-jane@example.com', 'WRITER');
      await google(face).exDeletePermissions(container, 'a', 'allUsers');
      return google(face).exDeletePermissions(container, undefined, 'allUsers');
    },
  },
  {
    title: 'exGetPermissions',
    prepare,
    run: (face, { container }) => google(face).exGetPermissions(container, 'a'),
  },
  {
    title: 'exGetPermissions of another account',
    prepare,
    run: (_, { container, open }) =>
      google(open({ key: guest.accessKey, secret: guest.secret })).exGetPermissions(container, 'a'),
  },
];
