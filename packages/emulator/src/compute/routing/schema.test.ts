/** The check of requests follows JSON Schema: it accepts the same values as Ajv. */
import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { creationSchema } from '../nodes/create-node.ts';
import { regionalRoutes } from '../routes.ts';
import type { Problem } from './problem.ts';
import { check, type Schema } from './schema.ts';

const ajv = new Ajv2020({ strict: false });
const bodies = regionalRoutes.flatMap(({ operationId, body }) =>
  body === undefined ? [] : [[operationId, body] as const],
);

function fieldRefused(schema: Schema, value: unknown): string | undefined {
  try {
    check(schema, value, '');
    return undefined;
  } catch (error) {
    return (error as Problem).field;
  }
}

/** Values at the edges of a schema: valid ones and nearlyValid valid ones. */
function nearlyValid(schema: Schema): fc.Arbitrary<unknown> {
  const odd = fc.constantFrom<unknown>(null, true, false, 0, -1, 1.5, '', 'x', [], ['x'], {}, { name: 'x' });
  const fields = Object.entries(schema.properties ?? {});
  const lengths = [schema.minLength ?? 1, schema.maxLength ?? 1, (schema.maxLength ?? 8) + 1];
  const text = fc.constantFrom(
    ...(schema.enum ?? []),
    ...lengths.flatMap((length) => ['x'.repeat(length), '😀'.repeat(length)]),
    'a b',
    'a\nb',
    '/dev/sdb',
  );
  const numbers = [schema.minimum ?? 0, schema.maximum ?? 0].flatMap((edge) => [edge - 1, edge, edge + 1, edge + 0.5]);
  const right: Partial<Record<NonNullable<Schema['type']>, fc.Arbitrary<unknown>>> = {
    string: text,
    integer: fc.constantFrom(...numbers),
    boolean: fc.boolean(),
    object: fc
      .record(Object.fromEntries(fields.map(([name, field]) => [name, nearlyValid(field)])), { requiredKeys: [] })
      .chain((value) => fc.constantFrom<object>(value, { ...value, kind: 1 }, value, value)),
  };
  return fc.oneof({ weight: 8, arbitrary: right[schema.type ?? 'object'] ?? odd }, { weight: 1, arbitrary: odd });
}

describe('the body of', () => {
  test.each(bodies)('%s', (_, schema) => {
    const validate = ajv.compile(schema);
    fc.assert(
      fc.property(nearlyValid(schema), (value) => {
        expect(fieldRefused(schema, value) === undefined).toBe(validate(value));
      }),
      { numRuns: 300 },
    );
  });
});

test('the generator finds both valid and invalid values (control)', () => {
  const validate = ajv.compile(creationSchema);
  const [schema] = [creationSchema.properties?.simulate as Schema];
  const verdicts = fc.sample(nearlyValid(schema), 200).map((value) => fieldRefused(schema, value) === undefined);
  expect(new Set(verdicts).size).toBe(2);
  expect(validate({ name: 'a', size: 'b', image: 'c' })).toBe(true);
});

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
  const messages = [{ name: 1 }, { name: 'a', size: 'b', image: 'c', simulate: { boot_ms: -1 } }].map((body) => {
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
