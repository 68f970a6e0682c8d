/**
 * The arguments of each method, as data: their names, the position of the options, and the options' names. Drivers check
 * option names at run time, because TypeScript finds a misspelt option only in a literal, and in JavaScript never.
 */

/** The names of all options of a type. A missing name does not compile, and neither does an unknown one. */
export type OptionNames<Options> = { readonly [Name in keyof Options]-?: true };

/**
 * The arguments of a method: the names of the arguments before the options, in order, then the names of the options. The
 * length gives the position of the options.
 */
export type MethodOptions = readonly [...argumentNames: string[], optionNames: Readonly<Record<string, true>>];

/** The arguments of every method in a table of operations. Each method takes its options last. */
export type CallOptionNames<Operations> = {
  readonly [Name in keyof Operations]-?: Operations[Name] extends (...args: infer Args) => unknown
    ? Required<Args> extends readonly [...infer Before, infer Options]
      ? readonly [...argumentNames: NamesOf<Before>, optionNames: OptionNames<Options>]
      : never
    : never;
};

/** A name for each argument. */
type NamesOf<Args extends readonly unknown[]> = { readonly [Index in keyof Args]: string };
