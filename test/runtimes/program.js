/**
 * What a runtime must be able to do, in one kind: `program.js blocking|async`. Prints each check with `ok` or its failure.
 * Plain JavaScript without a test runner, so that every runtime can run it.
 */
import assert from 'node:assert/strict';
import { tracingChannel } from 'node:diagnostics_channel';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { testCompute } from '@isobar/compute-test';
import { connect, isCloudError } from '@isobar/design-flag';
import { googleStorage } from '@isobar/storage-google';

const { STORAGE, COMPUTE, KEY, SECRET, USER_NAME, PASSWORD } = process.env;
const kind = process.argv[2];
const isAsync = kind === 'async';
const storage = connect(googleStorage, { endpoint: STORAGE, key: KEY, secret: SECRET, async: isAsync });
const compute = connect(testCompute, { endpoint: COMPUTE, key: USER_NAME, secret: PASSWORD, async: isAsync });

const container = `runtime-${kind}-${process.pid}`;
const folder = mkdtempSync(join(tmpdir(), 'isobar-runtime-'));
const sizeBytes = 5 * 1024 * 1024 + 1;
const bytes = Uint8Array.from({ length: sizeBytes }, (_, at) => at % 251);

/** The failure of a call, in either kind. */
async function failureOf(call) {
  try {
    await call();
  } catch (failure) {
    return failure;
  }
  return assert.fail('nothing was thrown');
}

const checks = {
  async 'small objects'() {
    await storage.createContainer(container);
    for (const name of ['a', 'b/c', 'b/d ü']) await storage.writeObject(`this is ${name}`, container, name);
    const names = [];
    for await (const { name } of storage.iterateContainerObjects(container)) names.push(name);
    assert.deepEqual(names, ['a', 'b/c', 'b/d ü']);
    const read = await storage.readObject({ container, name: 'b/d ü' });
    assert.equal(new TextDecoder().decode(read), 'this is b/d ü');
  },
  async 'large objects'() {
    await storage.writeObject(bytes, container, 'large');
    assert.ok(Buffer.from(bytes).equals(await storage.readObject({ container, name: 'large' })));
  },
  async files() {
    const [source, destination] = [join(folder, 'source'), join(folder, 'destination')];
    writeFileSync(source, bytes);
    const object = await storage.uploadObject(source, container, 'file');
    assert.equal((await storage.downloadObject(object, destination)).verified, 'crc32c');
    assert.ok(readFileSync(destination).equals(bytes));
  },
  async streams() {
    const pieces = [bytes.subarray(0, 70_000), bytes.subarray(70_000, 300_000)];
    const object = await storage.uploadObjectViaStream(pieces, container, 'stream');
    const read = [];
    for await (const piece of storage.downloadObjectAsStream(object)) read.push(piece);
    assert.ok(Buffer.concat(read).equals(bytes.subarray(0, 300_000)));
  },
  async progress() {
    let transferred = 0;
    const onProgress = (now) => {
      transferred = now.transferredBytes ?? now;
    };
    await storage.writeObject(bytes, container, 'progress', { onProgress });
    assert.equal(transferred, sizeBytes);
  },
  async failures() {
    const missing = await failureOf(() => storage.getObject(container, 'missing'));
    assert.ok(isCloudError(missing, 'not-found'), String(missing));
    const refused = connect(googleStorage, {
      endpoint: 'http://127.0.0.1:9',
      key: KEY,
      secret: SECRET,
      async: isAsync,
      retry: false,
    });
    const network = await failureOf(() => refused.getContainer('any'));
    assert.ok(isCloudError(network, 'network'), String(network));
    assert.equal(network.details.operation, 'getContainer');
    await refused.close();
  },
  async 'time limits'() {
    // The system accepts connections to a server that listens, also while its thread is blocked. It never answers.
    const silent = createServer().listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const endpoint = `http://127.0.0.1:${silent.address().port}`;
    const driver = connect(googleStorage, { endpoint, key: KEY, secret: SECRET, async: isAsync });
    const late = await failureOf(() => driver.getContainer(container, { timeoutMs: 200 }));
    assert.ok(isCloudError(late, 'timeout'), String(late));
    await driver.close();
    silent.close();
  },
  async compute() {
    const [size] = await compute.listSizes();
    const [image] = await compute.listImages();
    const node = await compute.createNode('runtime', size, image);
    const [running] = await compute.waitUntilRunning([node]);
    assert.equal((running.node ?? running).state, 'running');
    await compute.destroyNode(node);
  },
  async tracing() {
    const seen = [];
    const listener = { asyncEnd: ({ method, status }) => seen.push(`${method} ${status}`) };
    tracingChannel('isobar:exchange').subscribe(listener);
    await storage.getContainer(container);
    tracingChannel('isobar:exchange').unsubscribe(listener);
    assert.deepEqual(seen, ['HEAD 200']);
  },
  async closing() {
    await storage.close();
    await compute.close();
    const failure = await failureOf(() => storage.getContainer(container));
    assert.ok(isCloudError(failure, 'session-closed'), String(failure));
  },
};

const results = {};
for (const [name, check] of Object.entries(checks)) {
  try {
    await check();
    results[name] = 'ok';
  } catch (failure) {
    results[name] = failure.stack;
  }
}
rmSync(folder, { recursive: true });
console.log(JSON.stringify(results));
