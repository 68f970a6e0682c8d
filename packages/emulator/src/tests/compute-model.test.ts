/**
 * Compares the cloud with a model of it. The model works differently: it has timers, which fire one by one as its time
 * advances, while the cloud computes each state from what is stored. For any commands in any order, both must agree.
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { frozenCloud } from './cloud.ts';

const STOP_MS = 50;
const VOLUME_MS = 30;
const cloud = frozenCloud({ stopMs: STOP_MS, volumeMs: VOLUME_MS });

interface Thing {
  id: string;
  state: string;
  timer?: { atMs: number; state: string } | undefined;
}
interface ModelNode extends Thing {
  readonly bootMs: number;
}
interface ModelVolume extends Thing {
  node?: string | undefined;
}
interface Model {
  nowMs: number;
  readonly nodes: ModelNode[];
  readonly volumes: ModelVolume[];
}

const isHeld = ({ state }: ModelVolume) => state === 'ATTACHING' || state === 'INUSE';
const leaving = new WeakSet<ModelNode>();

/** Advances time from one timer to the next. */
function pass(model: Model, milliseconds: number): void {
  const untilMs = model.nowMs + milliseconds;
  for (;;) {
    const due = [...model.nodes, ...model.volumes].flatMap((thing) => (thing.timer ? [{ thing, ...thing.timer }] : []));
    const next = due.filter(({ atMs }) => atMs <= untilMs).sort((a, b) => a.atMs - b.atMs)[0];
    if (next === undefined) break;
    next.thing.state = next.state;
    next.thing.timer = undefined;
    if (next.state === 'TERMINATED') release(model, next.thing.id);
  }
  model.nowMs = untilMs;
}

function release({ volumes }: Model, node: string): void {
  for (const volume of volumes) {
    if (volume.node === node && isHeld(volume)) Object.assign(volume, { state: 'AVAILABLE', timer: undefined });
  }
}

function go(model: Model, thing: Thing, via: string, to: string, takesMs: number): void {
  thing.state = via;
  thing.timer = { atMs: model.nowMs + takesMs, state: to };
  pass(model, 0);
}

/** One command, run on the cloud and on the model; both must agree on the status. */
type Action = (model: Model) => Promise<void>;

const pick = <Item>(items: readonly Item[], index: number): Item | undefined =>
  items[index % Math.max(1, items.length)];

async function same(answer: Promise<{ status: number; text: string }>, status: number): Promise<void> {
  const { status: actual, text } = await answer;
  expect([actual, text]).toEqual([status, text]);
}

// Few resources, so that commands often affect the same ones.
const index = fc.nat(3);
const createNode = (bootMs: number, outcome: string): [string, Action] => [
  `create a node that takes ${bootMs} ms to be ${outcome}`,
  async (model) => {
    const body = { name: 'n', size: 'test-size-1', image: 'test-image-1', simulate: { boot_ms: bootMs, outcome } };
    const { json } = await cloud.call('POST', '/nodes', body);
    const node: ModelNode = { id: json.id, bootMs, state: '' };
    model.nodes.push(node);
    go(model, node, 'PENDING', outcome.toUpperCase(), bootMs);
  },
];
const createVolume: [string, Action] = [
  'create a volume',
  async (model) => {
    const { json } = await cloud.call('POST', '/volumes', { name: 'v', size_gb: 1 });
    const volume: ModelVolume = { id: json.id, state: '' };
    model.volumes.push(volume);
    go(model, volume, 'CREATING', 'AVAILABLE', VOLUME_MS);
  },
];
const wait = (milliseconds: number): [string, Action] => [
  `wait ${milliseconds} ms`,
  async (model) => {
    await cloud.advance(milliseconds);
    pass(model, milliseconds);
  },
];
const attach = fc.tuple(index, index).map(([v, n]): [string, Action] => [
  `attach volume ${v} to node ${n}`,
  async (model) => {
    const [volume, node] = [pick(model.volumes, v), pick(model.nodes, n)];
    if (volume === undefined || node === undefined) return;
    const can = volume.state === 'AVAILABLE' && (node.state === 'RUNNING' || node.state === 'STOPPED');
    await same(cloud.call('POST', `/volumes/${volume.id}/attach`, { node_id: node.id }), can ? 202 : 409);
    if (!can) return;
    volume.node = node.id;
    go(model, volume, 'ATTACHING', 'INUSE', VOLUME_MS);
  },
]);

const others: readonly fc.Arbitrary<[string, Action]>[] = [
  fc.tuple(fc.constantFrom(0, 20, 100), fc.constantFrom('running', 'error')).map((made) => createNode(...made)),
  fc.constant(createVolume),
  ...(
    [
      ['start', 'STOPPED', 'STARTING', 'RUNNING'],
      ['stop', 'RUNNING', 'STOPPING', 'STOPPED'],
      ['reboot', 'RUNNING', 'REBOOTING', 'RUNNING'],
    ] as const
  ).map(([transition, from, via, to]) =>
    index.map<[string, Action]>((n) => [
      `${transition} node ${n}`,
      async (model) => {
        const node = pick(model.nodes, n);
        if (node === undefined) return;
        await same(cloud.call('POST', `/nodes/${node.id}/${transition}`), node.state === from ? 202 : 409);
        if (node.state === from) go(model, node, via, to, transition === 'stop' ? STOP_MS : node.bootMs);
      },
    ]),
  ),
  index.map((n) => [
    `delete node ${n}`,
    async (model) => {
      const node = pick(model.nodes, n);
      if (node === undefined) return;
      await same(cloud.call('DELETE', `/nodes/${node.id}`), node.state === 'TERMINATED' ? 200 : 202);
      if (leaving.has(node)) return;
      leaving.add(node);
      // Cancels pending attachments.
      for (const volume of model.volumes) if (volume.node === node.id && isHeld(volume)) volume.timer = undefined;
      go(model, node, 'STOPPING', 'TERMINATED', STOP_MS);
    },
  ]),
  index.map((n) => [
    `break node ${n}`,
    async (model) => {
      const node = pick(model.nodes, n);
      if (node === undefined) return;
      await same(cloud.admin('PUT', `nodes/${node.id}`, { state: 'ERROR' }), leaving.has(node) ? 409 : 200);
      if (!leaving.has(node)) Object.assign(node, { state: 'ERROR', timer: undefined });
    },
  ]),
  index.map((v) => [
    `detach volume ${v}`,
    async (model) => {
      const volume = pick(model.volumes, v);
      if (volume === undefined) return;
      await same(cloud.call('POST', `/volumes/${volume.id}/detach`), isHeld(volume) ? 202 : 409);
      if (isHeld(volume)) Object.assign(volume, { state: 'AVAILABLE', timer: undefined });
    },
  ]),
  index.map((v) => [
    `delete volume ${v}`,
    async (model) => {
      const volume = pick(model.volumes, v);
      if (volume === undefined) return;
      const known: Record<string, number> = { AVAILABLE: 202, DELETING: 202, DELETED: 200 };
      await same(cloud.call('DELETE', `/volumes/${volume.id}`), known[volume.state] ?? 409);
      if (volume.state === 'AVAILABLE') go(model, volume, 'DELETING', 'DELETED', VOLUME_MS);
    },
  ]),
];
const steps = fc.oneof(
  { weight: 2, arbitrary: fc.oneof(...others) },
  { weight: 1, arbitrary: attach },
  { weight: 1, arbitrary: fc.constantFrom(1, 19, 20, 29, 30, 49, 50, 100).map(wait) },
);
const beginning = [
  createNode(0, 'running'),
  createNode(20, 'running'),
  createVolume,
  createVolume,
  createVolume,
  wait(30),
];

interface NodeJson {
  readonly id: string;
  readonly state: string;
  readonly public_ips: readonly string[];
}
interface VolumeJson {
  readonly id: string;
  readonly state: string;
  readonly node_id?: string;
  readonly device?: string;
}

/** A listing, all pages. */
async function all<Item>(path: string, limit: number): Promise<Item[]> {
  const items: Item[] = [];
  for (let cursor = ''; ; ) {
    const { json, headers } = await cloud.call(
      'GET',
      `${path}${path.includes('?') ? '&' : '?'}limit=${limit}${cursor}`,
    );
    expect(json.length).toBeLessThanOrEqual(limit);
    items.push(...json);
    if (headers['x-next-cursor'] === undefined) return items;
    cursor = `&cursor=${headers['x-next-cursor']}`;
  }
}

/** Compares the cloud with the model. */
async function compare(model: Model, limit: number): Promise<void> {
  const nodes = (await all<NodeJson>('/nodes', limit)).slice(2);
  const gone = await all<NodeJson>('/nodes?state=TERMINATED', limit);
  const volumes = await all<VolumeJson>('/volumes', limit);
  const states = (things: readonly { id: string; state: string }[]) => things.map(({ id, state }) => `${id} ${state}`);
  expect(states(nodes)).toEqual(states(model.nodes.filter(({ state }) => state !== 'TERMINATED')));
  expect(states(gone)).toEqual(states(model.nodes.filter(({ state }) => state === 'TERMINATED')));
  expect(states(volumes)).toEqual(states(model.volumes.filter(({ state }) => state !== 'DELETED')));
  const held = model.volumes.filter(isHeld).map(({ id, node }) => `${id} ${node}`);
  expect(volumes.filter(({ node_id }) => node_id !== undefined).map(({ id, node_id }) => `${id} ${node_id}`)).toEqual(
    held,
  );
  const places = volumes.flatMap(({ node_id, device }) => (node_id === undefined ? [] : [`${node_id} ${device}`]));
  expect(new Set(places).size).toBe(places.length);
  for (const { node_id } of volumes) expect(gone.map(({ id }) => id)).not.toContain(node_id);
  const ips = nodes.flatMap(({ public_ips }) => public_ips);
  expect(new Set(ips).size).toBe(ips.length);
}

test('for any commands in any order, the cloud agrees with its model', async () => {
  const script = fc.array(steps, { minLength: 10, maxLength: 40 });
  await fc.assert(
    fc.asyncProperty(script, fc.integer({ min: 1, max: 4 }), async (chosen, limit) => {
      await cloud.admin('POST', 'reset');
      await cloud.admin('POST', 'clock', { frozen: true });
      const model: Model = { nowMs: 0, nodes: [], volumes: [] };
      for (const [position, [, act]] of [...beginning, ...chosen].entries()) {
        await act(model);
        if (position % 3 === 2) await compare(model, limit);
      }
      await compare(model, limit);
    }),
    { numRuns: 40 },
  );
});
