/** Storage arguments: names passed as strings or models, ranges, bytes and lists of objects. */
import { describe, expect, test } from 'vitest';
import { isCloudError } from '../errors.ts';
import { checkRange, containerNameOf, headerValue, locationOf, metadataOf, objectsOf } from './arguments.ts';
import type { ContainerReference, ObjectReference } from './models.ts';

/** The field that a check refuses. */
function refusedField(check: () => unknown): string | undefined {
  try {
    check();
  } catch (failure) {
    if (isCloudError(failure, 'invalid-argument')) return failure.details.field;
    throw failure;
  }
  return undefined;
}

describe('containerNameOf', () => {
  test('accepts a name', () => expect(containerNameOf('box')).toBe('box'));
  test('accepts a model', () => expect(containerNameOf({ name: 'box' })).toBe('box'));
  test.each([
    ['an empty string', ''],
    ['null', null],
    ['undefined', undefined],
    ['a number', 7],
    ['an object without a name', {}],
    ['an object in a container', { container: 'box', name: 'a' }],
  ])('refuses %s', (_, value) =>
    expect(refusedField(() => containerNameOf(value as ContainerReference))).toBe('container'),
  );
});

describe('locationOf', () => {
  test('accepts a container by name', () => {
    expect(locationOf({ container: 'box', name: 'a' })).toEqual({ container: 'box', name: 'a' });
  });
  test('accepts a container as a model', () => {
    expect(locationOf({ container: { name: 'box' }, name: 'a' })).toEqual({ container: 'box', name: 'a' });
  });
  test('drops the other fields of a model', () => {
    const model = { container: 'box', name: 'a', sizeBytes: 1 };
    expect(locationOf(model)).toEqual({ container: 'box', name: 'a' });
  });
  test.each([
    ['a string', 'a'],
    ['null', null],
    ['undefined', undefined],
  ])('refuses %s as an object', (_, value) => {
    expect(refusedField(() => locationOf(value as unknown as ObjectReference))).toBe('object');
  });
  test('refuses an object without a container', () => {
    expect(refusedField(() => locationOf({ name: 'a' } as unknown as ObjectReference))).toBe('object.container');
  });
  test('explains how to pass two names as one argument', () => {
    const message = '`object` must be an object or { container, name }, not "box"; pass { container: "box", name }';
    expect(() => locationOf('box' as unknown as ObjectReference)).toThrow(expect.objectContaining({ message }));
  });
});

describe('checkRange', () => {
  test('accepts both bounds', () => expect(checkRange(0, 1)).toEqual({ startBytes: 0, endBytes: 1 }));
  test('omits an open end', () => expect(checkRange(5, undefined)).toEqual({ startBytes: 5 }));
  test('accepts the largest safe integer', () => {
    expect(checkRange(0, Number.MAX_SAFE_INTEGER).endBytes).toBe(Number.MAX_SAFE_INTEGER);
  });
  test.each([-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53, '0', null])('refuses the start %s', (start) => {
    expect(refusedField(() => checkRange(start as number, undefined))).toBe('startBytes');
  });
  test.each([
    ['an end at the start, which is empty', 5],
    ['an end before the start', 4],
    ['an end that is not a whole number', 5.5],
    ['an end that is not a number', Number.NaN],
    ['an end that is null', null],
  ])('refuses %s', (_, end) => expect(refusedField(() => checkRange(5, end as number))).toBe('endBytes'));
});

describe('objectsOf', () => {
  test.each([[[]], [new Set()], [[].values()]])('accepts %o', (objects) => expect(objectsOf(objects)).toBe(objects));
  test.each(['box', 7, null, undefined, {}])('refuses %o', (objects) => {
    expect(refusedField(() => objectsOf(objects as []))).toBe('objects');
  });
});

describe('a header', () => {
  test.each(['', 'text/plain', 'a\tb', '~ !"#'])('may hold %j', (value) => expect(headerValue('x', value)).toBe(value));
  test.each([
    ['a carriage return', 'a\rb'],
    ['a line feed, which would start another header', 'a\nx-goog-acl: public-read'],
    ['a line feed at its end', 'a\n'],
    ['a null', 'a\0'],
    ['a delete', 'a\x7f'],
    ['a leading space, which HTTP strips', ' a'],
    ['a trailing space, which HTTP strips', 'a '],
    ['a trailing tab, which HTTP strips', 'a\t'],
    ['a character beyond ASCII', 'é'],
    ['a number', 7],
  ])('may not hold %s', (_, value) => {
    expect(refusedField(() => headerValue('contentType', value as string))).toBe('contentType');
  });
  test('is not quoted in the error message', () => {
    expect(() => headerValue('x', 'hunter2\n')).toThrow(expect.not.objectContaining({ message: /hunter2/ }));
  });
});

describe('metadata', () => {
  const checked = (metadata: unknown) => metadataOf(metadata as Record<string, string>, 8192);

  test('gets lower-case keys', () => {
    expect(checked({ Reviewer: 'Joe', 'build-id': '7' })).toEqual({ reviewer: 'Joe', 'build-id': '7' });
  });
  test('may be empty', () => expect(checked({})).toEqual({}));
  test('may hold 8,192 bytes, keys included', () => {
    expect(checked({ abc: 'x'.repeat(8189) })).toHaveProperty('abc');
  });
  test('may not hold 8,193 bytes', () => {
    expect(refusedField(() => checked({ abc: 'x'.repeat(8190) }))).toBe('metadata');
  });
  test('may not hold 8,193 bytes over several keys', () => {
    expect(refusedField(() => checked({ a: 'x'.repeat(4096), b: 'x'.repeat(4095) }))).toBe('metadata');
  });
  test('may not have a key twice in different case', () => {
    expect(refusedField(() => checked({ Key: '1', kEY: '2' }))).toBe('metadata');
  });
  test.each(['', 'a b', 'a:b', 'a\nb', 'é', 'a\r\nx-goog-acl', 'a(b)'])('may not have the key %j', (key) => {
    expect(refusedField(() => checked({ [key]: 'x' }))).toBe('metadata');
  });
  test.each([
    ['a line break', 'a\r\nx-goog-acl: public-read'],
    ['a character beyond ASCII', 'é'],
    ['a number', 7],
    ['undefined', undefined],
  ])('may not have a value with %s, and the error names the key', (_, value) => {
    expect(refusedField(() => checked({ Key: value }))).toBe('metadata.Key');
  });
  test.each([
    ['a string', 'a=b'],
    ['null', null],
  ])('may not be %s', (_, metadata) => {
    expect(refusedField(() => checked(metadata))).toBe('metadata');
  });
  test('may have the key __proto__', () => {
    expect(checked(JSON.parse('{"__proto__":"x"}'))).toHaveProperty(['__proto__'], 'x');
  });
});
