/** Signed URLs: the worked example, limits, and signing without an exchange. */
import type { PresignOptions } from '@isobar/core/provider';
import { forbidIo } from '@isobar/core/testing';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { urlProblem } from '../../s3-dialect/testing/signature-verifier.ts';
import { exampleKey, exampleSecret, scriptStorage } from '../testing/scripted-storage.ts';

forbidIo({ beforeEach, afterEach });

const object = { container: 'demo-bucket', name: 'dir/été 1+1.txt' };
const origin = 'https://storage.googleapis.com';

function presign(options?: PresignOptions, reference = object): string {
  const { storage, world } = scriptStorage();
  const url = world.run(storage.presignObjectUrl(reference, options));
  expect(world.steps).toEqual(['clock']);
  return url;
}

/** The problem that a server would find with a request for the URL. */
const problemOf = (url: string, method = 'GET', headers: Record<string, string> = {}) =>
  urlProblem(
    { method, path: url.slice(origin.length), headers: { host: 'storage.googleapis.com', ...headers } },
    exampleSecret,
  );

describe('presignObjectUrl', () => {
  test('makes exactly the worked example', () => {
    expect(presign({ responseContentDisposition: 'attachment; filename="a b.txt"' })).toBe(
      `${origin}/demo-bucket/dir/%C3%A9t%C3%A9%201%2B1.txt?X-Goog-Algorithm=GOOG4-HMAC-SHA256&X-Goog-Credential=${exampleKey}%2F20260115%2Fauto%2Fstorage%2Fgoog4_request&X-Goog-Date=20260115T103000Z&X-Goog-Expires=3600&X-Goog-SignedHeaders=host&response-content-disposition=attachment%3B%20filename%3D%22a%20b.txt%22&X-Goog-Signature=4a571213dc7f67d4375dd6019bfcfa0ee3a0feeff9a7ca3d6e3ec266e9e7c346`,
    );
  });
  test.each(['GET', 'HEAD', 'PUT', 'DELETE'] as const)('signs for %s, and for no other method', (method) => {
    const url = presign({ method });
    expect(problemOf(url, method)).toBeUndefined();
    expect(problemOf(url, method === 'GET' ? 'PUT' : 'GET')).toBe('has the wrong signature');
  });
  test('signs for GET by default', () => expect(problemOf(presign(), 'GET')).toBeUndefined());
  test.each(['dir/../a', 'a//b', '/a', 'a?b#c', '%2F', 'a+b c', '😀', "!'()*"])('signs for the name %j', (name) => {
    const url = presign({}, { ...object, name });
    expect(problemOf(url)).toBeUndefined();
    expect(decodeURIComponent(url.slice(origin.length + '/demo-bucket/'.length).split('?')[0] ?? '')).toBe(name);
  });
  test('signs the type that the holder must send', () => {
    const url = presign({ method: 'PUT', contentType: 'text/x-own; charset=utf-8' });
    expect(url).toContain('X-Goog-SignedHeaders=content-type%3Bhost');
    expect(problemOf(url, 'PUT', { 'content-type': 'text/x-own; charset=utf-8' })).toBeUndefined();
    expect(problemOf(url, 'PUT', { 'content-type': 'text/plain' })).toBe('has the wrong signature');
    expect(problemOf(url, 'PUT')).toBe('signs content-type, which is missing');
  });
  test('signs the response headers', () => {
    const url = presign({ responseContentType: 'text/x', responseContentDisposition: 'inline' });
    expect(url).toContain('&response-content-disposition=inline&response-content-type=text%2Fx&X-Goog-Signature=');
    expect(problemOf(url)).toBeUndefined();
    expect(problemOf(url.replace('inline', 'attachment'))).toBe('has the wrong signature');
  });
  test.each([1, 60, 604_800])('is valid for %i seconds', (expiresInSeconds) => {
    expect(presign({ expiresInSeconds })).toContain(`&X-Goog-Expires=${expiresInSeconds}&`);
  });
  test('does not contain the secret', () => expect(presign()).not.toContain(exampleSecret));
});

describe('a URL that starts a resumable upload', () => {
  test('signs the header that starts one', () => {
    const { storage, world } = scriptStorage();
    const url = world.run(storage.presignObjectUrl(object, { method: 'POST', contentType: 'text/plain' }));
    expect(url).toContain('X-Goog-SignedHeaders=content-type%3Bhost%3Bx-goog-resumable');
    const headers = { 'content-type': 'text/plain', 'x-goog-resumable': 'start' };
    expect(problemOf(url, 'POST', headers)).toBeUndefined();
    expect(problemOf(url, 'POST', { 'content-type': 'text/plain' })).toBe('signs x-goog-resumable, which is missing');
    expect(problemOf(url, 'PUT', headers)).toBe('has the wrong signature');
  });
});

describe('presignObjectUrl refuses', () => {
  test.each<[string, unknown, string]>([
    ['a validity of zero', { expiresInSeconds: 0 }, 'expiresInSeconds'],
    ['a negative validity', { expiresInSeconds: -1 }, 'expiresInSeconds'],
    ['more than a week', { expiresInSeconds: 604_801 }, 'expiresInSeconds'],
    ['a fraction of a second', { expiresInSeconds: 0.5 }, 'expiresInSeconds'],
    ['a string', { expiresInSeconds: '60' }, 'expiresInSeconds'],
    ['not a number', { expiresInSeconds: Number.NaN }, 'expiresInSeconds'],
    ['an infinite validity', { expiresInSeconds: Number.POSITIVE_INFINITY }, 'expiresInSeconds'],
    ['another method', { method: 'PATCH' }, 'method'],
    ['a lower-case method', { method: 'get' }, 'method'],
    ['a type with a line break', { method: 'PUT', contentType: 'a\r\nb' }, 'contentType'],
    ['a response’s type with a line break', { responseContentType: 'a\r\nb' }, 'responseContentType'],
    ['a disposition with a line break', { responseContentDisposition: 'a\nb' }, 'responseContentDisposition'],
  ])('%s', (_, options, field) => {
    const { storage, world } = scriptStorage();
    expect(world.failureOf(storage.presignObjectUrl(object, options as PresignOptions))).toMatchObject({
      code: 'invalid-argument',
      details: { field },
    });
    expect(world.steps).toEqual([]);
  });
  test.each([
    { container: 'UPPER', name: 'a' },
    { container: 'demo-bucket', name: '..' },
    { container: 'demo-bucket', name: '' },
  ])('the location %j', (reference) => {
    const { storage, world } = scriptStorage();
    expect(world.failureOf(storage.presignObjectUrl(reference))).toHaveProperty('code', 'invalid-argument');
  });
});
