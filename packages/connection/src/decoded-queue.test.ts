/** Bodies that are decoded on their way: whole, accounted for as they came, and a little at a time. */
import { gzipSync } from 'node:zlib';
import { CloudError, crc32c } from '@isobar/core/provider';
import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { DecodedQueue } from './decoded-queue.ts';
import { ResponseQueue } from './response-queue.ts';

const flow = () => ({ pause: vi.fn(), resume: vi.fn(), abort: vi.fn() });
const broken = new CloudError('network', 'the connection broke');

/** A queue that holds a body, cut as the network might cut it. */
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

describe('a body that is decoded on its way', () => {
  test('is what was encoded, however it is cut', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ maxLength: 3000 }),
        fc.integer({ min: 1, max: 500 }),
        async (bytes, pieceBytes) => {
          const body = new Uint8Array(gzipSync(bytes));
          const source = queueOf(body, pieceBytes);
          source.end();
          const queue = new DecodedQueue(source);
          expect(Buffer.compare(await collect(queue), bytes)).toBe(0);
          expect(queue.passed).toEqual({ sizeBytes: body.length, crc32c: crc32c(body), decodedBytes: bytes.length });
        },
      ),
    );
  });
  test('comes a little at a time, and pieces own their memory', async () => {
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
  test('fails for a reader that has already begun to wait', async () => {
    const queue = new DecodedQueue(new ResponseQueue(flow()));
    const next = queue.next();
    queue.fail(broken);
    await expect(next).rejects.toBe(broken);
  });
  test.each([
    ['no gzip', Uint8Array.from({ length: 30 }, (_, index) => index)],
    ['a part of one', new Uint8Array(gzipSync('text')).subarray(0, 15)],
  ])('fails with integrity for %s', async (_, body) => {
    const source = queueOf(body);
    source.end();
    await expect(collect(new DecodedQueue(source))).rejects.toMatchObject({ code: 'integrity' });
  });
  test('gives the connection up when the reader does', async () => {
    const control = flow();
    const queue = new DecodedQueue(queueOf(new Uint8Array(gzipSync('text')).subarray(0, 12), 12, control));
    queue.close();
    expect(control.abort).toHaveBeenCalled();
    await expect(queue.next()).rejects.toBeDefined();
  });
});
