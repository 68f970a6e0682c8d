/**
 * Checks of options, and the types that hold a check to the interface that users read.
 *
 * A provider describes its options in an interface, whose comments editors show, and checks them with a schema. The result
 * of the check is a third type, derived by {@link WithDefaults}; {@link schemaFor} compiles only when schema and interface
 * agree.
 */

/** One problem found by an options check: the part of a zod issue that Isobar reads. */
export interface OptionIssue {
  readonly code?: string | undefined;
  readonly path: readonly PropertyKey[];
  readonly message: string;
  /** For `unrecognized_keys`: the names. */
  readonly keys?: readonly string[] | undefined;
  /** For `invalid_type`: the expected type. */
  readonly expected?: string | undefined;
}

/**
 * Checks the options that a user passed and fills in defaults. Every zod object schema, of `zod` or `zod/mini`, has this
 * shape; a hand-written check may have it too.
 */
export interface OptionsSchema<Options> {
  /** The names of all options. */
  readonly shape: Readonly<Record<string, unknown>>;
  safeParse(
    input: unknown,
  ):
    | { readonly success: true; readonly data: Options }
    | { readonly success: false; readonly error: { readonly issues: readonly OptionIssue[] } };
}

/** A schema that is built on first use, because building it on import would slow the import down noticeably. */
export function lazySchema<Options>(make: () => OptionsSchema<Options>): OptionsSchema<Options> {
  let made: OptionsSchema<Options> | undefined;
  const schema = (): OptionsSchema<Options> => {
    made ??= make();
    return made;
  };
  return {
    get shape() {
      return schema().shape;
    },
    safeParse: (input) => schema().safeParse(input),
  };
}

/** What schemas of zod and other libraries tell about their types. @see https://standardschema.dev */
interface StandardTypes<Input> {
  readonly '~standard': { readonly types?: { readonly input: Input } | undefined };
}

/**
 * A {@link lazySchema} of exactly the options in an interface. A missing, extra or differently typed option does not
 * compile; the compiler's message names it.
 *
 * @typeParam Input Options as users write them. In a union each member names all options, those of others as `never`.
 * @example
 * const optionsSchema: OptionsSchema<CheckedAcmeOptions> = schemaFor<AcmeOptions>()(() =>
 *   z.strictObject({ key: z.string(), region: z._default(z.string(), 'eu') }),
 * );
 */
export function schemaFor<Input>(): <Options, Described>(
  make: () => OptionsSchema<Options> & StandardTypes<Described> & Agreement<Input, Described>,
) => OptionsSchema<Options> {
  return lazySchema;
}

/**
 * Options after the check: those that have a default are always there; of the others, optional ones may be `undefined`.
 *
 * @typeParam Input Options as users write them. A union becomes one type, which has the options of all members.
 * @typeParam Defaulted The names of the options that have a default.
 */
export type WithDefaults<Input, Defaulted extends keyof Input> = {
  readonly [Name in Defaulted]-?: Exclude<Input[Name], undefined>;
} & {
  // Through `Pick`, so that an option which only some members of a union need is optional.
  readonly [Name in keyof Pick<Input, Exclude<keyof Input, Defaulted>>]: IsOptional<Input, Name> extends true
    ? Input[Name] | undefined
    : Input[Name];
};

type IsOptional<Options, Name extends keyof Options> = object extends Pick<Options, Name> ? true : false;

/** What a schema must have that no schema has: a property named after each option that differs. */
type Agreement<Input, Described> = {
  readonly [Name in Differing<Input, Described> as `the option ${Name & string} differs`]: true;
};

type Differing<One, Other> = {
  [Name in keyof One | keyof Other]: Same<Option<One, Name>, Option<Other, Name>> extends true ? never : Name;
}[keyof One | keyof Other];

/** One option without what schemas cannot tell: `readonly`, and `undefined` for a missing option. */
type Option<Options, Name> = Name extends keyof Options ? Plain<Pick<Options, Name>> : undefined;

type Plain<Value> = Value extends (...args: never[]) => unknown
  ? Value
  : Value extends readonly (infer Item)[]
    ? readonly Plain<Item>[]
    : Value extends object
      ? { readonly [Name in keyof Value]: Plain<Exclude<Value[Name], undefined>> }
      : Value;

type Same<One, Other> =
  (<Value>() => Value extends One ? 1 : 2) extends <Value>() => Value extends Other ? 1 : 2 ? true : false;
