import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type Emulator, type FaultRule, type JournalEntry, startEmulator } from '../index.ts';
import { exchange, rawExchange, signed, signedTarget } from './client.ts';

let emulator: Emulator;
beforeAll(async () => {
  emulator = await startEmulator();
});
beforeEach(async () => {
  await exchange(emulator.storage, 'POST', '/_emulator/reset');
  await signed(emulator, 'PUT', '/box');
  await signed(emulator, 'PUT', '/box/key', { body: '0123456789' });
});
afterAll(() => emulator.close());

const ask = (...rules: FaultRule[]) =>
  exchange(emulator.storage, 'POST', '/_emulator/faults', { body: JSON.stringify(rules) });
const get = (headers = {}) => signed(emulator, 'GET', '/box/key', { unsigned: headers });
const journal = async (): Promise<JournalEntry[]> =>
  JSON.parse((await exchange(emulator.compute, 'GET', '/_emulator/requests')).text);

test('a status, the given number of times, for matching requests', async () => {
  const fault = { kind: 'status', status: 503, retryAfterSeconds: 2 } as const;
  expect((await ask({ service: 'storage', method: 'GET', path: '/box/k', times: 2, fault })).status).toBe(204);
  expect((await signed(emulator, 'HEAD', '/box/key')).status).toBe(200);
  for (let time = 0; time < 2; time++) {
    const answer = await get();
    expect([answer.status, answer.code, answer.headers['retry-after']]).toEqual([503, 'ServiceUnavailable', '2']);
  }
  expect((await get()).status).toBe(200);
});

test('a reset before the work, or after it', async () => {
  await ask({ fault: { kind: 'reset' } }, { method: 'PUT', fault: { kind: 'reset', when: 'after' } });
  await expect(get()).rejects.toThrow();
  await expect(signed(emulator, 'PUT', '/box/landed', { body: 'x' })).rejects.toThrow();
  expect((await signed(emulator, 'GET', '/box/landed')).text).toBe('x');
});

test('a cut, a flipped byte, a delay', async () => {
  await ask(
    { fault: { kind: 'cut', afterBytes: 4 } },
    { fault: { kind: 'corrupt' } },
    { fault: { kind: 'delay', ms: 1 } },
    { fault: { kind: 'delay', ms: 3_600_000 } },
  );
  await expect(get()).rejects.toThrow('aborted');
  const corrupt = await get();
  expect([corrupt.body[0], corrupt.body.toString('latin1', 1)]).toEqual([0x30 ^ 0xff, '123456789']);
  expect((await get()).text).toBe('0123456789');
  get().catch(() => {}); // for longer than the emulator runs
  await expect.poll(async () => (await journal()).at(-1)).toMatchObject({ fault: 'delay', status: 0 });
});

test('a stall, with and without the first bytes', async () => {
  await ask({ fault: { kind: 'stall' } }, { fault: { kind: 'stall', afterBytes: 3 } });
  let answered = 0;
  const last = async () => (await journal()).at(-1);
  for (const status of [0, 200]) {
    get().then(
      () => (answered += 1),
      () => {}, // the emulator ended
    );
    await expect.poll(last).toMatchObject({ fault: 'stall', status });
  }
  // Other requests are answered, unlike these two.
  expect((await get()).text).toBe('0123456789');
  expect(answered).toBe(0);
});

test('a request can carry its own fault', async () => {
  expect((await get({ 'x-goog-emulator-instructions': 'return-503' })).status).toBe(503);
  await expect(get({ 'x-goog-emulator-instructions': 'return-broken-stream' })).rejects.toThrow();
  expect((await get()).status).toBe(200);
});

test('the compute service has them as well', async () => {
  await ask({ service: 'compute', fault: { kind: 'status', status: 429 } });
  expect((await get()).status).toBe(200);
  const headers = { authorization: `Basic ${btoa('apache:libcloud')}` };
  expect((await exchange(emulator.compute, 'GET', '/compute/nodes', { headers })).status).toBe(429);
  expect((await exchange(emulator.compute, 'GET', '/compute/nodes', { headers })).status).toBe(200);
});

test('rules can be listed and cleared, and must be valid', async () => {
  await ask({ times: 3, fault: { kind: 'corrupt' } });
  expect(JSON.parse((await exchange(emulator.storage, 'GET', '/_emulator/faults')).text)).toEqual([
    { times: 3, fault: { kind: 'corrupt' } },
  ]);
  await exchange(emulator.storage, 'DELETE', '/_emulator/faults');
  expect((await get()).text).toBe('0123456789');
  const wrong = await exchange(emulator.storage, 'POST', '/_emulator/faults', {
    body: '[{"fault":{"kind":"explode"}}]',
  });
  expect([wrong.status, wrong.text.includes('fault.kind')]).toEqual([400, true]);
  expect((await exchange(emulator.storage, 'GET', '/_emulator/nothing')).status).toBe(404);
});

test('the log has every exchange and no credentials', async () => {
  await exchange(emulator.storage, 'DELETE', '/_emulator/requests');
  await get();
  await exchange(emulator.storage, 'GET', signedTarget(emulator, 'GET', '/box/key', 60));
  const entries = await journal();
  expect(entries.map(({ service, method, status, responseBytes }) => [service, method, status, responseBytes])).toEqual(
    [
      ['storage', 'GET', 200, 10],
      ['storage', 'GET', 200, 10],
    ],
  );
  expect(entries[1]?.target).toMatch(/&X-Goog-Signature=REDACTED$/);
  expect(JSON.stringify(entries)).not.toContain('Authorization');
});

test('an answer in place of the work: any headers, any body, of any length', async () => {
  const headers = { location: 'http://127.0.0.1:1/', 'x-twice': ['a', 'b'] };
  await ask(
    { fault: { kind: 'answer', status: 307, headers, body: '<html></html>' } },
    { method: 'DELETE', fault: { kind: 'answer', status: 200 } },
    { fault: { kind: 'answer', status: 500, body: '0123456789', repeat: 1000 } },
  );
  const answer = await get();
  expect([answer.status, answer.headers['x-twice'], answer.text]).toEqual([307, 'a, b', '<html></html>']);
  expect((await signed(emulator, 'DELETE', '/box/key')).status).toBe(200);
  const long = await get();
  expect([long.status, long.headers['content-length'], long.body.length]).toEqual([500, '10000', 10_000]);
  // The object that was not deleted.
  expect((await get()).text).toBe('0123456789');
});

test('an endless body stops with its client, and its sent bytes are logged', async () => {
  await ask({ fault: { kind: 'answer', status: 500, body: 'x'.repeat(1024), repeat: 'endless' } });
  const response = await fetch(`${emulator.storage}/box/key`);
  let received = 0;
  for await (const chunk of response.body ?? []) {
    received += chunk.length;
    if (received > 100_000) break;
  }
  expect(response.headers.get('content-length')).toBeNull();
  await expect.poll(async () => (await journal()).at(-1)?.responseBytes).toBeGreaterThan(100_000);
});

test('an altered answer: the work is done, and its headers, length or a byte changed', async () => {
  const method = 'GET';
  await ask(
    { method: 'PUT', fault: { kind: 'alter', status: 202, headers: { etag: '"other"', 'x-goog-generation': null } } },
    { method, fault: { kind: 'alter', keepBytes: 4 } },
    { method, fault: { kind: 'alter', corrupt: true, headers: { 'x-goog-hash': null } } },
    { method, fault: { kind: 'alter', headers: { 'content-length': ['10', '11'] } } },
  );
  const put = await signed(emulator, 'PUT', '/box/new', { body: '0123456789' });
  expect([put.status, put.headers.etag, put.headers['x-goog-generation']]).toEqual([202, '"other"', undefined]);
  const short = await get();
  expect([short.headers['content-length'], short.text]).toEqual(['4', '0123']);
  const corrupt = await get();
  expect([corrupt.body[0], corrupt.headers['x-goog-hash']]).toEqual([0x30 ^ 0xff, undefined]);
  await expect(get()).rejects.toThrow('Parse Error');
  expect((await signed(emulator, 'GET', '/box/new')).text).toBe('0123456789');
});

test('a body with excess bytes after its end', async () => {
  await ask({ fault: { kind: 'alter', excess: 'HTTP/1.1 200 OK\r\n\r\n' } });
  const target = signedTarget(emulator, 'GET', '/box/key', 60);
  const host = new URL(emulator.storage).host;
  const received = await rawExchange(emulator.storage, `GET ${target} HTTP/1.1\r\nHost: ${host}\r\n\r\n`, true);
  expect(received).toContain('Content-Length: 10\r\n');
  expect(received).toMatch(/\r\n\r\n0123456789HTTP\/1.1 200 OK\r\n\r\n$/);
});

test('a cut chunked body, a dripping body, a connection closed after the response', async () => {
  await ask(
    { fault: { kind: 'cut', afterBytes: 4, chunked: true } },
    { fault: { kind: 'drip', pieceBytes: 3, pauseMs: 1 } },
    { fault: { kind: 'hangup' } },
  );
  const target = signedTarget(emulator, 'GET', '/box/key', 60);
  const raw = `GET ${target} HTTP/1.1\r\nHost: ${new URL(emulator.storage).host}\r\n\r\n`;
  const cut = await rawExchange(emulator.storage, raw);
  expect(cut).toMatch(/Transfer-Encoding: chunked\r\n\r\n4\r\n0123\r\n$/);
  expect((await get()).text).toBe('0123456789');
  // Resolves because the server closes the connection, although the response says keep-alive.
  const hungUp = await rawExchange(emulator.storage, raw);
  expect(hungUp).toContain('Connection: keep-alive\r\n');
  expect(hungUp).toMatch(/\r\n\r\n0123456789$/);
});

test.each<[string, object]>([
  ['method', { method: 5, fault: { kind: 'reset' } }],
  ['path', { path: null, fault: { kind: 'reset' } }],
  ['times', { times: '2', fault: { kind: 'reset' } }],
  ['fault.afterBytes', { fault: { kind: 'cut', afterBytes: 'all' } }],
  ['fault.headers', { fault: { kind: 'answer', status: 200, headers: 'none' } }],
])('a rule whose %s has the wrong type is refused and not applied', async (field, rule) => {
  const refused = await ask(rule as FaultRule);
  expect([refused.status, JSON.parse(refused.text).error.message]).toEqual([
    400,
    expect.stringContaining(`"${field}"`),
  ]);
  expect((await get()).status).toBe(200);
});
