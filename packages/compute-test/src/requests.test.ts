/** Requests to the test cloud: credentials, statuses and retries. */
import type { CloudError, CloudErrorCode } from '@isobar/core/provider';
import type { Answer } from '@isobar/core/testing';
import { forbidIo } from '@isobar/core/testing';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { scriptCloud } from '../testing/scripted-cloud.ts';

forbidIo({ beforeEach, afterEach });

const path = '/compute/nodes?limit=1000';
const empty = { body: '[]' };

describe('a request', () => {
  test('goes to the default endpoint', () => {
    const { cloud, world } = scriptCloud();
    world.service.on('GET', path, empty);
    world.run(cloud.listNodes());
    expect(world.service.requests[0]).toMatchObject({ method: 'GET', origin: 'http://127.0.0.1:9898', path });
  });
  test('has no body', () => {
    const { cloud, world } = scriptCloud();
    world.service.on('GET', path, empty);
    world.run(cloud.listNodes());
    expect(world.service.requests[0]).not.toHaveProperty('body');
  });
  test.each([
    ['ASCII', 'apache', 'libcloud', 'YXBhY2hlOmxpYmNsb3Vk'],
    ['characters beyond ASCII, as UTF-8', 'test', '123£', 'dGVzdDoxMjPCow=='], // RFC 7617, section 2.1
    ['characters beyond Latin-1', 'clé', '秘密😀', Buffer.from('clé:秘密😀').toString('base64')],
    ['colons in the password', 'apache', 'a:b', Buffer.from('apache:a:b').toString('base64')],
  ])('has credentials of %s', (_, key, secret, encoded) => {
    const { cloud, world } = scriptCloud({ key, secret });
    world.service.on('GET', path, empty);
    world.run(cloud.listNodes());
    expect(world.service.requests[0]?.headers.authorization).toBe(`Basic ${encoded}`);
  });
});

describe('a status', () => {
  const failureOf = (answer: Answer) => {
    const { cloud, world } = scriptCloud({ attempts: 1 });
    world.service.on('GET', path, answer);
    return world.failureOf(cloud.listNodes()) as CloudError;
  };
  const table: [number, CloudErrorCode][] = [
    [304, 'rejected'],
    [400, 'invalid-argument'],
    [401, 'unauthenticated'],
    [403, 'permission-denied'],
    [404, 'not-found'],
    [409, 'conflict'],
    [418, 'rejected'],
    [429, 'rate-limited'],
    [500, 'unavailable'],
    [502, 'unavailable'],
    [503, 'unavailable'],
  ];
  test.each(table)('%i means %s', (status, code) => expect(failureOf({ status }).code).toBe(code));
  test('is reported with the cloud’s message', () => {
    expect(failureOf({ status: 403, body: '{"error":{"message":"not yours"}}' }).message).toBe('not yours (403)');
  });
  test.each([
    ['HTML', '<html></html>'],
    ['empty', ''],
    ['other JSON', '{"message":"x"}'],
    ['null', 'null'],
  ])('is reported with a default message when the body is %s', (_, body) =>
    expect(failureOf({ status: 403, body }).message).toBe('the cloud refused the request (403)'),
  );
  test('sets the time to wait from retry-after', () => {
    expect(failureOf({ status: 503, headers: { 'retry-after': '7' } }).details.retryAfterMs).toBe(7000);
  });
  test('does not expose credentials', () => {
    const shown = JSON.stringify(failureOf({ status: 401 }));
    expect(['libcloud', 'YXBhY2hlOmxpYmNsb3Vk'].filter((word) => shown.includes(word))).toEqual([]);
  });
});

describe('an attempt', () => {
  test('is retried after 503', () => {
    const { cloud, world } = scriptCloud();
    world.randomBytes = [0xff];
    world.service.on('GET', path, { status: 503 }, { status: 503 }, empty);
    expect([world.run(cloud.listNodes()), world.sleeps]).toEqual([[], [100, 200]]);
  });
  test('is not retried before the time that the cloud asks for', () => {
    const { cloud, world } = scriptCloud();
    const headers = { 'retry-after': 'Thu, 15 Jan 2026 10:30:05 GMT' };
    world.service.on('GET', path, { status: 429, headers }, empty);
    world.run(cloud.listNodes());
    expect(world.sleeps).toEqual([5000]);
  });
  test('is counted', () => {
    const { cloud, world } = scriptCloud();
    world.service.always('GET', path, { status: 503 });
    expect((world.failureOf(cloud.listNodes()) as CloudError).details.attempts).toBe(3);
  });
  test.each([400, 401, 403, 404, 409])('is not retried after %i', (status) => {
    const { cloud, world } = scriptCloud();
    world.service.on('GET', path, { status });
    world.failureOf(cloud.listNodes());
    expect(world.service.requests).toHaveLength(1);
  });
});
