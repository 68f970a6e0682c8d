/** Reads callers' byte sources by exact amounts, and counts how often each was released. */
import { type ByteSource, bytesInMemory, invalidArgument } from '../provider.ts';

interface Reading {
  readonly iterator: Iterator<unknown>;
  buffered: Uint8Array;
  hasEnded: boolean;
  releases: number;
}

/** The sources that operations have read. */
export class ScriptedSources {
  readonly #readings = new Map<ByteSource, Reading>();

  pull(source: ByteSource, byteCount: number, field: string): Uint8Array {
    const reading = this.#readingOf(source);
    const pieces = [reading.buffered];
    let bufferedBytes = reading.buffered.length;
    while (!reading.hasEnded && bufferedBytes < byteCount) {
      const { done, value } = reading.iterator.next();
      if (done) {
        reading.hasEnded = true;
      } else {
        const piece = bytesInMemory(value);
        if (!piece) throw invalidArgument(field, 'must give bytes or strings');
        pieces.push(piece);
        bufferedBytes += piece.length;
      }
    }
    const all = Buffer.concat(pieces);
    reading.buffered = Uint8Array.from(all.subarray(byteCount));
    return new Uint8Array(all.buffer, all.byteOffset, Math.min(byteCount, all.length));
  }

  release(source: ByteSource): void {
    this.#readingOf(source).releases += 1;
  }

  /** How often a source was released. */
  releasesOf(source: ByteSource): number {
    return this.#readings.get(source)?.releases ?? 0;
  }

  #readingOf(source: ByteSource): Reading {
    let reading = this.#readings.get(source);
    if (!reading) {
      const iterator = (source as Iterable<unknown>)[Symbol.iterator]();
      reading = { iterator, buffered: new Uint8Array(0), hasEnded: false, releases: 0 };
      this.#readings.set(source, reading);
    }
    return reading;
  }
}
