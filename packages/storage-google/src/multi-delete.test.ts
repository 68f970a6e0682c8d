/** Deleting many objects: in batches of 1,000, by container, one by one where the service has no batch request. */
import type { DeletedObjects, ObjectReference } from '@isobar/core/provider';
import { forbidIo, networkFailure, type Reply } from '@isobar/core/testing';
import { childrenOf, childText, readXml } from '@isobar/core/xml';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { busy, errorAnswer, type ScriptedStorage, scriptStorage } from '../testing/scripted-storage.ts';

forbidIo({ beforeEach, afterEach });

const quiet = { body: "<DeleteResult xmlns='http://s3.amazonaws.com/doc/2006-03-01/'></DeleteResult>" };
const inBucket = (...names: string[]) => names.map((name) => ({ container: 'demo-bucket', name }));

function failed(...errors: readonly (readonly [key: string, code: string])[]): Reply {
  const elements = errors.map(
    ([key, code]) => `<Error><Key>${key}</Key><Code>${code}</Code><Message>It did not work.</Message></Error>`,
  );
  return { body: `<DeleteResult>${elements.join('')}</DeleteResult>` };
}

/** The names in the body of each batch request. */
function requestedNames({ world }: ScriptedStorage): string[][] {
  return world.service.requests
    .filter(({ method }) => method === 'POST')
    .map(({ body }) =>
      childrenOf(readXml(new TextDecoder().decode(body as Uint8Array)), 'Object').map(
        (object) => childText(object, 'Key') ?? '',
      ),
    );
}

const codesOf = ({ failed: all }: DeletedObjects) => all.map(({ name, error }) => [name, error.code]);

describe('deleteObjects', () => {
  test('sends nothing for nothing', () => {
    const { storage, world } = scriptStorage();
    expect(world.run(storage.deleteObjects([]))).toEqual({ deleted: [], failed: [] });
    expect(world.service.requests).toEqual([]);
  });
  test('deletes objects with one request in quiet mode', () => {
    const { storage, world } = scriptStorage();
    world.service.on('POST', '/demo-bucket?delete=', quiet);
    expect(world.run(storage.deleteObjects(inBucket('a', 'b')))).toEqual({ deleted: inBucket('a', 'b'), failed: [] });
    const [request] = world.service.requests;
    expect(request?.headers['content-type']).toBe('application/xml');
    expect(new TextDecoder().decode(request?.body as Uint8Array)).toBe(
      '<Delete><Quiet>true</Quiet><Object><Key>a</Key></Object><Object><Key>b</Key></Object></Delete>',
    );
  });
  test('deletes 1,000 at a time', () => {
    const script = scriptStorage();
    script.world.service.on('POST', '/demo-bucket?delete=', quiet, quiet, quiet);
    const names = Array.from({ length: 2001 }, (_, index) => `object-${index}`);
    const { deleted } = script.world.run(script.storage.deleteObjects(inBucket(...names)));
    expect(deleted.map(({ name }) => name)).toEqual(names);
    expect(requestedNames(script).map(({ length }) => length)).toEqual([1000, 1000, 1]);
    expect(requestedNames(script).flat()).toEqual(names);
  });
  test('sends one request for each container, however they are mixed', () => {
    const script = scriptStorage();
    script.world.service.on('POST', '/demo-bucket?delete=', quiet).on('POST', '/other-bucket?delete=', quiet);
    const mixed = ['demo-bucket', 'other-bucket', 'demo-bucket'].map((container, at) => ({ container, name: `${at}` }));
    const { deleted } = script.world.run(script.storage.deleteObjects(mixed));
    expect(requestedNames(script)).toEqual([['0', '2'], ['1']]);
    expect(deleted).toEqual([mixed[0], mixed[2], mixed[1]]);
  });
  test('accepts models, containers as models, and any iterable', () => {
    const { storage, world } = scriptStorage();
    world.service.on('POST', '/demo-bucket?delete=', quiet);
    function* references(): Generator<ObjectReference> {
      yield { container: { name: 'demo-bucket' }, name: 'a' };
    }
    expect(world.run(storage.deleteObjects(references())).deleted).toEqual(inBucket('a'));
  });
  test('escapes names, and matches them in the failures', () => {
    const script = scriptStorage();
    const names = ['a&b', '<Key>', 'x>y', ']]>', '"\'', 'été 😀', '&amp;', ' blank '];
    script.world.service.on(
      'POST',
      '/demo-bucket?delete=',
      failed(['a&amp;b', 'AccessDenied'], ['&amp;amp;', 'AccessDenied']),
    );
    const result = script.world.run(script.storage.deleteObjects(inBucket(...names)));
    expect(requestedNames(script)).toEqual([names]);
    expect(codesOf(result)).toEqual([
      ['a&b', 'permission-denied'],
      ['&amp;', 'permission-denied'],
    ]);
  });
  test('checks every name before anything is sent', () => {
    const { storage, world } = scriptStorage();
    for (const wrong of [{ container: 'demo-bucket', name: '' }, { container: 'UPPER', name: 'a' }, undefined]) {
      const objects = [...inBucket('a'), wrong as ObjectReference];
      expect(world.failureOf(storage.deleteObjects(objects))).toHaveProperty('code', 'invalid-argument');
    }
    expect(world.steps).toEqual([]);
  });
  test.each([undefined, null, 7, { container: 'demo-bucket', name: 'a' }])('refuses %j instead of a list', (wrong) => {
    const { storage, world } = scriptStorage();
    const failure = world.failureOf(storage.deleteObjects(wrong as unknown as ObjectReference[]));
    expect(failure).toMatchObject({ code: 'invalid-argument', details: { field: 'objects' } });
  });
  test.each([
    ['unavailable', busy],
    ['lost', networkFailure()],
  ])('is retried when the response is %s', (_, reply) => {
    const { storage, world } = scriptStorage();
    world.service.on('POST', '/demo-bucket?delete=', reply, quiet);
    expect(world.run(storage.deleteObjects(inBucket('a'))).deleted).toHaveLength(1);
  });
  test.each([
    [403, 'AccessDenied', 'permission-denied'],
    [400, 'MalformedXML', 'invalid-argument'],
  ])('fails as a whole with %i %s', (status, reason, code) => {
    const { storage, world } = scriptStorage();
    world.service.on('POST', '/demo-bucket?delete=', errorAnswer(status, reason));
    expect(world.failureOf(storage.deleteObjects(inBucket('a')))).toMatchObject({ code, details: { reason } });
  });
  test('refuses another document', () => {
    const { storage, world } = scriptStorage();
    world.service.on('POST', '/demo-bucket?delete=', { body: '<Other/>' });
    expect(world.failureOf(storage.deleteObjects(inBucket('a')))).toHaveProperty('code', 'malformed-response');
  });
});

describe('objects that were not deleted', () => {
  test('are reported with the reason, in the order in which they were named', () => {
    const { storage, world } = scriptStorage();
    world.service.on(
      'POST',
      '/demo-bucket?delete=',
      failed(['d', 'InternalError'], ['b', 'AccessDenied'], ['c', 'SlowDown'], ['e', 'NotImplemented']),
    );
    const result = world.run(storage.deleteObjects(inBucket('a', 'b', 'c', 'd', 'e', 'f')));
    expect(result.deleted).toEqual(inBucket('a', 'f'));
    expect(codesOf(result)).toEqual([
      ['b', 'permission-denied'],
      ['c', 'rate-limited'],
      ['d', 'rejected'],
      ['e', 'unsupported'],
    ]);
    expect(result.failed[0]).toMatchObject({
      container: 'demo-bucket',
      error: {
        name: 'CloudError',
        message: expect.stringContaining('It did not work.'),
        details: { container: 'demo-bucket', object: 'b', reason: 'AccessDenied' },
      },
    });
  });
  test('are all those of a container that does not exist, and no others', () => {
    const { storage, world } = scriptStorage();
    world.service
      .on('POST', '/demo-bucket?delete=', errorAnswer(404, 'NoSuchBucket'))
      .on('POST', '/other-bucket?delete=', quiet);
    const other = { container: 'other-bucket', name: 'a' };
    const result = world.run(storage.deleteObjects([...inBucket('a', 'b'), other]));
    expect(result.deleted).toEqual([other]);
    expect(codesOf(result)).toEqual([
      ['a', 'not-found'],
      ['b', 'not-found'],
    ]);
  });
  test('are reported alike where the service has no batch request', () => {
    const { storage, world } = scriptStorage();
    world.service
      .on('POST', '/demo-bucket?delete=', errorAnswer(501, 'NotImplemented'))
      .on('DELETE', '/demo-bucket/a', errorAnswer(404, 'NoSuchBucket'))
      .on('DELETE', '/demo-bucket/b', errorAnswer(404, 'NoSuchKey'));
    const result = world.run(storage.deleteObjects(inBucket('a', 'b')));
    expect(result.deleted).toEqual(inBucket('b'));
    expect(codesOf(result)).toEqual([['a', 'not-found']]);
  });
  test('keep their order over several containers', () => {
    const { storage, world } = scriptStorage();
    world.service
      .on('POST', '/demo-bucket?delete=', failed(['b', 'AccessDenied']))
      .on('POST', '/other-bucket?delete=', failed(['a', 'AccessDenied']));
    const other = ['a', 'b'].map((name) => ({ container: 'other-bucket', name }));
    const result = world.run(storage.deleteObjects([...inBucket('a', 'b'), ...other]));
    expect(result.deleted).toEqual([...inBucket('a'), other[1]]);
    expect(result.failed.map(({ container, name }) => ({ container, name }))).toEqual([...inBucket('b'), other[0]]);
  });
});

describe.each([
  ['400 InvalidArgument', errorAnswer(400, 'InvalidArgument', 'Cannot create buckets using a POST.')],
  ['400 NotImplemented', errorAnswer(400, 'NotImplemented')],
  ['501 NotImplemented', errorAnswer(501, 'NotImplemented')],
])('a service that responds with %s', (_, old) => {
  test('gets one request per object', () => {
    const { storage, world } = scriptStorage();
    world.service
      .on('POST', '/demo-bucket?delete=', old)
      .on('DELETE', '/demo-bucket/a', { status: 204 })
      .on('DELETE', '/demo-bucket/b%26', errorAnswer(404, 'NoSuchKey'))
      .on('DELETE', '/demo-bucket/c', errorAnswer(403, 'AccessDenied'))
      .on('DELETE', '/demo-bucket/d', busy, { status: 204 });
    const result = world.run(storage.deleteObjects(inBucket('a', 'b&', 'c', 'd')));
    expect(result.deleted).toEqual(inBucket('a', 'b&', 'd'));
    expect(codesOf(result)).toEqual([['c', 'permission-denied']]);
    expect(world.service.unasked).toEqual([]);
  });
});

describe('generations', () => {
  const versions = (text: string) =>
    [...text.matchAll(/<Key>(.*?)<.Key>(?:<VersionId>(.*?)<.VersionId>)?/g)].map(([, name, version]) => [
      name,
      version,
    ]);
  const reference = (name: string, generation?: string) => ({
    container: 'demo-bucket',
    name,
    ...(generation && { generation }),
  });
  /** A model from a listing of versions. */
  const model = (isLatest: boolean) => ({ ...reference('a'), extra: { generation: '1', isLatest } });

  test('are named in the request and in the result, next to the live object', () => {
    const { storage, world } = scriptStorage();
    world.service.on('POST', '/demo-bucket?delete=', quiet);
    const objects = [reference('a', '1'), reference('a'), reference('a', '2')];
    expect(world.run(storage.deleteObjects(objects))).toEqual({ deleted: objects, failed: [] });
    const text = new TextDecoder().decode(world.service.requests[0]?.body as Uint8Array);
    expect(versions(text)).toEqual([
      ['a', '1'],
      ['a', undefined],
      ['a', '2'],
    ]);
  });
  test('are distinguished in the failures', () => {
    const { storage, world } = scriptStorage();
    const errors = '<Error><Key>a</Key><VersionId>2</VersionId><Code>AccessDenied</Code></Error>';
    world.service.on('POST', '/demo-bucket?delete=', { body: `<DeleteResult>${errors}</DeleteResult>` });
    const result = world.run(storage.deleteObjects([reference('a', '1'), reference('a'), reference('a', '2')]));
    expect(result.deleted).toEqual([reference('a', '1'), reference('a')]);
    expect(result.failed).toMatchObject([{ ...reference('a', '2'), error: { code: 'permission-denied' } }]);
  });
  test('are all reported as failed by a failure without a generation', () => {
    const { storage, world } = scriptStorage();
    world.service.on('POST', '/demo-bucket?delete=', failed(['a', 'AccessDenied']));
    const result = world.run(storage.deleteObjects([reference('a', '1'), reference('b', '1'), reference('a', '2')]));
    expect(result.deleted).toEqual([reference('b', '1')]);
    expect(result.failed).toMatchObject([reference('a', '1'), reference('a', '2')]);
  });
  test('are deleted one by one where the service has no batch request; a missing one counts as deleted', () => {
    const { storage, world } = scriptStorage();
    world.service
      .on('POST', '/demo-bucket?delete=', errorAnswer(501, 'NotImplemented'))
      .on('DELETE', '/demo-bucket/a?generation=1', { status: 204 })
      .on('DELETE', '/demo-bucket/a?generation=2', errorAnswer(404, 'NoSuchKey'));
    const objects = [reference('a', '1'), reference('a', '2')];
    expect(world.run(storage.deleteObjects(objects)).deleted).toEqual(objects);
    expect(world.service.unasked).toEqual([]);
  });
  test('of models are ignored: the live object is deleted', () => {
    const { storage, world } = scriptStorage();
    world.service.on('POST', '/demo-bucket?delete=', quiet).on('DELETE', '/demo-bucket/a', { status: 204 });
    expect(world.run(storage.deleteObjects([model(true)])).deleted).toEqual([reference('a')]);
    expect(new TextDecoder().decode(world.service.requests[0]?.body as Uint8Array)).not.toContain('VersionId');
    world.run(storage.deleteObject(model(true)));
    expect(world.service.unasked).toEqual([]);
  });
  test('must be named to delete an old version by its model, one or many', () => {
    const { storage, world } = scriptStorage();
    const refused = { code: 'invalid-argument', details: { field: 'generation' } };
    expect(world.failureOf(storage.deleteObjects([reference('b'), model(false)]))).toMatchObject(refused);
    expect(world.failureOf(storage.deleteObject(model(false)))).toMatchObject(refused);
    expect(world.steps).toEqual([]);
    world.service.on('DELETE', '/demo-bucket/a?generation=1', { status: 204 }, { status: 204 });
    world.run(storage.deleteObject(model(false), { generation: '1' }));
    world.run(storage.deleteObject({ ...model(false), generation: '1' }));
    expect(world.service.unasked).toEqual([]);
  });
  test.each(['', '1<', 1, null])('are not %j, which is refused before anything is sent', (wrong) => {
    const { storage, world } = scriptStorage();
    const objects = [reference('a'), { ...reference('a'), generation: wrong as string }];
    const failure = world.failureOf(storage.deleteObjects(objects));
    expect(failure).toMatchObject({ code: 'invalid-argument', details: { field: 'generation' } });
    expect(world.steps).toEqual([]);
  });
});
