/** Runs operations of one's own on a driver's connection, for packages that work on top of drivers. */
import { type CallOptions, type Cancellable, CloudError, type Operation } from '@isobar/core/provider';
import { handleOf } from './driver-call.ts';

/** Options of {@link runBlocking} and, with `signal`, of {@link runAsync}. */
export interface RunOptions extends CallOptions {
  /** The name of the method in errors and traces. Default `run`. */
  readonly method?: string;
}

/**
 * Runs an operation while this thread blocks. Its own steps run on the driver's connection, within the driver's timeout.
 * To use several drivers in it, see `operationsOf`.
 *
 * @throws {CloudError} `unsupported` when the driver is asynchronous; `session-closed`; what the operation throws.
 */
export function runBlocking<Result>(driver: object, operation: Operation<Result>, options: RunOptions = {}): Result {
  const { blocking, provider } = handleOf(driver);
  if (!blocking) throw wrongKind('asynchronous', 'runAsync');
  return blocking.run({ provider, operation: options.method ?? 'run' }, operation, options);
}

/**
 * Runs an operation while other code runs. The counterpart of {@link runBlocking}.
 *
 * @throws {CloudError} `unsupported` when the driver blocks; `session-closed`; what the operation throws.
 */
export async function runAsync<Result>(
  driver: object,
  operation: Operation<Result>,
  options: RunOptions & Cancellable = {},
): Promise<Result> {
  const { async, provider } = handleOf(driver);
  if (!async) throw wrongKind('blocking', 'runBlocking');
  return await async.run({ provider, operation: options.method ?? 'run' }, operation, options);
}

function wrongKind(kind: string, instead: string): CloudError {
  return new CloudError('unsupported', `the driver is ${kind}; use ${instead}, or a driver of the other kind`);
}
