/**
 * The definition of a provider: an identity, a check of its options, and a table of operations.
 *
 * The types of drivers are derived from that table, so a provider declares nothing twice.
 */
import type { MethodOptions } from './call-option-names.ts';
import type { Capabilities } from './capabilities.ts';
import type { RetryPolicy } from './retry.ts';

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

/** What a provider's operations receive besides the provider's own options. */
export interface OperationsContext {
  readonly retry: RetryPolicy;
}

/** The part of a provider that drivers expose. */
export interface ProviderInfo {
  /** Lower case, stable, such as `google-storage`. */
  readonly id: string;
  /** Display name. */
  readonly name: string;
  readonly website: string;
  readonly capabilities: Capabilities;
}

/**
 * A cloud service, passed to `connect` of every design.
 *
 * @typeParam Input Options as users write them.
 * @typeParam Options Options once checked, defaults filled in.
 * @typeParam Operations The table of operations.
 */
export interface ProviderDefinition<Input, Options, Operations extends object> extends ProviderInfo {
  readonly options: OptionsSchema<Options>;
  operations(options: Options, context: OperationsContext): Operations;
  /**
   * Arguments and options of each method; the options come last. Drivers refuse unknown options; see `CallOptionNames`. A
   * method without an entry takes no options, not even `timeoutMs` and `signal`; the connection's `timeoutMs` applies.
   */
  readonly callOptions?: Readonly<Record<string, MethodOptions>>;
  /** Never set. It only carries the type of the options that users write. */
  readonly input?: Input;
}

/** Any provider. */
// biome-ignore lint/suspicious/noExplicitAny: the options' type is both an input and an output of a provider, so no other type fits all providers.
export type AnyProvider = ProviderDefinition<any, any, any>;

/** The options of a provider as users write them. */
export type InputOf<Provider extends AnyProvider> =
  Provider extends ProviderDefinition<infer Input, infer _, infer __> ? Input : never;

/** The table of operations of a provider. */
export type OperationsOf<Provider extends AnyProvider> = ReturnType<Provider['operations']>;

/**
 * Defines a provider. Only checks types and returns the definition unchanged.
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
