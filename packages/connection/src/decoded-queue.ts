/**
 * A response's bytes that are decoded on their way to the reader, a little at a time: however much a body grows by that,
 * no more than one piece of it is in memory, and the connection is held back while the reader is slow.
 */
import type { Gunzip } from 'node:zlib';
import { CloudError, crc32c, isCloudError, type PassedBytes } from '@isobar/core/provider';
import type { ResponseQueue } from './response-queue.ts';

/** How much is decoded at once, in bytes. */
const pieceBytes = 256 * 1024;

/** Decodes gzip; reads as a {@link ResponseQueue} does. */
export class DecodedQueue {
  readonly #source: ResponseQueue;
  readonly #gunzip: Gunzip;
  readonly #pieces: AsyncIterator<Buffer>;
  #encodedBytes = 0;
  #decodedBytes = 0;
  #crc = 0;

  constructor(source: ResponseQueue) {
    // Loaded here, not with the module: few programs need them.
    const { pipeline, Readable } = process.getBuiltinModule('node:stream');
    const { createGunzip } = process.getBuiltinModule('node:zlib');
    this.#source = source;
    this.#gunzip = createGunzip({ chunkSize: pieceBytes });
    // What goes wrong is seen by whoever reads.
    pipeline(Readable.from(this.#encoded()), this.#gunzip, () => {});
    this.#pieces = this.#gunzip[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  }

  /** See {@link ResponseQueue.isOpen}. */
  get isOpen(): boolean {
    return this.#source.isOpen;
  }

  /** Bytes as they came so far, and how many they have become. */
  get passed(): PassedBytes {
    return { sizeBytes: this.#encodedBytes, crc32c: this.#crc, decodedBytes: this.#decodedBytes };
  }

  /**
   * The next decoded bytes, as an array of its own; `undefined` at the end.
   *
   * @throws {CloudError} `integrity` when the bytes are no gzip.
   */
  async next(): Promise<Uint8Array | undefined> {
    try {
      const { done, value } = await this.#pieces.next();
      if (done) return undefined;
      this.#decodedBytes += value.length;
      return new Uint8Array(value);
    } catch (failure) {
      if (isCloudError(failure)) throw failure;
      throw new CloudError(
        'integrity',
        `the body is no valid gzip: ${(failure as Error).message}`,
        {},
        { cause: failure },
      );
    }
  }

  fail(failure: CloudError): void {
    this.#source.fail(failure);
    this.#gunzip.destroy(failure);
  }

  close(): void {
    this.#source.close();
    this.#gunzip.destroy();
  }

  async *#encoded(): AsyncGenerator<Uint8Array> {
    for (let chunk = await this.#source.next(); chunk; chunk = await this.#source.next()) {
      this.#encodedBytes += chunk.length;
      this.#crc = crc32c(chunk, this.#crc);
      yield chunk;
    }
  }
}
