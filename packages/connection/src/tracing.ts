/**
 * The `node:diagnostics_channel` tracing channels `isobar:operation` and `isobar:exchange`. They cost nothing without
 * subscribers. Published data never contains headers, queries or bodies.
 *
 * @see https://nodejs.org/api/diagnostics_channel.html#class-tracingchannel
 */
import { type TracingChannel, tracingChannel } from 'node:diagnostics_channel';
import { type HttpRequest, type HttpResponse, isCloudError, locate } from '@isobar/core/provider';

/** Published on `isobar:operation`. */
export interface OperationTrace {
  readonly provider: string;
  readonly operation: string;
}

/** A called method, for error messages. */
export interface CalledMethod extends OperationTrace {
  /** The names of its arguments in order, for errors about an argument. */
  readonly argumentNames?: readonly string[];
}

/** Published on `isobar:exchange`: `status` when there was a response, otherwise `error`. */
export interface ExchangeTrace extends OperationTrace {
  readonly method: string;
  readonly origin: string;
  readonly path: string;
  status?: number;
  error?: unknown;
}

/** Publishes the end of what it observes. */
export interface Observer<Reply> {
  succeed(reply: Reply): void;
  fail(error: unknown): void;
}

/** Publishes the end of an exchange. */
export type ExchangeObserver = Observer<HttpResponse>;

// In Bun `hasSubscribers` is always undefined. So only `false` means that there are no subscribers.
/** The channel of operations. A call without subscribers need not trace. */
export const operationTraces: TracingChannel<unknown, OperationTrace> = tracingChannel<unknown, OperationTrace>(
  'isobar:operation',
);
const exchanges = tracingChannel<unknown, ExchangeTrace>('isobar:exchange');

/**
 * Adds the provider and method to a failure. An error about an argument also gets the method's signature, because two
 * arguments may have been swapped.
 */
export function located(failure: unknown, { provider, operation, argumentNames = [] }: CalledMethod): unknown {
  const ending = isAboutOneOf(failure, argumentNames) ? `. The call is ${operation}(${argumentNames.join(', ')})` : '';
  return locate(failure, provider, operation, ending);
}

/**
 * Whether our own check refused an argument, such as `object`, or a part of it, such as `object.name`. A refusal by the
 * server has a status, and one by the system has a cause.
 */
function isAboutOneOf(failure: unknown, names: readonly string[]): boolean {
  if (!isCloudError(failure, 'invalid-argument')) return false;
  const { field = '', status } = failure.details;
  return status === undefined && failure.cause === undefined && names.includes(field.split('.', 1)[0] ?? '');
}

/** Runs and traces a blocking operation. */
export function traceOperation<Result>(trace: OperationTrace, run: () => Result): Result {
  return operationTraces.traceSync(run, published(trace));
}

function published({ provider, operation }: OperationTrace): OperationTrace {
  return { provider, operation };
}

/** Runs and traces an asynchronous operation. */
export function traceOperationAsync<Result>(trace: OperationTrace, run: () => Promise<Result>): Promise<Result> {
  return operationTraces.tracePromise(run, published(trace));
}

/**
 * Publishes the start of an operation that runs on a driver as a part of another operation. The returned functions publish
 * its end.
 *
 * @returns `undefined` without subscribers.
 */
export function observeOperation(trace: OperationTrace): Observer<unknown> | undefined {
  return operationTraces.hasSubscribers === false ? undefined : observe(operationTraces, published(trace), () => {});
}

/**
 * Publishes the start of an exchange; the returned observer publishes its end.
 *
 * @returns `undefined` without subscribers.
 */
export function observeExchange(trace: OperationTrace | undefined, request: HttpRequest): ExchangeObserver | undefined {
  if (!trace || exchanges.hasSubscribers === false) return undefined;
  const { method, origin, path } = request;
  const context: ExchangeTrace = { ...published(trace), method, origin, path: path.split('?', 1)[0] ?? '' };
  return observe(exchanges, context, (response: HttpResponse) => {
    context.status = response.status;
  });
}

/** Both kinds publish the events of `tracePromise`, because what runs in a blocked thread may overlap too. */
function observe<Context extends object, Reply>(
  channel: TracingChannel<unknown, Context>,
  context: Context & { error?: unknown },
  note: (reply: Reply) => void,
): Observer<Reply> {
  const finish = (): void => {
    channel.asyncStart.publish(context);
    channel.asyncEnd.publish(context);
  };
  channel.start.publish(context);
  channel.end.publish(context);
  return {
    succeed(reply) {
      note(reply);
      finish();
    },
    fail(error) {
      context.error = error;
      channel.error.publish(context);
      finish();
    },
  };
}
