/** When a slow blocking call is reported, and what the report says. Calls advance the test's clock. */
import type { Operation } from '@isobar/core/provider';
import { afterEach, expect, test, vi } from 'vitest';
import { warningRunner } from './blocking-warnings.ts';

afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

/** Makes a runner with a limit of 50 ms, in a process with these active resources. */
function setUp(resources: readonly string[] | undefined) {
  let nowMs = 0;
  vi.spyOn(performance, 'now').mockImplementation(() => nowMs);
  const emit = vi.spyOn(process, 'emitWarning').mockImplementation(() => {});
  const lookUp = vi.fn(() => resources);
  vi.stubGlobal('process', Object.create(process, { getActiveResourcesInfo: { value: resources && lookUp } }));
  let tookMs = 0;
  let failure: Error | undefined;
  const runner = warningRunner(
    {
      run: <Result>() => {
        nowMs += tookMs;
        if (failure) throw failure;
        return 'result' as Result;
      },
    },
    50,
  );
  const call = (operation: string, ms: number, failsWith?: Error) => {
    tookMs = ms;
    failure = failsWith;
    return runner.run({ provider: 'acme', operation }, undefined as unknown as Operation<string>, {});
  };
  const pass = (ms: number) => {
    nowMs += ms;
  };
  return { call, pass, lookUp, warnings: () => emit.mock.calls.map(([message]) => message) };
}

test('a slow call is reported with provider, method, time, other work and what to do', () => {
  const { call, warnings } = setUp(['TCPServerWrap', 'PipeWrap', 'TCPServerWrap', 'Timeout']);
  expect(call('getNode', 51)).toBe('result');
  expect(warnings()).toEqual([
    'acme getNode blocked the event loop for 51 ms while it had other work (TCPServerWrap, Timeout). Use the asynchronous kind of this method and await it',
  ]);
  expect(process.emitWarning).toHaveBeenCalledWith(
    expect.any(String),
    expect.objectContaining({ type: 'IsobarWarning', code: 'ISOBAR_BLOCKING_CALL' }),
  );
});

test('a slow call that fails is reported, and throws its failure', () => {
  const { call, warnings } = setUp(['Timeout']);
  const failure = new Error('no such node');
  expect(() => call('getNode', 51, failure)).toThrow(failure);
  expect(warnings()).toHaveLength(1);
});

test('a call within the limit is not reported, and other work is not checked', () => {
  const { call, lookUp, warnings } = setUp(['Timeout']);
  call('getNode', 50);
  expect(lookUp).not.toHaveBeenCalled();
  expect(warnings()).toEqual([]);
});

test.for([
  ['none', []],
  ['the standard streams', ['TTYWrap', 'PipeWrap', 'PipeWrap']],
  ['a file that is being closed', ['CloseReq']],
  ['the port of a worker thread', ['MessagePort']],
])('a slow call is not reported when the only active resources are %s', ([, resources]) => {
  const { call, lookUp, warnings } = setUp(resources as string[]);
  call('getNode', 51);
  expect(lookUp).toHaveBeenCalled();
  expect(warnings()).toEqual([]);
});

test('a slow call is reported when the runtime does not report active resources', () => {
  const { call, warnings } = setUp(undefined);
  call('getNode', 51);
  expect(warnings()).toEqual([expect.stringContaining('other work (unknown)')]);
});

test('a method is reported once in a minute, with the number of calls that were not reported', () => {
  const { call, pass, warnings } = setUp(['Timeout']);
  call('getNode', 100);
  call('getNode', 100);
  call('listNodes', 100);
  call('getNode', 100);
  expect(warnings()).toEqual([expect.stringContaining('getNode'), expect.stringContaining('listNodes')]);
  pass(60_000);
  call('getNode', 100);
  call('listNodes', 100);
  const [again, other] = warnings().slice(2);
  expect(again).toMatch(/getNode .*\. Slow calls since the last warning: 2$/);
  expect(other).toMatch(/listNodes .* await it$/);
});
