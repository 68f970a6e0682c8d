/** Option names match the option types, and are in the position that the contract gives them. */
import { expectTypeOf, test } from 'vitest';
import type { CallOptionNames, MethodOptions, OptionNames } from './call-option-names.ts';
import type { CallOptions } from './call-options.ts';
import type { Operation } from './operation.ts';

interface Own extends CallOptions {
  readonly shade?: string;
}

interface Operations {
  get(name: string, options?: CallOptions): Operation<number>;
  paint(name: string, times?: number, options?: Own): Operation<void>;
}

const call: OptionNames<CallOptions> = { timeoutMs: true };

test('a method has the names of its arguments and of all its options', () => {
  expectTypeOf<CallOptionNames<Operations>['get']>().toEqualTypeOf<readonly [string, { readonly timeoutMs: true }]>();
  expectTypeOf<CallOptionNames<Operations>['paint']>().toEqualTypeOf<readonly [string, string, OptionNames<Own>]>();
  expectTypeOf<CallOptionNames<Operations>>().toExtend<Readonly<Record<string, MethodOptions>>>();
});

test('a name that is missing, wrong or in the wrong place does not compile', () => {
  // @ts-expect-error: `shade` is missing
  const missing: OptionNames<Own> = { timeoutMs: true };
  // @ts-expect-error: there is no `shape`
  const wrong: OptionNames<Own> = { timeoutMs: true, shade: true, shape: true };
  // @ts-expect-error: the options are the second argument, and the first has no name
  const misplaced: CallOptionNames<Operations>['get'] = [call];
  // @ts-expect-error: `paint` is missing
  const incomplete: CallOptionNames<Operations> = { get: ['name', call] };
  expectTypeOf([missing, wrong, misplaced, incomplete]).toBeArray();
});
