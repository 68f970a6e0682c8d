/** Access tokens: sent as given, fetched when needed, cached until shortly before they expire. */
import { parallel } from '@isobar/core/provider';
import { forbidIo } from '@isobar/core/testing';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { errorAnswer, scriptStorageWith } from '../../testing/scripted-storage.ts';

forbidIo({ beforeEach, afterEach });

const found = { headers: { 'content-length': '5' } };
const refused = errorAnswer(401, 'AuthenticationRequired');

function storageWith(accessToken: unknown, ...replies: object[]) {
  const { storage, world } = scriptStorageWith({ accessToken });
  if (replies.length > 0) world.service.on('HEAD', '/demo-bucket/a', ...replies);
  else world.service.always('HEAD', '/demo-bucket/a', found);
  const lookUp = () => storage.getObject('demo-bucket', 'a');
  const sent = () => world.service.requests.map(({ headers }) => headers.authorization);
  return { lookUp, sent, storage, world };
}

/** A token function that counts its calls, for tokens with a lifetime. */
function counting(world: { readonly nowMs: number }, lifeMs: number) {
  const counted = {
    calls: 0,
    give: () => {
      counted.calls += 1;
      return { token: `token-${counted.calls}`, expiresAt: new Date(world.nowMs + lifeMs) };
    },
  };
  return counted;
}

describe('a fixed token', () => {
  test('is sent with every request, without signature or date', () => {
    const { lookUp, sent, world } = storageWith('ya29.token');
    world.run(lookUp());
    expect(sent()).toEqual(['Bearer ya29.token']);
    expect(Object.keys(world.service.requests[0]?.headers ?? {})).not.toContain('x-goog-date');
  });
  test('is not sent again when it is refused', () => {
    const { lookUp, world } = storageWith('ya29.token', refused);
    expect(world.failureOf(lookUp())).toMatchObject({ code: 'unauthenticated', details: { status: 401 } });
    expect(world.service.requests).toHaveLength(1);
  });
  test('cannot sign URLs', () => {
    const { storage, world } = storageWith('ya29.token');
    const failure = world.failureOf(storage.presignObjectUrl({ container: 'demo-bucket', name: 'a' }));
    expect(failure).toMatchObject({ code: 'unsupported', message: expect.stringContaining('`serviceAccount`') });
    expect(world.service.requests).toEqual([]);
  });
});

describe('a function', () => {
  test('that returns a plain token is called for each exchange', () => {
    let calls = 0;
    const { lookUp, sent, world } = storageWith(() => `token-${++calls}`);
    world.run(lookUp());
    world.run(lookUp());
    expect(sent()).toEqual(['Bearer token-1', 'Bearer token-2']);
  });
  test('that returns an expiry is called again 225 seconds before it', () => {
    const clock = { nowMs: 0 };
    const counted = counting(clock, 3_600_000);
    const { lookUp, world } = storageWith(counted.give);
    clock.nowMs = world.nowMs;
    world.run(lookUp());
    world.nowMs += 3_600_000 - 225_000 - 1;
    world.run(lookUp());
    expect(counted.calls).toBe(1);
    world.nowMs += 1;
    world.run(lookUp());
    expect(counted.calls).toBe(2);
  });
  test('is called after half the lifetime of a short-lived token', () => {
    const clock = { nowMs: 0 };
    const counted = counting(clock, 60_000);
    const { lookUp, world } = storageWith(counted.give);
    clock.nowMs = world.nowMs;
    world.run(lookUp());
    world.nowMs += 29_999;
    world.run(lookUp());
    expect(counted.calls).toBe(1);
    world.nowMs += 1;
    world.run(lookUp());
    expect(counted.calls).toBe(2);
  });
  test('is called once for concurrent operations', () => {
    const clock = { nowMs: 0 };
    const counted = counting(clock, 3_600_000);
    const { lookUp, world } = storageWith(counted.give);
    clock.nowMs = world.nowMs;
    world.run(parallel([lookUp(), lookUp(), lookUp()], 3));
    expect([counted.calls, world.service.requests.length]).toEqual([1, 3]);
  });
  test('is called once more when its token is refused, and the new one is cached', () => {
    const clock = { nowMs: 0 };
    const counted = counting(clock, 3_600_000);
    const { lookUp, sent, world } = storageWith(counted.give, refused, found, found);
    clock.nowMs = world.nowMs;
    world.run(lookUp());
    world.run(lookUp());
    expect(sent()).toEqual(['Bearer token-1', 'Bearer token-2', 'Bearer token-2']);
  });
  test('is not called a third time when the new token is refused too', () => {
    const clock = { nowMs: 0 };
    const counted = counting(clock, 3_600_000);
    const { lookUp, world } = storageWith(counted.give, refused, refused);
    clock.nowMs = world.nowMs;
    expect(world.failureOf(lookUp())).toMatchObject({ code: 'unauthenticated' });
    expect([counted.calls, world.service.unasked]).toEqual([2, []]);
  });
  test('that throws fails the call with its own error, and is not called again', () => {
    const own = new RangeError('my own');
    let calls = 0;
    const { lookUp, world } = storageWith(() => {
      calls += 1;
      throw own;
    });
    expect(world.failureOf(lookUp())).toBe(own);
    expect(calls).toBe(1);
  });
  test.each([
    ['undefined', undefined],
    ['a number', 7],
    ['an empty token', ''],
    ['a token with a line break', 'secret-part\r\nx-goog-acl: public-read'],
    ['an object without an expiry', { token: 't' }],
    ['an expiry that is not a date', { token: 't', expiresAt: 5 }],
    ['an invalid date', { token: 't', expiresAt: new Date(Number.NaN) }],
    ['an object with an invalid token', { token: 'secret part', expiresAt: new Date(0) }],
  ])('that returns %s is refused, without quoting it', (_, given) => {
    const { lookUp, world } = storageWith(() => given);
    const failure = world.failureOf(lookUp()) as Error;
    expect(failure).toMatchObject({ code: 'invalid-argument', details: { field: 'accessToken' } });
    expect(failure.message).not.toContain('secret');
    expect(world.service.requests).toEqual([]);
  });
});

test('a function that returns a token with a trailing line break gets a hint', () => {
  const { lookUp, world } = storageWith(() => 'secret\n');
  const message = '`accessToken` returns a token that has white space in it (a trailing line break?): remove it';
  expect(world.failureOf(lookUp())).toMatchObject({ message, details: { field: 'accessToken' } });
});

test('anonymous access adds no headers', () => {
  const { storage, world } = scriptStorageWith({ credentials: 'anonymous' });
  world.service.on('HEAD', '/demo-bucket/a', found);
  world.run(storage.getObject('demo-bucket', 'a'));
  expect(Object.keys(world.service.requests[0]?.headers ?? {}).sort()).toEqual(['accept-encoding', 'host']);
  const failure = world.failureOf(storage.presignObjectUrl({ container: 'demo-bucket', name: 'a' }));
  expect(failure).toMatchObject({ code: 'unsupported' });
});
