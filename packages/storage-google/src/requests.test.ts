/** Requests to the service: signatures of each attempt, and retries. */
import type { CloudError } from '@isobar/core/provider';
import { forbidIo, networkFailure } from '@isobar/core/testing';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { busy, errorAnswer, exampleKey, scriptStorage } from '../testing/scripted-storage.ts';

forbidIo({ beforeEach, afterEach });

const found = { headers: { 'content-length': '5' } };

describe('a request', () => {
  function lookUp(name: string) {
    const { storage, world } = scriptStorage();
    world.service.always('HEAD', /./, found);
    world.run(storage.getObject('demo-bucket', name));
    return world.service.requests[0];
  }

  test('goes to the service, with path and query as signed', () => {
    expect(lookUp('a')).toMatchObject({
      method: 'HEAD',
      origin: 'https://storage.googleapis.com',
      path: '/demo-bucket/a',
      headers: { host: 'storage.googleapis.com' },
    });
  });
  test.each([
    ['dot segments', 'x/../y', '/demo-bucket/x/../y'],
    ['a leading slash', '/x', '/demo-bucket//x'],
    ['repeated slashes', 'x//y/', '/demo-bucket/x//y/'],
    ['special characters of URLs', 'x?y#z%20', '/demo-bucket/x%3Fy%23z%2520'],
    ['spaces and plus signs', 'x y+z', '/demo-bucket/x%20y%2Bz'],
    ['characters beyond ASCII', 'été', '/demo-bucket/%C3%A9t%C3%A9'],
  ])('keeps %s in a name', (_, name, path) => expect(lookUp(name)?.path).toBe(path));
  test('requests the bytes as stored, without signing that header', () => {
    const headers = lookUp('a')?.headers;
    expect([headers?.['accept-encoding'], headers?.authorization?.includes('accept-encoding')]).toEqual([
      'gzip',
      false,
    ]);
  });
  test('is signed with the key, for the day and the region auto', () => {
    expect(lookUp('a')?.headers.authorization).toMatch(
      new RegExp(`^GOOG4-HMAC-SHA256 Credential=${exampleKey}/20260115/auto/storage/goog4_request, `),
    );
  });
  test('leaves the payload out of the signature', () => {
    expect(lookUp('a')?.headers['x-goog-content-sha256']).toBe('UNSIGNED-PAYLOAD');
  });
});

describe('attempts', () => {
  test('are each signed for their time', () => {
    const { storage, world } = scriptStorage();
    world.randomBytes = [0xff];
    world.nowMs = Date.UTC(2026, 0, 15, 23, 59, 59, 950);
    world.service.on('HEAD', '/demo-bucket/a', busy, found);
    world.run(storage.getObject('demo-bucket', 'a'));
    expect(world.service.requests.map(({ headers }) => headers['x-goog-date'])).toEqual([
      '20260115T235959Z',
      '20260116T000000Z',
    ]);
  });
  test('wait as the policy sets', () => {
    const { storage, world } = scriptStorage();
    world.randomBytes = [0xff];
    world.service.on('HEAD', '/demo-bucket/a', busy, networkFailure(), found);
    world.run(storage.getObject('demo-bucket', 'a'));
    expect(world.sleeps).toEqual([100, 200]);
  });
  test('wait as long as the service asks', () => {
    const { storage, world } = scriptStorage();
    world.service.on('HEAD', '/demo-bucket/a', { status: 429, headers: { 'retry-after': '9' } }, found);
    world.run(storage.getObject('demo-bucket', 'a'));
    expect(world.sleeps).toEqual([9000]);
  });
  test('end with the last failure and their number', () => {
    const { storage, world } = scriptStorage();
    world.service.always('HEAD', '/demo-bucket/a', busy);
    const failure = world.failureOf(storage.getObject('demo-bucket', 'a')) as CloudError;
    expect([failure.code, failure.details.attempts, world.service.requests.length]).toEqual(['unavailable', 3, 3]);
  });
  test.each([
    [400, 'InvalidArgument'],
    [401, 'AuthenticationRequired'],
    [403, 'AccessDenied'],
    [404, 'NoSuchKey'],
    [412, 'PreconditionFailed'],
  ])('end at %i %s, which is not transient', (status, reason) => {
    const { storage, world } = scriptStorage();
    world.service.on('HEAD', '/demo-bucket/a', errorAnswer(status, reason));
    world.failureOf(storage.getObject('demo-bucket', 'a'));
    expect(world.service.requests).toHaveLength(1);
  });
  test.each([
    ['unavailable, then refused', busy, 'invalid-argument'],
    ['a lost connection, then refused', networkFailure(), 'invalid-argument'],
  ])('end at the second one when the results are: %s', (_, first, code) => {
    const { storage, world } = scriptStorage();
    world.service.on('HEAD', '/demo-bucket/a', first, errorAnswer(400, 'InvalidArgument'));
    const failure = world.failureOf(storage.getObject('demo-bucket', 'a')) as CloudError;
    expect([failure.code, failure.details.attempts]).toEqual([code, 2]);
  });
});

describe('a page of a proxy', () => {
  const page = { headers: { 'content-type': 'text/html; charset=utf-8', 'content-length': '6' }, body: '<html>' };
  test('is not read as an object', () => {
    const { storage, world } = scriptStorage();
    world.service.on('GET', '/demo-bucket/a', page);
    const failure = world.failureOf(storage.readObject({ container: 'demo-bucket', name: 'a' }));
    expect(failure).toMatchObject({ code: 'malformed-response', details: { status: 200, object: 'a' } });
  });
  test('is not streamed as an object, and is released', () => {
    const { storage, world } = scriptStorage();
    world.service.on('GET', '/demo-bucket/a', page);
    const reader = storage.downloadObjectAsStream({ container: 'demo-bucket', name: 'a' }).open();
    expect(world.failureOf(reader.next())).toHaveProperty('code', 'malformed-response');
    expect(world.openStreams).toBe(0);
  });
  test('does not confirm an upload', () => {
    const { storage, world } = scriptStorage();
    world.service.on('PUT', '/demo-bucket/a', page);
    const failure = world.failureOf(storage.writeObject('x', 'demo-bucket', 'a'));
    expect(failure).toHaveProperty('code', 'malformed-response');
  });
  test('is read when it is a stored object (control)', () => {
    const { storage, world } = scriptStorage();
    world.service.on('GET', '/demo-bucket/a', { ...page, headers: { ...page.headers, 'x-goog-generation': '17' } });
    const bytes = world.run(storage.readObject({ container: 'demo-bucket', name: 'a' }));
    expect(new TextDecoder().decode(bytes)).toBe('<html>');
  });
});
