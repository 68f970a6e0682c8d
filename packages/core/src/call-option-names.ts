/**
 * Which options the methods of a provider take, as data: TypeScript sees a misspelt option only in a literal, and not at
 * all in JavaScript, so faces look at the names too.
 */

/** The names of all options of a type. One that is missing here does not compile, nor does one that there is not. */
export type OptionNames<Options> = { readonly [Name in keyof Options]-?: true };

/** The options of a method: which of its arguments they are, from 0, and their names. */
export type MethodOptions = readonly [at: number, names: Readonly<Record<string, true>>];

/** The options of every method of a table of operations, each of which takes them last. */
export type CallOptionNames<Operations> = {
  readonly [Name in keyof Operations]-?: Operations[Name] extends (...args: infer Args) => unknown
    ? Required<Args> extends readonly [...infer Before, infer Options]
      ? readonly [at: Before['length'], names: OptionNames<Options>]
      : never
    : never;
};
