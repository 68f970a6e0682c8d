/** Decoded response bodies: complete, with size and checksum of the encoded bytes, and piece by piece. */
import { gzipSync } from 'node:zlib';
import { CloudError, checksumOf } from '@isobar/core/provider';
import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { DecodedQueue } from './decoded-queue.ts';
import { ResponseQueue } from './response-queue.ts';

const flow = () => ({ pause: vi.fn(), resume: vi.fn(), abort: vi.fn() });
const broken = new CloudError('network', 'the connection broke');

/** A queue with a body in pieces. */
function queueOf(body: Uint8Array, pieceBytes = body.length, control = flow()): ResponseQueue {
  const queue = new ResponseQueue(control);
  for (let at = 0; at < body.length; at += pieceBytes) queue.push(body.slice(at, at + pieceBytes));
  return queue;
}

async function collect(queue: DecodedQueue): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  for (let piece = await queue.next(); piece; piece = await queue.next()) pieces.push(piece);
  return Buffer.concat(pieces);
}

describe('a decoded body', () => {
  test('equals the original, whatever the pieces', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ maxLength: 3000 }),
        fc.integer({ min: 1, max: 500 }),
        async (bytes, pieceBytes) => {
          const body = new Uint8Array(gzipSync(bytes));
          const source = queueOf(body, pieceBytes);
          source.end();
          const queue = new DecodedQueue(source, ['crc32c']);
          expect(Buffer.compare(await collect(queue), bytes)).toBe(0);
          const checksums = { crc32c: checksumOf('crc32c', body) };
          expect(queue.passed).toEqual({ sizeBytes: body.length, checksums, decodedBytes: bytes.length });
        },
      ),
    );
  });
  test('arrives in bounded pieces that own their memory', async () => {
    const source = queueOf(new Uint8Array(gzipSync(new Uint8Array(8 * 1024 * 1024))));
    source.end();
    const queue = new DecodedQueue(source);
    const piece = await queue.next();
    expect(piece?.length).toBeLessThanOrEqual(256 * 1024);
    expect(piece?.buffer.byteLength).toBe(piece?.length);
    expect(queue.passed.decodedBytes).toBe(piece?.length);
    queue.close();
  });
  test('fails when the connection breaks', async () => {
    const source = queueOf(new Uint8Array(gzipSync('text')).subarray(0, 12));
    source.fail(broken);
    await expect(collect(new DecodedQueue(source))).rejects.toBe(broken);
  });
  test('fails for a reader that is already waiting', async () => {
    const queue = new DecodedQueue(new ResponseQueue(flow()));
    const next = queue.next();
    queue.fail(broken);
    await expect(next).rejects.toBe(broken);
  });
  test.each([
    ['other data', Uint8Array.from({ length: 30 }, (_, index) => index)],
    ['incomplete gzip', new Uint8Array(gzipSync('text')).subarray(0, 15)],
  ])('fails with integrity for %s', async (_, body) => {
    const source = queueOf(body);
    source.end();
    await expect(collect(new DecodedQueue(source))).rejects.toMatchObject({ code: 'integrity' });
  });
  test('aborts the connection when the reader closes it', async () => {
    const control = flow();
    const queue = new DecodedQueue(queueOf(new Uint8Array(gzipSync('text')).subarray(0, 12), 12, control));
    queue.close();
    expect(control.abort).toHaveBeenCalled();
    await expect(queue.next()).rejects.toBeDefined();
  });
});
