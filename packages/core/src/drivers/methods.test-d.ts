/** The entry of each method has its kind, its arguments and all of its options. */
import { expectTypeOf, test } from 'vitest';
import { millisecondsOf, stringOf } from '../arguments.ts';
import type { ByteStream } from '../bytes.ts';
import type { Listing } from '../operations/listing.ts';
import type { Operation } from '../operations/operation.ts';
import type { CallOptions } from './call-options.ts';
import { type Argument, argument, type Method, type MethodTable, method, type OptionChecks } from './methods.ts';

interface Own extends CallOptions {
  readonly shade?: string;
}

interface Operations {
  get(name: string, options?: CallOptions): Operation<number>;
  paint(name: string, times?: number, options?: Own): Operation<void>;
  scan(options?: CallOptions): Listing<string>;
  pour(name: string, options?: CallOptions): ByteStream;
  describe(name: string): string;
  readonly region: string;
}

type Table = MethodTable<Operations>;
const name = argument('name', stringOf);
const call: OptionChecks<CallOptions> = { timeoutMs: millisecondsOf };

test('a method has its kind, an argument for each parameter, and a check for each option', () => {
  expectTypeOf<Table['get']['kind']>().toEqualTypeOf<'operation'>();
  expectTypeOf<Table['scan']['kind']>().toEqualTypeOf<'listing'>();
  expectTypeOf<Table['pour']['kind']>().toEqualTypeOf<'stream'>();
  expectTypeOf<Table['describe']['kind']>().toEqualTypeOf<'value'>();
  expectTypeOf<Table['paint']['arguments']>().toEqualTypeOf<readonly [Argument, Argument]>();
  expectTypeOf<Table['paint']['options']>().toEqualTypeOf<OptionChecks<Own>>();
  expectTypeOf<Table>().toExtend<Readonly<Record<string, Method>>>();
});

test('fields are no methods', () => {
  expectTypeOf<keyof Table>().toEqualTypeOf<'get' | 'paint' | 'scan' | 'pour' | 'describe'>();
});

test('what is missing, wrong or in the wrong place does not compile', () => {
  // @ts-expect-error: `shade` is missing
  const missing: OptionChecks<Own> = { timeoutMs: millisecondsOf };
  // @ts-expect-error: there is no `shape`
  const wrong: OptionChecks<CallOptions> = { timeoutMs: millisecondsOf, shape: stringOf };
  // @ts-expect-error: an argument is missing
  const short: Table['get'] = method('operation', [], call);
  // @ts-expect-error: it returns a listing
  const kind: Table['scan'] = method('operation', [], call);
  // @ts-expect-error: the other methods are missing
  const incomplete: Table = { get: method('operation', [name], call) };
  expectTypeOf([missing, wrong, short, kind, incomplete]).toBeArray();
});
