/** Volumes, snapshots, images, key pairs: their states and their constraints. */
import { execFileSync, spawnSync } from 'node:child_process';
import { createPublicKey } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { frozenCloud, refusal } from './cloud.ts';

const hasSshKeygen = spawnSync('ssh-keygen', ['-?']).error === undefined;
const { call, admin, advance } = frozenCloud({ bootMs: 1000, stopMs: 500, volumeMs: 100 });

const createNode = async (more: object = {}): Promise<string> =>
  (await call('POST', '/nodes', { name: 'web', size: 'test-size-1', image: 'test-image-1', ...more })).json.id;
const createVolume = async (more: object = {}): Promise<string> =>
  (await call('POST', '/volumes', { name: 'data', size_gb: 10, ...more })).json.id;
/** A node that runs and a volume that is available. */
async function ready(): Promise<{ node: string; volume: string }> {
  const made = { node: await createNode(), volume: await createVolume() };
  await advance(1000);
  return made;
}
async function attached(): Promise<{ node: string; volume: string }> {
  const made = await ready();
  await call('POST', `/volumes/${made.volume}/attach`, { node_id: made.node });
  await advance(100);
  return made;
}

describe('a volume', () => {
  test('is created, attached, detached and deleted', async () => {
    const { status, json } = await call('POST', '/volumes', { name: 'data', size_gb: 10, location: 'us-east-a' });
    const { now } = (await admin('GET', 'clock')).json;
    const made = { id: 'vol-1', name: 'data', size_gb: 10, location: 'us-east-a', created_at: now, extra: {} };
    expect([status, json]).toEqual([201, { ...made, state: 'CREATING' }]);
    const node = await createNode();
    await advance(1000);
    expect((await call('GET', '/volumes')).json).toEqual([{ ...made, state: 'AVAILABLE' }]);
    const held = { ...made, node_id: node, device: '/dev/sdb' };
    const attaching = await call('POST', '/volumes/vol-1/attach', { node_id: node });
    expect([attaching.status, attaching.json]).toEqual([202, { ...held, state: 'ATTACHING' }]);
    await advance(100);
    expect((await call('GET', '/volumes/vol-1')).json).toEqual({ ...held, state: 'INUSE' });
    const detached = await call('POST', '/volumes/vol-1/detach');
    expect([detached.status, detached.json]).toEqual([202, { ...made, state: 'AVAILABLE' }]);
    expect((await call('DELETE', '/volumes/vol-1')).json.state).toBe('DELETING');
    expect((await call('DELETE', '/volumes/vol-1')).status).toBe(202);
    await advance(100);
    expect((await call('GET', '/volumes')).json).toEqual([]);
    const gone = await call('DELETE', '/volumes/vol-1');
    expect([gone.status, gone.json.state]).toEqual([200, 'DELETED']);
    await advance(3_600_000);
    expect((await call('GET', '/volumes/vol-1')).status).toBe(404);
  });

  test('in use cannot be deleted or attached again', async () => {
    const { node, volume } = await attached();
    expect(refusal(await call('DELETE', `/volumes/${volume}`))).toEqual([409, 'in-use']);
    expect(refusal(await call('POST', `/volumes/${volume}/attach`, { node_id: node }))).toEqual([409, 'in-use']);
  });

  test('cannot be attached before it is available, nor detached unless attached', async () => {
    const node = await createNode();
    await advance(1000);
    const volume = await createVolume();
    expect(refusal(await call('POST', `/volumes/${volume}/attach`, { node_id: node }))).toEqual([409, 'wrong-state']);
    expect(refusal(await call('DELETE', `/volumes/${volume}`))).toEqual([409, 'wrong-state']);
    expect(refusal(await call('POST', `/volumes/${volume}/detach`))).toEqual([409, 'wrong-state']);
  });

  test('can be attached only to a node in a stable state, in its location', async () => {
    const { node, volume } = await ready();
    const attach = (nodeId: string) => call('POST', `/volumes/${volume}/attach`, { node_id: nodeId });
    const elsewhere = await createNode({ location: 'us-east-b', simulate: { boot_ms: 0 } });
    expect(refusal(await attach(elsewhere))).toEqual([400, 'invalid-argument', 'node_id']);
    expect(refusal(await attach('none'))).toEqual([400, 'invalid-argument', 'node_id']);
    expect(refusal(await attach(await createNode()))).toEqual([409, 'wrong-state']);
    await call('POST', `/nodes/${node}/stop`);
    expect(refusal(await attach(node))).toEqual([409, 'wrong-state']);
    await advance(500);
    expect((await attach(node)).status).toBe(202);
  });

  test('gets the next free device, or the one asked for', async () => {
    const { node, volume } = await ready();
    const [second, third] = [await createVolume(), await createVolume()];
    await advance(100);
    const attach = (id: string, device?: string) => call('POST', `/volumes/${id}/attach`, { node_id: node, device });
    expect((await attach(volume, '/dev/sdb')).json.device).toBe('/dev/sdb');
    expect(refusal(await attach(second, '/dev/sdb'))).toEqual([409, 'in-use']);
    expect((await attach(second)).json.device).toBe('/dev/sdc');
    expect(refusal(await attach(third, 'sdb'))).toEqual([400, 'invalid-argument', 'device']);
  });

  test('is detached when its node is terminated, and not before', async () => {
    const { node, volume } = await attached();
    await call('DELETE', `/nodes/${node}`);
    await advance(499);
    expect((await call('GET', `/volumes/${volume}`)).json).toMatchObject({ state: 'INUSE', node_id: node });
    await advance(1);
    const free = (await call('GET', `/volumes/${volume}`)).json;
    expect(free).toMatchObject({ state: 'AVAILABLE' });
    expect(free).not.toHaveProperty('node_id');
    expect((await call('DELETE', `/volumes/${volume}`)).status).toBe(202);
  });

  test('is created once for the same token and body', async () => {
    const body = { name: 'data', size_gb: 10, client_token: 'once' };
    const [first, second] = [await call('POST', '/volumes', body), await call('POST', '/volumes', body)];
    expect([first.status, second.status, second.json.id]).toEqual([201, 200, first.json.id]);
    const other = await call('POST', '/volumes', { ...body, size_gb: 11 });
    expect(refusal(other)).toEqual([409, 'client-token-reused', 'client_token']);
  });

  test.each<[string, object]>([
    ['name', { size_gb: 1 }],
    ['size_gb', { name: 'x', size_gb: 0 }],
    ['size_gb', { name: 'x', size_gb: '1' }],
    ['location', { name: 'x', size_gb: 1, location: 'nowhere' }],
    ['snapshot_id', { name: 'x', size_gb: 1, snapshot_id: 'none' }],
  ])('is refused with a wrong %s: %j', async (field, body) => {
    expect(refusal(await call('POST', '/volumes', body))).toEqual([400, 'invalid-argument', field]);
  });
});

describe('a snapshot', () => {
  test('is created from a volume, outlives it, and can be restored to another', async () => {
    const { volume } = await attached();
    const made = await call('POST', `/volumes/${volume}/snapshots`, { name: 'monday' });
    expect([made.status, made.json.state]).toEqual([201, 'CREATING']);
    const early = await call('POST', '/volumes', { name: 'copy', size_gb: 10, snapshot_id: made.json.id });
    expect(refusal(early)).toEqual([400, 'invalid-argument', 'snapshot_id']);
    await advance(100);
    const snapshot = { ...made.json, state: 'AVAILABLE' };
    expect((await call('GET', `/volumes/${volume}/snapshots`)).json).toEqual([snapshot]);
    await call('POST', `/volumes/${volume}/detach`);
    await call('DELETE', `/volumes/${volume}`);
    await advance(3_700_000);
    expect((await call('GET', `/snapshots/${snapshot.id}`)).json).toEqual(snapshot);
    const small = await call('POST', '/volumes', { name: 'copy', size_gb: 9, snapshot_id: snapshot.id });
    expect(refusal(small)).toEqual([400, 'invalid-argument', 'size_gb']);
    const copy = await call('POST', '/volumes', { name: 'copy', size_gb: 20, snapshot_id: snapshot.id });
    expect(copy.json.extra).toEqual({ snapshot_id: snapshot.id });
    expect((await call('DELETE', `/snapshots/${snapshot.id}`)).status).toBe(204);
    expect((await call('DELETE', `/snapshots/${snapshot.id}`)).status).toBe(404);
  });

  test('cannot be created from a volume that is not available yet', async () => {
    const volume = await createVolume();
    const early = await call('POST', `/volumes/${volume}/snapshots`, { name: 'x' });
    expect(refusal(early)).toEqual([409, 'wrong-state']);
  });

  test('is created once for the same token, body and volume', async () => {
    const { volume } = await ready();
    const other = await createVolume();
    await advance(100);
    const make = (id: string, body: object) =>
      call('POST', `/volumes/${id}/snapshots`, { client_token: 'once', ...body });
    const [first, second] = [await make(volume, {}), await make(volume, {})];
    expect([first.status, second.status, second.json]).toEqual([201, 200, first.json]);
    expect(first.json.name).toBe('of vol-1');
    expect(refusal(await make(volume, { name: 'x' }))).toEqual([409, 'client-token-reused', 'client_token']);
    expect(refusal(await make(other, {}))).toEqual([409, 'client-token-reused', 'client_token']);
  });

  test('belongs to its volume', async () => {
    const { volume } = await ready();
    const other = await createVolume();
    await call('POST', `/volumes/${volume}/snapshots`, { name: 'x' });
    expect((await call('GET', `/volumes/${other}/snapshots`)).json).toEqual([]);
  });
});

describe('an image', () => {
  test('is created from a node, used for nodes, and copied to another region', async () => {
    const { node } = await ready();
    const made = await call('POST', '/images', { node_id: node, name: 'mine', description: 'of web' });
    const image = { id: 'img-1', name: 'mine', extra: { node_id: node, description: 'of web' } };
    expect([made.status, made.json]).toEqual([201, { ...image, state: 'PENDING' }]);
    const early = await call('POST', '/nodes', { name: 'x', size: 'test-size-1', image: 'img-1' });
    expect(refusal(early)).toEqual([400, 'invalid-argument', 'image']);
    const copy = { source_region: 'us-east', image_id: 'img-1', name: 'copy' };
    expect(refusal(await call('POST', '/regions/eu-west/images/copy', copy))).toEqual([409, 'wrong-state']);
    await advance(100);
    expect((await call('GET', '/images/img-1')).json).toEqual({ ...image, state: 'AVAILABLE' });
    expect((await call('POST', '/nodes', { name: 'x', size: 'test-size-1', image: 'img-1' })).status).toBe(201);
    const copied = await call('POST', '/regions/eu-west/images/copy', copy);
    const origin = { source_region: 'us-east', source_image_id: 'img-1' };
    expect(copied.json).toEqual({ id: 'img-2', name: 'copy', state: 'PENDING', extra: origin });
    await admin('PUT', 'regions/us-east', { down: true });
    expect(refusal(await call('POST', '/regions/eu-west/images/copy', copy))).toEqual([503, 'region-down']);
    await admin('PUT', 'regions/us-east', { down: false });
    expect((await call('DELETE', '/images/img-1')).status).toBe(204);
    expect((await call('GET', '/images/img-1')).status).toBe(404);
  });

  test('is created or copied once for the same token and body', async () => {
    const { node } = await ready();
    const body = { node_id: node, name: 'mine', client_token: 'once' };
    const [first, second] = [await call('POST', '/images', body), await call('POST', '/images', body)];
    expect([first.status, second.status, second.json]).toEqual([201, 200, first.json]);
    const copy = { source_region: 'us-east', image_id: 'img-1', name: 'mine', client_token: 'once' };
    expect(refusal(await call('POST', '/images/copy', copy))).toEqual([409, 'client-token-reused', 'client_token']);
    await advance(100);
    const copies = [copy, copy].map((again) => call('POST', '/regions/eu-west/images/copy', again));
    expect((await Promise.all(copies)).map(({ status, json }) => [status, json.id])).toEqual([
      [201, 'img-2'],
      [200, 'img-2'],
    ]);
  });

  test("listings begin with the cloud's own, over pages", async () => {
    const { node } = await ready();
    for (const name of ['a', 'b', 'c']) await call('POST', '/images', { node_id: node, name });
    const all = (await call('GET', '/images')).json.map(({ id }: { id: string }) => id);
    expect(all.slice(-3)).toEqual(['img-1', 'img-2', 'img-3']);
    for (const limit of [1, 2, 3, 4, 5, 6, 7]) {
      const seen: string[] = [];
      for (let cursor = ''; ; ) {
        const page = await call('GET', `/images?limit=${limit}${cursor}`);
        seen.push(...page.json.map(({ id }: { id: string }) => id));
        if (page.headers['x-next-cursor'] === undefined) break;
        cursor = `&cursor=${page.headers['x-next-cursor']}`;
      }
      expect(seen).toEqual(all);
    }
  });

  test("of the cloud's own can be looked up, not deleted", async () => {
    expect((await call('GET', '/images/test-image-1')).json).toMatchObject({ state: 'AVAILABLE' });
    expect(refusal(await call('DELETE', '/images/test-image-1'))).toEqual([403, 'permission-denied']);
  });

  test.each<[string, string, object]>([
    ['/images', 'node_id', { node_id: 'none', name: 'x' }],
    ['/images', 'name', { node_id: '1234a' }],
    ['/images/copy', 'source_region', { source_region: 'none', image_id: 'img-1', name: 'x' }],
    ['/images/copy', 'image_id', { source_region: 'eu-west', image_id: 'img-1', name: 'x' }],
  ])('is refused by %s with a wrong %s', async (path, field, body) => {
    expect(refusal(await call('POST', path, body))).toEqual([400, 'invalid-argument', field]);
  });

  test('cannot be created from a node that has not booted', async () => {
    const early = await call('POST', '/images', { node_id: await createNode(), name: 'x' });
    expect(refusal(early)).toEqual([409, 'wrong-state']);
  });
});

describe('a key pair', () => {
  test('is created once, and its keys match', async () => {
    const { status, json } = await call('POST', '/key_pairs', { name: 'laptop key' });
    expect(status).toBe(201);
    const { private_key: privateKey, ...pair } = json;
    expect((await call('GET', '/key_pairs/laptop%20key')).json).toEqual(pair);
    expect((await call('GET', '/key_pairs')).json).toEqual([pair]);
    expect(refusal(await call('POST', '/key_pairs', { name: 'laptop key' }))).toEqual([409, 'already-exists']);
    const { x, y } = createPublicKey(privateKey).export({ format: 'jwk' });
    const blob = Buffer.from(pair.public_key.split(' ')[1], 'base64');
    expect([blob.subarray(-64, -32), blob.subarray(-32)].map((half) => half.toString('base64url'))).toEqual([x, y]);
  });

  test.skipIf(!hasSshKeygen)('is read by ssh-keygen', async () => {
    const { json } = await call('POST', '/key_pairs', { name: 'laptop key' });
    const folder = mkdtempSync(join(tmpdir(), 'isobar-emulator-test-'));
    try {
      writeFileSync(join(folder, 'key'), json.private_key, { mode: 0o600 });
      writeFileSync(join(folder, 'key.pub'), json.public_key);
      const keygen = (...args: string[]) => execFileSync('ssh-keygen', args, { cwd: folder, encoding: 'utf8' });
      expect(keygen('-y', '-f', 'key').trim().split(' ').slice(0, 2)).toEqual(json.public_key.split(' ').slice(0, 2));
      expect(keygen('-l', '-f', 'key.pub').split(' ')[1]).toBe(json.fingerprint);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test('is imported, used, and deleted', async () => {
    const key = (await call('POST', '/regions/eu-west/key_pairs', { name: 'a' })).json.public_key;
    const imported = await call('POST', '/key_pairs', { name: 'b', public_key: key });
    expect(imported.json).toMatchObject({ name: 'b', public_key: key });
    expect(imported.json).not.toHaveProperty('private_key');
    const node = { name: 'x', size: 'test-size-1', image: 'test-image-1' };
    expect((await call('POST', '/nodes', { ...node, auth: { key_pair: 'b' } })).status).toBe(201);
    expect((await call('POST', '/nodes', { ...node, auth: { ssh_public_key: key } })).status).toBe(201);
    expect((await call('DELETE', '/key_pairs/b')).status).toBe(204);
    expect((await call('GET', '/key_pairs/b')).status).toBe(404);
    expect((await call('POST', '/key_pairs', { name: 'b' })).status).toBe(201);
  });

  test.each<[string, object]>([
    ['name', { name: 'a/b' }],
    ['name', {}],
    ['public_key', { name: 'a', public_key: 'ssh-ed25519 AAAA' }],
    ['public_key', { name: 'a', public_key: '-----BEGIN PUBLIC KEY-----' }],
  ])('is refused with a wrong %s: %j', async (field, body) => {
    expect(refusal(await call('POST', '/key_pairs', body))).toEqual([400, 'invalid-argument', field]);
  });
});
