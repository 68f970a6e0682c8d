/** The errors of wrong requests name the field. */
import { expect, test } from 'vitest';
import { creationSchema } from '../nodes/create-node.ts';
import type { Problem } from './problem.ts';
import { check, type Schema } from './schema.ts';

function fieldRefused(schema: Schema, value: unknown): string | undefined {
  try {
    check(schema, value, '');
    return undefined;
  } catch (error) {
    return (error as Problem).field;
  }
}

test.each<[unknown, string | undefined]>([
  [{ name: 'a', size: 'b', image: 'c' }, undefined],
  [{ name: 'a', size: 'b' }, 'image'],
  [{ name: 'a', size: 'b', image: 'c', auth: { key_pair: 1 } }, 'auth.key_pair'],
  [{ name: 'a', size: 'b', image: 'c', ['__proto__']: 1 }, '__proto__'],
  [{ name: 'a', size: 'b', image: 'c', constructor: 1 }, 'constructor'],
  ['text', 'body'],
])('%j is refused for its %s', (value, field) => {
  expect(fieldRefused(creationSchema, value)).toBe(field);
});

test('an error names the allowed values', () => {
  const messages = [
    { name: 1, size: 'b', image: 'c' },
    { name: 'a', size: 'b', image: 'c', simulate: { boot_ms: -1 } },
  ].map((body) => {
    try {
      check(creationSchema, body, '');
      return '';
    } catch (error) {
      return (error as Problem).message;
    }
  });
  expect(messages).toEqual([
    'name must be text from 1 to 128 characters (no control characters), not 1.',
    'simulate.boot_ms must be a whole number from 0 to 86400000, not -1.',
  ]);
});
