/** Errors for responses: codes, messages and details. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { CloudErrorCode } from '../errors.ts';
import { forbidIo } from '../testing/forbid-io.ts';
import { failureFrom, hasReason, type Refusal, type Subject } from './failures.ts';

forbidIo({ beforeEach, afterEach });

const refusal = (more: Partial<Refusal> = {}) => ({ status: 404, headers: {}, subject: {}, nowMs: 0, ...more });

describe('the code', () => {
  test.each<[number, CloudErrorCode]>([
    [304, 'rejected'],
    [400, 'invalid-argument'],
    [401, 'unauthenticated'],
    [403, 'permission-denied'],
    [404, 'not-found'],
    [405, 'unsupported'],
    [408, 'unavailable'],
    [409, 'conflict'],
    [411, 'invalid-argument'],
    [412, 'precondition-failed'],
    [416, 'invalid-argument'],
    [418, 'rejected'],
    [429, 'rate-limited'],
    [500, 'unavailable'],
    [501, 'unsupported'],
    [599, 'unavailable'],
  ])('of status %i is %s', (status, code) => expect(failureFrom(refusal({ status }), {}).code).toBe(code));
  test('of the service’s error code comes first', () => {
    const tables = { byReason: { Gone: 'conflict' }, byStatus: { 404: 'rejected' } } as const;
    expect(failureFrom(refusal({ reason: 'Gone' }), tables).code).toBe('conflict');
  });
  test('of the provider’s table of statuses comes before the shared one', () => {
    expect(failureFrom(refusal({ reason: 'Other' }), { byStatus: { 404: 'rejected' } }).code).toBe('rejected');
  });
  test.each(['constructor', 'toString', '__proto__'])('is not found on the prototype for %s', (reason) => {
    expect(failureFrom(refusal({ reason }), { byReason: {} }).code).toBe('not-found');
  });
});

describe('the message', () => {
  test.each<[string, Subject, string]>([
    ['no resource', {}, ''],
    ['a container', { container: 'demo' }, 'container demo: '],
    ['an object', { container: 'demo', object: 'a"b' }, 'object "a\\"b" in demo: '],
    ['a node', { node: 'n-1', region: 'eu' }, 'node n-1: '],
    ['a key pair', { keyPair: 'k' }, 'key pair k: '],
    ['a region', { region: 'eu' }, 'region eu: '],
  ])('names %s', (_, subject, start) => {
    expect(failureFrom(refusal({ subject, message: 'No.' }), {}).message).toBe(`${start}No. (404)`);
  });
  test('has the status and the service’s error code', () => {
    expect(failureFrom(refusal({ reason: 'Gone', message: 'No.' }), {}).message).toBe('No. (404 Gone)');
  });
  test('is that of the status when the service sends none', () => {
    expect(failureFrom(refusal({ message: '' }), {}).message).toBe('Not found. (404)');
  });
});

describe('the details', () => {
  test('leave out what is unknown', () => {
    expect(failureFrom(refusal(), {}).details).toStrictEqual({ status: 404 });
  });
  test('have all that the service sent', () => {
    const sent = { reason: 'Gone', field: 'name', requestId: 'r-1', headers: { 'retry-after': '7' } };
    expect(failureFrom(refusal({ ...sent, subject: { node: 'n-1' } }), {}).details).toStrictEqual({
      status: 404,
      node: 'n-1',
      reason: 'Gone',
      field: 'name',
      requestId: 'r-1',
      retryAfterMs: 7000,
    });
  });
});

describe('hasReason', () => {
  test.each([
    ['a failure with that reason', failureFrom(refusal({ reason: 'Gone' }), {}), true],
    ['a failure with another', failureFrom(refusal({ reason: 'Other' }), {}), false],
    ['another error', new Error('Gone'), false],
  ])('of %s', (_, failure, expected) => expect(hasReason(failure, 'Gone')).toBe(expected));
});
