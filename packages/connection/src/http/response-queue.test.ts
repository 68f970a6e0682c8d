import { CloudError } from '@isobar/core/provider';
import { describe, expect, test, vi } from 'vitest';
import { ResponseQueue } from './response-queue.ts';

const flow = () => ({ pause: vi.fn(), resume: vi.fn(), abort: vi.fn() });
const broken = new CloudError('network', 'the connection broke');
const half = new Uint8Array(600 * 1024);

describe('a response body with a slow reader', () => {
  test('returns all bytes that have arrived as one piece', async () => {
    const queue = new ResponseQueue(flow());
    queue.push(Uint8Array.of(1, 2));
    queue.push(Uint8Array.of(3));
    queue.end();
    expect(await queue.next()).toEqual(Uint8Array.of(1, 2, 3));
    expect(await queue.next()).toBeUndefined();
  });

  test('waits for bytes that arrive later', async () => {
    const queue = new ResponseQueue(flow());
    const next = queue.next();
    queue.push(Uint8Array.of(7));
    expect(await next).toEqual(Uint8Array.of(7));
  });

  test('never gives away an empty chunk, whose memory the client uses again', async () => {
    const queue = new ResponseQueue(flow());
    const empty = new Uint8Array(0);
    queue.push(empty);
    queue.push(Uint8Array.of(7));
    queue.push(empty);
    queue.end();
    expect(await queue.next()).toEqual(Uint8Array.of(7));
    expect(await queue.next()).toBeUndefined();
  });

  test('pauses the connection when it is full, and resumes it when it has been read', async () => {
    const control = flow();
    const queue = new ResponseQueue(control);
    queue.push(half);
    expect(control.pause).not.toHaveBeenCalled();
    queue.push(half);
    expect(control.pause).toHaveBeenCalledOnce();
    await queue.next();
    expect(control.resume).toHaveBeenCalledOnce();
  });

  test('returns the bytes that arrived before a failure, then throws the failure', async () => {
    const queue = new ResponseQueue(flow());
    queue.push(Uint8Array.of(1));
    queue.fail(broken);
    expect(await queue.next()).toEqual(Uint8Array.of(1));
    await expect(queue.next()).rejects.toBe(broken);
  });

  test('closing aborts an unfinished response but not a finished one', () => {
    const [unfinished, finished] = [flow(), flow()];
    new ResponseQueue(unfinished).close();
    const queue = new ResponseQueue(finished);
    queue.end();
    queue.close();
    expect(unfinished.abort).toHaveBeenCalledOnce();
    expect(finished.abort).not.toHaveBeenCalled();
  });
});
