import type { AsyncListing, BlockingListing } from '@isobar/core';
import {
  CloudError,
  isCloudError,
  type Listing,
  makeByteStream,
  makeListing,
  type Operation,
} from '@isobar/core/provider';
import { beforeEach, describe, expect, test } from 'vitest';
import { Call } from './call.ts';
import { driveBlocking } from './drive.ts';
import { asyncMethods, blockingMethods } from './face.ts';
import type { AnyCallOptions } from './runner.ts';
import type { OperationTrace } from './tracing.ts';

interface Run {
  readonly name: string;
  readonly options: AnyCallOptions;
}

/** Runners that perform operations without steps, and note what they were asked to run. */
function runners(log: Run[]) {
  const run = <Result>(trace: OperationTrace, operation: Operation<Result>, options: AnyCallOptions): Result => {
    log.push({ name: trace.operation, options });
    return driveBlocking(operation, () => undefined, new Call(0));
  };
  return {
    blocking: { run },
    async: { run: async <Result>(...given: Parameters<typeof run<Result>>): Promise<Result> => run(...given) },
  };
}

/** Three pages of two; the log says when each is fetched. */
function numbers(fetched: string[], failAt?: string): Listing<number> {
  // biome-ignore lint/correctness/useYield: an operation may have nothing to ask for
  return makeListing(function* (cursor = '0') {
    fetched.push(cursor);
    if (cursor === failAt) throw new CloudError('unavailable', 'no such page today');
    const first = Number(cursor);
    return { items: [first, first + 1], ...(first < 4 && { cursor: String(first + 2) }) };
  });
}

/** Lets everything that is not waiting for this test happen. */
const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

describe('an asynchronous listing', () => {
  const open = (fetched: string[], options: AnyCallOptions = {}, failAt?: string) => {
    const log: Run[] = [];
    const { iterate } = asyncMethods({ iterate: () => numbers(fetched, failAt) }, runners(log).async, 'acme');
    return { log, listing: (iterate as (options: AnyCallOptions) => AsyncListing<number>)(options) };
  };

  test('follows all pages', async () => {
    expect(await open([]).listing.toArray()).toEqual([0, 1, 2, 3, 4, 5]);
  });

  test('asks for the next page while the caller works on this one, and for no more than that', async () => {
    const fetched: string[] = [];
    for await (const page of open(fetched).listing.pages()) {
      await settle();
      expect(fetched.length).toBe(Math.min(3, (page.items[0] ?? 0) / 2 + 2));
    }
  });

  test('prefetch: false asks for a page when it is needed', async () => {
    const fetched: string[] = [];
    for await (const page of open(fetched, { prefetch: false }).listing.pages()) {
      await settle();
      expect(fetched.at(-1)).toBe(String(page.items[0]));
    }
  });

  test('a loop that ends early gives up the page that was asked for ahead, and asks for no other', async () => {
    const fetched: string[] = [];
    const { listing, log } = open(fetched);
    for await (const _ of listing) break;
    await settle();
    expect(fetched).toEqual(['0', '2']);
    expect(log[1]?.options.signal?.aborted).toBe(true);
  });

  test("the caller's signal reaches pages that are asked for ahead", async () => {
    const controller = new AbortController();
    const { listing, log } = open([], { signal: controller.signal });
    const pages = listing.pages()[Symbol.asyncIterator]();
    await pages.next();
    controller.abort();
    expect(log.map(({ options }) => options.signal?.aborted)).toEqual([true, true]);
  });

  test('a page that fails ahead of time fails when it is asked for, after all before it', async () => {
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

  test('goes on from a cursor', async () => {
    const pages = await Array.fromAsync(open([]).listing.pages({ cursor: '4' }));
    expect(pages).toEqual([{ items: [4, 5] }]);
  });
});

describe('a blocking listing', () => {
  const open = (fetched: string[]): BlockingListing<number> => {
    const { iterate } = blockingMethods({ iterate: () => numbers(fetched) }, runners([]).blocking, 'acme');
    return (iterate as () => BlockingListing<number>)();
  };

  test('asks for a page when it is needed, and `break` stops the requests', () => {
    const fetched: string[] = [];
    for (const item of open(fetched)) if (item === 2) break;
    expect(fetched).toEqual(['0', '2']);
  });

  test('can be iterated again, from its start', () => {
    const listing = open([]);
    expect([...listing]).toEqual(listing.toArray());
  });

  test('a server that repeats a cursor ends in an error, not in a loop', () => {
    // biome-ignore lint/correctness/useYield: an operation may have nothing to ask for
    const stuck = makeListing(function* () {
      return { items: [1], cursor: 'again' };
    });
    const { iterate } = blockingMethods({ iterate: () => stuck }, runners([]).blocking, 'acme');
    expect(() => (iterate as () => BlockingListing<number>)().toArray()).toThrow('cursor of the page before');
  });
});

describe('members of a provider', () => {
  test('that are no functions are passed on as they are', () => {
    const { answer } = blockingMethods({ answer: 42 }, runners([]).blocking, 'acme');
    expect(answer).toBe(42);
  });

  test('that return plain values return them in both colours', () => {
    const table = { add: (one: unknown, other: unknown) => Number(one) + Number(other) };
    for (const methods of [
      blockingMethods(table, runners([]).blocking, 'acme'),
      asyncMethods(table, runners([]).async, 'acme'),
    ]) {
      expect((methods.add as typeof table.add)(1, 2)).toBe(3);
    }
  });

  test('that throw at once say which provider and method it was', () => {
    const table = {
      broken: () => {
        throw new CloudError('invalid-argument', '`size` must be a number');
      },
    };
    const { broken } = blockingMethods(table, runners([]).blocking, 'acme');
    expect(broken as () => void).toThrow(
      expect.objectContaining({
        message: 'acme broken: `size` must be a number',
        details: { provider: 'acme', operation: 'broken' },
      }),
    );
  });

  test('get their call options from the last argument, whatever else it holds', () => {
    const log: Run[] = [];
    // biome-ignore lint/correctness/useYield: an operation may have nothing to ask for
    function* get(): Operation<string> {
      return 'done';
    }
    const { method } = blockingMethods({ method: get }, runners(log).blocking, 'acme');
    (method as (...args: unknown[]) => void)('name', { timeoutMs: 5, colour: 'red' });
    (method as (...args: unknown[]) => void)('name');
    expect(log.map(({ options }) => options.timeoutMs)).toEqual([5, undefined]);
  });
});

describe('a stream of bytes', () => {
  const pieces = (log: string[]) =>
    makeByteStream(() => {
      let count = 0;
      return {
        // biome-ignore lint/correctness/useYield: an operation may have nothing to ask for
        *next() {
          count += 1;
          if (count === 3) throw new CloudError('network', 'gone');
          return Uint8Array.of(count);
        },
        // biome-ignore lint/correctness/useYield: an operation may have nothing to ask for
        *close() {
          log.push('closed');
        },
      };
    });

  test('is closed once, at its end, on failure and when a loop ends early', async () => {
    const log: string[] = [];
    const { bytes } = blockingMethods({ bytes: () => pieces(log) }, runners([]).blocking, 'acme');
    const open = bytes as () => Iterable<Uint8Array>;
    for (const _ of open()) break;
    expect(log).toEqual(['closed']);
    expect(() => [...open()]).toThrow('gone');
    expect(log).toEqual(['closed', 'closed']);
    const { bytes: later } = asyncMethods({ bytes: () => pieces(log) }, runners([]).async, 'acme');
    const failure: unknown = await Array.fromAsync((later as () => AsyncIterable<Uint8Array>)()).catch(
      (thrown) => thrown,
    );
    expect(isCloudError(failure, 'network')).toBe(true);
    expect(log.length).toBe(3);
  });
});

describe('options that nobody knows', () => {
  let log: string[];
  beforeEach(() => {
    log = [];
  });
  const table = {
    // biome-ignore lint/correctness/useYield: an operation may have nothing to ask for
    *get(name: string): Operation<string> {
      log.push('get');
      return name;
    },
    iterate: () => numbers(log),
  };
  const known = {
    get: [1, { timeoutMs: true, overwriteExisting: true }],
    iterate: [0, { prefetch: true }],
  } as const;
  const blocking = () => blockingMethods(table, runners([]).blocking, 'acme', known);
  const asynchronous = () => asyncMethods(table, runners([]).async, 'acme', known);
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
    ['signal', 'unknown option `signal`. Known options: timeoutMs, overwriteExisting'],
  ])('are refused before the operation begins: %s', (name, message) => {
    const failure = failureOf(() => (blocking().get as Call)('a', { [name]: 1 }));
    expect(failure).toMatchObject({ code: 'invalid-argument', details: { field: name } });
    expect(String(failure)).toContain(message);
    expect(log).toEqual([]);
  });
  test('fail an asynchronous call as all else does: by its promise', async () => {
    const promise = (asynchronous().get as Call)('a', { overwrite: true }) as Promise<unknown>;
    await expect(promise).rejects.toMatchObject({ code: 'invalid-argument', details: { field: 'overwrite' } });
    expect(log).toEqual([]);
  });
  test('are refused by listings at once', () => {
    const refused = { code: 'invalid-argument', details: { provider: 'acme', operation: 'iterate', field: 'prefix' } };
    for (const { iterate } of [blocking(), asynchronous()]) {
      expect(failureOf(() => (iterate as Call)({ prefix: 'a' }))).toMatchObject(refused);
    }
    expect(log).toEqual([]);
  });
  test.each([null, 7, 'text', true])('are not the only wrong options: %j', (options) => {
    const failure = failureOf(() => (blocking().get as Call)('a', options));
    expect(failure).toMatchObject({ code: 'invalid-argument', details: { field: 'options' } });
  });
  test.each([
    ['no options', []],
    ['undefined', [undefined]],
    ['none', [{}]],
    ['known ones', [{ timeoutMs: 1, overwriteExisting: true }]],
    ['one without a value', [{ overwrite: undefined }]],
  ])('are not seen in %s', (_, options) => {
    expect((blocking().get as Call)('a', ...options)).toBe('a');
  });
  test('do not include `signal` of an asynchronous call', async () => {
    expect(await (asynchronous().get as Call)('a', { signal: new AbortController().signal })).toBe('a');
  });
  test('are let through where a provider does not tell the names', () => {
    const { get } = blockingMethods(table, runners([]).blocking, 'acme');
    expect((get as Call)('a', { overwrite: true })).toBe('a');
  });
});
