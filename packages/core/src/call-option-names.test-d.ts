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

test('a method’s arguments are told by their names, and its options by all of theirs', () => {
  expectTypeOf<CallOptionNames<Operations>['get']>().toEqualTypeOf<readonly [string, { readonly timeoutMs: true }]>();
  expectTypeOf<CallOptionNames<Operations>['paint']>().toEqualTypeOf<readonly [string, string, OptionNames<Own>]>();
  expectTypeOf<CallOptionNames<Operations>>().toExtend<Readonly<Record<string, MethodOptions>>>();
});

test('a name that is missing, wrong or in the wrong place does not compile', () => {
  // @ts-expect-error: `colour` is missing
  const missing: OptionNames<Own> = { timeoutMs: true };
  // @ts-expect-error: there is no `color`
  const wrong: OptionNames<Own> = { timeoutMs: true, colour: true, color: true };
  // @ts-expect-error: the options are the second argument, and the first has no name
  const misplaced: CallOptionNames<Operations>['get'] = [call];
  // @ts-expect-error: `paint` is missing
  const incomplete: CallOptionNames<Operations> = { get: ['name', call] };
  expectTypeOf([missing, wrong, misplaced, incomplete]).toBeArray();
});
