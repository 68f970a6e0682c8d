/** Access control lists and roles: documents, conditions of changes, and probing. */
import { type Answer, forbidIo, networkFailure } from '@isobar/core/testing';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { busy, errorAnswer, scriptStorage } from '../../testing/scripted-storage.ts';
import type { GoogleStorageOperations } from '../contract.ts';
import type { AclEntry } from './acl-document.ts';
import type { ContainerRole } from './permissions.ts';

forbidIo({ beforeEach, afterEach });

const object = { container: 'demo-bucket', name: 'a b' };
const path = '/demo-bucket/a%20b';
const entries: readonly AclEntry[] = [
  { scope: { type: 'UserById', id: '00b4' }, permission: 'FULL_CONTROL' },
  { scope: { type: 'UserByEmail', emailAddress: 'jane&co@example.com' }, permission: 'WRITE' },
  { scope: { type: 'GroupById', id: '00b5' }, permission: 'READ' },
  { scope: { type: 'GroupByEmail', emailAddress: 'all@example.com' }, permission: 'READ' },
  { scope: { type: 'GroupByDomain', domain: 'example.com' }, permission: 'READ' },
  { scope: { type: 'AllUsers' }, permission: 'READ' },
  { scope: { type: 'AllAuthenticatedUsers' }, permission: 'READ' },
];
const document =
  '<AccessControlList><Entries>' +
  '<Entry><Scope type="UserById"><ID>00b4</ID></Scope><Permission>FULL_CONTROL</Permission></Entry>' +
  '<Entry><Scope type="UserByEmail"><EmailAddress>jane&amp;co@example.com</EmailAddress></Scope><Permission>WRITE</Permission></Entry>' +
  '<Entry><Scope type="GroupById"><ID>00b5</ID></Scope><Permission>READ</Permission></Entry>' +
  '<Entry><Scope type="GroupByEmail"><EmailAddress>all@example.com</EmailAddress></Scope><Permission>READ</Permission></Entry>' +
  '<Entry><Scope type="GroupByDomain"><Domain>example.com</Domain></Scope><Permission>READ</Permission></Entry>' +
  '<Entry><Scope type="AllUsers"></Scope><Permission>READ</Permission></Entry>' +
  '<Entry><Scope type="AllAuthenticatedUsers"></Scope><Permission>READ</Permission></Entry>' +
  '</Entries></AccessControlList>';
const listOf = (rows: string, headers: Record<string, string> = {}): Answer => ({
  headers,
  body: `<?xml version='1.0' encoding='UTF-8'?><AccessControlList><Owner><ID>00b4</ID></Owner><Entries>${rows}</Entries></AccessControlList>`,
});
const entryOf = (scope: string, permission: string) => `<Entry>${scope}<Permission>${permission}</Permission></Entry>`;
const own = entryOf("<Scope type='UserById'><ID>00b4</ID><Name>Jane</Name></Scope>", 'FULL_CONTROL');
const textOf = (body: unknown) => new TextDecoder().decode(body as Uint8Array);
const denied = errorAnswer(403, 'AccessDenied');

describe('a list', () => {
  test.each<
    [string, string, (storage: GoogleStorageOperations) => unknown, (storage: GoogleStorageOperations) => unknown]
  >([
    [
      'of a container',
      '/demo-bucket?acl=',
      (s) => s.exGetContainerAcl('demo-bucket'),
      (s) => s.exSetContainerAcl('demo-bucket', entries),
    ],
    [
      'of new objects',
      '/demo-bucket?defaultObjectAcl=',
      (s) => s.exGetDefaultObjectAcl('demo-bucket'),
      (s) => s.exSetDefaultObjectAcl('demo-bucket', entries),
    ],
    ['of an object', `${path}?acl=`, (s) => s.exGetObjectAcl(object), (s) => s.exSetObjectAcl(object, entries)],
  ])('%s is written, and read back', (_, target, get, set) => {
    const { storage, world } = scriptStorage();
    world.service.on('PUT', target, busy, networkFailure(), {}).on('GET', target, { body: document });
    world.run(set(storage) as never);
    expect(textOf(world.service.requests[0]?.body)).toBe(document);
    expect(world.run(get(storage) as never)).toEqual({ entries });
  });
  test('has owner and version, in any notation', () => {
    const { storage, world } = scriptStorage();
    const more = entryOf(`<Scope other="x" type='AllUsers'/>`, ' READ ');
    world.service.on('GET', `${path}?acl=`, listOf(own + more, { 'x-goog-metageneration': '3' }));
    expect(world.run(storage.exGetObjectAcl(object))).toEqual({
      ownerId: '00b4',
      metageneration: '3',
      entries: [entries[0], entries[5]],
    });
  });
  test('names unknown entries, and returns the rest', () => {
    const { storage, world } = scriptStorage();
    const odd =
      entryOf('<Scope type="Robot"><ID>1</ID></Scope>', 'READ') +
      entryOf('<Scope type="AllUsers"/>', 'DANCE') +
      entryOf('<Scope type="UserById"/>', 'READ') +
      '<Entry/><Other/>';
    world.service.on('GET', `${path}?acl=`, listOf(own + odd));
    const { entries: known, unknown } = world.run(storage.exGetObjectAcl(object));
    expect(known).toEqual([entries[0]]);
    expect(unknown).toEqual(['Robot: READ', 'AllUsers: DANCE', 'UserById: READ', 'no scope: no permission']);
  });
  test('is set to a predefined list', () => {
    const { storage, world } = scriptStorage();
    world.service.on('PUT', `${path}?acl=`, {});
    world.run(storage.exSetObjectAcl(object, 'public-read'));
    expect(world.service.requests[0]).toMatchObject({ headers: { 'x-goog-acl': 'public-read' } });
    expect(world.service.requests[0]?.body).toBeUndefined();
  });
  test('is set on conditions, and then not retried', () => {
    const { storage, world } = scriptStorage();
    world.service.on('PUT', `${path}?acl=`, busy);
    const options = { ifGenerationMatch: '7', ifMetagenerationMatch: 2 };
    expect(world.failureOf(storage.exSetObjectAcl(object, entries, options))).toHaveProperty('code', 'unavailable');
    expect(world.service.requests).toMatchObject([
      { headers: { 'x-goog-if-generation-match': '7', 'x-goog-if-metageneration-match': '2' } },
    ]);
  });
  const [, second] = entries;
  test.each<[string, unknown, string]>([
    ['undefined', undefined, 'acl'],
    ['a model', { entries }, 'acl'],
    ['an unknown name', 'public', 'predefinedAcl'],
    ['101 entries', Array.from({ length: 101 }, () => second), 'acl'],
    ['a null entry', [second, null], 'acl[1]'],
    ['an unknown field', [{ ...second, role: 'READER' }], 'acl[0].role'],
    ['no scope', [{ permission: 'READ' }], 'acl[0].scope'],
    ['an unknown scope', [{ scope: { type: 'User' }, permission: 'READ' }], 'acl[0].scope.type'],
    ['no address', [second, { scope: { type: 'UserByEmail' }, permission: 'READ' }], 'acl[1].scope.emailAddress'],
    [
      'an id instead of an address',
      [{ scope: { type: 'UserByEmail', id: 'a' }, permission: 'READ' }],
      'acl[0].scope.id',
    ],
    ['an id of all users', [{ scope: { type: 'AllUsers', id: 'a' }, permission: 'READ' }], 'acl[0].scope.id'],
    ['an unknown permission', [{ ...second, permission: 'OWNER' }], 'acl[0].permission'],
  ])('is refused for %s', (_, acl, field) => {
    const { storage, world } = scriptStorage();
    const failure = world.failureOf(storage.exSetObjectAcl(object, acl as AclEntry[]));
    expect(failure).toMatchObject({ code: 'invalid-argument', details: { field } });
    expect(world.steps).toEqual([]);
  });
});

describe('exGetPermissions', () => {
  const check = '/demo-bucket/.isobar-write-check-80808080808080808080808080808080';
  const list = '/demo-bucket?max-keys=0';
  const probe = (
    answers: readonly [method: 'GET' | 'HEAD' | 'DELETE', path: string, answer: Answer][],
    name?: string,
  ) => {
    const scripted = scriptStorage();
    for (const [method, target, answer] of answers) scripted.world.service.on(method, target, answer);
    const operation = scripted.storage.exGetPermissions('demo-bucket', name);
    return { ...scripted, operation };
  };
  test.each<[string, readonly ['GET' | 'HEAD' | 'DELETE', string, Answer][]]>([
    ['OWNER', [['GET', '/demo-bucket?acl=', listOf(own)]]],
    ...[errorAnswer(404, 'NoSuchKey'), errorAnswer(412, 'PreconditionFailed'), { status: 204 }].map(
      (answer): [string, ['GET' | 'DELETE', string, Answer][]] => [
        'WRITER',
        [
          ['GET', '/demo-bucket?acl=', denied],
          ['DELETE', check, answer],
        ],
      ],
    ),
    [
      'WRITER',
      [
        ['GET', '/demo-bucket?acl=', errorAnswer(400, 'InvalidArgument')],
        ['DELETE', check, errorAnswer(404, 'NoSuchKey')],
      ],
    ],
    [
      'READER',
      [
        ['GET', '/demo-bucket?acl=', denied],
        ['DELETE', check, denied],
        ['GET', list, {}],
      ],
    ],
    [
      'NONE',
      [
        ['GET', '/demo-bucket?acl=', denied],
        ['DELETE', check, denied],
        ['GET', list, denied],
      ],
    ],
  ])('returns %s for a container', (level, answers) => {
    const { world, operation } = probe(answers);
    expect(world.run(operation)).toEqual({ container: level });
    expect(world.service.unasked).toEqual([]);
  });
  test('sends a delete only on the condition that the object does not exist', () => {
    const { world, operation } = probe([
      ['GET', '/demo-bucket?acl=', denied],
      ['DELETE', check, denied],
      ['GET', list, {}],
    ]);
    world.run(operation);
    const deletes = world.service.requests.filter(({ method }) => method === 'DELETE');
    expect(deletes.map(({ headers }) => headers['x-goog-if-generation-match'])).toEqual(['0']);
  });
  test.each<[string, readonly ['GET' | 'HEAD', string, Answer][]]>([
    ['OWNER', [['GET', `${path}?acl=`, listOf(own)]]],
    [
      'READER',
      [
        ['GET', `${path}?acl=`, denied],
        ['HEAD', path, { headers: { 'content-length': '1' } }],
      ],
    ],
    [
      'NONE',
      [
        ['GET', `${path}?acl=`, denied],
        ['HEAD', path, { status: 403 }],
      ],
    ],
  ])('returns %s for an object', (level, answers) => {
    const { world, operation } = probe([['GET', '/demo-bucket?acl=', listOf(own)], ...answers], 'a b');
    expect(world.run(operation)).toEqual({ container: 'OWNER', object: level });
  });
  test.each<[string, string, readonly ['GET' | 'DELETE', string, Answer][]]>([
    ['not-found', 'a container that does not exist', [['GET', '/demo-bucket?acl=', errorAnswer(404, 'NoSuchBucket')]]],
    [
      'not-found',
      'one that was deleted meanwhile',
      [
        ['GET', '/demo-bucket?acl=', denied],
        ['DELETE', check, errorAnswer(404, 'NoSuchBucket')],
      ],
    ],
    ['unauthenticated', 'a wrong key', [['GET', '/demo-bucket?acl=', errorAnswer(403, 'SignatureDoesNotMatch')]]],
  ])('fails with %s for %s', (code, _, answers) => {
    const { world, operation } = probe(answers);
    expect(world.failureOf(operation)).toHaveProperty('code', code);
  });
  test.each([
    ['BAD', undefined],
    ['demo-bucket', ''],
    ['demo-bucket', {} as string],
  ])('refuses %j and %j before anything is sent', (container, name) => {
    const { storage, world } = scriptStorage();
    expect(world.failureOf(storage.exGetPermissions(container, name))).toHaveProperty('code', 'invalid-argument');
    expect(world.steps).toEqual([]);
  });
});

describe('a role', () => {
  const jane = entryOf('<Scope type="UserByEmail"><EmailAddress>Jane@example.com</EmailAddress></Scope>', 'READ');
  const head = { headers: { 'content-length': '1', 'x-goog-generation': '7', 'x-goog-metageneration': '2' } };

  test('of an object is granted on the condition that nothing changed since the look-up', () => {
    const { storage, world } = scriptStorage();
    world.service
      .on('HEAD', path, head)
      .on('GET', `${path}?acl=`, listOf(own + jane))
      .on('PUT', `${path}?acl=`, {});
    world.run(storage.exSetPermissions('demo-bucket', 'a b', 'user-jane@example.com', 'OWNER'));
    expect(world.service.asked).toEqual([`HEAD ${path}`, `GET ${path}?acl=`, `PUT ${path}?acl=`]);
    const request = world.service.requests[2];
    expect(request?.headers).toMatchObject({
      'x-goog-if-generation-match': '7',
      'x-goog-if-metageneration-match': '2',
    });
    expect(textOf(request?.body).match(/<EmailAddress>.*?Permission>(\w+)/g)).toHaveLength(1);
    expect(textOf(request?.body)).toContain('jane@example.com</EmailAddress></Scope><Permission>FULL_CONTROL<');
    expect(textOf(request?.body)).toContain('<ID>00b4</ID>');
  });
  test.each([
    ['reported', { 'x-goog-metageneration': '5' }, '5'],
    ['not reported', {}, undefined],
  ])('of a container is pinned when its version is %s', (_, headers, expected) => {
    const { storage, world } = scriptStorage();
    world.service.on('GET', '/demo-bucket?acl=', listOf(own, headers)).on('PUT', '/demo-bucket?acl=', {});
    world.run(storage.exSetPermissions('demo-bucket', undefined, 'allUsers', 'WRITER'));
    expect(world.service.requests[1]?.headers['x-goog-if-metageneration-match']).toBe(expected);
  });
  test('that exists is not written again', () => {
    const { storage, world } = scriptStorage();
    world.service.on('GET', '/demo-bucket?acl=', listOf(own + jane));
    world.run(storage.exSetPermissions('demo-bucket', undefined, 'user-JANE@example.com', 'READER'));
    expect(world.service.requests).toHaveLength(1);
  });
  test('is revoked, and no other', () => {
    const { storage, world } = scriptStorage();
    world.service.on('GET', '/demo-bucket?acl=', listOf(own + jane)).on('PUT', '/demo-bucket?acl=', {});
    world.run(storage.exDeletePermissions('demo-bucket', undefined, 'user-jane@example.com'));
    expect(textOf(world.service.requests[1]?.body)).not.toContain('example.com');
    expect(textOf(world.service.requests[1]?.body)).toContain('00b4');
  });
  test('that does not exist cannot be revoked', () => {
    const { storage, world } = scriptStorage();
    world.service.on('GET', '/demo-bucket?acl=', listOf(own));
    const failure = world.failureOf(storage.exDeletePermissions('demo-bucket', undefined, 'allUsers'));
    expect(failure).toHaveProperty('code', 'not-found');
  });
  test('is not changed in a list with unknown entries', () => {
    const { storage, world } = scriptStorage();
    const odd = entryOf('<Scope type="Robot"/>', 'READ');
    world.service.on('GET', '/demo-bucket?acl=', listOf(own + odd));
    const failure = world.failureOf(storage.exSetPermissions('demo-bucket', undefined, 'allUsers', 'READER'));
    expect(failure).toMatchObject({ code: 'unsupported', message: expect.stringContaining('Robot: READ') });
  });
  test('fails when the list changed meanwhile', () => {
    const { storage, world } = scriptStorage();
    world.service
      .on('HEAD', path, head)
      .on('GET', `${path}?acl=`, listOf(own))
      .on('PUT', `${path}?acl=`, errorAnswer(412, 'PreconditionFailed'));
    const failure = world.failureOf(storage.exSetPermissions('demo-bucket', 'a b', 'allUsers', 'READER'));
    expect(failure).toHaveProperty('code', 'precondition-failed');
  });
  test.each([
    ['group-00b5', '<Scope type="GroupById"><ID>00b5</ID>'],
    ['group-a@b.c', '<Scope type="GroupByEmail"><EmailAddress>a@b.c</EmailAddress>'],
    ['domain-b.c', '<Scope type="GroupByDomain"><Domain>b.c</Domain>'],
    ['user-00b7', '<Scope type="UserById"><ID>00b7</ID>'],
    ['allAuthenticatedUsers', '<Scope type="AllAuthenticatedUsers">'],
  ])('is granted to %s', (entity, scope) => {
    const { storage, world } = scriptStorage();
    world.service.on('GET', '/demo-bucket?acl=', listOf(own)).on('PUT', '/demo-bucket?acl=', {});
    world.run(storage.exSetPermissions('demo-bucket', undefined, entity, 'READER'));
    expect(textOf(world.service.requests[1]?.body)).toContain(scope);
  });
  test.each<[string, string | undefined, unknown, unknown, string]>([
    ['an unknown entity', undefined, 'project-owners-1', 'READER', 'entity'],
    ['no entity', undefined, undefined, 'READER', 'entity'],
    ['a user without a name', undefined, 'user-', 'READER', 'entity'],
    ['an unknown role', undefined, 'allUsers', 'READ', 'role'],
    ['a writer of an object', 'a', 'allUsers', 'WRITER', 'role'],
  ])('is refused for %s', (_, name, entity, role, field) => {
    const { storage, world } = scriptStorage();
    const operation = storage.exSetPermissions('demo-bucket', name, entity as string, role as ContainerRole);
    expect(world.failureOf(operation)).toMatchObject({ code: 'invalid-argument', details: { field } });
    expect(world.steps).toEqual([]);
  });
});
