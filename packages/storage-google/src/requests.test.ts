/** The one way to the service: every request signed anew for each try, and which tries there are. */
import type { CloudError } from '@isobar/core/provider';
import { describe, expect, test } from 'vitest';
import '../../core/testing/poisoned-world.ts';
import { networkFailure } from '../../core/testing/scripted-service.ts';
import { busy, errorAnswer, exampleKey, scriptStorage } from '../testing/scripted-storage.ts';

const found = { headers: { 'content-length': '5' } };

describe('a request', () => {
  function lookUp(name: string) {
    const { storage, world } = scriptStorage();
    world.service.always('HEAD', /./, found);
    world.run(storage.getObject('demo-bucket', name));
    return world.service.requests[0];
  }

  test('goes to the service, path and query as they were signed', () => {
    expect(lookUp('a')).toMatchObject({
      method: 'HEAD',
      origin: 'https://storage.googleapis.com',
      path: '/demo-bucket/a',
      headers: { host: 'storage.googleapis.com' },
    });
  });
  test.each([
    ['dot segments', 'x/../y', '/demo-bucket/x/../y'],
    ['a slash at the beginning', '/x', '/demo-bucket//x'],
    ['slashes that repeat', 'x//y/', '/demo-bucket/x//y/'],
    ['signs of URLs', 'x?y#z%20', '/demo-bucket/x%3Fy%23z%2520'],
    ['blanks and plus signs', 'x y+z', '/demo-bucket/x%20y%2Bz'],
    ['characters beyond ASCII', 'été', '/demo-bucket/%C3%A9t%C3%A9'],
  ])('keeps %s of a name', (_, name, path) => expect(lookUp(name)?.path).toBe(path));
  test('asks for the bytes as they are stored, without signing that', () => {
    const headers = lookUp('a')?.headers;
    expect([headers?.['accept-encoding'], headers?.authorization?.includes('accept-encoding')]).toEqual([
      'gzip',
      false,
    ]);
  });
  test('is signed by the key, for the day and the region auto', () => {
    expect(lookUp('a')?.headers.authorization).toMatch(
      new RegExp(`^GOOG4-HMAC-SHA256 Credential=${exampleKey}/20260115/auto/storage/goog4_request, `),
    );
  });
  test('leaves the payload out of the signature', () => {
    expect(lookUp('a')?.headers['x-goog-content-sha256']).toBe('UNSIGNED-PAYLOAD');
  });
});

describe('tries', () => {
  test('are signed anew, each for its time', () => {
    const { storage, world } = scriptStorage();
    world.chance = [0xff];
    world.nowMs = Date.UTC(2026, 0, 15, 23, 59, 59, 950);
    world.service.on('HEAD', '/demo-bucket/a', busy, found);
    world.run(storage.getObject('demo-bucket', 'a'));
    expect(world.service.requests.map(({ headers }) => headers['x-goog-date'])).toEqual([
      '20260115T235959Z',
      '20260116T000000Z',
    ]);
  });
  test('wait as the policy says', () => {
    const { storage, world } = scriptStorage();
    world.chance = [0xff];
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
  test('end with the last failure, counted', () => {
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
  ])('end at %i %s, which would not pass', (status, reason) => {
    const { storage, world } = scriptStorage();
    world.service.on('HEAD', '/demo-bucket/a', errorAnswer(status, reason));
    world.failureOf(storage.getObject('demo-bucket', 'a'));
    expect(world.service.requests).toHaveLength(1);
  });
  test.each([
    ['unavailable, then refused', busy, 'invalid-argument'],
    ['broken off, then refused', networkFailure(), 'invalid-argument'],
  ])('end at the second when it was %s', (_, first, code) => {
    const { storage, world } = scriptStorage();
    world.service.on('HEAD', '/demo-bucket/a', first, errorAnswer(400, 'InvalidArgument'));
    const failure = world.failureOf(storage.getObject('demo-bucket', 'a')) as CloudError;
    expect([failure.code, failure.details.attempts]).toEqual([code, 2]);
  });
});

describe('a page of a proxy', () => {
  const page = { headers: { 'content-type': 'text/html; charset=utf-8', 'content-length': '6' }, body: '<html>' };
  test('is no object', () => {
    const { storage, world } = scriptStorage();
    world.service.on('GET', '/demo-bucket/a', page);
    const failure = world.failureOf(storage.readObject({ container: 'demo-bucket', name: 'a' }));
    expect(failure).toMatchObject({ code: 'malformed-response', details: { status: 200, object: 'a' } });
  });
  test('is no object that could be streamed, and is let go', () => {
    const { storage, world } = scriptStorage();
    world.service.on('GET', '/demo-bucket/a', page);
    const reader = storage.downloadObjectAsStream({ container: 'demo-bucket', name: 'a' }).open();
    expect(world.failureOf(reader.next())).toHaveProperty('code', 'malformed-response');
    expect(world.openStreams).toBe(0);
  });
  test('does not say that an object was stored', () => {
    const { storage, world } = scriptStorage();
    world.service.on('PUT', '/demo-bucket/a', page);
    const failure = world.failureOf(storage.writeObject('x', 'demo-bucket', 'a'));
    expect(failure).toHaveProperty('code', 'malformed-response');
  });
  test('is what it is when it is stored (control)', () => {
    const { storage, world } = scriptStorage();
    world.service.on('GET', '/demo-bucket/a', { ...page, headers: { ...page.headers, 'x-goog-generation': '17' } });
    const bytes = world.run(storage.readObject({ container: 'demo-bucket', name: 'a' }));
    expect(new TextDecoder().decode(bytes)).toBe('<html>');
  });
});
