/**
 * One HTTP exchange over undici's `dispatch`. Sends the request unchanged; the response body goes to memory, a stream or a
 * file.
 *
 * The body is decoded only if the request asks for it. Redirects are not followed, because a signed request is valid only
 * for its own host.
 */
import {
  type Checksums,
  CloudError,
  concatenate,
  type FileRange,
  type HttpRequest,
  type HttpResponse,
  isSuccess,
  maxDocumentBytes,
  maxErrorBytes,
  type PassedBytes,
  type RunningChecksums,
  runningChecksums,
  type StagedFile,
} from '@isobar/core/provider';
import type { Dispatcher } from 'undici';
import type { Call } from './call.ts';
import { DecodedQueue } from './decoded-queue.ts';
import { exchangeFailure, targetOf } from './failure.ts';
import type { StagedWriter } from './files.ts';
import { ResponseQueue } from './response-queue.ts';

/** Numbers response streams, so that another thread can refer to them. */
export interface StreamRegistry {
  register(queue: ResponseQueue | DecodedQueue): number;
  /** Why an exchange gets no connection, if open streams hold all of them. */
  explainWait(): string | undefined;
}

/**
 * Performs one exchange.
 *
 * @throws {CloudError} `network`, `timeout`; `malformed-response` when the body exceeds its limit; an error of the local
 * file that the body is read from or written to; or the call's own failure when it was cancelled.
 */
export function performExchange(
  dispatcher: Dispatcher,
  request: HttpRequest,
  call: Call,
  streams: StreamRegistry,
): Promise<HttpResponse> {
  const { sink } = request;
  return sink?.kind === 'file'
    ? intoFile(sink.file, (file) => send(dispatcher, request, call, streams, file))
    : send(dispatcher, request, call, streams, undefined);
}

async function intoFile(
  staged: StagedFile,
  receive: (file: StagedWriter) => Promise<HttpResponse>,
): Promise<HttpResponse> {
  const { openStaged } = await import('./files.ts');
  const file = await openStaged(staged);
  try {
    return await receive(file);
  } finally {
    await file.close();
  }
}

function send(
  dispatcher: Dispatcher,
  request: HttpRequest,
  call: Call,
  streams: StreamRegistry,
  file: StagedWriter | undefined,
): Promise<HttpResponse> {
  return new Promise((resolve, reject) => {
    const handler = new ExchangeHandler(request, call, streams, file, resolve, reject);
    dispatcher.dispatch(
      {
        origin: request.origin,
        path: request.path,
        method: request.method,
        headers: requestHeaders(request),
        body: requestBody(request, handler) as Buffer | null,
        // Without this undici closes the connection after each HEAD, so the next request needs a new one.
        ...(request.method === 'HEAD' && { reset: false }),
      },
      handler,
    );
  });
}

function requestHeaders(request: HttpRequest): Record<string, string> {
  const { body, headers } = request;
  if (body === undefined || body instanceof Uint8Array) return headers as Record<string, string>;
  return { ...headers, 'content-length': String(body.endBytes - body.startBytes) };
}

function requestBody(request: HttpRequest, handler: ExchangeHandler): Uint8Array | AsyncIterable<Uint8Array> | null {
  const { body } = request;
  if (body === undefined) return null;
  if (body instanceof Uint8Array) return body;
  // An empty array for an empty slice: undici would send an empty iterable with chunked encoding.
  if (body.startBytes === body.endBytes) return new Uint8Array(0);
  return sliceOf(body, handler.sent);
}

async function* sliceOf(slice: FileRange, seen: ExchangeHandler['sent']): AsyncGenerator<Uint8Array> {
  const { readSlice } = await import('./files.ts');
  yield* readSlice(slice, seen);
}

/** Receives one response from undici. */
class ExchangeHandler implements Dispatcher.DispatchHandler {
  readonly #request: HttpRequest;
  readonly #call: Call;
  readonly #streams: StreamRegistry;
  readonly #file: StagedWriter | undefined;
  readonly #resolve: (response: HttpResponse) => void;
  readonly #reject: (failure: unknown) => void;
  #controller: Dispatcher.DispatchController | undefined;
  #status = 0;
  #headers: Record<string, string> = {};
  /** Set when the body goes to a stream or a file, or is decoded. */
  #queue: ResponseQueue | undefined;
  #chunks: Uint8Array[] = [];
  #receivedBytes = 0;
  #sentBytes = 0;
  /** Of a file body that is sent. */
  #checksums: RunningChecksums | undefined;

  constructor(
    request: HttpRequest,
    call: Call,
    streams: StreamRegistry,
    file: StagedWriter | undefined,
    resolve: (response: HttpResponse) => void,
    reject: (failure: unknown) => void,
  ) {
    this.#request = request;
    this.#call = call;
    this.#streams = streams;
    this.#file = file;
    this.#resolve = resolve;
    this.#reject = reject;
    call.listen(this.#cancel);
  }

  readonly #cancel = (failure: CloudError): void => {
    if (this.#controller) this.#controller.abort(failure);
    else this.#explainWait();
    this.#fail(failure);
  };

  /** Called for an exchange that has no controller, which means that it is waiting for a connection. */
  #explainWait(): void {
    const explanation = this.#streams.explainWait();
    if (explanation !== undefined) this.#call.explain(explanation);
  }

  /** Called for each chunk of a file body that is sent. */
  readonly sent = (chunk: Uint8Array): void => {
    this.#sentBytes += chunk.length;
    const { checksums } = this.#request;
    if (checksums) this.#checksums ??= runningChecksums(checksums);
    this.#checksums?.update(chunk);
    this.#report(this.#sentBytes);
  };

  /** Calls the progress function. If it throws, the exchange fails with that error. */
  #report(transferredBytes: number): void {
    try {
      this.#request.onProgress?.(transferredBytes);
    } catch (thrown) {
      this.#fail(thrown);
      this.#controller?.abort(new CloudError('aborted', 'the progress function failed', {}, { cause: thrown }));
    }
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#call.failure) controller.abort(this.#call.failure);
  }

  onResponseStart(
    controller: Dispatcher.DispatchController,
    status: number,
    headers: Record<string, string | string[] | undefined>,
  ): void {
    if (status < 200) return;
    this.#status = status;
    this.#headers = joinRepeated(headers);
    const { decode, sink } = this.#request;
    const isDecoded = decode !== undefined && this.#headers['content-encoding'] === decode;
    if ((!sink && !isDecoded) || !isSuccess(status)) return;
    this.#queue = new ResponseQueue(controller);
    const queue = isDecoded ? new DecodedQueue(this.#queue, this.#request.checksums) : this.#queue;
    if (sink?.kind === 'stream') {
      this.#succeed(nothing, { stream: { stream: this.#streams.register(queue) } });
      return;
    }
    const received = sink ? this.#writeFile(queue, sink.startBytes) : collectDecoded(queue);
    received.then(
      ({ body = nothing, ...extra }) => this.#succeed(body, extra),
      (failure) => {
        controller.abort(failure);
        this.#fail(failure);
      },
    );
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#receivedBytes += chunk.length;
    if (this.#queue) this.#queue.push(chunk);
    else if (this.#receivedBytes <= this.#maxBodyBytes) this.#chunks.push(chunk);
    else this.#refuseBody(controller);
    if (isSuccess(this.#status)) this.#report(this.#receivedBytes);
  }

  get #maxBodyBytes(): number {
    return isSuccess(this.#status) ? (this.#request.maxBodyBytes ?? maxDocumentBytes) : maxErrorBytes;
  }

  /** Fails an exchange whose body exceeds its limit, so that an endless body cannot exhaust memory. */
  #refuseBody(controller: Dispatcher.DispatchController): void {
    this.#chunks = [];
    const message = `${targetOf(this.#request)}: the response (${this.#status}) has more than ${this.#maxBodyBytes} bytes, the maximum for a document`;
    const failure = new CloudError('malformed-response', message, { status: this.#status });
    controller.abort(failure);
    this.#fail(failure);
  }

  onResponseEnd(): void {
    if (this.#queue) this.#queue.end();
    else this.#succeed(concatenate(this.#chunks, this.#receivedBytes));
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    const failure = exchangeFailure(error, this.#request);
    if (this.#queue) this.#queue.fail(failure);
    else this.#fail(failure);
  }

  /** Writes the body to the file as it arrives. An interrupted body is a result, so that the rest can be requested. */
  async #writeFile(queue: ResponseQueue | DecodedQueue, startBytes: number): Promise<Partial<HttpResponse>> {
    const running = runningChecksums(this.#request.checksums ?? []);
    let sizeBytes = 0;
    let interrupted: CloudError | undefined;
    for (;;) {
      const chunk = await queue.next().catch((failure) => {
        interrupted = failure;
        return undefined;
      });
      if (!chunk) break;
      running.update(chunk);
      await this.#file?.write(chunk, startBytes + sizeBytes);
      sizeBytes += chunk.length;
    }
    if (queue instanceof DecodedQueue) return interruptedBy(interrupted, queue.passed);
    return interruptedBy(interrupted, { sizeBytes, checksums: running.digest() });
  }

  #succeed(body: Uint8Array, extra?: Partial<HttpResponse>): void {
    this.#call.unlisten(this.#cancel);
    const response = { status: this.#status, headers: this.#headers, body };
    const sent = this.#request.body;
    const isFile = sent !== undefined && !(sent instanceof Uint8Array);
    const passed = isFile ? { passed: { sizeBytes: this.#sentBytes, checksums: this.#sentChecksums() } } : undefined;
    this.#resolve(passed || extra ? { ...response, ...passed, ...extra } : response);
  }

  /** An empty file has no chunk, but a checksum. */
  #sentChecksums(): Checksums {
    return (this.#checksums ?? runningChecksums(this.#request.checksums ?? [])).digest();
  }

  #fail(failure: unknown): void {
    this.#call.unlisten(this.#cancel);
    this.#reject(failure);
  }
}

const nothing = new Uint8Array(0);

function interruptedBy(failure: CloudError | undefined, passed: PassedBytes): Partial<HttpResponse> {
  return failure ? { passed, interrupted: { code: failure.code, message: failure.message } } : { passed };
}

/** Collects a decoded body in memory. */
async function collectDecoded(queue: ResponseQueue | DecodedQueue): Promise<Partial<HttpResponse>> {
  const chunks: Uint8Array[] = [];
  let sizeBytes = 0;
  for (let chunk = await queue.next(); chunk; chunk = await queue.next()) {
    chunks.push(chunk);
    sizeBytes += chunk.length;
  }
  const body = concatenate(chunks, sizeBytes);
  return queue instanceof DecodedQueue ? { body, passed: queue.passed } : { body };
}

function joinRepeated(headers: Record<string, string | string[] | undefined>): Record<string, string> {
  for (const name in headers) {
    const value = headers[name];
    if (Array.isArray(value)) headers[name] = value.join(', ');
  }
  return headers as Record<string, string>;
}
