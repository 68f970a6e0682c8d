/** Performs steps. {@link performStep} lists all I/O of Isobar. */
import type { HttpRequest, HttpResponse, SingleStep } from '@isobar/core/provider';
import type { Call } from './call.ts';
import { randomBytes, readEnvironment } from './environment.ts';
import { closeSource, isResponseStream, readerOf } from './source.ts';
import { type ExchangeObserver, observeExchange } from './tracing.ts';
import type { Transport } from './transport.ts';

// Loaded on first use: together with the Node modules that they import they take a tenth of a cold start.
let files: Promise<typeof import('./files.ts')> | undefined;
let folders: Promise<typeof import('./folders.ts')> | undefined;

/**
 * Performs one step.
 *
 * @throws The call's failure when it is cancelled before or during the step; otherwise the step's own failure.
 */
export function performStep(step: SingleStep, call: Call, transport: Transport): unknown | Promise<unknown> {
  if (call.failure) throw call.failure;
  switch (step.kind) {
    case 'exchange':
      return performExchange(step.request, call, transport);
    case 'sleep':
      return sleep(step.milliseconds, call);
    case 'clock':
      return Date.now();
    case 'entropy':
      return randomBytes(step.byteCount);
    case 'stat':
    case 'readFile':
    case 'checksums':
    case 'listFolder':
    case 'readRange':
    case 'write':
    case 'stage':
    case 'publish':
    case 'discard':
      files ??= import('./files.ts');
      return files.then((loaded) => performFileStep(step, call, loaded));
    case 'environment':
      return readEnvironment(step.names);
    case 'invoke':
      return orCancelled(callBack(step.fn, step.args), call);
    case 'makeFolders':
      folders ??= import('./folders.ts');
      return folders.then(({ makeFolders }) => makeFolders(step.folder, step.names));
    case 'pull':
      return orCancelled(readerOf(step.source).pull(step.byteCount), call);
    case 'read':
      return transport.read(step.stream, call);
    case 'passed':
      return transport.passed(step.stream);
    case 'release':
      return isResponseStream(step.resource) ? transport.release(step.resource) : closeSource(step.resource);
  }
}

type FileStep = Extract<
  SingleStep,
  {
    readonly kind:
      | 'stat'
      | 'readFile'
      | 'checksums'
      | 'listFolder'
      | 'readRange'
      | 'write'
      | 'stage'
      | 'publish'
      | 'discard';
  }
>;

function performFileStep(step: FileStep, call: Call, files: typeof import('./files.ts')): Promise<unknown> {
  switch (step.kind) {
    case 'stat':
      return files.statFile(step.path, step.field);
    case 'readFile':
      return files.readSmallFile(step.path, step.maxBytes);
    case 'checksums':
      return files.checksumFile(step.range, step.algorithms, call);
    case 'listFolder':
      return files.listEntries(step.path, step.after);
    case 'readRange':
      return files.readFileRange(step.range);
    case 'write':
      return files.writeStaged(step.file, step.startBytes, step.bytes);
    case 'stage':
      return files.stageFile(step.destinationPath);
    case 'publish':
      return files.publishFile(step.file, step.overwrite, step.sizeBytes);
    case 'discard':
      return files.discardFile(step.file);
  }
}

function performExchange(request: HttpRequest, call: Call, transport: Transport): Promise<HttpResponse> {
  const observer = observeExchange(call.trace, request);
  const response = transport.exchange(request, call);
  return observer ? observed(response, observer) : response;
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
export async function orCancelled<Result>(pending: Promise<Result>, call: Call): Promise<Result> {
  const { promise: cancelled, reject } = Promise.withResolvers<never>();
  call.listen(reject);
  try {
    return await Promise.race([pending, cancelled]);
  } finally {
    call.unlisten(reject);
  }
}
