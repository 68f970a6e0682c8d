import type { AsyncByteStream, AsyncListing, BlockingListing } from '@isobar/core';
import {
  argument,
  CloudError,
  checkedLater,
  clock,
  flagOf,
  isCloudError,
  type Listing,
  type Method,
  makeByteStream,
  makeListing,
  method,
  millisecondsOf,
  type Operation,
} from '@isobar/core/provider';
import { beforeEach, describe, expect, test } from 'vitest';
import type { AnyCallOptions } from './calls/call.ts';
import { Call } from './calls/call.ts';
import { driveBlocking } from './calls/drive.ts';
import * as methods from './methods.ts';
import { WorkerOf } from './testing/fake-steps.ts';
import { type CalledMethod, located } from './tracing.ts';

interface Run {
  readonly name: string;
  readonly options: AnyCallOptions;
}

/** Runners for operations without steps, which log what they run. */
function runners(log: Run[]) {
  const run = <Result>(trace: CalledMethod, operation: Operation<Result>, options: AnyCallOptions): Result => {
    log.push({ name: trace.operation, options });
    try {
      return driveBlocking(operation, new WorkerOf(() => undefined), new Call(0));
    } catch (failure) {
      throw located(failure, trace);
    }
  };
  return {
    blocking: { run },
    async: { run: async <Result>(...given: Parameters<typeof run<Result>>): Promise<Result> => run(...given) },
  };
}

type Table = Readonly<Record<string, Method>>;

function blockingMethods(operations: object, runner: ReturnType<typeof runners>['blocking'], table: Table) {
  return methods.blockingMethods({ provider: { id: 'acme' }, operations, methods: table }, runner);
}

function asyncMethods(operations: object, runner: ReturnType<typeof runners>['async'], table: Table) {
  return methods.asyncMethods({ provider: { id: 'acme' }, operations, methods: table }, runner);
}

/** Three pages of two items; `fetched` records when each is fetched. */
function numbers(fetched: string[], failAt?: string): Listing<number> {
  // biome-ignore lint/correctness/useYield: an operation may have no steps
  return makeListing(function* (cursor = '0') {
    fetched.push(cursor);
    if (cursor === failAt) throw new CloudError('unavailable', 'no such page today');
    const first = Number(cursor);
    return { items: [first, first + 1], ...(first < 4 && { cursor: String(first + 2) }) };
  });
}

/** Runs everything else that is ready in the event loop. */
const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

describe('an asynchronous listing', () => {
  const open = (fetched: string[], options: AnyCallOptions = {}, failAt?: string) => {
    const log: Run[] = [];
    const table = { iterate: () => numbers(fetched, failAt) };
    const { iterate } = asyncMethods(table, runners(log).async, {
      iterate: method('listing', [], { prefetch: flagOf }),
    });
    return { log, listing: (iterate as (options: AnyCallOptions) => AsyncListing<number>)(options) };
  };

  test('follows all pages', async () => {
    expect(await open([]).listing.toArray()).toEqual([0, 1, 2, 3, 4, 5]);
  });

  test('requests the next page while the caller works on this one, but no more', async () => {
    const fetched: string[] = [];
    for await (const page of open(fetched).listing.pages()) {
      await settle();
      expect(fetched.length).toBe(Math.min(3, (page.items[0] ?? 0) / 2 + 2));
    }
  });

  test('prefetch: false requests a page when it is needed', async () => {
    const fetched: string[] = [];
    for await (const page of open(fetched, { prefetch: false }).listing.pages()) {
      await settle();
      expect(fetched.at(-1)).toBe(String(page.items[0]));
    }
  });

  test('a loop that ends early cancels the prefetched page, and requests no other', async () => {
    const fetched: string[] = [];
    const { listing, log } = open(fetched);
    for await (const _ of listing) break;
    await settle();
    expect(fetched).toEqual(['0', '2']);
    expect(log[1]?.options.signal?.aborted).toBe(true);
  });

  test("the caller's signal cancels prefetched pages", async () => {
    const controller = new AbortController();
    const { listing, log } = open([], { signal: controller.signal });
    const pages = listing.pages()[Symbol.asyncIterator]();
    await pages.next();
    controller.abort();
    expect(log.map(({ options }) => options.signal?.aborted)).toEqual([true, true]);
  });

  test('a prefetched page that fails throws when the caller reaches it', async () => {
    const seen: number[] = [];
    const reading = async (): Promise<void> => {
      for await (const item of open([], {}, '2').listing) {
        await settle();
        seen.push(item);
      }
    };
    await expect(reading()).rejects.toMatchObject({ code: 'unavailable' });
    expect(seen).toEqual([0, 1]);
  });

  test('starts at a cursor', async () => {
    const pages = await Array.fromAsync(open([]).listing.pages({ cursor: '4' }));
    expect(pages).toEqual([{ items: [4, 5] }]);
  });
});

describe('a blocking listing', () => {
  const iterates = { iterate: method('listing', [], {}) };
  const open = (fetched: string[]): BlockingListing<number> => {
    const { iterate } = blockingMethods({ iterate: () => numbers(fetched) }, runners([]).blocking, iterates);
    return (iterate as () => BlockingListing<number>)();
  };

  test('requests a page when it is needed, and `break` stops the requests', () => {
    const fetched: string[] = [];
    for (const item of open(fetched)) if (item === 2) break;
    expect(fetched).toEqual(['0', '2']);
  });

  test('can be iterated again from the start', () => {
    const listing = open([]);
    expect([...listing]).toEqual(listing.toArray());
  });

  test('throws when the server repeats a cursor', () => {
    // biome-ignore lint/correctness/useYield: an operation may have no steps
    const stuck = makeListing(function* () {
      return { items: [1], cursor: 'again' };
    });
    const { iterate } = blockingMethods({ iterate: () => stuck }, runners([]).blocking, iterates);
    expect(() => (iterate as () => BlockingListing<number>)().toArray()).toThrow('cursor of the page before');
  });
});

describe('members of a provider', () => {
  test('that are not functions are copied unchanged', () => {
    const { answer } = blockingMethods({ answer: 42 }, runners([]).blocking, {});
    expect(answer).toBe(42);
  });

  test('that are functions need an entry in its table of methods', () => {
    expect(() => blockingMethods({ paint: () => 1 }, runners([]).blocking, {})).toThrow(
      expect.objectContaining({
        code: 'invalid-argument',
        message: '`provider` acme has no entry for paint in its `methods`',
      }),
    );
  });

  test('that return plain values return them in both kinds', () => {
    const adds = { add: method('value', [argument('one', checkedLater), argument('other', checkedLater)], {}) };
    const table = { add: (one: unknown, other: unknown) => Number(one) + Number(other) };
    for (const methods of [
      blockingMethods(table, runners([]).blocking, adds),
      asyncMethods(table, runners([]).async, adds),
    ]) {
      expect((methods.add as typeof table.add)(1, 2)).toBe(3);
    }
  });

  test('that throw immediately name the provider and method', () => {
    const table = {
      broken: () => {
        throw new CloudError('invalid-argument', '`size` must be a number');
      },
    };
    const { broken } = blockingMethods(table, runners([]).blocking, { broken: method('operation', [], {}) });
    expect(broken as () => void).toThrow(
      expect.objectContaining({
        message: 'acme broken: `size` must be a number',
        details: { provider: 'acme', operation: 'broken' },
      }),
    );
  });
});

describe('options of a call', () => {
  // biome-ignore lint/correctness/useYield: an operation may have no steps
  function* remove(task: object): Operation<object> {
    return task;
  }
  const known = { remove: method('operation', [argument('task', checkedLater)], { timeoutMs: millisecondsOf }) };
  type Call = (...args: unknown[]) => unknown;
  class Task {
    readonly timeoutMs = 'boom';
    readonly extra = { timeoutMs: 1 };
    readonly signal = AbortSignal.abort();
  }
  const tasks = [new Task(), Object.create(new Task()), { timeoutMs: 'boom' }, { signal: AbortSignal.abort() }];

  test.for(tasks)(
    'are read from the position that the provider declares, not from another argument: %o',
    async (task) => {
      const log: Run[] = [];
      const { blocking, async: asynchronous } = runners(log);
      expect((blockingMethods({ remove }, blocking, known).remove as Call)(task)).toBe(task);
      expect(await (asyncMethods({ remove }, asynchronous, known).remove as Call)(task)).toBe(task);
      (blockingMethods({ remove }, blocking, known).remove as Call)(task, { timeoutMs: 5 });
      expect(log.map(({ options }) => options)).toEqual([{}, {}, { timeoutMs: 5 }]);
    },
  );

  test.for([
    [{ timeoutMs: -1 }, '`timeoutMs` must be a number of milliseconds from 0 (no limit), not -1'],
    [{ timeoutMs: 'boom' }, '`timeoutMs` must be a number of milliseconds from 0 (no limit), not "boom"'],
    [{ signal: 'stop' }, '`signal` must be an AbortSignal, not "stop"'],
  ] as const)('must have the right type: %o', async ([options, message]) => {
    const log: Run[] = [];
    const call = asyncMethods({ remove }, runners(log).async, known).remove as Call;
    await expect(call({}, options)).rejects.toThrow(message);
  });

  test('have no signal in a blocking call', () => {
    const { signal } = new AbortController();
    const call = blockingMethods({ remove }, runners([]).blocking, known).remove as Call;
    expect(() => call({}, { signal })).toThrow('`signal` has no effect on a blocked thread');
  });
});

describe('a wrong argument', () => {
  const wrong = (): CloudError => new CloudError('invalid-argument', '`object` must be an object', { field: 'object' });
  function* check(object: unknown): Operation<never> {
    if (typeof object !== 'object') throw wrong();
    yield* clock();
    throw new CloudError('network', 'a step was performed');
  }
  const table = {
    read: check,
    iterate: (object: unknown) => makeListing(() => check(object)),
    stream: (object: unknown) =>
      makeByteStream(() => ({
        next: () => check(object),
        object: () => check(object),
        close: () => check({}),
      })),
    range(object: unknown) {
      if (typeof object !== 'object') throw wrong();
      return makeListing(() => check(object));
    },
  };
  const object = argument('object', (_, given) => {
    if (typeof given !== 'object') throw wrong();
  });
  const options = { timeoutMs: millisecondsOf };
  const known = {
    read: method('operation', [object], options),
    iterate: method('listing', [object], options),
    stream: method('stream', [object], options),
    range: method('listing', [object], options),
  };
  const blocking = blockingMethods(table, runners([]).blocking, known);
  const asynchronous = asyncMethods(table, runners([]).async, known);
  type Call = (...args: unknown[]) => unknown;
  const failureOf = async (call: () => unknown): Promise<unknown> => {
    try {
      return await call();
    } catch (failure) {
      return failure;
    }
  };

  test.for(Object.keys(table))('is reported before wrong options, with the signature: %s', async (name) => {
    for (const methods of [blocking, asynchronous]) {
      const failure = await failureOf(() => (methods[name] as Call)('my-bucket', 'name'));
      expect(failure).toMatchObject({
        message: `acme ${name}: \`object\` must be an object. The call is ${name}(object, options)`,
        details: { provider: 'acme', operation: name, field: 'object' },
      });
    }
  });
  test.for(Object.keys(table))('is not reported when only the options are wrong: %s', async (name) => {
    for (const methods of [blocking, asynchronous]) {
      const failure = await failureOf(() => (methods[name] as Call)({}, 'name'));
      const message = `acme ${name}: \`options\` must be an object, not "name". The call is ${name}(object, options)`;
      expect(failure).toMatchObject({ message, details: { field: 'options' } });
    }
  });
  test('that the server refuses is reported without the signature', async () => {
    const refuse = () => {
      throw new CloudError('invalid-argument', 'no such object', { field: 'object', status: 400 });
    };
    const { read } = blockingMethods({ read: refuse }, runners([]).blocking, known);
    expect(read as Call).toThrow(expect.objectContaining({ message: 'acme read: no such object' }));
  });
});

describe('a stream of bytes', () => {
  const pieces = (log: string[]) =>
    makeByteStream(() => {
      let count = 0;
      return {
        // biome-ignore lint/correctness/useYield: an operation may have no steps
        *next() {
          count += 1;
          if (count === 3) throw new CloudError('network', 'gone');
          return Uint8Array.of(count);
        },
        // biome-ignore lint/correctness/useYield: an operation may have no steps
        *object() {
          log.push('described');
          return 'an object';
        },
        // biome-ignore lint/correctness/useYield: an operation may have no steps
        *close() {
          log.push('closed');
        },
      };
    });

  test('is described by the pass that the next loop continues, or by the one before', async () => {
    const known = { bytes: method('stream', [], {}) };
    let opened = 0;
    const counted = () => {
      const stream = pieces([]);
      return makeByteStream(() => {
        opened += 1;
        return stream.open();
      });
    };
    const { bytes } = asyncMethods({ bytes: counted }, runners([]).async, known);
    const stream = (bytes as () => AsyncByteStream<string>)();
    expect([await stream.object(), await stream.object(), opened]).toEqual(['an object', 'an object', 1]);
    for await (const _ of stream) break;
    expect([await stream.object(), opened]).toEqual(['an object', 1]);
    for await (const _ of stream) break;
    expect(opened).toBe(2);
  });

  test('is closed once, at its end, on failure and when a loop ends early', async () => {
    const log: string[] = [];
    const known = { bytes: method('stream', [], {}) };
    const { bytes } = blockingMethods({ bytes: () => pieces(log) }, runners([]).blocking, known);
    const open = bytes as () => Iterable<Uint8Array>;
    for (const _ of open()) break;
    expect(log).toEqual(['closed']);
    expect(() => [...open()]).toThrow('gone');
    expect(log).toEqual(['closed', 'closed']);
    const { bytes: later } = asyncMethods({ bytes: () => pieces(log) }, runners([]).async, known);
    const failure: unknown = await Array.fromAsync((later as () => AsyncIterable<Uint8Array>)()).catch(
      (thrown) => thrown,
    );
    expect(isCloudError(failure, 'network')).toBe(true);
    expect(log.length).toBe(3);
  });
});

describe('unknown options', () => {
  let log: string[];
  beforeEach(() => {
    log = [];
  });
  const table = {
    *get(name: string): Operation<string> {
      yield* clock();
      log.push('get');
      return name;
    },
    iterate: () =>
      makeListing(function* () {
        yield* clock();
        log.push('page');
        return { items: [1] };
      }),
  };
  const known = {
    get: method('operation', [argument('name', checkedLater)], {
      timeoutMs: millisecondsOf,
      overwriteExisting: flagOf,
    }),
    iterate: method('listing', [], { prefetch: flagOf }),
  };
  const blocking = () => blockingMethods(table, runners([]).blocking, known);
  const asynchronous = () => asyncMethods(table, runners([]).async, known);
  type Call = (...args: unknown[]) => unknown;
  const failureOf = (call: () => unknown): unknown => {
    try {
      call();
    } catch (failure) {
      return failure;
    }
    return undefined;
  };

  test.each([
    ['overwrite', 'unknown option `overwrite` (did you mean `overwriteExisting`?)'],
    ['timeoutMS', 'unknown option `timeoutMS` (did you mean `timeoutMs`?)'],
    ['timoutMs', 'unknown option `timoutMs` (did you mean `timeoutMs`?)'],
    ['constructor', 'unknown option `constructor`. Known options: timeoutMs, overwriteExisting'],
  ])('are refused before the first step: %s', (name, message) => {
    const failure = failureOf(() => (blocking().get as Call)('a', { [name]: 1 }));
    expect(failure).toMatchObject({ code: 'invalid-argument', details: { field: name } });
    expect(String(failure)).toContain(message);
    expect(log).toEqual([]);
  });
  test('reject the promise of an asynchronous call', async () => {
    const promise = (asynchronous().get as Call)('a', { overwrite: true }) as Promise<unknown>;
    await expect(promise).rejects.toMatchObject({ code: 'invalid-argument', details: { field: 'overwrite' } });
    expect(log).toEqual([]);
  });
  test('are refused by listings immediately', () => {
    const refused = { code: 'invalid-argument', details: { provider: 'acme', operation: 'iterate', field: 'prefix' } };
    for (const { iterate } of [blocking(), asynchronous()]) {
      expect(failureOf(() => (iterate as Call)({ prefix: 'a' }))).toMatchObject(refused);
    }
    expect(log).toEqual([]);
  });
  test.each([null, 7, 'text', true])('are refused if they are not an object: %j', (options) => {
    const failure = failureOf(() => (blocking().get as Call)('a', options));
    expect(failure).toMatchObject({ code: 'invalid-argument', details: { field: 'options' } });
  });
  test.each([
    ['no options', []],
    ['undefined', [undefined]],
    ['an empty object', [{}]],
    ['known options', [{ timeoutMs: 1, overwriteExisting: true }]],
    ['an option that is undefined', [{ overwrite: undefined }]],
  ])('are not found in %s', (_, options) => {
    expect((blocking().get as Call)('a', ...options)).toBe('a');
  });
  test('do not include `signal` of an asynchronous call', async () => {
    expect(await (asynchronous().get as Call)('a', { signal: new AbortController().signal })).toBe('a');
  });
});
