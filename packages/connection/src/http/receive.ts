/** Where the body of a response goes that is not streamed: memory, decoded or not, or a file. */
import {
  type CloudError,
  concatenate,
  type HttpRequest,
  type HttpResponse,
  runningChecksums,
} from '@isobar/core/provider';
import type { StagedWriter } from '../files/writing.ts';
import { DecodedQueue } from './decoded-queue.ts';
import type { ResponseQueue } from './response-queue.ts';

/** A body that is collected as it arrives. */
export class BytesInMemory {
  readonly #chunks: Uint8Array[] = [];
  #sizeBytes = 0;

  push(chunk: Uint8Array): void {
    this.#chunks.push(chunk);
    this.#sizeBytes += chunk.length;
  }

  whole(): Uint8Array {
    return concatenate(this.#chunks, this.#sizeBytes);
  }
}

/** What a response has beside its status and headers. */
type Received = Partial<Pick<HttpResponse, 'body' | 'passed' | 'interrupted'>>;

/** Reads a body to its end: into the file, if the request names one, else into memory. */
export async function receive(
  queue: ResponseQueue | DecodedQueue,
  { checksums = [], sink }: HttpRequest,
  file: StagedWriter | undefined,
): Promise<Received> {
  if (file && sink?.kind === 'file') {
    const running = runningChecksums(checksums);
    const { interrupted, sizeBytes } = await writeTo(file, sink.startBytes, queue, running.update);
    const passed = queue instanceof DecodedQueue ? queue.passed : { sizeBytes, checksums: running.digest() };
    return interrupted ? { passed, interrupted } : { passed };
  }
  const bytes = new BytesInMemory();
  for (let chunks = await queue.chunks(); chunks; chunks = await queue.chunks()) {
    for (const chunk of chunks) bytes.push(chunk);
  }
  const body = bytes.whole();
  return queue instanceof DecodedQueue ? { body, passed: queue.passed } : { body };
}

/** Writes a body as it arrives. An interrupted body is a result, so that the rest can be requested. */
async function writeTo(
  file: StagedWriter,
  startBytes: number,
  queue: ResponseQueue | DecodedQueue,
  update: (chunk: Uint8Array) => void,
): Promise<Pick<HttpResponse, 'interrupted'> & { sizeBytes: number }> {
  for (let sizeBytes = 0; ; ) {
    let chunks: readonly Uint8Array[] | undefined;
    try {
      chunks = await queue.chunks();
    } catch (failure) {
      const { code, message } = failure as CloudError;
      return { sizeBytes, interrupted: { code, message } };
    }
    if (!chunks) return { sizeBytes };
    chunks.forEach(update);
    await file.write(chunks, startBytes + sizeBytes);
    for (const { length } of chunks) sizeBytes += length;
  }
}
