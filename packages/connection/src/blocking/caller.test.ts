import {
  CloudError,
  cleanUp,
  clock,
  entropy,
  environment,
  invoke,
  isCloudError,
  type Operation,
  parallel,
  pull,
  type SingleStep,
  sleep,
  stat,
} from '@isobar/core/provider';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { Call } from '../calls/call.ts';
import { driveBlocking } from '../calls/drive.ts';
import { serializeError } from '../failure.ts';
import { done, type Event, ScriptedChannel } from '../testing/scripted-channel.ts';
import { endless, exchangeOf, firstStep, get, statOf } from '../testing/steps.ts';
import { BlockingCaller, isLocal, performHere } from './caller.ts';
import { WorkerClient } from './worker-client.ts';

const limits = { connectTimeoutMs: 0, headersTimeoutMs: 0, idleTimeoutMs: 0, maxConnections: 1 };

/** A caller with scripted workers; the next one starts when the previous one is lost. */
function callerOver(...scripts: Event[][]): { caller: BlockingCaller; channels: ScriptedChannel[] } {
  const channels: ScriptedChannel[] = [];
  const client = new WorkerClient(() => {
    const channel = new ScriptedChannel(...(scripts[channels.length] ?? []));
    channels.push(channel);
    return channel;
  });
  return { caller: new BlockingCaller(limits, client), channels };
}

/** Performs one step. */
function perform(caller: BlockingCaller, step: SingleStep, call: Call): unknown {
  function* only(): Operation<unknown> {
    return yield step;
  }
  return driveBlocking(only(), caller, call);
}

function thrownBy(run: () => unknown): unknown {
  try {
    run();
  } catch (failure) {
    return failure;
  }
  throw new Error('nothing was thrown');
}

describe('a step for the worker', () => {
  test('opens the connection with the first step only, and returns the value', () => {
    const { caller, channels } = callerOver([done(1, 'first'), done(2, 'second')]);
    expect(perform(caller, endless(), new Call(0))).toBe('first');
    expect(perform(caller, statOf('a'), new Call(0))).toBe('second');
    expect(channels[0]?.kinds).toEqual(['open', 'sleep', 'stat']);
  });

  test('that failed throws the deserialized failure with its details and cause', () => {
    const refused = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
    const network = new CloudError('network', 'no connection', { unsent: true }, { cause: refused });
    const { caller } = callerOver([{ kind: 'failed', id: 1, failure: serializeError(network) }]);
    const failure = thrownBy(() => perform(caller, endless(), new Call(0)));
    expect(isCloudError(failure, 'network')).toBe(true);
    expect(failure).toMatchObject({ message: 'no connection', details: { unsent: true } });
    expect((failure as Error).cause).toMatchObject({ message: 'connect ECONNREFUSED', code: 'ECONNREFUSED' });
  });

  test('is not sent after the call was cancelled', () => {
    const { caller, channels } = callerOver();
    const call = new Call(0);
    call.cancel(new CloudError('aborted', 'enough'));
    expect(thrownBy(() => perform(caller, endless(), call))).toBe(call.failure);
    expect(channels).toEqual([]);
  });
});

describe('a deadline that passes', () => {
  afterEach(() => {
    vi.useRealTimers();
  });

  test('cancels the step and throws a timeout when the step has stopped', () => {
    const stopped = serializeError(new CloudError('timeout', 'stopped'));
    const { caller, channels } = callerOver(['deadline', { kind: 'failed', id: 1, failure: stopped }]);
    const call = new Call(1_000);
    const failure = thrownBy(() => perform(caller, endless(), call));
    expect(failure).toBe(call.failure);
    expect(failure).toMatchObject({ code: 'timeout', message: 'the call did not end within its 1000 ms' });
    expect(channels[0]?.kinds).toEqual(['open', 'sleep', 'cancel']);
  });

  test('returns the value of a step that was completed anyway', () => {
    const { caller } = callerOver(['deadline', done(1, 'late')]);
    const call = new Call(1_000);
    expect(perform(caller, endless(), call)).toBe('late');
    expect(call.failure).toMatchObject({ code: 'timeout' });
  });

  test('waits at most 2 s for a step to stop, then drops its reply', () => {
    vi.useFakeTimers({ toFake: ['performance'] });
    const { caller, channels } = callerOver(['deadline', 'deadline', done(1, 'too late'), done(2, 'second')]);
    expect(thrownBy(() => perform(caller, endless(), new Call(1_000)))).toMatchObject({ code: 'timeout' });
    expect(channels[0]?.waitsMs).toEqual([1_000, 2_000]);
    expect(perform(caller, statOf('a'), new Call(0))).toBe('second');
  });

  test('is infinite without a timeout', () => {
    const { caller, channels } = callerOver([done(1)]);
    perform(caller, endless(), new Call(0));
    expect(channels[0]?.waitsMs).toEqual([Number.POSITIVE_INFINITY]);
  });
});

describe('closing', () => {
  test('closes the connection in the worker, and a later step opens it again', () => {
    const { caller, channels } = callerOver([done(1), done(2)]);
    perform(caller, endless(), new Call(0));
    caller.close();
    caller.close();
    perform(caller, endless(), new Call(0));
    expect(channels[0]?.kinds).toEqual(['open', 'sleep', 'close', 'open', 'sleep']);
  });

  test('before the first step starts no worker', () => {
    const { caller, channels } = callerOver();
    caller.close();
    expect(channels).toEqual([]);
  });

  test('one connection does not close the others of the worker', () => {
    const channel = new ScriptedChannel(done(1), done(2), done(3));
    const client = new WorkerClient(() => channel);
    const [one, other] = [new BlockingCaller(limits, client), new BlockingCaller(limits, client)];
    perform(one, endless(), new Call(0));
    perform(other, endless(), new Call(0));
    one.close();
    perform(other, endless(), new Call(0));
    expect(channel.kinds).toEqual(['open', 'sleep', 'open', 'sleep', 'close', 'sleep']);
    expect(channel.requests.flatMap((request) => ('connection' in request ? request.connection : []))).toEqual([
      1, 1, 2, 2, 1, 2,
    ]);
  });
});

describe('parallel operations', () => {
  function* tidy(path: string): Operation<void> {
    try {
      yield* sleep(1e9);
    } finally {
      yield* cleanUp(stat(path));
    }
  }

  test('all get the loss of their worker, and clean up with the next one', () => {
    const lost = new CloudError('worker-lost', 'it ended');
    const { caller, channels } = callerOver([lost], [done(3), done(4)]);
    const failure = thrownBy(() => driveBlocking(parallel([tidy('a'), tidy('b')], 2), caller, new Call(0)));
    expect(failure).toBe(lost);
    expect(channels.map(({ kinds }) => kinds)).toEqual([
      ['open', 'sleep', 'sleep'],
      ['open', 'stat', 'stat'],
    ]);
  });
});

describe('steps performed on the calling thread', () => {
  const local = (step: SingleStep): unknown => {
    const { caller, channels } = callerOver();
    const value = perform(caller, step, new Call(0));
    expect(channels).toEqual([]);
    return value;
  };

  test('clock, randomness and environment', () => {
    expect(local(firstStep(clock()))).toBeTypeOf('number');
    expect(local(firstStep(entropy(7)))).toHaveLength(7);
    expect(local(firstStep(environment([])))).toMatchObject({ platform: process.platform });
  });

  test("the caller's sources and functions", () => {
    expect(local(firstStep(pull([new Uint8Array([1, 2, 3])], 2)))).toEqual(new Uint8Array([1, 2]));
    expect(local(firstStep(invoke((a: number, b: number) => a + b, [2, 3])))).toBe(5);
  });

  test('a function that returns a promise is refused, and its rejection is ignored', () => {
    const later = async (): Promise<never> => {
      throw new Error('later');
    };
    const failure = thrownBy(() => local(firstStep(invoke(later, []))));
    expect(failure).toMatchObject({
      code: 'unsupported',
      message: expect.stringContaining('`later` returned a promise'),
    });
  });

  test('negative control: an exchange is not performed there', () => {
    // @ts-expect-error: it is a step for the worker
    expect(() => performHere(exchangeOf(get('http://a', '/')))).toThrow(TypeError);
    expect(isLocal(exchangeOf(get('http://a', '/')))).toBe(false);
  });
});
