/** Steps that are performed on the calling thread in both kinds. */
import type { ByteSource } from '../bytes.ts';
import type { ResponseStream } from '../http/http.ts';
import type { Operation } from '../operations/operation.ts';
import { seal } from './step.ts';

/** The environment of the process that the operation runs in. */
export interface Environment {
  /** The requested variables that are set. */
  readonly variables: Readonly<Record<string, string | undefined>>;
  /** The user's home folder, as an absolute path. */
  readonly homeFolder: string;
  /** The operating system as in `process.platform`: `linux`, `darwin`, `win32`, … */
  readonly platform: string;
}

/** The local steps. */
export type LocalShape =
  | { readonly kind: 'clock' }
  | { readonly kind: 'entropy'; readonly byteCount: number }
  | { readonly kind: 'environment'; readonly names: readonly string[] }
  | {
      readonly kind: 'invoke';
      readonly fn: (...args: never[]) => unknown;
      readonly args: readonly unknown[];
      readonly refusal: (() => unknown) | undefined;
    }
  | { readonly kind: 'pull'; readonly source: ByteSource; readonly byteCount: number; readonly field: string }
  | { readonly kind: 'releaseSource'; readonly source: ByteSource };

/** The current time, in milliseconds since 1970 UTC. No exchange. */
export function* clock(): Operation<number> {
  return (yield seal({ kind: 'clock' })) as number;
}

/** Cryptographically random bytes. No exchange. */
export function* entropy(byteCount: number): Operation<Uint8Array> {
  return (yield seal({ kind: 'entropy', byteCount })) as Uint8Array;
}

/** Reads environment variables by name, the home folder and the platform. No exchange. */
export function* environment(names: readonly string[]): Operation<Environment> {
  return (yield seal({ kind: 'environment', names })) as Environment;
}

/**
 * Calls a function of the caller on the caller's thread, and awaits its promise if it returns one. No exchange.
 *
 * @param refusal Makes the error for a promise in a blocking call. Default: one that names the function.
 * @throws {CloudError} `unsupported` when it returns a promise in a blocking call, which cannot await one.
 * @throws Whatever the function throws, unchanged: it is the caller's own error.
 */
export function* invoke<Args extends readonly unknown[], Result>(
  fn: (...args: Args) => Result | PromiseLike<Result>,
  args: Args,
  refusal?: () => unknown,
): Operation<Result> {
  return (yield seal({ kind: 'invoke', fn: fn as (...args: never[]) => unknown, args, refusal })) as Result;
}

/**
 * Reads the next bytes from the caller's source. No exchange.
 *
 * @param field The argument that holds the source, for errors.
 * @returns Exactly `byteCount` bytes, fewer at the end of the source, none after the end. The operation owns the array.
 * @throws Whatever the source throws, unchanged: it is the caller's own error.
 */
export function* pull(source: ByteSource, byteCount: number, field = 'source'): Operation<Uint8Array> {
  return (yield seal({ kind: 'pull', source, byteCount, field })) as Uint8Array;
}

/** Releases a response stream or the caller's source, finished or not. Safe to repeat. No exchange. */
export function* release(resource: ResponseStream | ByteSource): Operation<void> {
  yield seal(
    isResponseStream(resource) ? { kind: 'release', stream: resource } : { kind: 'releaseSource', source: resource },
  );
}

/** Whether a resource is a response stream; otherwise it is a caller's source, which may be any value. */
function isResponseStream(resource: ResponseStream | ByteSource): resource is ResponseStream {
  return typeof (resource as Partial<ResponseStream> | undefined)?.stream === 'number';
}
