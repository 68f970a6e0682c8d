/** The names of options are kept in step with their types, and stand where the contract has them. */
import { expectTypeOf, test } from 'vitest';
import type { CallOptionNames, MethodOptions, OptionNames } from './call-option-names.ts';
import type { CallOptions } from './call-options.ts';
import type { Operation } from './operation.ts';

interface Own extends CallOptions {
  readonly colour?: string;
}

interface Operations {
  get(name: string, options?: CallOptions): Operation<number>;
  paint(name: string, times?: number, options?: Own): Operation<void>;
}

const call: OptionNames<CallOptions> = { timeoutMs: true };

test('a method’s options are told with their place and all their names', () => {
  expectTypeOf<CallOptionNames<Operations>['get']>().toEqualTypeOf<
    readonly [at: 1, names: { readonly timeoutMs: true }]
  >();
  expectTypeOf<CallOptionNames<Operations>['paint'][0]>().toEqualTypeOf<2>();
  expectTypeOf<CallOptionNames<Operations>>().toExtend<Readonly<Record<string, MethodOptions>>>();
});

test('a name that is missing, wrong or in the wrong place does not compile', () => {
  // @ts-expect-error: `colour` is missing
  const missing: OptionNames<Own> = { timeoutMs: true };
  // @ts-expect-error: there is no `color`
  const wrong: OptionNames<Own> = { timeoutMs: true, colour: true, color: true };
  // @ts-expect-error: the options are the second argument
  const misplaced: CallOptionNames<Operations>['get'] = [0, call];
  // @ts-expect-error: `paint` is missing
  const incomplete: CallOptionNames<Operations> = { get: [1, call] };
  expectTypeOf([missing, wrong, misplaced, incomplete]).toBeArray();
});
