/** Checks of arguments, and their descriptions in error messages. */
import { expect, describe as group, test } from 'vitest';
import { countOf, describe, flagOf, listOf, oneOf, pathOf, recordOf, textOf } from './arguments.ts';
import { isCloudError } from './errors.ts';

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

group('listOf', () => {
  test('accepts an array up to its limit', () => expect(listOf('rules', [1, 2], 2)).toEqual([1, 2]));
  test.each([[[1, 2, 3]], ['ab'], [null], [{ length: 1 }]])('refuses %j', (value) => {
    expect(refusedField(() => listOf('rules', value, 2))).toBe('rules');
  });
});

group('recordOf', () => {
  test('accepts some of the known fields', () => expect(recordOf('rule', { a: 1 }, ['a', 'b'])).toEqual({ a: 1 }));
  test.each([[[]], [null], ['text'], [7]])('refuses %j', (value) => {
    expect(refusedField(() => recordOf('rule', value, ['a']))).toBe('rule');
  });
  test('refuses an unknown field and names it', () => {
    expect(refusedField(() => recordOf('rule', { a: 1, c: 2 }, ['a']))).toBe('rule.c');
  });
});

group('countOf', () => {
  test.each([0, 1, Number.MAX_SAFE_INTEGER])('accepts %d', (value) => expect(countOf('age', value)).toBe(value));
  test.each([-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53, '1', undefined])('refuses %o', (value) => {
    expect(refusedField(() => countOf('age', value))).toBe('age');
  });
  test.each([1, 9])('accepts a limit, %d', (value) => expect(countOf('pageSize', value, 1, 9)).toBe(value));
  test.each([0, 10])('refuses %d beyond a limit, and says what the limits are', (value) => {
    const message = `\`pageSize\` must be a whole number from 1 to 9, not ${value}`;
    expect(() => countOf('pageSize', value, 1, 9)).toThrow(expect.objectContaining({ message }));
  });
});

group('flagOf', () => {
  test.each([true, false])('accepts %o', (value) => expect(flagOf('enabled', value)).toBe(value));
  test.each([0, 'true', null, undefined])('refuses %o', (value) => {
    expect(refusedField(() => flagOf('enabled', value))).toBe('enabled');
  });
});

group('oneOf', () => {
  test('accepts a choice', () => expect(oneOf('role', 'b', ['a', 'b'])).toBe('b'));
  test.each(['c', 'constructor', 0, null, undefined])('refuses %o', (value) => {
    expect(refusedField(() => oneOf('role', value, ['a', 'b']))).toBe('role');
  });
});
