/** Waiting for nodes: what is looked at, when a wait ends, and how it fails. Time passes only in the script. */
import { describe, expect, test } from 'vitest';
import '../../testing/poisoned-world.ts';
import { Cancelled, ScriptedWorld } from '../../testing/scripted-world.ts';
import type { CloudError } from '../errors.ts';
import type { Operation } from '../operation.ts';
import { type Node, NodeState } from './models.ts';
import type { WaitProgress } from './options.ts';
import { waitForNodes, waitUntilRunning } from './waiting.ts';

type Life = readonly [fromMs: number, change: Partial<Node> | undefined][];

const base: Omit<Node, 'id'> = {
  name: 'web',
  state: 'pending',
  publicIps: ['203.0.113.7', '2001:db8::7'],
  privateIps: ['10.0.0.7', 'fd00::7'],
  extra: {},
};

/** A cloud in which each node has a life of its own; `undefined` is a node that the cloud has forgotten. */
function cloudOf(lives: Readonly<Record<string, Life>>) {
  const world = new ScriptedWorld();
  const startedMs = world.nowMs;
  const looks: string[][] = [];
  const idOf = (given: Node | string) => (typeof given === 'string' ? given : given.id);
  const at = (id: string): Node | undefined => {
    let now: Node | undefined;
    for (const [fromMs, change] of lives[id] ?? []) {
      if (world.nowMs - startedMs >= fromMs) now = change && { ...base, id, ...now, ...change };
    }
    return now;
  };
  function* lookUp(nodes: readonly (Node | string)[]): Operation<Node[]> {
    looks.push(nodes.map(idOf));
    return nodes
      .map((given) => at(idOf(given)))
      .filter((node) => node !== undefined)
      .reverse();
  }
  return { world, lookUp, looks };
}

const runsAt = (fromMs: number): Life => [
  [0, { state: 'pending' }],
  [fromMs, { state: 'running' }],
];

function failureOf(world: ScriptedWorld, operation: Operation<unknown>): CloudError {
  return world.failureOf(operation) as CloudError;
}

describe('a wait for nodes', () => {
  test('is one look when all run already', () => {
    const { lookUp, looks, world } = cloudOf({ a: runsAt(0), b: runsAt(0) });
    const nodes = world.run(waitForNodes(lookUp, ['a', 'b']));
    expect([nodes.map(({ id, state }) => `${id} ${state}`), looks, world.sleeps]).toEqual([
      ['a running', 'b running'],
      [['a', 'b']],
      [],
    ]);
  });
  test('ends when the last node is there, and gives the nodes in the order given', () => {
    const { lookUp, world } = cloudOf({ a: runsAt(3000), b: runsAt(1000) });
    expect(world.run(waitForNodes(lookUp, ['a', 'b'])).map(({ id }) => id)).toEqual(['a', 'b']);
  });
  test('looks only at nodes that are not there yet', () => {
    const { lookUp, looks, world } = cloudOf({ a: runsAt(0), b: runsAt(100), c: runsAt(5000) });
    world.run(waitForNodes(lookUp, ['a', 'b', 'c']));
    expect(looks.slice(0, 3)).toEqual([['a', 'b', 'c'], ['b', 'c'], ['c']]);
  });
  test.each(Object.values(NodeState))('can be for %s', (state) => {
    const { lookUp, world } = cloudOf({ a: [[0, { state }]] });
    expect(world.run(waitForNodes(lookUp, ['a'], { state }))[0]?.state).toBe(state);
  });
  test('takes nodes as models', () => {
    const { lookUp, looks, world } = cloudOf({ a: runsAt(0) });
    world.run(waitForNodes(lookUp, [{ ...base, id: 'a' }]));
    expect(looks).toEqual([['a']]);
  });
  test('for no nodes looks at nothing', () => {
    const { lookUp, looks, world } = cloudOf({});
    expect([world.run(waitForNodes(lookUp, [])), looks, world.steps]).toEqual([[], [], []]);
  });
  test('goes on while a node is in a state that nobody knows', () => {
    const { lookUp, world } = cloudOf({
      a: [
        [0, { state: 'unknown' }],
        [900, { state: 'running' }],
      ],
    });
    expect(world.run(waitForNodes(lookUp, ['a']))).toHaveLength(1);
  });
  test('for terminated nodes ends when the cloud has forgotten them', () => {
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
  test('for terminated nodes believes a model of a node that the cloud has forgotten already', () => {
    const { lookUp, world } = cloudOf({});
    const given = { ...base, id: 'a', state: 'stopping' } as const;
    expect(world.run(waitForNodes(lookUp, [given], { state: 'terminated' }))).toEqual([
      { ...given, state: 'terminated' },
    ]);
  });
  test('for terminated nodes does not believe an id that the cloud never knew', () => {
    const { lookUp, world } = cloudOf({});
    expect(failureOf(world, waitForNodes(lookUp, ['a'], { state: 'terminated' })).code).toBe('not-found');
  });
});

describe('a wait fails', () => {
  test.each(['error', 'terminated'] as const)('as soon as a node is in %s, and says which', (state) => {
    const life: Life = [
      [0, { state: 'pending' }],
      [2000, { state }],
    ];
    const { lookUp, world } = cloudOf({ good: runsAt(0), slow: runsAt(60_000), bad: life });
    const startedMs = world.nowMs;
    const failure = failureOf(world, waitForNodes(lookUp, ['good', 'slow', 'bad']));
    expect(failure).toMatchObject({
      code: 'wrong-state',
      details: { node: 'bad', state, pending: ['slow', 'bad'] },
    });
    expect(failure.message).toContain(`bad (web) is in state ${state}`);
    expect(world.nowMs - startedMs, 'milliseconds until it failed').toBeLessThan(4000);
  });
  test('when a node vanishes, with the state that it was seen in', () => {
    const { lookUp, world } = cloudOf({
      a: [
        [0, { state: 'starting' }],
        [700, undefined],
      ],
    });
    const failure = failureOf(world, waitForNodes(lookUp, ['a']));
    expect(failure).toMatchObject({ code: 'not-found', details: { node: 'a', state: 'starting' } });
    expect(failure.message).toContain('is gone');
  });
  test('at the first look when a node does not exist', () => {
    const { lookUp, world } = cloudOf({ a: runsAt(5000) });
    const failure = failureOf(world, waitForNodes(lookUp, ['a', 'b']));
    expect([failure.code, failure.details.node, world.sleeps]).toEqual(['not-found', 'b', []]);
  });
  test('at its time limit, and says which nodes were late', () => {
    const { lookUp, world } = cloudOf({ a: runsAt(0), b: runsAt(1e9), c: runsAt(1e9) });
    const failure = failureOf(world, waitForNodes(lookUp, ['a', 'b', 'c'], { timeoutMs: 20_000 }));
    expect(failure).toMatchObject({ code: 'timeout', details: { pending: ['b', 'c'] } });
    expect(failure.message).toContain('2 of 3 nodes did not become running within 20000 ms: b (pending), c (pending)');
  });
  test('with an error that stays short for many nodes', () => {
    const ids = Array.from({ length: 200 }, (_, index) => `n-${index}`);
    const { lookUp, world } = cloudOf(Object.fromEntries(ids.map((id) => [id, runsAt(1e9)])));
    const failure = failureOf(world, waitForNodes(lookUp, ids, { timeoutMs: 5000 }));
    expect(failure.message).toContain('and 195 more');
    expect(failure.details.pending).toHaveLength(200);
  });
  test('when a look fails', () => {
    const { world } = cloudOf({});
    // biome-ignore lint/correctness/useYield: this look fails at once
    function* broken(): Operation<Node[]> {
      throw new TypeError('broken');
    }
    expect(failureOf(world, waitForNodes(broken, ['a']))).toBeInstanceOf(TypeError);
  });
  test('when it is cancelled, at once', () => {
    const { lookUp, looks, world } = cloudOf({ a: runsAt(1e9) });
    world.cancelBefore((step) => step.kind === 'sleep');
    expect(world.failureOf(waitForNodes(lookUp, ['a']))).toBeInstanceOf(Cancelled);
    expect(looks).toHaveLength(1);
  });
  test.each<[string, unknown[], object, string]>([
    ['the same node twice', ['a', 'b', 'a'], {}, 'nodes'],
    ['a node and its id', ['a', { ...base, id: 'a' }], {}, 'nodes'],
    ['something that is no node', [7], {}, 'nodes'],
    ['an empty id', [''], {}, 'nodes'],
    ['an unknown state', ['a'], { state: 'RUNNING' }, 'state'],
    ['a pause of nothing', ['a'], { pollIntervalMs: 0 }, 'pollIntervalMs'],
    ['a pause that is no number', ['a'], { pollIntervalMs: '5' }, 'pollIntervalMs'],
  ])('before it looks, for %s', (_, nodes, options, field) => {
    const { lookUp, looks, world } = cloudOf({ a: runsAt(0) });
    const failure = failureOf(world, waitForNodes(lookUp, nodes as string[], options));
    expect([failure.code, failure.details.field, looks]).toEqual(['invalid-argument', field, []]);
  });
  test('before it looks, for something that is no array', () => {
    const { lookUp, world } = cloudOf({});
    expect(failureOf(world, waitForNodes(lookUp, 'a' as never))).toMatchObject({ details: { field: 'nodes' } });
  });
});

describe('a wait tells its progress', () => {
  test('after each look', () => {
    const { lookUp, world } = cloudOf({ a: runsAt(0), b: runsAt(400) });
    const told: string[] = [];
    const onProgress = ({ elapsedMs, nodes, pending }: WaitProgress) =>
      void told.push(`${elapsedMs > 0} ${nodes.map((node) => node.state)} ${pending}`);
    world.run(waitForNodes(lookUp, ['a', 'b'], { onProgress }));
    expect(told).toEqual(['false running,pending b', 'true running,running ']);
  });
  test('before it fails', () => {
    const { lookUp, world } = cloudOf({ a: [[0, { state: 'error' }]] });
    const told: WaitProgress[] = [];
    failureOf(world, waitForNodes(lookUp, ['a'], { onProgress: (progress) => void told.push(progress) }));
    expect(told.map(({ nodes }) => nodes[0]?.state)).toEqual(['error']);
  });
  test('to a function that may end it', () => {
    const { lookUp, world } = cloudOf({ a: runsAt(1e9) });
    const enough = new Error('enough');
    const onProgress = () => {
      throw enough;
    };
    expect(world.failureOf(waitForNodes(lookUp, ['a'], { onProgress }))).toBe(enough);
  });
});

describe('a wait for addresses', () => {
  const later = (change: Partial<Node>): Life => [
    [0, { state: 'running', publicIps: [], privateIps: [] }],
    [800, change],
  ];
  test.each<[string, object, string[]]>([
    ['public IPv4 ones', {}, ['203.0.113.7']],
    ['public IPv6 ones', { family: 'ipv6' }, ['2001:db8::7']],
    ['any public ones', { family: 'any' }, ['203.0.113.7', '2001:db8::7']],
    ['private IPv4 ones', { addresses: 'private' }, ['10.0.0.7']],
    ['any private ones', { addresses: 'private', family: 'any' }, ['10.0.0.7', 'fd00::7']],
  ])('gives %s', (_, options, addresses) => {
    const { lookUp, world } = cloudOf({ a: runsAt(0) });
    expect(world.run(waitUntilRunning(lookUp, ['a'], options))).toMatchObject([{ node: { id: 'a' }, addresses }]);
  });
  test('goes on while a running node has none', () => {
    const { lookUp, world } = cloudOf({ a: later({ publicIps: ['198.51.100.1'] }) });
    expect(world.run(waitUntilRunning(lookUp, ['a']))[0]?.addresses).toEqual(['198.51.100.1']);
  });
  test('goes on while a node with an address does not run', () => {
    const { lookUp, looks, world } = cloudOf({ a: runsAt(900) });
    world.run(waitUntilRunning(lookUp, ['a']));
    expect(looks.length).toBeGreaterThan(1);
  });
  test('fails for a node with IPv6 alone', () => {
    const { lookUp, world } = cloudOf({ a: later({ publicIps: ['2001:db8::1'] }) });
    const failure = failureOf(world, waitUntilRunning(lookUp, ['a'], { timeoutMs: 3000 }));
    expect([failure.code, failure.message]).toEqual([
      'timeout',
      expect.stringContaining('running with a public IPv4 address'),
    ]);
  });
  test.each(['ipv6', 'any'] as const)('ends for a node with IPv6 alone when the family is %s', (family) => {
    const { lookUp, world } = cloudOf({ a: later({ publicIps: ['2001:db8::1'] }) });
    expect(world.run(waitUntilRunning(lookUp, ['a'], { family }))[0]?.addresses).toEqual(['2001:db8::1']);
  });
  test('fails for a node without any', () => {
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
  ])('refuses other %s before it looks', (field, options) => {
    const { lookUp, looks, world } = cloudOf({ a: runsAt(0) });
    const failure = failureOf(world, waitUntilRunning(lookUp, ['a'], options as object));
    expect([failure.details.field, looks]).toEqual([field, []]);
  });
});
