/**
 * Trailers after the last chunk of an `aws-chunked` body: checksums that the client computed while streaming, and their
 * signature.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming-trailers.html
 */
import { createHash, createHmac } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { crc32c, encodeCrc32c } from '../crc32c.ts';
import { refusal } from '../errors.ts';
import type { ChunkSigning } from '../signatures/caller.ts';

/** Checks the trailers against the data. */
export interface TrailerCheck {
  update(data: Buffer): void;
  /** Takes one line, without its line break. */
  takeLine(line: string): void;
  /** Throws unless every announced trailer came and matches. `previous` is the last chunk's signature. */
  finish(previous: string): void;
}

const SIGNATURE = 'x-amz-trailer-signature';

/** A check of the trailers that `x-amz-trailer` announces. */
export function createTrailerCheck(announced: string | undefined, signing: ChunkSigning | undefined): TrailerCheck {
  const names = (announced ?? '').split(',').map((name) => name.trim().toLowerCase());
  const expected = names.filter((name) => name !== '');
  const digests = new Map(expected.map((name) => [name, digest(name)]));
  const received = new Map<string, string>();
  return {
    update(data) {
      for (const running of digests.values()) running?.update(data);
    },
    takeLine(line) {
      const colon = line.indexOf(':');
      if (colon > 0) received.set(line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim());
    },
    finish(previous) {
      for (const [name, running] of digests) {
        const value = received.get(name);
        if (value === undefined) throw refusal('IncompleteBody', `The trailer ${name} is missing.`);
        if (running !== undefined && running.base64() !== value) {
          throw refusal('BadDigest', `The trailer ${name} says ${value}, but the body has ${running.base64()}.`);
        }
      }
      if (signing !== undefined && expected.length > 0) checkSignature(received, signing, previous);
    },
  };
}

interface RunningDigest {
  update(data: Buffer): void;
  base64(): string;
}

/** The digest of a trailer; `undefined` for trailers that are not checked (CRC-64/NVME, and other headers). */
function digest(trailer: string): RunningDigest | undefined {
  switch (trailer) {
    case 'x-amz-checksum-crc32':
      return cyclic((data, crc) => crc32(data, crc));
    case 'x-amz-checksum-crc32c':
      return cyclic(crc32c);
    case 'x-amz-checksum-sha1':
      return hash('sha1');
    case 'x-amz-checksum-sha256':
      return hash('sha256');
    default:
      return undefined;
  }
}

function cyclic(next: (data: Buffer, crc: number) => number): RunningDigest {
  let crc = 0;
  return {
    update: (data) => {
      crc = next(data, crc);
    },
    base64: () => encodeCrc32c(crc),
  };
}

function hash(algorithm: string): RunningDigest {
  const running = createHash(algorithm);
  return { update: (data) => void running.update(data), base64: () => running.copy().digest('base64') };
}

function checkSignature(received: ReadonlyMap<string, string>, signing: ChunkSigning, previous: string): void {
  const lines = [...received].filter(([name]) => name !== SIGNATURE).sort(([a], [b]) => (a < b ? -1 : 1));
  const canonical = lines.map(([name, value]) => `${name}:${value}\n`).join('');
  const digest = createHash('sha256').update(canonical).digest('hex');
  const text = `AWS4-HMAC-SHA256-TRAILER\n${signing.timestamp}\n${signing.scope}\n${previous}\n${digest}`;
  const computed = createHmac('sha256', signing.key).update(text).digest('hex');
  if (received.get(SIGNATURE) !== computed) throw refusal('SignatureDoesNotMatch', { extra: { StringToSign: text } });
}
