import type { IncomingMessage } from 'node:http';
import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { gatherBody, readBody } from './body.ts';

/** A request of which only the body is used. */
function request(): PassThrough & IncomingMessage {
  return new PassThrough() as unknown as PassThrough & IncomingMessage;
}

test('a body is read to its end', async () => {
  const body = request();
  body.write('one, ');
  body.end('two');
  expect((await gatherBody(body, () => {})).toString()).toBe('one, two');
});

test('a client that disconnects before or while its body is read', async () => {
  const body = request();
  const read = readBody(body, () => {});
  body.destroy();
  await expect(read).rejects.toMatchObject({ code: 'IncompleteBody' });
  await expect(readBody(body, () => {})).rejects.toMatchObject({ code: 'IncompleteBody' });
});

test('a client that stops sending; later data is discarded', async () => {
  const body = request();
  const taken: string[] = [];
  const read = readBody(body, (chunk) => void taken.push(chunk.toString()));
  body.write('one');
  await expect.poll(() => taken).toEqual(['one']);
  body.emit('timeout');
  await expect(read).rejects.toMatchObject({ code: 'RequestTimeout' });
  body.end('two');
  await expect.poll(() => body.readableEnded).toBe(true);
  expect(taken).toEqual(['one']);
});

test('no timeout while a piece is processed', async () => {
  const body = request();
  const { promise, resolve } = Promise.withResolvers<void>();
  const read = readBody(body, () => promise);
  body.write('one');
  await expect.poll(() => body.isPaused()).toBe(true);
  body.emit('timeout');
  resolve();
  body.end();
  await expect(read).resolves.toBeUndefined();
});

test('the current piece is processed before the failure is reported', async () => {
  const body = request();
  const { promise, resolve } = Promise.withResolvers<void>();
  const order: string[] = [];
  const read = readBody(body, () => promise.then(() => void order.push('taken'))).catch(() => order.push('failed'));
  body.write('one');
  await expect.poll(() => body.isPaused()).toBe(true);
  body.destroy();
  resolve();
  await read;
  expect(order).toEqual(['taken', 'failed']);
});

test('an error of `take` is the failure', async () => {
  const wrong = new Error('wrong');
  for (const take of [
    () => Promise.reject(wrong),
    () => {
      throw wrong;
    },
  ]) {
    const body = request();
    const read = readBody(body, take);
    body.end('one');
    await expect(read).rejects.toBe(wrong);
  }
  const large = request();
  const gathered = gatherBody(large, (sizeBytes) => {
    if (sizeBytes > 3) throw wrong;
  });
  large.end('four');
  await expect(gathered).rejects.toBe(wrong);
});
