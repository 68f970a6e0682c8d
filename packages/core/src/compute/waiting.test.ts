/** Waiting for nodes: what is polled, when a wait ends, and how it fails. Time passes only in the script. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { CloudError } from '../errors.ts';
import type { Operation } from '../operations/operation.ts';
import { forbidIo } from '../testing/forbid-io.ts';
import { Cancelled, ScriptedWorld } from '../testing/scripted-world.ts';
import { type Node, NodeState } from './models.ts';
import type { WaitProgress } from './options.ts';
import { waitForNodes, waitUntilRunning } from './waiting.ts';

forbidIo({ beforeEach, afterEach });

/** The states of a node over time; `undefined` when the cloud does not list it. */
type Timeline = readonly [fromMs: number, change: Partial<Node> | undefined][];

const base: Omit<Node, 'id'> = {
  name: 'web',
  state: 'pending',
  publicIps: ['203.0.113.7', '2001:db8::7'],
  privateIps: ['10.0.0.7', 'fd00::7'],
  extra: {},
};

/** A cloud in which each node follows its timeline. */
function cloudOf(timelines: Readonly<Record<string, Timeline>>) {
  const world = new ScriptedWorld();
  const startedMs = world.nowMs;
  const polls: string[][] = [];
  const idOf = (given: Node | string) => (typeof given === 'string' ? given : given.id);
  const at = (id: string): Node | undefined => {
    let now: Node | undefined;
    for (const [fromMs, change] of timelines[id] ?? []) {
      if (world.nowMs - startedMs >= fromMs) now = change && { ...base, id, ...now, ...change };
    }
    return now;
  };
  function* lookUp(nodes: readonly (Node | string)[]): Operation<Node[]> {
    polls.push(nodes.map(idOf));
    return nodes
      .map((given) => at(idOf(given)))
      .filter((node) => node !== undefined)
      .reverse();
  }
  return { world, lookUp, polls };
}

const runsAt = (fromMs: number): Timeline => [
  [0, { state: 'pending' }],
  [fromMs, { state: 'running' }],
];

function failureOf(world: ScriptedWorld, operation: Operation<unknown>): CloudError {
  return world.failureOf(operation) as CloudError;
}

describe('a wait for nodes', () => {
  test('polls once when all nodes already run', () => {
    const { lookUp, polls, world } = cloudOf({ a: runsAt(0), b: runsAt(0) });
    const nodes = world.run(waitForNodes(lookUp, ['a', 'b']));
    expect([nodes.map(({ id, state }) => `${id} ${state}`), polls, world.sleeps]).toEqual([
      ['a running', 'b running'],
      [['a', 'b']],
      [],
    ]);
  });
  test('ends when the last node has reached the state, and returns the nodes in the order given', () => {
    const { lookUp, world } = cloudOf({ a: runsAt(3000), b: runsAt(1000) });
    expect(world.run(waitForNodes(lookUp, ['a', 'b'])).map(({ id }) => id)).toEqual(['a', 'b']);
  });
  test('polls only nodes that have not reached the state', () => {
    const { lookUp, polls, world } = cloudOf({ a: runsAt(0), b: runsAt(100), c: runsAt(5000) });
    world.run(waitForNodes(lookUp, ['a', 'b', 'c']));
    expect(polls.slice(0, 3)).toEqual([['a', 'b', 'c'], ['b', 'c'], ['c']]);
  });
  test.each(Object.values(NodeState))('can be for %s', (state) => {
    const { lookUp, world } = cloudOf({ a: [[0, { state }]] });
    expect(world.run(waitForNodes(lookUp, ['a'], { state }))[0]?.state).toBe(state);
  });
  test('accepts nodes as models', () => {
    const { lookUp, polls, world } = cloudOf({ a: runsAt(0) });
    world.run(waitForNodes(lookUp, [{ ...base, id: 'a' }]));
    expect(polls).toEqual([['a']]);
  });
  test('for no nodes polls nothing', () => {
    const { lookUp, polls, world } = cloudOf({});
    expect([world.run(waitForNodes(lookUp, [])), polls, world.steps]).toEqual([[], [], []]);
  });
  test('continues while a node is in an unknown state', () => {
    const { lookUp, world } = cloudOf({
      a: [
        [0, { state: 'unknown' }],
        [900, { state: 'running' }],
      ],
    });
    expect(world.run(waitForNodes(lookUp, ['a']))).toHaveLength(1);
  });
  test('for terminated nodes ends when the cloud no longer lists them', () => {
    const { lookUp, world } = cloudOf({
      a: [
        [0, { state: 'stopping' }],
        [900, undefined],
      ],
    });
    expect(world.run(waitForNodes(lookUp, ['a'], { state: 'terminated' }))[0]).toMatchObject({
      id: 'a',
      state: 'terminated',
    });
  });
  test('for terminated nodes accepts a model of a node that the cloud no longer lists', () => {
    const { lookUp, world } = cloudOf({});
    const given = { ...base, id: 'a', state: 'stopping' } as const;
    expect(world.run(waitForNodes(lookUp, [given], { state: 'terminated' }))).toEqual([
      { ...given, state: 'terminated' },
    ]);
  });
  test('for terminated nodes refuses an id that the cloud never listed', () => {
    const { lookUp, world } = cloudOf({});
    expect(failureOf(world, waitForNodes(lookUp, ['a'], { state: 'terminated' })).code).toBe('not-found');
  });
});

describe('a wait fails', () => {
  test.each(['error', 'terminated'] as const)('as soon as a node is in %s, and names it', (state) => {
    const failing: Timeline = [
      [0, { state: 'pending' }],
      [2000, { state }],
    ];
    const { lookUp, world } = cloudOf({ good: runsAt(0), slow: runsAt(60_000), bad: failing });
    const startedMs = world.nowMs;
    const failure = failureOf(world, waitForNodes(lookUp, ['good', 'slow', 'bad']));
    expect(failure).toMatchObject({
      code: 'wrong-state',
      details: { node: 'bad', state, pending: ['slow', 'bad'] },
    });
    expect(failure.message).toContain(`bad (web) is in state ${state}`);
    expect(world.nowMs - startedMs, 'milliseconds until it failed').toBeLessThan(4000);
  });
  test('when a node disappears, with its last known state', () => {
    const { lookUp, world } = cloudOf({
      a: [
        [0, { state: 'starting' }],
        [700, undefined],
      ],
    });
    const failure = failureOf(world, waitForNodes(lookUp, ['a']));
    expect(failure).toMatchObject({ code: 'not-found', details: { node: 'a', state: 'starting' } });
    expect(failure.message).toContain('has disappeared');
  });
  test('at the first poll when a node does not exist', () => {
    const { lookUp, world } = cloudOf({ a: runsAt(5000) });
    const failure = failureOf(world, waitForNodes(lookUp, ['a', 'b']));
    expect([failure.code, failure.details.node, world.sleeps]).toEqual(['not-found', 'b', []]);
  });
  test('at its timeout, and names the nodes that were late', () => {
    const { lookUp, world } = cloudOf({ a: runsAt(0), b: runsAt(1e9), c: runsAt(1e9) });
    const failure = failureOf(world, waitForNodes(lookUp, ['a', 'b', 'c'], { timeoutMs: 20_000 }));
    expect(failure).toMatchObject({ code: 'timeout', details: { pending: ['b', 'c'] } });
    expect(failure.message).toContain('2 of 3 nodes did not become running within 20000 ms: b (pending), c (pending)');
  });
  test('with a short error for many nodes', () => {
    const ids = Array.from({ length: 200 }, (_, index) => `n-${index}`);
    const { lookUp, world } = cloudOf(Object.fromEntries(ids.map((id) => [id, runsAt(1e9)])));
    const failure = failureOf(world, waitForNodes(lookUp, ids, { timeoutMs: 5000 }));
    expect(failure.message).toContain('and 195 more');
    expect(failure.details.pending).toHaveLength(200);
  });
  test('when a poll fails', () => {
    const { world } = cloudOf({});
    // biome-ignore lint/correctness/useYield: this poll fails at once
    function* broken(): Operation<Node[]> {
      throw new TypeError('broken');
    }
    expect(failureOf(world, waitForNodes(broken, ['a']))).toBeInstanceOf(TypeError);
  });
  test('at once when it is cancelled', () => {
    const { lookUp, polls, world } = cloudOf({ a: runsAt(1e9) });
    world.cancelBefore((step) => step.kind === 'sleep');
    expect(world.failureOf(waitForNodes(lookUp, ['a']))).toBeInstanceOf(Cancelled);
    expect(polls).toHaveLength(1);
  });
  test.each<[string, unknown[], object, string]>([
    ['the same node twice', ['a', 'b', 'a'], {}, 'nodes'],
    ['a node and its id', ['a', { ...base, id: 'a' }], {}, 'nodes'],
    ['something that is not a node', [7], {}, 'nodes'],
    ['an empty id', [''], {}, 'nodes'],
    ['an unknown state', ['a'], { state: 'RUNNING' }, 'state'],
    ['a pause of 0', ['a'], { pollIntervalMs: 0 }, 'pollIntervalMs'],
    ['a pause that is not a number', ['a'], { pollIntervalMs: '5' }, 'pollIntervalMs'],
  ])('before it polls, for %s', (_, nodes, options, field) => {
    const { lookUp, polls, world } = cloudOf({ a: runsAt(0) });
    const failure = failureOf(world, waitForNodes(lookUp, nodes as string[], options));
    expect([failure.code, failure.details.field, polls]).toEqual(['invalid-argument', field, []]);
  });
  test('before it polls, for something that is not an array', () => {
    const { lookUp, world } = cloudOf({});
    expect(failureOf(world, waitForNodes(lookUp, 'a' as never))).toMatchObject({ details: { field: 'nodes' } });
  });
});

describe('a wait reports its progress', () => {
  test('after each poll', () => {
    const { lookUp, world } = cloudOf({ a: runsAt(0), b: runsAt(400) });
    const reported: string[] = [];
    const onProgress = ({ elapsedMs, nodes, pending }: WaitProgress) =>
      void reported.push(`${elapsedMs > 0} ${nodes.map((node) => node.state)} ${pending}`);
    world.run(waitForNodes(lookUp, ['a', 'b'], { onProgress }));
    expect(reported).toEqual(['false running,pending b', 'true running,running ']);
  });
  test('before it fails', () => {
    const { lookUp, world } = cloudOf({ a: [[0, { state: 'error' }]] });
    const reported: WaitProgress[] = [];
    failureOf(world, waitForNodes(lookUp, ['a'], { onProgress: (progress) => void reported.push(progress) }));
    expect(reported.map(({ nodes }) => nodes[0]?.state)).toEqual(['error']);
  });
  test('to a function that may end it by throwing', () => {
    const { lookUp, world } = cloudOf({ a: runsAt(1e9) });
    const enough = new Error('enough');
    const onProgress = () => {
      throw enough;
    };
    expect(world.failureOf(waitForNodes(lookUp, ['a'], { onProgress }))).toBe(enough);
  });
});

describe('a wait for addresses', () => {
  const later = (change: Partial<Node>): Timeline => [
    [0, { state: 'running', publicIps: [], privateIps: [] }],
    [800, change],
  ];
  test.each<[string, object, string[]]>([
    ['public IPv4 addresses', {}, ['203.0.113.7']],
    ['public IPv6 addresses', { family: 'ipv6' }, ['2001:db8::7']],
    ['all public addresses', { family: 'any' }, ['203.0.113.7', '2001:db8::7']],
    ['private IPv4 addresses', { addresses: 'private' }, ['10.0.0.7']],
    ['all private addresses', { addresses: 'private', family: 'any' }, ['10.0.0.7', 'fd00::7']],
  ])('returns %s', (_, options, addresses) => {
    const { lookUp, world } = cloudOf({ a: runsAt(0) });
    expect(world.run(waitUntilRunning(lookUp, ['a'], options))).toMatchObject([{ node: { id: 'a' }, addresses }]);
  });
  test('continues while a running node has no address', () => {
    const { lookUp, world } = cloudOf({ a: later({ publicIps: ['198.51.100.1'] }) });
    expect(world.run(waitUntilRunning(lookUp, ['a']))[0]?.addresses).toEqual(['198.51.100.1']);
  });
  test('continues while a node with an address is not running', () => {
    const { lookUp, polls, world } = cloudOf({ a: runsAt(900) });
    world.run(waitUntilRunning(lookUp, ['a']));
    expect(polls.length).toBeGreaterThan(1);
  });
  test('fails for a node with only IPv6', () => {
    const { lookUp, world } = cloudOf({ a: later({ publicIps: ['2001:db8::1'] }) });
    const failure = failureOf(world, waitUntilRunning(lookUp, ['a'], { timeoutMs: 3000 }));
    expect([failure.code, failure.message]).toEqual([
      'timeout',
      expect.stringContaining('running with a public IPv4 address'),
    ]);
  });
  test.each([
    [{ privateIps: ['10.0.0.1'] }, true],
    [{}, false],
  ])('says how to take other addresses, if there are any: %j', (change, isSaid) => {
    const { lookUp, world } = cloudOf({ a: later(change) });
    const { message } = failureOf(world, waitUntilRunning(lookUp, ['a'], { timeoutMs: 3000 }));
    expect(
      message.endsWith('a (running). Running ones have other addresses, which `addresses` and `family` choose'),
    ).toBe(isSaid);
  });
  test.each(['ipv6', 'any'] as const)('ends for a node with only IPv6 when the family is %s', (family) => {
    const { lookUp, world } = cloudOf({ a: later({ publicIps: ['2001:db8::1'] }) });
    expect(world.run(waitUntilRunning(lookUp, ['a'], { family }))[0]?.addresses).toEqual(['2001:db8::1']);
  });
  test('fails for a node without addresses', () => {
    const { lookUp, world } = cloudOf({ a: later({}) });
    const options = { addresses: 'private', family: 'any', timeoutMs: 3000 } as const;
    expect(failureOf(world, waitUntilRunning(lookUp, ['a'], options)).details).toMatchObject({ pending: ['a'] });
  });
  test('fails as soon as a node is in error', () => {
    const { lookUp, world } = cloudOf({ a: [[0, { state: 'error' }]] });
    expect(failureOf(world, waitUntilRunning(lookUp, ['a'])).code).toBe('wrong-state');
  });
  test.each([
    ['addresses', { addresses: 'public_ips' }],
    ['family', { family: 'ipv5' }],
  ])('refuses unknown %s before it polls', (field, options) => {
    const { lookUp, polls, world } = cloudOf({ a: runsAt(0) });
    const failure = failureOf(world, waitUntilRunning(lookUp, ['a'], options as object));
    expect([failure.details.field, polls]).toEqual([field, []]);
  });
});
