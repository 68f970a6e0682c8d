/** Nodes: every state and transition, with a frozen clock. */
import { describe, expect, test } from 'vitest';
import { frozenCloud, refusal } from './cloud.ts';

const { call, admin, advance } = frozenCloud({ bootMs: 1000, stopMs: 500 });
const plain = { name: 'web', size: 'test-size-1', image: 'test-image-1' };

const create = async (body: object = plain) => (await call('POST', '/nodes', body)).json;
const stateOf = async (id: string) => (await call('GET', `/nodes/${id}`)).json.state;
/** A node in a stable state. */
async function nodeIn(state: string): Promise<string> {
  const { id } = await create();
  if (state === 'PENDING') return id;
  await advance(1000);
  if (state === 'STOPPED') {
    await call('POST', `/nodes/${id}/stop`);
    await advance(500);
  } else if (state === 'TERMINATED') {
    await call('DELETE', `/nodes/${id}`);
    await advance(500);
  } else if (state !== 'RUNNING') await admin('PUT', `nodes/${id}`, { state });
  return id;
}

describe('a transition', () => {
  test.each([
    ['POST', '/start', 'STOPPED', 'STARTING', 1000, 'RUNNING'],
    ['POST', '/stop', 'RUNNING', 'STOPPING', 500, 'STOPPED'],
    ['POST', '/reboot', 'RUNNING', 'REBOOTING', 1000, 'RUNNING'],
    ['DELETE', '', 'PENDING', 'STOPPING', 500, 'TERMINATED'],
    ['DELETE', '', 'RUNNING', 'STOPPING', 500, 'TERMINATED'],
    ['DELETE', '', 'STOPPED', 'STOPPING', 500, 'TERMINATED'],
    ['DELETE', '', 'ERROR', 'STOPPING', 500, 'TERMINATED'],
  ])('%s %s: %s, %s, after %i ms %s', async (method, path, from, via, takesMs, to) => {
    const id = await nodeIn(from);
    expect(await stateOf(id)).toBe(from);
    const moved = await call(method, `/nodes/${id}${path}`);
    expect([moved.status, moved.json.state]).toEqual([202, via]);
    await advance(takesMs - 1);
    expect(await stateOf(id)).toBe(via);
    await advance(1);
    expect(await stateOf(id)).toBe(to);
    await advance(100_000);
    expect(await stateOf(id)).toBe(to);
  });

  const refused = ['PENDING', 'RUNNING', 'STOPPED', 'ERROR', 'TERMINATED', 'SUSPENDED'].flatMap((state) =>
    ['start', 'stop', 'reboot'].map((transition) => [transition, state] as const),
  );
  test.each(
    refused.filter(([transition, state]) => (transition === 'start' ? state !== 'STOPPED' : state !== 'RUNNING')),
  )('%s is refused of a node that is %s', async (transition, state) => {
    const id = await nodeIn(state);
    expect(refusal(await call('POST', `/nodes/${id}/${transition}`))).toEqual([409, 'wrong-state']);
    expect(await stateOf(id)).toBe(state);
  });

  test('of a node in an intermediate state is refused, but the node can be deleted', async () => {
    const id = await nodeIn('RUNNING');
    await call('POST', `/nodes/${id}/reboot`);
    expect(refusal(await call('POST', `/nodes/${id}/reboot`))).toEqual([409, 'wrong-state']);
    expect((await call('DELETE', `/nodes/${id}`)).status).toBe(202);
    await advance(1000);
    expect(await stateOf(id)).toBe('TERMINATED');
  });

  test('of a missing node is 404', async () => {
    for (const [method, path] of [
      ['GET', ''],
      ['DELETE', ''],
      ['POST', '/start'],
    ] as const) {
      expect(refusal(await call(method, `/nodes/node-99${path}`))).toEqual([404, 'not-found']);
    }
  });
});

describe('a node that is terminated', () => {
  test('stays terminated when deleted again, during and after termination', async () => {
    const id = await nodeIn('RUNNING');
    await call('DELETE', `/nodes/${id}`);
    await advance(400);
    const again = await call('DELETE', `/nodes/${id}`);
    expect([again.status, again.json.state]).toEqual([202, 'STOPPING']);
    await advance(100);
    const gone = await call('DELETE', `/nodes/${id}`);
    expect([gone.status, gone.json.state]).toEqual([200, 'TERMINATED']);
  });
  test('is left out of listings unless asked for', async () => {
    const id = await nodeIn('TERMINATED');
    const listed = async (query: string) =>
      (await call('GET', `/nodes${query}`)).json.map((node: { id: string }) => node.id);
    expect(await listed('')).toEqual(['1234a', '4567a']);
    expect(await listed(`?ids=${id},1234a,none`)).toEqual(['1234a', id]);
    expect(await listed('?state=TERMINATED')).toEqual([id]);
  });
  test('has no addresses, and is not found after an hour', async () => {
    const id = await nodeIn('TERMINATED');
    await advance(3_599_999);
    expect((await call('GET', `/nodes/${id}`)).json).toMatchObject({ public_ips: [], private_ips: [] });
    await advance(1);
    expect((await call('GET', `/nodes/${id}`)).status).toBe(404);
    expect((await call('GET', '/nodes?state=TERMINATED')).json).toEqual([]);
    expect((await call('POST', '/nodes', plain)).json.id).not.toBe(id);
  });
});

describe('a creation', () => {
  test('is PENDING without addresses, then RUNNING with them', async () => {
    const { status, json } = await call('POST', '/nodes', { ...plain, location: 'us-east-b', extra: { tier: [1] } });
    const { now } = (await admin('GET', 'clock')).json;
    const made = {
      id: 'node-1',
      name: 'web',
      state: 'PENDING',
      public_ips: [],
      private_ips: [],
      size: 'test-size-1',
      image: 'test-image-1',
      created_at: now,
      location: 'us-east-b',
      extra: { tier: [1] },
    };
    expect([status, json]).toEqual([201, made]);
    await advance(1000);
    const addresses = { public_ips: ['198.18.0.1', '2001:db8:1::1'], private_ips: ['10.1.0.1'] };
    expect((await call('GET', '/nodes/node-1')).json).toEqual({ ...made, ...addresses, state: 'RUNNING' });
  });

  test.each([
    ['both', ['198.18.0.1', '2001:db8:1::1'], ['10.1.0.1']],
    ['ipv4', ['198.18.0.1'], ['10.1.0.1']],
    ['ipv6', ['2001:db8:1::1'], ['10.1.0.1']],
    ['private', [], ['10.1.0.1']],
    ['none', [], []],
  ])('can simulate its addresses: %s', async (addresses, publicIps, privateIps) => {
    const { id } = await create({ ...plain, simulate: { addresses, boot_ms: 10, address_delay_ms: 20 } });
    await advance(29);
    expect((await call('GET', `/nodes/${id}`)).json).toMatchObject({
      state: 'RUNNING',
      public_ips: [],
      private_ips: [],
    });
    await advance(1);
    const { public_ips, private_ips } = (await call('GET', `/nodes/${id}`)).json;
    expect([public_ips, private_ips]).toEqual([publicIps, privateIps]);
  });

  test('can simulate a failure and the time to boot', async () => {
    const { id } = await create({ ...plain, simulate: { outcome: 'error', boot_ms: 5000 } });
    await advance(4999);
    expect(await stateOf(id)).toBe('PENDING');
    await advance(1);
    expect((await call('GET', `/nodes/${id}`)).json).toMatchObject({ state: 'ERROR', public_ips: [], private_ips: [] });
  });

  test('with the same token and body creates one node, for any order of fields', async () => {
    const body = { ...plain, client_token: 'once', auth: { generate_password: true } };
    const first = await call('POST', '/nodes', body);
    const second = await call('POST', '/nodes', Object.fromEntries(Object.entries(body).reverse()));
    expect([first.status, second.status]).toEqual([201, 200]);
    expect(second.json).toEqual(first.json);
    expect(first.json.generated_password).toMatch(/^.{16}$/);
    expect((await call('GET', `/nodes/${first.json.id}`)).json).not.toHaveProperty('generated_password');
    const other = await call('POST', '/nodes', { ...body, name: 'other' });
    expect(refusal(other)).toEqual([409, 'client-token-reused', 'client_token']);
    const elsewhere = await call('POST', '/regions/eu-west/nodes', body);
    expect([elsewhere.status, elsewhere.json.id]).toEqual([201, 'node-2']);
  });

  test.each<[string, object]>([
    ['name', { ...plain, name: '' }],
    ['name', { ...plain, name: 'x'.repeat(129) }],
    ['name', { ...plain, name: 'a\u0000' }],
    ['name', { size: 'test-size-1', image: 'test-image-1' }],
    ['size', { ...plain, size: 'huge' }],
    ['size', { ...plain, size: 'test-size-gpu', location: 'us-east-b' }],
    ['image', { ...plain, image: 'img-1' }],
    ['location', { ...plain, location: 'eu-west-a' }],
    ['auth', { ...plain, auth: {} }],
    ['auth', { ...plain, auth: { password: 'longenough', generate_password: true } }],
    ['auth.key_pair', { ...plain, auth: { key_pair: 'none' } }],
    ['auth.ssh_public_key', { ...plain, auth: { ssh_public_key: 'ssh-rsa AAAA' } }],
    ['auth.password', { ...plain, auth: { password: 'short' } }],
    ['client_token', { ...plain, client_token: 'a b' }],
    ['extra', { ...plain, extra: [] }],
    ['simulate.outcome', { ...plain, simulate: { outcome: 'maybe' } }],
    ['simulate.boot_ms', { ...plain, simulate: { boot_ms: 1.5 } }],
    ['simulate.kind', { ...plain, simulate: { kind: 'red' } }],
    ['kind', { ...plain, kind: 'red' }],
    ['body', []],
  ])('is refused with a wrong %s: %j', async (field, body) => {
    expect(refusal(await call('POST', '/nodes', body))).toEqual([400, 'invalid-argument', field]);
    expect((await call('GET', '/nodes')).json).toHaveLength(2);
  });

  test('does not repeat a password that it refuses', async () => {
    const { text } = await call('POST', '/nodes', { ...plain, auth: { password: 's3cret' } });
    expect(text).not.toContain('s3cret');
  });
});

describe('a listing', () => {
  const pages = async (query: string): Promise<string[][]> => {
    const seen: string[][] = [];
    let cursor = '';
    do {
      const { json, headers } = await call('GET', `/nodes?${query}${cursor}`);
      seen.push(json.map((node: { id: string }) => node.id));
      cursor = headers['x-next-cursor'] === undefined ? '' : `&cursor=${headers['x-next-cursor']}`;
    } while (cursor !== '');
    return seen;
  };

  test.each([
    [1, [1, 1, 1, 1, 1]],
    [4, [4, 1]],
    [5, [5]],
    [1000, [5]],
  ])('in pages of %i', async (limit, sizes) => {
    for (let made = 0; made < 3; made++) await create({ ...plain, name: `n${made}` });
    const seen = await pages(`limit=${limit}`);
    expect(seen.map((page) => page.length)).toEqual(sizes);
    expect(seen.flat()).toEqual(['1234a', '4567a', 'node-1', 'node-2', 'node-3']);
  });

  test('is not affected by nodes that are created and removed meanwhile', async () => {
    for (let made = 0; made < 3; made++) await create();
    const first = await call('GET', '/nodes?limit=3');
    await call('DELETE', '/nodes/node-1');
    await advance(500);
    await create();
    const rest = await call('GET', `/nodes?cursor=${first.headers['x-next-cursor']}`);
    expect(rest.json.map((node: { id: string }) => node.id)).toEqual(['node-2', 'node-3', 'node-4']);
  });

  test('can be filtered by state and by prefix of the name', async () => {
    await create({ ...plain, name: 'web%1' });
    await create({ ...plain, name: 'web_2' });
    await advance(1000);
    await create({ ...plain, name: 'Web-3' });
    expect(await pages('name=web')).toEqual([['node-1', 'node-2']]);
    expect(await pages('name=web%25')).toEqual([['node-1']]);
    expect(await pages('state=PENDING')).toEqual([['node-3']]);
    expect(await pages('state=RUNNING&name=t')).toEqual([['1234a', '4567a']]);
  });

  test.each([
    ['limit', 'limit=0'],
    ['limit', 'limit=1001'],
    ['limit', 'limit=x'],
    ['limit', 'limit=1&limit=2'],
    ['cursor', 'cursor=x'],
    ['cursor', `cursor=${btoa('after:-1')}`],
    ['state', 'state=running'],
    ['page', 'page=2'],
  ])('is refused with a wrong %s: %s', async (field, query) => {
    expect(refusal(await call('GET', `/nodes?${query}`))).toEqual([400, 'invalid-argument', field]);
  });
});

test('both base paths are the same region', async () => {
  await create();
  expect((await call('GET', '/regions/us-east/nodes')).json).toEqual((await call('GET', '/nodes')).json);
  expect((await call('GET', '/regions/us-west/nodes')).json).toEqual([]);
});

test('a test can set the state of a node, unless it is terminated', async () => {
  const id = await nodeIn('RUNNING');
  expect((await admin('PUT', `nodes/${id}`, { state: 'ERROR' })).json).toMatchObject({ id, state: 'ERROR' });
  expect((await admin('PUT', `nodes/${id}`, { state: 'QUANTUM_STATE' })).json.state).toBe('QUANTUM_STATE');
  expect(refusal(await admin('PUT', `nodes/${id}`, { state: 'error' }))).toEqual([400, 'invalid-argument', 'state']);
  expect(refusal(await admin('PUT', 'nodes/node-9', { state: 'ERROR' }))).toEqual([404, 'not-found']);
  expect((await admin('PUT', `nodes/${id}`, { state: 'TERMINATED' })).json.state).toBe('TERMINATED');
  expect(refusal(await admin('PUT', `nodes/${id}`, { state: 'RUNNING' }))).toEqual([409, 'wrong-state']);
});
