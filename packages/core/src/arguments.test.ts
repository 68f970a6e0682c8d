/** How arguments look in messages, and texts that must be there. */
import { expect, describe as group, test } from 'vitest';
import { describe, textOf } from './arguments.ts';
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
  ])('shows %o as %s', (value, expected) => expect(describe(value)).toBe(expected));
  test('shows a string of 80 characters', () => expect(describe('x'.repeat(80))).toBe(`"${'x'.repeat(80)}"`));
  test('never shows a longer string', () => {
    expect(describe('x'.repeat(81))).toBe('a string of 81 characters');
  });
});

group('textOf', () => {
  test('takes any text', () => expect(textOf(' ', 'name')).toBe(' '));
  test.each(['', 7, null, undefined, {}])('refuses %o, by the name of the field', (value) => {
    let failure: unknown;
    try {
      textOf(value as string, 'name');
    } catch (thrown) {
      failure = thrown;
    }
    expect(isCloudError(failure, 'invalid-argument') && failure.details.field).toBe('name');
  });
});
