/**
 * Decodes a gzip response body piece by piece. Memory use is bounded whatever the decoded size, and a slow reader pauses
 * the connection.
 */
import type { Gunzip } from 'node:zlib';
import {
  type Algorithm,
  CloudError,
  isCloudError,
  type PassedBytes,
  type RunningChecksums,
  runningChecksums,
} from '@isobar/core/provider';
import type { ResponseQueue } from './response-queue.ts';

/** Maximum size of a decoded piece. */
const pieceBytes = 256 * 1024;

/** Decodes gzip; reads as a {@link ResponseQueue} does. */
export class DecodedQueue {
  readonly #source: ResponseQueue;
  readonly #gunzip: Gunzip;
  readonly #pieces: AsyncIterator<Buffer>;
  #encodedBytes = 0;
  #decodedBytes = 0;
  readonly #checksums: RunningChecksums;

  /** @param checksums What to compute over the encoded bytes. */
  constructor(source: ResponseQueue, checksums: readonly Algorithm[] = []) {
    this.#checksums = runningChecksums(checksums);
    // Loaded on use: few programs need them.
    const { pipeline, Readable } = process.getBuiltinModule('node:stream');
    const { createGunzip } = process.getBuiltinModule('node:zlib');
    this.#source = source;
    this.#gunzip = createGunzip({ chunkSize: pieceBytes });
    // `next()` reports errors.
    pipeline(Readable.from(this.#encoded()), this.#gunzip, () => {});
    this.#pieces = this.#gunzip[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  }

  /** See {@link ResponseQueue.isOpen}. */
  get isOpen(): boolean {
    return this.#source.isOpen;
  }

  /** Size and checksums of the encoded bytes so far, and their decoded size. */
  get passed(): PassedBytes {
    return { sizeBytes: this.#encodedBytes, checksums: this.#checksums.digest(), decodedBytes: this.#decodedBytes };
  }

  /**
   * The next decoded bytes, in an array that owns its memory; `undefined` at the end.
   *
   * @throws {CloudError} `integrity` when the body is not valid gzip.
   */
  async next(): Promise<Uint8Array | undefined> {
    const [decoded] = (await this.chunks()) ?? [];
    return decoded && new Uint8Array(decoded);
  }

  /** See {@link ResponseQueue.chunks}. */
  async chunks(): Promise<readonly Uint8Array[] | undefined> {
    try {
      const { done, value } = await this.#pieces.next();
      if (done) return undefined;
      this.#decodedBytes += value.length;
      return [value];
    } catch (failure) {
      if (isCloudError(failure)) throw failure;
      throw new CloudError(
        'integrity',
        `the body is not valid gzip: ${(failure as Error).message}`,
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
    for (let chunks = await this.#source.chunks(); chunks; chunks = await this.#source.chunks()) {
      for (const chunk of chunks) {
        this.#encodedBytes += chunk.length;
        this.#checksums.update(chunk);
        yield chunk;
      }
    }
  }
}
