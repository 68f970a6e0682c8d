/** Regions, quotas, the rate limit, reports, faults, the clock. */
import { describe, expect, test } from 'vitest';
import { startEmulator } from '../index.ts';
import { exchange } from './client.ts';
import { cloudClient, frozenCloud, refusal } from './cloud.ts';

const { call, admin, advance } = frozenCloud({ reportMs: 1000 });
const plain = { name: 'web', size: 'test-size-1', image: 'test-image-1' };

describe('regions', () => {
  test('there are eleven, the home region first', async () => {
    const { json } = await call('GET', '/regions');
    expect(json).toHaveLength(11);
    expect(json[0]).toEqual({ id: 'us-east', name: 'US East', country: 'US', status: 'up' });
    expect((await call('GET', '/regions/us-east')).json).toEqual(json[0]);
    for (const path of ['', '/nodes']) expect((await call('GET', `/regions/none${path}`)).status).toBe(404);
  });

  test('one that is down refuses everything, and the others do not', async () => {
    expect((await admin('PUT', 'regions/eu-west', { down: true })).status).toBe(200);
    expect(refusal(await call('GET', '/regions/eu-west/nodes'))).toEqual([503, 'region-down']);
    expect(refusal(await call('POST', '/regions/eu-west/nodes', plain))).toEqual([503, 'region-down']);
    expect((await call('GET', '/regions/eu-west')).json.status).toBe('down');
    expect((await call('GET', '/regions/eu-central/nodes')).status).toBe(200);
    await admin('PUT', 'regions/eu-west', { down: false });
    expect((await call('GET', '/regions/eu-west/nodes')).json).toEqual([]);
  });

  test('have their own sizes, images and locations', async () => {
    const [sizes, images, locations] = await Promise.all(
      ['sizes', 'images', 'locations'].map(async (path) => (await call('GET', `/regions/eu-west/${path}`)).json),
    );
    expect(locations.map(({ id }: { id: string }) => id)).toEqual(['eu-west-a', 'eu-west-b', 'eu-west-c']);
    const inSecond = (await call('GET', '/regions/eu-west/sizes?location=eu-west-b')).json;
    expect(sizes.length - inSecond.length).toBe(1);
    expect((await call('GET', '/regions/eu-west/images?location=eu-west-b')).json).toEqual(images);
    for (const path of ['sizes', 'images']) {
      const elsewhere = await call('GET', `/regions/eu-west/${path}?location=us-east-a`);
      expect(refusal(elsewhere)).toEqual([400, 'invalid-argument', 'location']);
    }
    const first = await call('GET', '/sizes?limit=1');
    const second = await call('GET', `/sizes?limit=1&cursor=${first.headers['x-next-cursor']}`);
    expect([...first.json, ...second.json]).toEqual(sizes.slice(0, 2));
  });

  test('have the configured latencies', async () => {
    await using emulator = await startEmulator({ regionLatencyMs: 200 });
    const far = cloudClient(emulator);
    const latencies = (await far.admin('GET', 'regions')).json;
    expect(latencies[0]).toEqual({ id: 'us-east', down: false, latency_ms: 20 });
    expect(latencies.at(-1)).toEqual({ id: 'ap-southeast', down: false, latency_ms: 200 });
    const ask = () => far.call('GET', '/regions/ap-southeast/nodes');
    expect((await ask()).status).toBe(200);
    await far.admin('PUT', 'regions/ap-southeast', { latency_ms: 60_000 });
    ask().catch(() => {}); // for longer than the emulator runs
    await expect.poll(async () => (await far.admin('GET', 'requests')).json.at(-1).status).toBe(0);
    await far.admin('PUT', 'regions/ap-southeast', { latency_ms: 0 });
    expect((await ask()).status).toBe(200);
    const statuses = (await far.admin('GET', 'requests')).json.map(({ status }: { status: number }) => status);
    expect(statuses, 'the one that is far away is still not answered').toEqual([200, 0, 200]);
  });
});

describe('quotas', () => {
  test('count resources separately for each region', async () => {
    await admin('PUT', 'quotas', { nodes: 3 });
    expect((await admin('GET', 'quotas')).json).toEqual({ nodes: 3, volumes: 1000 });
    const made = await call('POST', '/nodes', { ...plain, client_token: 'last' });
    expect(made.status).toBe(201);
    expect(refusal(await call('POST', '/nodes', plain))).toEqual([403, 'quota-exceeded']);
    expect((await call('POST', '/nodes', { ...plain, client_token: 'last' })).status).toBe(200);
    expect((await call('POST', '/regions/eu-west/nodes', plain)).status).toBe(201);
    await call('DELETE', `/nodes/${made.json.id}`);
    expect(refusal(await call('POST', '/nodes', plain))).toEqual([403, 'quota-exceeded']);
    await advance(200);
    expect((await call('POST', '/nodes', plain)).status).toBe(201);
  });

  test('apply to volumes too, and can be lifted', async () => {
    await admin('PUT', 'quotas', { volumes: 0 });
    const volume = { name: 'x', size_gb: 1 };
    expect(refusal(await call('POST', '/volumes', volume))).toEqual([403, 'quota-exceeded']);
    await admin('PUT', 'quotas', { volumes: null });
    expect((await call('POST', '/volumes', volume)).status).toBe(201);
    expect(refusal(await admin('PUT', 'quotas', { nodes: -1 }))).toEqual([400, 'invalid-argument', 'nodes']);
  });

  test('a refused creation uses up no id', async () => {
    await admin('PUT', 'quotas', { nodes: 2 });
    await call('POST', '/nodes', plain);
    await admin('PUT', 'quotas', { nodes: 3 });
    expect((await call('POST', '/nodes', plain)).json.id).toBe('node-1');
  });
});

test('a rate limit applies to each region separately, and names the delay', async () => {
  await admin('PUT', 'rate-limit', { requests_per_second: 1, burst: 3 });
  const get = (path = '/nodes') => call('GET', path);
  for (let request = 0; request < 3; request++) expect((await get()).status).toBe(200);
  const refused = await get();
  expect([...refusal(refused), refused.headers['retry-after']]).toEqual([429, 'rate-limited', '1']);
  expect((await get('/regions/eu-west/nodes')).status).toBe(200);
  await advance(999);
  expect((await get()).status).toBe(429);
  await advance(1);
  expect([(await get()).status, (await get()).status]).toEqual([200, 429]);
  await admin('PUT', 'rate-limit', null);
  expect([(await get()).status, (await admin('GET', 'rate-limit')).json]).toEqual([200, null]);
});

describe('a report', () => {
  test('can be polled by any client until it is done', async () => {
    const { status, json } = await call('POST', '/reports');
    expect([status, json]).toMatchObject([201, { id: 'report-1', state: 'RUNNING', percent: 0 }]);
    await advance(505);
    expect((await call('GET', '/reports/report-1')).json).toEqual({ ...json, percent: 50 });
    await advance(495);
    const text = 'Around the ragged rocks, the ragged rascal ran. \r\n';
    expect((await call('GET', '/reports/report-1')).json).toEqual({ ...json, state: 'DONE', percent: 100, text });
    expect(refusal(await call('DELETE', '/reports/report-1'))).toEqual([409, 'wrong-state']);
    expect((await call('GET', '/reports/report-2')).status).toBe(404);
  });

  test('can be cancelled, and can fail', async () => {
    await call('POST', '/reports');
    await advance(300);
    const cancelled = await call('DELETE', '/reports/report-1');
    expect([cancelled.status, cancelled.json]).toMatchObject([200, { state: 'CANCELLED', percent: 30 }]);
    await advance(5000);
    expect((await call('DELETE', '/reports/report-1')).json).toEqual(cancelled.json);
    await call('POST', '/reports', { simulate: { outcome: 'failed', report_ms: 10 } });
    await advance(10);
    const failed = (await call('GET', '/reports/report-2')).json;
    expect(failed.state).toBe('FAILED');
    expect(failed).not.toHaveProperty('text');
  });

  test('is created once for the same token', async () => {
    const body = { client_token: 'once' };
    const [first, second] = [await call('POST', '/reports', body), await call('POST', '/reports', body)];
    expect([first.status, second.status]).toEqual([201, 200]);
    expect(second.json).toEqual(first.json);
    const other = await call('POST', '/reports', { ...body, simulate: {} });
    expect(refusal(other)).toEqual([409, 'client-token-reused', 'client_token']);
  });
});

describe('the clock', () => {
  test('can be frozen, advanced, and run again from there', async () => {
    const { now_ms: before, frozen } = (await admin('GET', 'clock')).json;
    expect(frozen).toBe(true);
    await advance(86_400_000);
    expect((await admin('GET', 'clock')).json).toMatchObject({ now_ms: before + 86_400_000, frozen: true });
    const running = (await admin('POST', 'clock', { frozen: false })).json;
    expect(running.frozen).toBe(false);
    expect(running.now_ms).toBeGreaterThanOrEqual(before + 86_400_000);
    await expect.poll(async () => (await admin('GET', 'clock')).json.now_ms).toBeGreaterThan(running.now_ms);
  });
  test.each<[string, unknown]>([
    ['frozen', { frozen: 1 }],
    ['advance_ms', { advance_ms: -1 }],
    ['speed', { speed: 2 }],
    ['body', 'now'],
  ])('refuses a wrong %s', async (field, body) => {
    expect(refusal(await admin('POST', 'clock', body))).toEqual([400, 'invalid-argument', field]);
  });
});

describe('faults', () => {
  const ask = (rule: object) => admin('POST', 'faults', [rule]);

  test('by rule, before and after the work, on every route', async () => {
    await ask({
      method: 'POST',
      path: '/compute/volumes',
      fault: { kind: 'status', status: 503, retryAfterSeconds: 7 },
    });
    const volume = { name: 'x', size_gb: 1 };
    const refused = await call('POST', '/volumes', volume);
    expect([...refusal(refused), refused.headers['retry-after']]).toEqual([503, 'unavailable', '7']);
    await ask({ method: 'POST', fault: { kind: 'reset', when: 'after' } });
    await expect(call('POST', '/volumes', volume)).rejects.toThrow();
    expect((await call('GET', '/volumes')).json).toHaveLength(1);
    await ask({ path: '/compute/nodes', fault: { kind: 'cut', afterBytes: 10 } });
    await expect(call('GET', '/nodes')).rejects.toThrow('aborted');
  });

  test('in the middle of a body', async () => {
    await ask({ method: 'POST', fault: { kind: 'status', status: 500, afterBytes: 5 } });
    expect((await call('POST', '/nodes', plain)).status).toBe(500);
    expect((await call('GET', '/nodes')).json).toHaveLength(2);
  });

  test('the log has every request', async () => {
    await admin('DELETE', 'requests');
    await call('POST', '/regions/eu-west/nodes', plain);
    await call('GET', '/nodes/none');
    const log: { method: string; target: string; status: number }[] = (await admin('GET', 'requests')).json;
    expect(log.map(({ method, target, status }) => [method, target, status])).toEqual([
      ['POST', '/compute/regions/eu-west/nodes', 201],
      ['GET', '/compute/nodes/none', 404],
    ]);
  });
});

describe('input that is not JSON, or not a route', () => {
  test.each<[string, string, number]>([
    ['nothing', '', 400],
    ['half of it', '{"name":', 400],
    ['bytes that are not UTF-8', '{"name":"\xff"}', 400],
    ['too much', `{"name":"${'x'.repeat(70_000)}"}`, 400],
    ['null', 'null', 400],
    ['a well of lists', `{"extra":{"a":${'['.repeat(30_000)}${']'.repeat(30_000)}}}`, 400],
  ])('a body of %s', async (_, body, status) => {
    await using emulator = await startEmulator();
    const headers = { authorization: `Basic ${btoa('apache:libcloud')}` };
    const answer = await exchange(emulator.compute, 'POST', '/compute/nodes', {
      headers,
      body: Buffer.from(body, 'latin1'),
    });
    expect([answer.status, JSON.parse(answer.text).error.code]).toEqual([status, 'invalid-argument']);
  });

  test('a path', async () => {
    expect(refusal(await call('GET', '/nodes/'))).toEqual([404, 'not-found']);
    expect(refusal(await call('GET', '/nodes/1234a/'))).toEqual([404, 'not-found']);
    expect(refusal(await call('GET', '/nodes/%ff'))).toEqual([400, 'invalid-argument']);
    expect(refusal(await call('GET', '/regions/us-east/regions/us-east/nodes'))).toEqual([404, 'not-found']);
    const wrong = await call('PATCH', '/volumes/x');
    expect([...refusal(wrong), wrong.headers.allow]).toEqual([405, 'method-not-allowed', 'GET, HEAD, DELETE']);
    const head = await call('HEAD', '/nodes');
    expect([head.status, head.text, Number(head.headers['content-length']) > 0]).toEqual([200, '', true]);
  });
});
