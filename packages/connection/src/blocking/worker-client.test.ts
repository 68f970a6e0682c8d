import { channel as diagnosticsChannel } from 'node:diagnostics_channel';
import { CloudError, type HttpResponse, write } from '@isobar/core/provider';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Call } from '../calls/call.ts';
import { done, type Event, progress, ScriptedChannel } from '../testing/scripted-channel.ts';
import { endless, exchangeOf, firstStep, get, statOf } from '../testing/steps.ts';
import { type FinalReply, WorkerClient, type WorkerConnection } from './worker-client.ts';

const limits = { connectTimeoutMs: 0, headersTimeoutMs: 0, idleTimeoutMs: 0, maxConnections: 1 };
const response: HttpResponse = { status: 200, headers: {}, body: new Uint8Array(0) };
const lost = new CloudError('worker-lost', 'it ended');
const soon = 1e9;

/** A client with scripted workers and one connection. */
class Setup {
  readonly channels: ScriptedChannel[] = [];
  readonly client: WorkerClient;
  readonly connection: WorkerConnection;

  constructor(...scripts: Event[][]) {
    this.client = new WorkerClient(() => {
      const channel = new ScriptedChannel(...(scripts[this.channels.length] ?? []));
      this.channels.push(channel);
      return channel;
    });
    this.connection = this.client.connect(limits);
  }

  /** Submits a GET that reports its progress. */
  submit(onProgress?: (transferredBytes: number) => void, call = new Call(0)): number {
    const step = exchangeOf(get('http://a', '/', onProgress ? { onProgress } : {}));
    return this.client.submit(this.connection, step, call);
  }

  take(...ids: number[]): FinalReply | undefined {
    return this.client.take(new Set(ids), soon);
  }

  /** The kinds of the last worker's requests. */
  get kinds(): string[] | undefined {
    return this.channels.at(-1)?.kinds;
  }
}

describe('replies', () => {
  test('that arrive out of order are kept until they are taken', () => {
    const setup = new Setup([done(3, 'c'), done(1, 'a'), done(2, 'b')]);
    const ids = [setup.submit(), setup.submit(), setup.submit()];
    expect(ids).toEqual([1, 2, 3]);
    expect(setup.take(1)).toMatchObject({ value: 'a' });
    expect(setup.take(1, 2, 3)).toMatchObject({ value: 'c' });
    expect(setup.take(2)).toMatchObject({ value: 'b' });
  });

  test('to several steps are taken one at a time', () => {
    const setup = new Setup([done(2, 'b'), done(1, 'a')]);
    setup.submit();
    setup.submit();
    expect(setup.take(1, 2)).toMatchObject({ id: 2 });
    expect(setup.take(1)).toMatchObject({ id: 1 });
  });

  test('to unknown steps are dropped', () => {
    const setup = new Setup([done(7), done(1, 'a')]);
    setup.submit();
    expect(setup.take(1, 7)).toMatchObject({ id: 1 });
  });
});

describe('the body of a request', () => {
  const bytesOf = ({ channels }: Setup): ArrayBuffer | undefined => {
    const request = channels.at(-1)?.requests.at(-1);
    return request?.kind === 'perform' ? request.bytes : undefined;
  };
  const bodyInStep = ({ channels }: Setup): unknown => {
    const request = channels.at(-1)?.requests.at(-1);
    const step = request?.kind === 'perform' ? request.step : undefined;
    return step?.kind === 'exchange' ? step.request.body : undefined;
  };
  const put = (setup: Setup, body: Uint8Array): number =>
    setup.client.submit(setup.connection, exchangeOf(get('http://a', '/', { method: 'PUT', body })), new Call(0));

  test('is copied and the copy transferred when it is large, and the caller keeps the original', () => {
    const setup = new Setup([done(1)]);
    const body = new Uint8Array(100_000).fill(7);
    put(setup, body);
    const [, posted] = setup.channels[0]?.transferred ?? [];
    expect(bytesOf(setup)).toEqual(body.buffer);
    expect(posted).toEqual([bytesOf(setup)]);
    expect(bodyInStep(setup)).toBeUndefined();
    expect(body).toHaveLength(100_000);
  });

  test('is only its own bytes, however large the buffer behind them', () => {
    const setup = new Setup([done(1)]);
    put(setup, new Uint8Array(10_000_000).subarray(5, 9));
    expect(bytesOf(setup)?.byteLength).toBe(4);
  });

  test('is posted unchanged when it is small', () => {
    const setup = new Setup([done(1)]);
    const body = new Uint8Array(1_000);
    put(setup, body);
    expect(bodyInStep(setup)).toBe(body);
    expect(setup.channels[0]?.transferred[1]).toEqual([]);
  });

  test('is copied again for the next worker when the first turns out to have ended', () => {
    const setup = new Setup([done(1), lost], [done(2)]);
    setup.take(setup.submit());
    const [first] = setup.channels;
    if (first) first.endsWithNextPost = true;
    const body = new Uint8Array(100_000).fill(7);
    put(setup, body);
    expect(bytesOf(setup)).toEqual(body.buffer);
    expect(first?.kinds).toEqual(['open', 'exchange', 'exchange']);
  });
});

test('a step that writes posts only its own bytes, however large the buffer behind them', () => {
  const setup = new Setup([done(1)]);
  const bytes = new Uint8Array(10_000_000).fill(7).subarray(5, 9);
  const file = { destinationPath: '/file', temporaryPath: '/file.part' };
  setup.client.submit(setup.connection, firstStep(write(file, 0, bytes)), new Call(0));
  const request = setup.channels[0]?.requests.at(-1);
  expect(request).toMatchObject({ step: { kind: 'file', action: 'write', args: [file, 0, new Uint8Array(0)] } });
  expect(request).toHaveProperty('bytes', Uint8Array.of(7, 7, 7, 7).buffer);
  expect(bytes).toHaveLength(4);
});

describe('progress', () => {
  test('calls the function of its step, which is not posted to the worker', () => {
    const setup = new Setup([progress(1, 10), progress(2, 5), progress(1, 20), done(1), done(2)]);
    const seen: [string, number][] = [];
    setup.submit((bytes) => seen.push(['first', bytes]));
    setup.submit((bytes) => seen.push(['second', bytes]));
    setup.take(1);
    expect(seen).toEqual([
      ['first', 10],
      ['second', 5],
      ['first', 20],
    ]);
    const [, sent] = setup.channels[0]?.requests ?? [];
    expect(sent).toMatchObject({ kind: 'perform', progress: true });
    expect(structuredClone(sent)).toEqual(sent);
  });

  test('that throws ends its step with the thrown error, and no other step', () => {
    const mistake = new RangeError('a mistake');
    const aborted: Event = { kind: 'failed', id: 1, failure: { ...plain, message: 'aborted' } };
    const setup = new Setup([progress(1, 10), progress(1, 20), aborted, done(2, 'b')]);
    let calls = 0;
    setup.submit(() => {
      calls += 1;
      throw mistake;
    });
    setup.submit();
    expect(setup.take(1, 2)).toEqual({ kind: 'threw', id: 1, thrown: mistake });
    expect(calls).toBe(1);
    expect(setup.kinds).toEqual(['open', 'exchange', 'exchange', 'cancel']);
    expect(setup.take(2)).toMatchObject({ value: 'b' });
  });

  test('that makes a blocking call is not called meanwhile, and its step may end meanwhile', () => {
    const setup = new Setup([progress(1, 10), progress(1, 20), done(1, 'outer'), done(2, 'inner')]);
    const seen: unknown[] = [];
    setup.submit((bytes) => {
      seen.push(bytes, setup.take(setup.submit()));
    });
    expect(setup.take(1)).toMatchObject({ value: 'outer' });
    expect(seen).toEqual([10, expect.objectContaining({ value: 'inner' })]);
  });

  test('is called again when a function that made a blocking call has returned', () => {
    const setup = new Setup([progress(1, 10), done(2), progress(1, 20), done(3), done(1)]);
    const seen: number[] = [];
    setup.submit((bytes) => {
      setup.take(setup.submit());
      seen.push(bytes);
    });
    setup.take(1);
    expect(seen).toEqual([10, 20]);
  });

  test('that throws after its step has ended replaces the reply', () => {
    const setup = new Setup([progress(1, 10), done(1, 'outer'), done(2)]);
    setup.submit(() => {
      setup.take(setup.submit());
      throw lost;
    });
    expect(setup.take(1)).toEqual({ kind: 'threw', id: 1, thrown: lost });
    expect(setup.kinds).toEqual(['open', 'exchange', 'exchange']);
  });
});

const plain = {
  name: 'Error',
  message: 'failed',
  stack: undefined,
  code: undefined,
  details: undefined,
  cause: undefined,
};

describe('cancelling', () => {
  test('returns the late reply', () => {
    const setup = new Setup([done(1, 'late')]);
    expect(setup.client.cancel(setup.submit())).toMatchObject({ value: 'late' });
    expect(setup.kinds).toEqual(['open', 'exchange', 'cancel']);
  });

  test('returns a reply that has already arrived, without a request to the worker', () => {
    const setup = new Setup([done(1, 'early'), done(2)]);
    setup.submit();
    setup.submit();
    setup.take(2);
    expect(setup.client.cancel(1)).toMatchObject({ value: 'early' });
    expect(setup.kinds).toEqual(['open', 'exchange', 'exchange']);
  });

  test('stops the progress', () => {
    const setup = new Setup([progress(1, 10), done(1)]);
    const seen: number[] = [];
    setup.client.cancel(setup.submit((bytes) => seen.push(bytes)));
    expect(seen).toEqual([]);
  });

  test('a step whose worker is lost ends at once', () => {
    const setup = new Setup([lost]);
    setup.submit();
    setup.submit();
    setup.take(1);
    expect(setup.client.cancel(2)).toMatchObject({ thrown: lost });
    expect(setup.client.cancel(2)).toBeUndefined();
    expect(setup.channels[0]?.waitsMs).toHaveLength(1);
  });

  test('releases a stream that arrives after the step was abandoned', () => {
    const setup = new Setup(['deadline', done(1, { ...response, stream: { stream: 4 } }), done(2)]);
    expect(setup.client.cancel(setup.submit())).toBeUndefined();
    expect(setup.take(setup.submit())).toMatchObject({ id: 2 });
    expect(setup.kinds).toEqual(['open', 'exchange', 'cancel', 'exchange', 'release']);
    expect(setup.channels[0]?.requests.at(-1)).toMatchObject({ step: { stream: { stream: 4 } } });
  });
});

describe('a worker that hangs', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['performance'] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  test('is ended when it has received no request for 10 s, and its steps end with its loss', () => {
    const setup = new Setup(['deadline', 'deadline'], [done(3, 'next')]);
    setup.submit();
    setup.submit();
    const [first] = setup.channels;
    if (first) first.isBehind = true;
    expect(setup.client.cancel(1)).toMatchObject({ kind: 'threw', thrown: { code: 'worker-lost' } });
    expect(first?.waitsMs).toEqual([2_000, 8_000]);
    expect(first?.isClosed).toBe(true);
    expect(setup.take(2)).toMatchObject({ kind: 'threw', thrown: { code: 'worker-lost' } });
    expect(setup.take(setup.submit())).toMatchObject({ value: 'next' });
    expect(setup.channels).toHaveLength(2);
  });

  test('but then replies is kept', () => {
    const setup = new Setup(['deadline', done(1, 'slow')]);
    setup.submit();
    const [first] = setup.channels;
    if (first) first.isBehind = true;
    expect(setup.client.cancel(1)).toMatchObject({ value: 'slow' });
    expect(first?.isClosed).toBe(false);
  });

  test('negative control: one that receives requests is kept, however long a step takes to stop', () => {
    const setup = new Setup(['deadline', 'deadline', done(2)]);
    expect(setup.client.cancel(setup.submit())).toBeUndefined();
    expect(setup.channels[0]?.waitsMs).toEqual([2_000]);
    expect(setup.channels[0]?.isClosed).toBe(false);
  });
});

describe('a worker that is lost', () => {
  test('during a call: every step without a reply ends with the loss, earlier replies are kept', () => {
    const setup = new Setup([done(2, 'b'), lost], [done(4)]);
    for (let count = 0; count < 3; count += 1) setup.submit();
    expect(setup.take(1)).toEqual({ kind: 'threw', id: 1, thrown: lost });
    expect(setup.take(2)).toMatchObject({ value: 'b' });
    expect(setup.take(3)).toEqual({ kind: 'threw', id: 3, thrown: lost });
    expect(setup.channels[0]?.isClosed).toBe(true);
    expect(setup.take(setup.submit())).toMatchObject({ id: 4 });
    expect(setup.channels[1]?.kinds).toEqual(['open', 'exchange']);
  });

  test('between two calls causes no failure: the next step goes to a new worker', () => {
    const setup = new Setup([done(1), lost], [done(2, 'second')]);
    setup.take(setup.submit());
    const [first] = setup.channels;
    if (first) first.isAlive = false;
    expect(setup.take(setup.submit())).toMatchObject({ value: 'second' });
    expect(first?.kinds).toEqual(['open', 'exchange']);
    expect(setup.kinds).toEqual(['open', 'exchange']);
  });

  test('which posting a step reveals: the step is posted again to a new worker', () => {
    const setup = new Setup([done(1), lost], [done(2, 'second')]);
    setup.take(setup.submit());
    const [first] = setup.channels;
    if (first) first.endsWithNextPost = true;
    expect(setup.take(setup.submit())).toMatchObject({ value: 'second' });
    expect(first?.kinds).toEqual(['open', 'exchange', 'exchange']);
    expect(setup.kinds).toEqual(['open', 'exchange']);
  });

  test('during a blocking call of a progress function, which handles it: the outer step still ends with the loss', () => {
    const setup = new Setup([progress(1, 10), lost], [done(3, 'inner')]);
    setup.submit(() => {
      expect(setup.take(setup.submit())).toMatchObject({ thrown: lost });
      expect(setup.take(setup.submit())).toMatchObject({ value: 'inner' });
    });
    expect(setup.take(1)).toEqual({ kind: 'threw', id: 1, thrown: lost });
  });

  test('because it does not start: the step throws the reason, the next one tries again', () => {
    let tries = 0;
    const client = new WorkerClient(() => {
      tries += 1;
      if (tries === 1) throw lost;
      return new ScriptedChannel(done(2, 'started'));
    });
    const connection = client.connect(limits);
    expect(() => client.submit(connection, endless(), new Call(0))).toThrow(lost);
    const id = client.submit(connection, statOf('a'), new Call(0));
    expect(client.take(new Set([id]), soon)).toMatchObject({ value: 'started' });
  });

  test('never shares stream numbers with the next worker', () => {
    const setup = new Setup([lost], [done(2)]);
    setup.take(setup.submit());
    setup.take(setup.submit());
    const bases = setup.channels.map(({ requests }) => requests[0]);
    expect(bases).toMatchObject([{ lastStream: 0 }, { lastStream: 2 ** 32 }]);
  });
});

describe('exchanges are traced to their end', () => {
  const ends: unknown[] = [];
  const ended = diagnosticsChannel('tracing:isobar:exchange:asyncEnd');
  const listener = (message: unknown): number => ends.push(message);
  const trace = { provider: 'p', operation: 'o' };
  afterEach(() => {
    ended.unsubscribe(listener);
    ends.length = 0;
  });

  test.for<[string, Event[], object]>([
    ['done', [done(1, response)], { status: 200 }],
    ['failed', [{ kind: 'failed', id: 1, failure: plain }], { error: { message: 'failed' } }],
    ['lost', [lost], { error: { code: 'worker-lost' } }],
    ['abandoned', ['deadline'], { error: { code: 'timeout' } }],
  ])('%s', ([, script, end]) => {
    ended.subscribe(listener);
    const setup = new Setup(script);
    const call = new Call(5, trace);
    const id = setup.submit(undefined, call);
    if (script[0] === 'deadline') {
      call.expire();
      setup.client.cancel(id);
    } else {
      setup.take(id);
    }
    expect(ends).toMatchObject([{ ...trace, method: 'GET', ...end }]);
  });
});
