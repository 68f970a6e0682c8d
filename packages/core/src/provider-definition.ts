/**
 * What a provider is: an identity, a check of its options, and a table of operations.
 *
 * The types of drivers follow from the table alone, so a provider declares nothing twice.
 */
import type { MethodOptions } from './call-option-names.ts';
import type { Capabilities } from './capabilities.ts';
import type { RetryPolicy } from './retry.ts';

/** One problem that a check of options found. The shape of zod's issues, of which only these fields are looked at. */
export interface OptionIssue {
  readonly code?: string | undefined;
  readonly path: readonly PropertyKey[];
  readonly message: string;
  /** Of unrecognized keys: their names. */
  readonly keys?: readonly string[] | undefined;
  /** Of a wrong type: what was expected. */
  readonly expected?: string | undefined;
}

/**
 * Checks what a user passed as options and fills defaults in. Any zod object schema has this shape, `zod` and
 * `zod/mini` alike; so can a hand-written check.
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

/** A schema that is made when it is first used: importing a provider would take noticeably longer if it made its schemas. */
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

/** What every provider's operations are made with, besides the provider's own options. */
export interface OperationsContext {
  readonly retry: RetryPolicy;
}

/** The part of a provider that its drivers show. */
export interface ProviderInfo {
  /** Lower case, stable, such as `google-storage`. */
  readonly id: string;
  /** For people. */
  readonly name: string;
  readonly website: string;
  readonly capabilities: Capabilities;
}

/**
 * A cloud service: what `connect` of every design takes.
 *
 * @typeParam Input Options as users write them.
 * @typeParam Options Options once checked, defaults filled in.
 * @typeParam Operations The table of operations.
 */
export interface ProviderDefinition<Input, Options, Operations extends object> extends ProviderInfo {
  readonly options: OptionsSchema<Options>;
  operations(options: Options, context: OperationsContext): Operations;
  /**
   * By method: its arguments, and its options, which come last. Drivers refuse options of other names; see
   * {@link CallOptionNames}. A method that is not there takes no options, not even `timeoutMs` and `signal`: it has the
   * time of the connection.
   */
  readonly callOptions?: Readonly<Record<string, MethodOptions>>;
  /** Never there; it only carries the type of what users write. */
  readonly input?: Input;
}

/** Any provider. */
// biome-ignore lint/suspicious/noExplicitAny: a provider both takes and gives its options' type, so no other type fits all providers.
export type AnyProvider = ProviderDefinition<any, any, any>;

/** What users write as options of a provider. */
export type InputOf<Provider extends AnyProvider> =
  Provider extends ProviderDefinition<infer Input, infer _, infer __> ? Input : never;

/** The table of operations of a provider. */
export type OperationsOf<Provider extends AnyProvider> = ReturnType<Provider['operations']>;

/**
 * Defines a provider. It only checks types; the definition is returned as it is.
 *
 * @example
 * export const acmeStorage: AcmeStorage = defineProvider({
 *   id: 'acme-storage',
 *   name: 'Acme Storage',
 *   website: 'https://storage.acme.example',
 *   capabilities: { delimiter: true },
 *   options: acmeOptions,
 *   operations: (options, context) => ({ ...objectOperations(options, context) }),
 * });
 */
export function defineProvider<Input, Options, Operations extends object>(
  definition: ProviderDefinition<Input, Options, Operations>,
): ProviderDefinition<Input, Options, Operations> {
  return definition;
}
