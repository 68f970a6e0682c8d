/**
 * One HTTP exchange over undici's `dispatch`. Sends the request unchanged; `receive.ts` has where the response body goes.
 *
 * The body is decoded only if the request asks for it. Redirects are not followed, because a signed request is valid only
 * for its own host.
 */
import {
  type Checksums,
  CloudError,
  type FileRange,
  type HttpRequest,
  type HttpResponse,
  isSuccess,
  maxDocumentBytes,
  maxErrorBytes,
  type RunningChecksums,
  runningChecksums,
  type StagedFile,
} from '@isobar/core/provider';
import type { Dispatcher } from 'undici';
import type { Call } from '../calls/call.ts';
import { exchangeFailure, targetOf } from '../failure.ts';
import type { StagedWriter } from '../files/writing.ts';
import { DecodedQueue } from './decoded-queue.ts';
import { BytesInMemory, receive } from './receive.ts';
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
  const { openStaged } = await import('../files/writing.ts');
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
    const { body, headers, method, origin, path } = request;
    const isFile = body !== undefined && !(body instanceof Uint8Array);
    dispatcher.dispatch(
      {
        origin,
        path,
        method,
        headers: isFile ? { ...headers, 'content-length': String(body.endBytes - body.startBytes) } : headers,
        body: (isFile ? fileBody(body, handler) : (body ?? null)) as Buffer | null,
        // Without this undici closes the connection after each HEAD, so the next request needs a new one.
        ...(method === 'HEAD' && { reset: false }),
      },
      handler,
    );
  });
}

function fileBody(slice: FileRange, handler: ExchangeHandler): Uint8Array | AsyncIterable<Uint8Array> {
  // An empty array for an empty slice: undici would send an empty iterable with chunked encoding.
  if (slice.startBytes === slice.endBytes) return new Uint8Array(0);
  return sliceOf(slice, (chunk) => handler.sent(chunk));
}

async function* sliceOf(slice: FileRange, seen: (chunk: Uint8Array) => void): AsyncGenerator<Uint8Array> {
  const { readSlice } = await import('../files/files.ts');
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
  /** Where the body goes. */
  #body: BytesInMemory | ResponseQueue | undefined;
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

  /** Must be called for each chunk of a file body that is sent. */
  sent(chunk: Uint8Array): void {
    this.#sentBytes += chunk.length;
    const { checksums } = this.#request;
    if (checksums) this.#checksums ??= runningChecksums(checksums);
    this.#checksums?.update(chunk);
    this.#report(this.#sentBytes);
  }

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
    if (!isSuccess(status) || !(sink || isDecoded)) {
      this.#body = new BytesInMemory();
      return;
    }
    this.#body = new ResponseQueue(controller);
    const queue = isDecoded ? new DecodedQueue(this.#body, this.#request.checksums) : this.#body;
    if (sink?.kind === 'stream') {
      this.#succeed(nothing, { stream: { stream: this.#streams.register(queue) } });
      return;
    }
    receive(queue, this.#request, this.#file).then(
      ({ body = nothing, ...extra }) => this.#succeed(body, extra),
      (failure) => {
        controller.abort(failure);
        this.#fail(failure);
      },
    );
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#receivedBytes += chunk.length;
    if (this.#body instanceof BytesInMemory && this.#receivedBytes > this.#maxBodyBytes) this.#refuseBody(controller);
    else this.#body?.push(chunk);
    if (this.#request.onProgress && isSuccess(this.#status)) this.#report(this.#receivedBytes);
  }

  get #maxBodyBytes(): number {
    return isSuccess(this.#status) ? (this.#request.maxBodyBytes ?? maxDocumentBytes) : maxErrorBytes;
  }

  /** Fails an exchange whose body exceeds its limit, so that an endless body cannot exhaust memory. */
  #refuseBody(controller: Dispatcher.DispatchController): void {
    this.#body = undefined;
    const message = `${targetOf(this.#request)}: the response (${this.#status}) has more than ${this.#maxBodyBytes} bytes, the maximum for a document`;
    const failure = new CloudError('malformed-response', message, { status: this.#status });
    controller.abort(failure);
    this.#fail(failure);
  }

  onResponseEnd(): void {
    if (this.#body instanceof BytesInMemory) this.#succeed(this.#body.whole());
    else this.#body?.end();
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    const failure = exchangeFailure(error, this.#request);
    if (this.#body instanceof ResponseQueue) this.#body.fail(failure);
    else this.#fail(failure);
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

function joinRepeated(headers: Record<string, string | string[] | undefined>): Record<string, string> {
  for (const name in headers) {
    const value = headers[name];
    if (Array.isArray(value)) headers[name] = value.join(', ');
  }
  return headers as Record<string, string>;
}
