/**
 * Listings of critical lengths, up to 100,000 objects, and servers with invalid pages: nothing missing, nothing twice,
 * no loop, in both kinds.
 */
import { Worker } from 'node:worker_threads';
import { connect } from '@isobar/design-flag';
import { type Emulator, startEmulator } from '@isobar/emulator';
import { googleStorage } from '@isobar/storage-google';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

let emulator: Emulator;
beforeAll(async () => {
  emulator = await startEmulator();
});
afterAll(() => emulator.close());

const optionsFor = (endpoint: string) => ({
  key: emulator.accessKey,
  secret: emulator.secret,
  endpoint,
  retry: false as const,
});

async function fill(bucket: string, count: number): Promise<void> {
  const target = `${emulator.storage}/_emulator/objects?bucket=${bucket}&count=${count}&prefix=o`;
  const { status } = await fetch(target, { method: 'POST' });
  expect(status, 'the emulator created the objects').toBe(204);
}

const nameAt = (index: number): string => `o${String(index).padStart(7, '0')}`;

/** Checks names and their order. The message has the first wrong one. */
function expectNames(names: Iterable<string>, count: number): void {
  let seen = 0;
  for (const name of names) {
    if (name !== nameAt(seen)) expect.fail(`object ${seen} of the listing is ${name}`);
    seen += 1;
  }
  expect(seen, 'objects in the listing').toBe(count);
}

describe.each([false, true])('a listing, async: %s', (isAsync) => {
  test.each([0, 1, 999, 1000, 1001])('of %i objects is complete', async (count) => {
    const driver = connect(googleStorage, { ...optionsFor(emulator.storage), async: isAsync });
    const bucket = `of-${count}-${isAsync}`;
    await driver.createContainer(bucket);
    if (count > 0) await fill(bucket, count);
    const iterated: string[] = [];
    for await (const { name } of driver.iterateContainerObjects(bucket)) iterated.push(name);
    expectNames(iterated, count);
    expectNames(
      (await driver.listContainerObjects(bucket)).map(({ name }) => name),
      count,
    );
    const pages = await Array.fromAsync(driver.iterateContainerObjects(bucket).pages());
    expect(pages.map(({ items }) => items.length)).toEqual(count > 1000 ? [1000, count - 1000] : [count]);
    await driver.close();
  });
});

test('a listing of 100,000 objects is complete, also when it resumes at a cursor', { timeout: 60_000 }, async () => {
  await using driver = connect(googleStorage, { ...optionsFor(emulator.storage), async: true });
  await driver.createContainer('of-100000');
  await fill('of-100000', 100_000);
  const names: string[] = [];
  let cursor: string | undefined;
  for await (const page of driver.iterateContainerObjects('of-100000').pages()) {
    for (const { name } of page.items) names.push(name);
    cursor = page.cursor;
    if (names.length === 50_000) break;
  }
  for await (const page of driver.iterateContainerObjects('of-100000').pages({ cursor: cursor ?? 'none' })) {
    for (const { name } of page.items) names.push(name);
  }
  expectNames(names, 100_000);
});

/** A server in its own thread that answers every request with the next page of a script, in a loop. */
const rogue = `
  const { createServer } = require('node:http');
  const { parentPort, workerData } = require('node:worker_threads');
  let asked = 0;
  const server = createServer((request, response) => {
    const body = '<?xml version="1.0"?><ListBucketResult>' + workerData[asked++ % workerData.length] + '</ListBucketResult>';
    response.setHeader('content-type', 'application/xml');
    response.end(body);
    if (asked > 100) process.exit(1);
  });
  server.listen(0, '127.0.0.1', () => parentPort.postMessage(server.address().port));
`;

const object = (name: string) => `<Contents><Key>${name}</Key><Size>1</Size></Contents>`;
const more = (marker?: string) =>
  `<IsTruncated>true</IsTruncated>${marker === undefined ? '' : `<NextMarker>${marker}</NextMarker>`}`;

describe.each([false, true])('a server with invalid pages, async: %s', (isAsync) => {
  test.each([
    ['repeats a marker', [object('a') + more('a')]],
    ['goes in a circle', [object('a') + more('b'), object('c') + more('d')]],
    ['goes back', [object('b') + more('b'), object('a') + more('a')]],
    ['promises more, and has neither items nor a marker', [more()]],
    ['promises more without items, again and again', [more('a')]],
  ])('%s: an error, not a loop', async (_, script) => {
    const server = new Worker(rogue, { eval: true, workerData: script });
    try {
      const port = await new Promise<number>((resolve) => server.once('message', resolve));
      const driver = connect(googleStorage, { ...optionsFor(`http://127.0.0.1:${port}`), async: isAsync });
      const expected = { code: 'malformed-response', details: { provider: 'google-storage' } };
      const collected = async () => await driver.listContainerObjects('bucket');
      await expect(collected()).rejects.toMatchObject(expected);
      const iterated = async () => {
        for await (const item of driver.iterateContainerObjects('bucket')) expect(item.name).toMatch(/^[abc]$/);
      };
      await expect(iterated()).rejects.toMatchObject(expected);
      await driver.close();
    } finally {
      await server.terminate();
    }
  });
});
