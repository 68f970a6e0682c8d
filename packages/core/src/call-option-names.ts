/**
 * Which arguments the methods of a provider take, as data: where their options are, which of them there are, and how a
 * call is written. TypeScript sees a misspelt option only in a literal, and not at all in JavaScript, so drivers look at the
 * names too.
 */

/** The names of all options of a type. One that is missing here does not compile, nor does one that there is not. */
export type OptionNames<Options> = { readonly [Name in keyof Options]-?: true };

/**
 * The arguments of a method: the names of those before its options, in order, and last the names of the options. So the
 * number of names tells where the options are.
 */
export type MethodOptions = readonly [...argumentNames: string[], optionNames: Readonly<Record<string, true>>];

/** The arguments of every method of a table of operations, each of which takes its options last. */
export type CallOptionNames<Operations> = {
  readonly [Name in keyof Operations]-?: Operations[Name] extends (...args: infer Args) => unknown
    ? Required<Args> extends readonly [...infer Before, infer Options]
      ? readonly [...argumentNames: NamesOf<Before>, optionNames: OptionNames<Options>]
      : never
    : never;
};

/** A name for each argument. */
type NamesOf<Args extends readonly unknown[]> = { readonly [Index in keyof Args]: string };
