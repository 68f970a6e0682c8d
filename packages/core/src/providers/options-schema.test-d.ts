/** A schema that does not describe the interface's options does not compile, nor does a check that gives something else. */
import { describe, expectTypeOf, test } from 'vitest';
import * as classic from 'zod';
import * as z from 'zod/mini';
import { type OptionsSchema, schemaFor, type WithDefaults } from './options-schema.ts';

interface Sample {
  readonly key: string;
  readonly region?: string;
  readonly mode?: 'slow' | 'quick';
  readonly scopes?: readonly string[];
  readonly retry?: { readonly attempts?: number } | false;
  readonly token?: string | (() => string);
}
type Checked = WithDefaults<Sample, 'region'>;
type Ways = { readonly key: string; readonly token?: never } | { readonly key?: never; readonly token: () => string };

const sample = {
  key: z.string(),
  region: z._default(z.string(), 'eu'),
  mode: z.optional(z.enum(['slow', 'quick'])),
  scopes: z.optional(z.array(z.string())),
  retry: z.optional(z.union([z.literal(false), z.strictObject({ attempts: z._default(z.number(), 5) })])),
  token: z.optional(z.custom<string | (() => string)>()),
};
const { region: _, ...withoutRegion } = sample;

describe('a schema for an interface', () => {
  test('has exactly its options', () => {
    const schema: OptionsSchema<Checked> = schemaFor<Sample>()(() => z.strictObject(sample).check(() => undefined));
    return schema;
  });
  test('may be of zod, or describe a union', () => {
    const union = { key: classic.string().optional(), token: classic.custom<() => string>().optional() };
    const schema: OptionsSchema<WithDefaults<Ways, never>> = schemaFor<Ways>()(() => classic.strictObject(union));
    return schema;
  });
  test('does not lack one', () => {
    // @ts-expect-error: no `region`
    schemaFor<Sample>()(() => z.strictObject(withoutRegion));
  });
  test('has no other', () => {
    // @ts-expect-error: `zone` is not an option
    schemaFor<Sample>()(() => z.strictObject({ ...sample, zone: z.optional(z.string()) }));
  });
  test('gives none another type', () => {
    // @ts-expect-error: a number
    schemaFor<Sample>()(() => z.strictObject({ ...sample, key: z.number() }));
    // @ts-expect-error: one of the values is missing
    schemaFor<Sample>()(() => z.strictObject({ ...sample, mode: z.optional(z.enum(['slow'])) }));
    // @ts-expect-error: one value too many
    schemaFor<Sample>()(() => z.strictObject({ ...sample, mode: z.optional(z.enum(['slow', 'quick', 'off'])) }));
    // @ts-expect-error: a list of something else
    schemaFor<Sample>()(() => z.strictObject({ ...sample, scopes: z.optional(z.array(z.number())) }));
    // @ts-expect-error: an option inside is missing
    schemaFor<Sample>()(() => z.strictObject({ ...sample, retry: z.optional(z.union([z.literal(false)])) }));
    // @ts-expect-error: a function that returns something else
    schemaFor<Sample>()(() => z.strictObject({ ...sample, token: z.optional(z.custom<() => number>()) }));
  });
  test('needs what the interface needs', () => {
    // @ts-expect-error: `key` is not optional
    schemaFor<Sample>()(() => z.strictObject({ ...sample, key: z.optional(z.string()) }));
  });
  test('leaves optional what the interface leaves optional', () => {
    // @ts-expect-error: `mode` is optional
    schemaFor<Sample>()(() => z.strictObject({ ...sample, mode: z.enum(['slow', 'quick']) }));
  });
  test('has the defaults that its result has', () => {
    // @ts-expect-error: `region` has no default
    const schema: OptionsSchema<Checked> = schemaFor<Sample>()(() =>
      z.strictObject({ ...sample, region: z.optional(z.string()) }),
    );
    return schema;
  });
});

describe('WithDefaults', () => {
  test('requires the options that have a default', () => {
    expectTypeOf<Checked['region']>().toEqualTypeOf<string>();
    expectTypeOf<{ readonly key: string; readonly region: string }>().toExtend<Checked>();
    expectTypeOf<{ readonly key: string }>().not.toExtend<Checked>();
  });
  test('requires the options that the interface requires', () => {
    expectTypeOf<Checked['key']>().toEqualTypeOf<string>();
    expectTypeOf<{ readonly region: string }>().not.toExtend<Checked>();
  });
  test('allows undefined for the other options', () => {
    expectTypeOf<{ key: string; region: string; mode: undefined }>().toExtend<Checked>();
  });
  test('makes one type of a union', () => {
    expectTypeOf<WithDefaults<Ways, never>['key']>().toEqualTypeOf<string | undefined>();
    expectTypeOf<object>().toExtend<WithDefaults<Ways, never>>();
  });
});
