/** Control of the emulator from the program that started it. */
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type Emulator, type Fault, startEmulator } from '../index.ts';
import { elements, exchange, signed } from './client.ts';

let emulator: Emulator;
beforeAll(async () => {
  emulator = await startEmulator();
});
beforeEach(() => emulator.reset());
afterAll(() => emulator.close());

const get = (path: string) => signed(emulator, 'GET', path);

test('reset empties everything but keys and tokens', async () => {
  const key = (await exchange(emulator.storage, 'GET', '/_emulator/service-account')).text;
  await signed(emulator, 'PUT', '/box');
  await emulator.faults([{ times: 9, fault: { kind: 'status', status: 503 } }]);
  await emulator.reset();
  expect([(await get('/box')).code, (await emulator.requests()).length]).toEqual(['NoSuchBucket', 1]);
  expect((await exchange(emulator.storage, 'GET', '/_emulator/service-account')).text).toBe(key);
});

test('thousands of objects at once', async () => {
  await signed(emulator, 'PUT', '/box');
  await emulator.addObjects({ bucket: 'box', count: 1500, prefix: 'a&b/é ' });
  await emulator.addObjects({ bucket: 'box', count: 2 });
  const keys = elements((await get('/box?max-keys=3')).text, 'Key');
  expect(keys).toEqual(['0000000', '0000001', 'a&amp;b/é 0000000']);
  await expect(emulator.addObjects({ bucket: 'box', count: 0 })).rejects.toThrow('"count" must be a whole number');
  await expect(emulator.addObjects({ bucket: 'none', count: 1 })).rejects.toThrow('"bucket" must be');
});

test('new rules replace all rules', async () => {
  await signed(emulator, 'PUT', '/box');
  const status = (code: number): Fault => ({ kind: 'status', status: code });
  await emulator.faults([{ times: 5, fault: status(503) }]);
  expect((await get('/box')).status).toBe(503);
  await emulator.faults([{ method: 'GET', fault: status(429) }]);
  expect([(await get('/box')).status, (await get('/box')).status]).toEqual([429, 200]);
  await emulator.faults([{ times: 5, fault: status(503) }]);
  await expect(emulator.faults([{ fault: { kind: 'explode' } as unknown as Fault }])).rejects.toThrow('fault.kind');
  expect((await get('/box')).status).toBe(503);
  await emulator.faults([]);
  expect((await get('/box')).status).toBe(200);
});

test('the requests that were sent', async () => {
  await signed(emulator, 'PUT', '/box');
  await get('/box/none');
  const sent = (await emulator.requests()).map(({ method, target, status }) => [method, target, status]);
  expect(sent).toEqual([
    ['PUT', '/box', 200],
    ['GET', '/box/none', 404],
  ]);
});
