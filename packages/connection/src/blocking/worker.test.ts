/** The worker's program in a thread, driven by messages. This thread does not block, so that it can run a server. */
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type MessagePort, Worker } from 'node:worker_threads';
import { isCloudError, read, readFile, type WorkerStep } from '@isobar/core/provider';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { deserializeError } from '../failure.ts';
import { endless, exchangeOf, firstStep, get, releaseOf, statOf } from '../testing/steps.ts';
import { bootstrap } from './bootstrap.ts';
import { type Reply, type Request, type WorkerStart, word, wordCount } from './protocol.ts';

type Answer = Reply & { readonly transferred?: number };

const limits = { connectTimeoutMs: 0, headersTimeoutMs: 0, idleTimeoutMs: 0, maxConnections: 4 };
const folder = mkdtempSync(join(tmpdir(), 'isobar-worker-'));
const server = createServer((request, response) => {
  if (request.url === '/never') return;
  response.end('x'.repeat(Number(request.url?.slice(1))));
});
let origin = '';
let worker: RunningWorker;

/** `worker.ts` in a thread, which also reports how many buffers it transferred with each reply. */
class RunningWorker {
  readonly memory = new Int32Array(new SharedArrayBuffer(wordCount * 4));
  readonly #worker: Worker;
  readonly #port: MessagePort;
  readonly #answers: Answer[] = [];
  #heard: () => void = () => {};

  constructor() {
    const { port1, port2 } = new MessageChannel() as unknown as { port1: MessagePort; port2: MessagePort };
    const counting = `import { workerData } from 'node:worker_threads';
      const { port } = workerData;
      const post = port.postMessage;
      port.postMessage = (message, list = []) => post.call(port, { ...message, transferred: list.length }, list);
      await import(${JSON.stringify(new URL('./worker.ts', import.meta.url).href)});`;
    const workerData: WorkerStart = {
      memory: this.memory,
      port: port2,
      program: `data:text/javascript,${encodeURIComponent(counting)}`,
      version: '',
    };
    this.#port = port1;
    this.#port.on('message', (answer: Answer) => {
      this.#answers.push(answer);
      this.#heard();
    });
    this.#worker = new Worker(bootstrap, { eval: true, workerData, transferList: [port2], execArgv: [] });
    this.post({ kind: 'open', connection: 1, limits, lastStream: 500 });
  }

  post(request: Request): void {
    this.#port.postMessage(request);
  }

  perform(id: number, step: WorkerStep, more: { connection?: number; progress?: boolean } = {}): void {
    this.post({ kind: 'perform', id, connection: 1, step, progress: false, ...more });
  }

  /** The next message. */
  async next(): Promise<Answer> {
    for (;;) {
      const answer = this.#answers.shift();
      if (answer) return answer;
      await new Promise<void>((resolve) => {
        this.#heard = resolve;
      });
    }
  }

  async end(): Promise<void> {
    await this.#worker.terminate();
    this.#port.close();
  }
}

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  writeFileSync(join(folder, 'file'), 'content');
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
  rmSync(folder, { recursive: true });
});
beforeEach(() => {
  worker = new RunningWorker();
});
afterEach(() => worker.end());

const failureOf = (answer: Answer): Error => {
  if (answer.kind !== 'failed') throw new Error(`the worker answered ${answer.kind}`);
  return deserializeError(answer.failure);
};

describe('steps', () => {
  test('get a reply as each completes, and requests are counted as they are received', async () => {
    worker.perform(1, endless());
    worker.perform(2, statOf(join(folder, 'file')));
    expect(await worker.next()).toMatchObject({ kind: 'done', id: 2, value: { kind: 'file', sizeBytes: 7 } });
    expect(worker.memory[word.taken]).toBe(3);
    expect(worker.memory[word.started]).toBe(1);
    expect(worker.memory[word.ended]).toBe(0);
    worker.perform(3, statOf(join(folder, 'nothing')));
    expect(await worker.next()).toMatchObject({ kind: 'done', id: 3, value: undefined });
    // Counted after they are posted, so that whoever is woken finds the message.
    Atomics.wait(worker.memory, word.messages, 0);
    Atomics.wait(worker.memory, word.messages, 1);
    expect(worker.memory[word.messages]).toBe(2);
  });

  test('that fail get a reply with the serialized failure and its cause', async () => {
    const closed = createServer();
    await new Promise<void>((resolve) => closed.listen(0, '127.0.0.1', resolve));
    const { port } = closed.address() as AddressInfo;
    await new Promise((resolve) => closed.close(resolve));
    worker.perform(1, exchangeOf(get(`http://127.0.0.1:${port}`, '/?X-Signature=secret')));
    const failure = failureOf(await worker.next());
    expect(isCloudError(failure, 'network')).toBe(true);
    expect(failure).toMatchObject({ details: { unsent: true }, cause: { code: 'ECONNREFUSED' } });
    expect(JSON.stringify(failure) + failure.message).not.toContain('secret');
  });

  test('of a connection that is not open fail, and no others', async () => {
    worker.perform(1, statOf(folder), { connection: 9 });
    expect(failureOf(await worker.next()).message).toBe('the connection is not open');
    worker.perform(2, statOf(folder));
    expect(await worker.next()).toMatchObject({ kind: 'done', id: 2 });
  });
});

describe('cancelling', () => {
  test('ends a running step, and is ignored for others', async () => {
    worker.perform(1, endless());
    worker.post({ kind: 'cancel', id: 1 });
    worker.post({ kind: 'cancel', id: 1 });
    worker.post({ kind: 'cancel', id: 77 });
    expect(failureOf(await worker.next())).toMatchObject({ code: 'timeout' });
    worker.perform(2, statOf(folder));
    expect(await worker.next()).toMatchObject({ kind: 'done', id: 2 });
  });

  test('ends an exchange that is never answered', async () => {
    worker.perform(1, exchangeOf(get(origin, '/never')));
    worker.post({ kind: 'cancel', id: 1 });
    expect(failureOf(await worker.next())).toMatchObject({ code: 'timeout' });
  });
});

describe('closing a connection', () => {
  test('ends its exchanges and refuses further steps, until it is opened again', async () => {
    const arrived = new Promise((resolve) => server.once('request', resolve));
    worker.perform(1, exchangeOf(get(origin, '/never')));
    await arrived;
    worker.post({ kind: 'close', connection: 1 });
    expect(failureOf(await worker.next())).toMatchObject({ code: 'aborted' });
    worker.perform(2, statOf(folder));
    expect(failureOf(await worker.next()).message).toBe('the connection is not open');
    worker.post({ kind: 'open', connection: 1, limits, lastStream: 0 });
    worker.perform(3, exchangeOf(get(origin, '/3')));
    expect(await worker.next()).toMatchObject({ kind: 'done', id: 3, value: { status: 200 } });
  });
});

describe('exchanges', () => {
  test('report progress only on request', async () => {
    worker.perform(1, exchangeOf(get(origin, '/1000')), { progress: true });
    expect(await worker.next()).toMatchObject({ kind: 'progress', id: 1, transferredBytes: 1_000 });
    expect(await worker.next()).toMatchObject({ kind: 'done', id: 1 });
    worker.perform(2, exchangeOf(get(origin, '/1000')));
    expect(await worker.next()).toMatchObject({ kind: 'done', id: 2 });
  });

  test('number their streams from the number that the connection was opened with', async () => {
    worker.perform(1, exchangeOf(get(origin, '/5', { sink: { kind: 'stream' } })));
    const answer = await worker.next();
    expect(answer).toMatchObject({ kind: 'done', value: { stream: { stream: 501 } } });
    worker.perform(2, firstStep(read({ stream: 501 })));
    expect(await worker.next()).toMatchObject({
      kind: 'done',
      bytes: new Uint8Array(5).fill(120).buffer,
      transferred: 1,
    });
    worker.perform(3, releaseOf(501));
    await worker.next();
    worker.perform(4, firstStep(read({ stream: 501 })));
    expect(failureOf(await worker.next())).toMatchObject({ code: 'aborted' });
  });
});

describe('memory', () => {
  test('of bodies and of bytes read is transferred, not copied', async () => {
    worker.perform(1, exchangeOf(get(origin, '/100000')));
    const answer = await worker.next();
    expect(answer).toMatchObject({ kind: 'done', transferred: 1 });
    expect((answer as { bytes: ArrayBuffer }).bytes.byteLength).toBe(100_000);
    worker.perform(2, firstStep(readFile(join(folder, 'file'), { maxBytes: 100 })));
    expect(await worker.next()).toMatchObject({
      kind: 'done',
      transferred: 1,
      bytes: new TextEncoder().encode('content').buffer,
    });
  });

  test('of a request is received as bytes beside the step', async () => {
    const step = exchangeOf(get(origin, '/1', { method: 'PUT' }));
    worker.post({ kind: 'perform', id: 1, connection: 1, step, progress: false, bytes: new ArrayBuffer(77) });
    const [request] = await once(server, 'request');
    expect(request.headers['content-length']).toBe('77');
    expect(await worker.next()).toMatchObject({ kind: 'done', id: 1 });
  });

  test('negative control: an empty body and plain values transfer nothing', async () => {
    worker.perform(1, exchangeOf(get(origin, '/0')));
    expect(await worker.next()).toMatchObject({ kind: 'done', transferred: 0 });
    worker.perform(2, statOf(folder));
    expect(await worker.next()).toMatchObject({ kind: 'done', transferred: 0 });
  });
});
