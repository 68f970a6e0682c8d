/** Performs steps. {@link performWorkerStep} and {@link performStep} list all I/O of Isobar. */
import type { FileActions, HttpResponse, SingleStep, WorkerStep } from '@isobar/core/provider';
import type { Call } from '../calls/call.ts';
import type { Transport } from '../http/transport.ts';
import { type ExchangeObserver, observeExchange } from '../tracing.ts';
import { randomBytes, readEnvironment } from './environment.ts';
import { closeSource, readerOf } from './source.ts';

// Loaded on first use: with the Node modules that they import they take a tenth of a cold start.
let files: Promise<typeof import('../files/file-actions.ts')> | undefined;

/**
 * Performs one step of an asynchronous call.
 *
 * @throws The call's failure when it is cancelled before or during the step; otherwise the step's own failure.
 */
export function performStep(step: SingleStep, call: Call, transport: Transport): unknown | Promise<unknown> {
  if (call.failure) throw call.failure;
  switch (step.kind) {
    case 'clock':
      return Date.now();
    case 'entropy':
      return randomBytes(step.byteCount);
    case 'environment':
      return readEnvironment(step.names);
    case 'invoke':
      return orCancelled(callBack(step.fn, step.args), call);
    case 'pull':
      return orCancelled(readerOf(step.source, step.field).pull(step.byteCount), call);
    case 'releaseSource':
      return closeSource(step.source);
    default:
      return performWorkerStep(step, call, transport);
  }
}

/** Performs one step of those that the worker performs in a blocking call. */
export function performWorkerStep(step: WorkerStep, call: Call, transport: Transport): unknown | Promise<unknown> {
  switch (step.kind) {
    case 'exchange': {
      const observer = observeExchange(call.trace, step.request);
      const response = transport.exchange(step.request, call);
      return observer ? observed(response, observer) : response;
    }
    case 'read':
      return transport.read(step.stream, call);
    case 'passed':
      return transport.passed(step.stream);
    case 'release':
      return transport.release(step.stream);
    case 'sleep':
      return sleep(step.milliseconds, call);
    case 'file':
      return performFile(step.action, step.args, call);
    case 'program':
      return import('./run-program.ts').then(({ runProgram }) =>
        runProgram(step.command, step.args, step.options, call),
      );
    case 'module':
      return orCancelled(
        import('./call-module.ts').then(({ callModule }) => callModule(step)),
        call,
      );
  }
}

async function performFile(action: keyof FileActions, args: readonly unknown[], call: Call): Promise<unknown> {
  files ??= import('../files/file-actions.ts');
  const { fileActions } = await files;
  return (fileActions[action] as (...args: readonly unknown[]) => Promise<unknown>)(...args, call);
}

async function observed(pending: Promise<HttpResponse>, observer: ExchangeObserver): Promise<HttpResponse> {
  try {
    const response = await pending;
    observer.succeed(response);
    return response;
  } catch (failure) {
    observer.fail(failure);
    throw failure;
  }
}

function sleep(milliseconds: number, call: Call): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const slept = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, milliseconds);
  });
  return orCancelled(slept, call).finally(() => clearTimeout(timer));
}

/** Calls a function of the caller. `async` turns an exception into a rejection. */
async function callBack(fn: (...args: never[]) => unknown, args: readonly unknown[]): Promise<unknown> {
  return (fn as (...args: readonly unknown[]) => unknown)(...args);
}

/** Waits for a promise, but rejects as soon as the call is cancelled. For work that cannot be stopped. */
async function orCancelled<Result>(pending: Promise<Result>, call: Call): Promise<Result> {
  const { promise: cancelled, reject } = Promise.withResolvers<never>();
  call.listen(reject);
  try {
    return await Promise.race([pending, cancelled]);
  } finally {
    call.unlisten(reject);
  }
}
