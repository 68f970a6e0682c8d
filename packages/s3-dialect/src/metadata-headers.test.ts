/** User metadata as headers: what is written, and what is refused. */
import { isCloudError } from '@isobar/core/provider';
import { describe, expect, test } from 'vitest';
import { metadataHeaders } from './metadata-headers.ts';

/** The field that a check refuses; undefined when it accepts. */
function refusedField(check: () => unknown): string | undefined {
  try {
    check();
  } catch (failure) {
    if (isCloudError(failure, 'invalid-argument')) return failure.details.field;
    throw failure;
  }
  return undefined;
}

describe('metadata', () => {
  const headersOf = (metadata: unknown) => metadataHeaders(metadata as Record<string, string>, 'x-goog-meta-', 8192);

  test('becomes lower-case headers', () => {
    expect(headersOf({ Reviewer: 'Joe', 'build-id': '7' })).toEqual({
      'x-goog-meta-reviewer': 'Joe',
      'x-goog-meta-build-id': '7',
    });
  });
  test('may be empty', () => expect(headersOf({})).toEqual({}));
  test('may hold 8,192 bytes, keys included', () => {
    expect(headersOf({ abc: 'x'.repeat(8189) })).toHaveProperty('x-goog-meta-abc');
  });
  test('may not hold 8,193 bytes', () => {
    expect(refusedField(() => headersOf({ abc: 'x'.repeat(8190) }))).toBe('metadata');
  });
  test('may not hold 8,193 bytes over several keys', () => {
    expect(refusedField(() => headersOf({ a: 'x'.repeat(4096), b: 'x'.repeat(4095) }))).toBe('metadata');
  });
  test('may not have a key twice in different case', () => {
    expect(refusedField(() => headersOf({ Key: '1', kEY: '2' }))).toBe('metadata');
  });
  test.each(['', 'a b', 'a:b', 'a\nb', 'é', 'a\r\nx-goog-acl', 'a(b)'])('may not have the key %j', (key) => {
    expect(refusedField(() => headersOf({ [key]: 'x' }))).toBe('metadata');
  });
  test.each([
    ['a line break', 'a\r\nx-goog-acl: public-read'],
    ['a character beyond ASCII', 'é'],
    ['a number', 7],
    ['undefined', undefined],
  ])('may not have a value with %s, and the error names the key', (_, value) => {
    expect(refusedField(() => headersOf({ Key: value }))).toBe('metadata.Key');
  });
  test.each([
    ['a string', 'a=b'],
    ['null', null],
  ])('may not be %s', (_, metadata) => {
    expect(refusedField(() => headersOf(metadata))).toBe('metadata');
  });
  test('may have the key __proto__', () => {
    expect(headersOf(JSON.parse('{"__proto__":"x"}'))).toHaveProperty(['x-goog-meta-__proto__'], 'x');
  });
});
