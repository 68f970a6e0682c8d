/** What the cloud stores in a folder: everything acknowledged, its clock, and its counters. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Emulator, type EmulatorOptions, startEmulator } from '../index.ts';
import { type CloudClient, cloudClient, refusal } from './cloud.ts';

let data: string;
let emulator: Emulator | undefined;
beforeEach(() => {
  data = mkdtempSync(join(tmpdir(), 'isobar-emulator-test-'));
});
afterEach(async () => {
  await emulator?.close();
  rmSync(data, { recursive: true, force: true });
});

async function start(options: EmulatorOptions = {}): Promise<CloudClient> {
  emulator = await startEmulator({ data, bootMs: 1000, reportMs: 1000, ...options });
  return cloudClient(emulator);
}
/** A new process over the same folder, after the old one was killed. */
async function restart(): Promise<CloudClient> {
  await emulator?.kill();
  return start();
}

const node = { name: 'web', size: 'test-size-1', image: 'test-image-1' };

test('everything survives SIGKILL, with a frozen clock', async () => {
  let cloud = await start();
  await cloud.admin('POST', 'clock', { frozen: true });
  await cloud.call('POST', '/nodes', { ...node, client_token: 'once', auth: { generate_password: true } });
  await cloud.call('POST', '/volumes', { name: 'data', size_gb: 1 });
  await cloud.advance(1000);
  await cloud.call('POST', '/volumes/vol-1/attach', { node_id: 'node-1' });
  await cloud.call('POST', '/volumes', { name: 'other', size_gb: 1 });
  await cloud.call('POST', '/images', { node_id: 'node-1', name: 'mine' });
  await cloud.call('POST', '/key_pairs', { name: 'laptop' });
  await cloud.call('POST', '/reports');
  await cloud.advance(500);
  await cloud.call('POST', '/volumes/vol-2/snapshots', { name: 'monday' });
  await cloud.call('POST', '/nodes/node-1/reboot');
  await cloud.admin('PUT', 'quotas', { nodes: 4 });
  await cloud.admin('PUT', 'rate-limit', { requests_per_second: 1000, burst: 1000 });
  await cloud.admin('PUT', 'regions/eu-west', { down: true, latency_ms: 5 });
  const paths = ['nodes', 'volumes', 'images', 'key_pairs', 'volumes/vol-2/snapshots', 'reports/report-1', 'regions'];
  const admins = ['clock', 'quotas', 'rate-limit', 'regions'];
  const everything = async () => [
    ...(await Promise.all(paths.map(async (path) => (await cloud.call('GET', `/${path}`)).json))),
    ...(await Promise.all(admins.map(async (path) => (await cloud.admin('GET', path)).json))),
  ];
  const before = await everything();
  expect(before.slice(0, 6).map((list) => [list].flat().length)).toEqual([3, 2, 5, 1, 1, 1]);
  cloud = await restart();
  expect(await everything()).toEqual(before);

  await cloud.advance(500);
  expect((await cloud.call('GET', '/reports/report-1')).json.state).toBe('DONE');
  await cloud.advance(500);
  expect((await cloud.call('GET', '/nodes/node-1')).json.state).toBe('RUNNING');
  const again = await cloud.call('POST', '/nodes', {
    ...node,
    client_token: 'once',
    auth: { generate_password: true },
  });
  expect([again.status, again.json.id, again.json.generated_password.length]).toEqual([200, 'node-1', 16]);
  const next = (await cloud.call('POST', '/nodes', node)).json;
  expect(next.id).toBe('node-2');
  expect(refusal(await cloud.call('POST', '/nodes', node))).toEqual([403, 'quota-exceeded']);
});

test('each acknowledged creation survives a kill in the middle of many', async () => {
  let cloud = await start();
  const created = Array.from({ length: 200 }, async (_, index) => {
    const answer = await cloud.call('POST', '/nodes', { ...node, client_token: `t${index}` }).catch(() => undefined);
    if (index === 60) void emulator?.kill();
    return answer?.status === 201 ? answer.json : undefined;
  });
  const acknowledged = (await Promise.all(created)).filter((made) => made !== undefined);
  expect(acknowledged.length).toBeGreaterThan(0);
  cloud = await restart();
  const listed: { id: string; client_token?: string }[] = (await cloud.call('GET', '/nodes?limit=1000')).json;
  for (const { id, client_token } of acknowledged) {
    expect(listed.find((one) => one.id === id)).toMatchObject({ id, client_token });
  }
  expect(new Set(listed.map(({ id }) => id)).size).toBe(listed.length);
});

test('an advanced clock stays ahead, and time passes while no process runs', async () => {
  let cloud = await start();
  await cloud.call('POST', '/nodes', { ...node, simulate: { boot_ms: 3_600_000 } });
  await cloud.advance(3_600_000);
  const before = (await cloud.admin('GET', 'clock')).json.now_ms;
  cloud = await restart();
  const after = (await cloud.admin('GET', 'clock')).json;
  expect(after.frozen).toBe(false);
  expect(after.now_ms).toBeGreaterThanOrEqual(before);
  expect((await cloud.call('GET', '/nodes/node-1')).json.state).toBe('RUNNING');
});

test('the same requests give the same cloud, and a reset restores the initial one', async () => {
  const cloud = await start();
  const run = async () => {
    await cloud.admin('POST', 'reset');
    await cloud.admin('POST', 'clock', { frozen: true });
    for (const region of ['', '/regions/ap-south']) {
      for (const name of ['a', 'b']) await cloud.call('POST', `${region}/nodes`, { ...node, name });
      await cloud.call('POST', `${region}/volumes`, { name: 'v', size_gb: 1 });
    }
    await cloud.advance(1000);
    const lists = ['/nodes', '/regions/ap-south/nodes', '/volumes', '/regions/ap-south/volumes'];
    const all = await Promise.all(lists.map(async (path) => (await cloud.call('GET', path)).json));
    return all.flat().map(({ created_at, ...rest }) => rest);
  };
  const first = await run();
  expect(first.map(({ id }) => id)).toEqual([
    '1234a',
    '4567a',
    'node-1',
    'node-2',
    'node-3',
    'node-4',
    'vol-1',
    'vol-2',
  ]);
  await cloud.admin('PUT', 'quotas', { nodes: 0 });
  expect(await run()).toEqual(first);
  const fresh = await restart();
  await fresh.admin('POST', 'reset');
  expect((await fresh.call('GET', '/nodes')).json).toHaveLength(2);
  expect((await fresh.admin('GET', 'clock')).json.frozen).toBe(false);
});
