/**
 * Tracing over `node:diagnostics_channel`: the tracing channels `isobar:operation` and `isobar:exchange`. Free when
 * nobody listens; no dependency. What is published never holds headers, queries or bodies.
 *
 * @see https://nodejs.org/api/diagnostics_channel.html#class-tracingchannel
 */
import { tracingChannel } from 'node:diagnostics_channel';
import { type HttpRequest, type HttpResponse, isCloudError, locate } from '@isobar/core/provider';

/** What `isobar:operation` publishes. */
export interface OperationTrace {
  readonly provider: string;
  readonly operation: string;
}

/** A method that was called, as its errors name it. */
export interface CalledMethod extends OperationTrace {
  /** The names of its arguments in order, for errors about one of them. */
  readonly argumentNames?: readonly string[];
}

/** What `isobar:exchange` publishes; `status` once there is a response, `error` when there was none. */
export interface ExchangeTrace extends OperationTrace {
  readonly method: string;
  readonly origin: string;
  readonly path: string;
  status?: number;
  error?: unknown;
}

/** Told how an exchange ended. */
export interface ExchangeObserver {
  succeed(response: HttpResponse): void;
  fail(error: unknown): void;
}

const operations = tracingChannel<unknown, OperationTrace>('isobar:operation');
const exchanges = tracingChannel<unknown, ExchangeTrace>('isobar:exchange');

/**
 * A failure with the method and the provider that it happened in. One that is about an argument also says how the method is
 * called: two arguments may have changed places.
 */
export function located(failure: unknown, { provider, operation, argumentNames = [] }: CalledMethod): unknown {
  const ending = isAboutOneOf(failure, argumentNames) ? `. The call is ${operation}(${argumentNames.join(', ')})` : '';
  return locate(failure, provider, operation, ending);
}

/**
 * Whether an argument was refused: `object`, or a part of it such as `object.name`. Not by the server, nor by the system,
 * whose error is the cause.
 */
function isAboutOneOf(failure: unknown, names: readonly string[]): boolean {
  if (!isCloudError(failure, 'invalid-argument')) return false;
  const { field = '', status } = failure.details;
  return status === undefined && failure.cause === undefined && names.includes(field.split('.', 1)[0] ?? '');
}

/** Runs a blocking operation, traced if somebody listens. */
export function traceOperation<Result>(trace: OperationTrace, run: () => Result): Result {
  return operations.hasSubscribers ? operations.traceSync(run, published(trace)) : run();
}

function published({ provider, operation }: OperationTrace): OperationTrace {
  return { provider, operation };
}

/** Runs an asynchronous operation, traced if somebody listens. */
export function traceOperationAsync<Result>(trace: OperationTrace, run: () => Promise<Result>): Promise<Result> {
  return operations.hasSubscribers ? operations.tracePromise(run, published(trace)) : run();
}

/**
 * Publishes the start of an exchange; the observer publishes its end. In both kinds these are the events of
 * `tracePromise`: an exchange of a blocked thread is performed elsewhere, and may overlap with others.
 *
 * @returns `undefined` when nobody listens.
 */
export function observeExchange(trace: OperationTrace | undefined, request: HttpRequest): ExchangeObserver | undefined {
  if (!trace || !exchanges.hasSubscribers) return undefined;
  const { method, origin, path } = request;
  const context: ExchangeTrace = { ...published(trace), method, origin, path: path.split('?', 1)[0] ?? '' };
  const finish = (): void => {
    exchanges.asyncStart.publish(context);
    exchanges.asyncEnd.publish(context);
  };
  exchanges.start.publish(context);
  exchanges.end.publish(context);
  return {
    succeed(response) {
      context.status = response.status;
      finish();
    },
    fail(error) {
      context.error = error;
      exchanges.error.publish(context);
      finish();
    },
  };
}
