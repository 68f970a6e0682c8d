/** The channel to real threads that run scripts. The test's own thread blocks. */
import os from 'node:os';
import threads, { type WorkerOptions } from 'node:worker_threads';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { Channel } from './channel.ts';

const opened: Channel[] = [];

afterEach(() => {
  vi.restoreAllMocks();
  for (const channel of opened.splice(0)) channel.close();
});

/** Starts a worker that runs code with `memory`, `port`, `reply(id)`, and `take`, which calls back for each request. */
function start(code: string): Channel {
  const source = `import { workerData } from 'node:worker_threads';
    const { memory, port } = workerData;
    const send = (message) => { port.postMessage(message); Atomics.add(memory, 0, 1); Atomics.notify(memory, 0); };
    const reply = (id) => send({ kind: 'done', id });
    const take = (act) => port.on('message', (request) => { Atomics.add(memory, 1, 1); act(request); });
    Atomics.store(memory, 2, 1);
    ${code}`;
  return open(new URL(`data:text/javascript,${encodeURIComponent(source)}`));
}

function open(program: URL): Channel {
  const channel = new Channel(program);
  opened.push(channel);
  return channel;
}

/** Records the workers that a test starts, and overrides their options. */
function watchWorkers(options: WorkerOptions = {}): InstanceType<typeof threads.Worker>[] {
  const started: InstanceType<typeof threads.Worker>[] = [];
  const { Worker } = threads;
  vi.spyOn(threads, 'Worker').mockImplementation(
    class extends Worker {
      constructor(source: string | URL, given?: WorkerOptions) {
        super(source, { ...given, ...options });
        started.push(this);
      }
    },
  );
  return started;
}

const forever = Number.POSITIVE_INFINITY;
const echo = 'take(({ kind, id }) => { if (kind === "cancel") reply(id); });';

describe('a running worker', () => {
  test('receives requests and replies in any order', () => {
    const channel = start(
      'const ids = []; take(({ kind, id }) => { if (kind === "cancel" && ids.push(id) === 2) { reply(ids[1]); reply(ids[0]); } });',
    );
    channel.post({ kind: 'cancel', id: 1 });
    channel.post({ kind: 'cancel', id: 2 });
    expect(channel.receive(forever)).toEqual({ kind: 'done', id: 2 });
    expect(channel.receive(forever)).toEqual({ kind: 'done', id: 1 });
    expect(channel.isAlive).toBe(true);
  });

  test('gives bytes as the body of a response, or as the value', () => {
    const channel = start(`
      const bytes = (...values) => new Uint8Array(values).buffer;
      send({ kind: 'done', id: 1, value: { status: 200 }, bytes: bytes(1, 2) });
      send({ kind: 'done', id: 2, bytes: bytes(3) });`);
    expect(channel.receive(forever)).toEqual({
      kind: 'done',
      id: 1,
      value: { status: 200, body: new Uint8Array([1, 2]) },
    });
    expect(channel.receive(forever)).toEqual({ kind: 'done', id: 2, value: new Uint8Array([3]) });
  });

  test('is never lost because it is slow, after any number of waits', () => {
    const channel = start('Atomics.wait(memory, 3, 0); reply(1);');
    let waits = 0;
    const wait = Atomics.wait;
    const memories = vi.spyOn(Atomics, 'wait').mockImplementation(((
      memory: Int32Array,
      index: number,
      value: number,
    ) => {
      waits += 1;
      // The first waits pretend to time out. Then the worker continues, and the test really waits for it.
      if (waits < 1_000) return 'timed-out';
      Atomics.notify(memory, 3);
      return wait(memory, index, value, 10);
    }) as typeof Atomics.wait);
    expect(channel.receive(forever)).toEqual({ kind: 'done', id: 1 });
    expect(memories.mock.calls.length).toBeGreaterThanOrEqual(1_000);
  });

  test('that does not reply before the deadline is alive and may reply later', () => {
    const channel = start(echo);
    expect(channel.receive(performance.now())).toBeUndefined();
    expect(channel.isAlive).toBe(true);
    channel.post({ kind: 'cancel', id: 1 });
    expect(channel.receive(forever)).toEqual({ kind: 'done', id: 1 });
  });

  test('is behind while it has not received a request, but not before it has started', () => {
    const channel = start(`Atomics.store(memory, 2, 0); reply(0);
      take(({ id, kind }) => { if (kind === 'cancel') reply(id); if (id === 2) Atomics.wait(memory, 3, 0); });
      Atomics.store(memory, 2, 1); reply(1);`);
    expect(channel.receive(forever)).toMatchObject({ id: 0 });
    expect(channel.receive(forever)).toMatchObject({ id: 1 });
    channel.post({ kind: 'cancel', id: 2 });
    expect(channel.receive(forever)).toMatchObject({ id: 2 });
    expect(channel.isBehind).toBe(false);
    channel.post({ kind: 'cancel', id: 3 });
    expect(channel.isBehind).toBe(true);
  });
});

describe('a worker that ends', () => {
  test('after its reply: receive returns the reply, then throws the loss', () => {
    const channel = start('reply(1); process.exit();');
    expect(channel.receive(forever)).toEqual({ kind: 'done', id: 1 });
    expect(() => channel.receive(forever)).toThrow(expect.objectContaining({ code: 'worker-lost' }));
    expect(channel.isAlive).toBe(false);
    expect(channel.post({ kind: 'probe' })).toBe(false);
  });

  test('with an error: the error is the cause', () => {
    const channel = start(
      'setImmediate(() => { throw Object.assign(new TypeError("a mistake"), { code: "ERR_X" }); });',
    );
    expect(() => channel.receive(forever)).toThrow(
      expect.objectContaining({
        code: 'worker-lost',
        message: expect.stringContaining('ended during this call with an error: a mistake'),
        cause: expect.objectContaining({ name: 'TypeError', message: 'a mistake', code: 'ERR_X' }),
      }),
    );
  });

  test('because something other than an error is thrown', () => {
    const channel = start('setImmediate(() => { throw "a text"; });');
    expect(() => channel.receive(forever)).toThrow(
      expect.objectContaining({ cause: expect.objectContaining({ message: 'a text' }) }),
    );
  });

  test('because it is terminated, which it does not report', () => {
    const workers = watchWorkers();
    const channel = start('reply(1); setInterval(() => {}, 1e6);');
    expect(channel.receive(forever)).toEqual({ kind: 'done', id: 1 });
    workers[0]?.terminate().catch(() => {});
    expect(() => channel.receive(forever)).toThrow(
      expect.objectContaining({
        code: 'worker-lost',
        message: expect.stringContaining('terminated or ran out of memory'),
      }),
    );
  });

  test('because it is out of memory, which it does not report', () => {
    watchWorkers({ resourceLimits: { maxOldGenerationSizeMb: 16 } });
    const channel = start('reply(1); const kept = []; for (;;) kept.push({ length: kept.length });');
    expect(channel.receive(forever)).toEqual({ kind: 'done', id: 1 });
    expect(() => channel.receive(forever)).toThrow(expect.objectContaining({ code: 'worker-lost' }));
  });

  test('because the channel is closed, even if it hangs', async () => {
    const workers = watchWorkers();
    const channel = start('reply(1); for (;;) {}');
    channel.receive(forever);
    const exited = new Promise((resolve) => workers[0]?.on('exit', resolve));
    channel.close();
    await exited;
    expect(channel.isAlive).toBe(false);
  });
});

describe('a worker that does not start', () => {
  test.for([
    ['throws', 'data:text/javascript,throw new RangeError("broken")', { name: 'RangeError', message: 'broken' }],
    ['cannot be parsed', 'data:text/javascript,this is no program', { name: 'SyntaxError' }],
    [
      'is another one, which does not end',
      'data:text/javascript,import { workerData } from "node:worker_threads"; workerData.port.on("message", () => {}).ref();',
      { message: 'this file is not isobar-worker.mjs of @isobar/connection' },
    ],
    ['does not exist', 'file:///no/such/program.js', { code: 'ERR_MODULE_NOT_FOUND' }],
  ] as const)('because its program %s: the reason is the cause', ([, program, cause]) => {
    const channel = open(new URL(program));
    expect(() => channel.receive(forever)).toThrow(
      expect.objectContaining({
        code: 'worker-lost',
        message: expect.stringMatching(/ did not start(?: from \S+)?: /),
        cause: expect.objectContaining(cause),
      }),
    );
  });

  test('because threads are forbidden', () => {
    const refused = Object.assign(new Error('access is restricted'), { code: 'ERR_ACCESS_DENIED' });
    vi.spyOn(threads, 'Worker').mockImplementation(function refuse() {
      throw refused;
    });
    expect(() => start(echo)).toThrow(
      expect.objectContaining({
        code: 'worker-lost',
        message: expect.stringContaining('did not start: access is restricted'),
        cause: refused,
      }),
    );
  });

  test('because a module that Node preloads fails', () => {
    watchWorkers({ execArgv: ['--require', '/no/such/module.cjs'] });
    const channel = start(echo);
    expect(() => channel.receive(forever)).toThrow(
      expect.objectContaining({ code: 'worker-lost', message: expect.stringContaining('did not start') }),
    );
  });
});

describe('spinning before sleeping', () => {
  /** A clock that advances when it is read, and by the given duration of each sleep. */
  class Clock {
    nowMs = 0;
    reads = 0;
    /** How often the clock was read before each sleep. */
    readonly readsBeforeSleep: number[] = [];

    constructor(channel: () => Channel, sleepsMs: number[]) {
      vi.spyOn(performance, 'now').mockImplementation(() => {
        this.reads += 1;
        this.nowMs += 0.01;
        return this.nowMs;
      });
      const wait = Atomics.wait;
      vi.spyOn(Atomics, 'wait').mockImplementation(((memory: Int32Array, index: number, value: number) => {
        this.readsBeforeSleep.push(this.reads);
        this.nowMs += sleepsMs.shift() ?? 0;
        // Sent only now, so that no reply can arrive while the thread spins.
        channel().post({ kind: 'cancel', id: 1 });
        const woken = wait(memory, index, value);
        this.reads = 0;
        return woken;
      }) as typeof Atomics.wait);
    }
  }

  function spins(processors: number, sleepsMs: number[]): number[] {
    vi.spyOn(os, 'availableParallelism').mockReturnValue(processors);
    const channel = start(echo);
    const clock = new Clock(() => channel, [...sleepsMs]);
    for (const _ of sleepsMs) {
      clock.reads = 0;
      channel.receive(forever);
    }
    return clock.readsBeforeSleep;
  }

  test('halves after each slow reply, and is restored by a fast one', () => {
    const [first = 0, second = 0, third = 0, fourth = 0, fifth = 0] = spins(4, [10, 10, 10, 0, 0]);
    expect(first).toBeGreaterThan(25);
    expect(second).toBeLessThan(first * 0.7);
    expect(third).toBeLessThan(second * 0.8);
    expect(fourth).toBeLessThan(third);
    expect(fifth).toBe(first);
  });

  test('does not happen with two processors', () => {
    expect(spins(2, [10, 0, 0])).toEqual([3, 3, 3]);
  });
});
