/** Argument descriptions in error messages, and checks of strings and paths. */
import { expect, describe as group, test } from 'vitest';
import { describe, pathOf, textOf } from './arguments.ts';
import { isCloudError } from './errors.ts';

group('describe', () => {
  test.each<[unknown, string]>([
    ['short', '"short"'],
    ['two\nlines', '"two\\nlines"'],
    [7, '7'],
    [Number.NaN, 'NaN'],
    [true, 'true'],
    [null, 'null'],
    [undefined, 'undefined'],
    [[], 'an array'],
    [{ secret: 'hunter2' }, 'an object'],
    [() => 1, 'a function'],
    [Symbol('s'), 'a symbol'],
    [7n, 'a bigint'],
    [new Uint8Array(3), 'a Uint8Array'],
    [new Int8Array(3), 'an Int8Array'],
    [new ArrayBuffer(3), 'an ArrayBuffer'],
    [new Blob(['hunter2']), 'a Blob'],
    [new Map([['secret', 'hunter2']]), 'a Map'],
    [new Date(0), 'a Date'],
    [new Error('hunter2'), 'an Error'],
    [new URL('https://user:hunter2@storage.example'), 'a URL'],
    [new (class Task {})(), 'a Task'],
    [Object.create(null), 'an object'],
    [new (class {})(), 'an object'],
  ])('shows %o as %s', (value, expected) => expect(describe(value)).toBe(expected));
  const refuse = (): never => {
    throw new Error('refused');
  };
  const revoked = (target: object): object => {
    const { proxy, revoke } = Proxy.revocable(target, {});
    revoke();
    return proxy;
  };
  test.each<[string, object]>([
    ['a proxy that refuses', new Proxy({}, { get: refuse, has: refuse, getPrototypeOf: refuse })],
    ['a revoked proxy', revoked({})],
    ['a revoked proxy of an array', revoked([])],
    ['a prototype that refuses', Object.create(Object.defineProperty({}, 'constructor', { get: refuse }))],
    ['a class whose name refuses', Object.create({ constructor: Object.defineProperty({}, 'name', { get: refuse }) })],
    ['a class whose name is not a string', Object.create({ constructor: { name: { secret: 'hunter2' } } })],
    ['a class with a name of two lines', Object.create({ constructor: { name: 'two\nlines' } })],
    ['a class with a very long name', Object.create({ constructor: { name: 'x'.repeat(61) } })],
  ])('shows %s as an object, and does not throw', (_, value) => expect(describe(value)).toBe('an object'));
  test('shows a string of 80 characters', () => expect(describe('x'.repeat(80))).toBe(`"${'x'.repeat(80)}"`));
  test('shows only the length of a longer string', () => {
    expect(describe('x'.repeat(81))).toBe('a string of 81 characters');
  });
});

group('textOf', () => {
  test('accepts any non-empty string', () => expect(textOf('name', ' ')).toBe(' '));
  test.each(['', 7, null, undefined, {}])('refuses %o and names the field', (value) => {
    let failure: unknown;
    try {
      textOf('name', value as string);
    } catch (thrown) {
      failure = thrown;
    }
    expect(isCloudError(failure, 'invalid-argument') && failure.details.field).toBe('name');
  });
});

group('pathOf', () => {
  test.each(['file', '/a/b', 'a b\n'])('accepts %o', (path) => expect(pathOf('filePath', path)).toBe(path));
  test.each([
    ['', '""'],
    ['a\0b', '"a\\u0000b"'],
    [7, '7'],
    [undefined, 'undefined'],
    [new URL('file:///a'), 'a URL'],
    [new Uint8Array(1), 'a Uint8Array'],
  ])('refuses %o', (path, shown) => {
    const message = `\`filePath\` must be a path, not ${shown}`;
    expect(() => pathOf('filePath', path as string)).toThrow(expect.objectContaining({ message }));
  });
});
