import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Emulator, startEmulator } from '../index.ts';
import { exchange } from './client.ts';

let emulator: Emulator;
beforeAll(async () => {
  emulator = await startEmulator({ user: 'me', password: 'pa:ss', reportMs: 40 });
});
afterAll(() => emulator.close());

const call = (method: string, target: string, user = 'me:pa:ss') =>
  exchange(emulator.compute, method, target, { headers: { authorization: `Basic ${btoa(user)}` } });

test('the nodes', async () => {
  const nodes: { id: string; public_ips: string[] }[] = JSON.parse((await call('GET', '/compute/nodes')).text);
  expect(nodes.map(({ id, public_ips }) => [id, public_ips])).toEqual([
    ['1234a', ['4.4.4.4', '8.8.8.8']],
    ['4567a', ['4.4.4.5', '8.8.8.8']],
  ]);
  expect(nodes[0]).toEqual({
    id: '1234a',
    name: 'test-1',
    state: 'RUNNING',
    public_ips: ['4.4.4.4', '8.8.8.8'],
    private_ips: ['10.0.0.1', '192.168.1.1'],
    size: 'test-size-1',
    image: 'test-image-1',
    created_at: '2017-01-09T05:25:12+00:00',
    extra: { 'test-key': 'test-value' },
  });
  expect(JSON.parse((await call('GET', '/compute/nodes/4567a')).text).name).toBe('test-2');
});

test('the report takes as long as requested', async () => {
  const report = await call('GET', '/compute/report_data');
  expect(report.text).toBe('Around the ragged rocks, the ragged rascal ran. \r\n');
  expect(report.headers['content-type']).toMatch(/^text\/plain/);
  call('GET', '/compute/report_data?delay-ms=60000').catch(() => {}); // for longer than the emulator runs
  const log = async () => JSON.parse((await call('GET', '/_emulator/requests')).text);
  await expect
    .poll(async () => (await log()).at(-1))
    .toMatchObject({ target: expect.stringContaining('delay-ms'), status: 0 });
});

test('refused requests', async () => {
  for (const answer of [
    await call('GET', '/compute/nodes', 'me:no'),
    await exchange(emulator.compute, 'GET', '/compute/nodes'),
  ]) {
    expect([answer.status, JSON.parse(answer.text).error.code]).toEqual([401, 'unauthenticated']);
    expect(answer.headers['www-authenticate']).toMatch(/^Basic /);
  }
  expect((await call('GET', '/compute/nodes/none')).status).toBe(404);
  expect((await call('GET', '/elsewhere')).status).toBe(404);
  expect((await call('DELETE', '/compute/nodes')).status).toBe(405);
});
