/**
 * The definition of a provider: an identity, a check of its options, and a table of operations.
 *
 * The types of drivers are derived from that table, so a provider declares nothing twice.
 */
import type { Capabilities } from '../drivers/capabilities.ts';
import type { Method, MethodTable } from '../drivers/methods.ts';
import type { RetryPolicy } from '../http/retry.ts';
import type { OptionsSchema } from './options-schema.ts';

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
   * What each method is, and which arguments and options it takes. Drivers make their methods from it. {@link defineProvider}
   * compares it with the operations.
   */
  readonly methods: Readonly<Record<string, Method>>;
  /** Never set. It only carries the type of the options that users write. */
  readonly input?: Input;
}

/** Any provider. */
// biome-ignore lint/suspicious/noExplicitAny: the options' type is both an input and an output of a provider, so no other type fits all providers.
export type AnyProvider = ProviderDefinition<any, any, object>;

/** Whether a value is a provider, also one of another copy of core. */
export function isProvider(value: unknown): value is AnyProvider {
  const { id, methods, operations, options } = (value ?? {}) as Partial<AnyProvider>;
  const makes = typeof operations === 'function' && typeof options?.safeParse === 'function';
  return typeof id === 'string' && makes && typeof methods === 'object' && methods !== null;
}

/** The options of a provider as users write them. Those of a provider that is not known yet have any names. */
export type InputOf<Provider extends AnyProvider> =
  Provider extends ProviderDefinition<infer Input, infer _, infer __>
    ? 0 extends 1 & Input
      ? Readonly<Record<string, unknown>>
      : Input
    : never;

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
 *   methods: storageMethods,
 *   operations: (options, context) => ({ ...objectOperations(options, context) }),
 * });
 */
export function defineProvider<Input, Options, Operations extends object>(
  definition: ProviderDefinition<Input, Options, Operations> & { readonly methods: MethodTable<Operations> },
): ProviderDefinition<Input, Options, Operations> {
  return definition;
}
