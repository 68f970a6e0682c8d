/**
 * The table of a provider's methods: what each one is, and which arguments and options it takes.
 *
 * The table has two halves, which TypeScript holds together. The interface of the operations has the signatures and the doc
 * comments; {@link MethodTable} is what a program can read of it at run time. The types of drivers follow from the one, the
 * methods of drivers and the check of their options from the other.
 */
import type { ByteStream } from '../bytes.ts';
import type { Listing } from '../operations/listing.ts';
import type { Operation } from '../operations/operation.ts';

/** What a method returns: an operation, a listing, a byte stream, or a value that needs no step. */
export type MethodKind = 'operation' | 'listing' | 'stream' | 'value';

/** Throws `invalid-argument` when a value is not what the field must be. What it returns is ignored. */
// biome-ignore lint/suspicious/noExplicitAny: a check is for values of any type, and may declare what it expects
export type Check = (field: string, value: any) => unknown;

/** An argument of a method. */
export interface Argument {
  readonly name: string;
  /** Used when the options are wrong, to say which argument was wrong before them. The operation checks it in any case. */
  readonly check: Check;
}

/** The options of a method, each with its check. Absent options are not checked. */
export type OptionChecks<Options> = { readonly [Name in keyof Options]-?: Check };

/** Any method. Its options come last, after the arguments. */
export type Method = MethodShape<MethodKind, readonly Argument[], Readonly<Record<string, Check>>>;

/**
 * What a table of operations says of its methods. A method that is missing, wrong or incomplete does not compile. The type is
 * conditional so that the operations of a definition are not inferred from its table.
 */
export type MethodTable<Operations> = Operations extends object
  ? {
      readonly [Name in keyof Operations as Operations[Name] extends AnyFunction ? Name : never]: MethodOf<
        Operations[Name]
      >;
    }
  : never;

// biome-ignore lint/suspicious/noExplicitAny: any function
type AnyFunction = (...args: any[]) => unknown;

type MethodOf<Member> = Member extends (...args: infer Args) => infer Returned
  ? KindOf<Returned> extends 'value'
    ? MethodShape<'value', ArgumentsFor<Required<Args>>, Readonly<Record<string, Check>>>
    : Required<Args> extends readonly [...infer Before, infer Options]
      ? MethodShape<KindOf<Returned>, ArgumentsFor<Before>, OptionChecks<Options>>
      : never
  : never;

/** The entry of a method: its kind, an argument for each parameter before the options, and the options. */
export interface MethodShape<Kind extends MethodKind, Args, Options> {
  readonly kind: Kind;
  readonly arguments: Args;
  readonly options: Options;
}

type ArgumentsFor<Before extends readonly unknown[]> = { readonly [Index in keyof Before]: Argument };

/** The kind of a method, by what it returns. */
export type KindOf<Returned> =
  Returned extends Listing<unknown>
    ? 'listing'
    : Returned extends ByteStream
      ? 'stream'
      : Returned extends Operation<unknown>
        ? 'operation'
        : 'value';

/** An argument and its check. */
export function argument(name: string, check: Check): Argument {
  return { name, check };
}

/**
 * A method of a table.
 *
 * @example
 * const methods: MethodTable<AcmeOperations> = {
 *   exPaintObject: method('operation', [argument('object', checkedLater)], { timeoutMs: millisecondsOf }),
 * };
 */
export function method<
  const Kind extends MethodKind,
  const Args extends readonly Argument[],
  Options extends Readonly<Record<string, Check>>,
>(kind: Kind, args: Args, options: Options): MethodShape<Kind, Args, Options> {
  return { kind, arguments: args, options };
}

/** For an argument or option that only the operation can check. */
export const checkedLater: Check = () => {};

/** The check of an argument that may be left out. */
export function optional(check: Check): Check {
  return (field, given) => given === undefined || check(field, given);
}
