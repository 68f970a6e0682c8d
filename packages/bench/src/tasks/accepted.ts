/** Not a time: does the contender's work once against the emulator, which verifies signatures and digests. */
import { randomBytes } from 'node:crypto';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { UnsupportedError } from '../clients/client.ts';
import { connectIsobar } from '../clients/isobar.ts';
import type { Task } from '../runner/cell.ts';
import { clientOf } from './service.ts';

/** Checks that the emulator takes the contender's requests and that bytes come back as they went; the outcome lists what was done. */
export const run: Task = async (input) => {
  if (input.contender === 'gcs') throw new UnsupportedError('the emulator serves no objects over the JSON API');
  const { storage: url, key, secret, folder } = input.services;
  const container = `accepted-${input.contender}`;
  const maker = connectIsobar('flag-async', { url, key, secret, connections: 1 });
  // A driver of its own makes the container: not every contender can.
  await makeContainer(url, key, secret, container);
  const client = await clientOf(input, url);
  const path = join(folder, container);
  const bytes = randomBytes(100_000);
  const compare = (got: Uint8Array, what: string): void => {
    if (!bytes.equals(got)) throw new Error(`wrong result: ${what} gave other bytes`);
  };
  await client.put(container, 'object', new Uint8Array(bytes));
  compare(await client.get(container, 'object'), 'get');
  await writeFile(path, bytes);
  const done = ['put', 'get'];
  const attempt = async (what: string, work: () => Promise<void>): Promise<void> => {
    try {
      await work();
      done.push(what);
    } catch (failure) {
      if (!(failure instanceof UnsupportedError)) throw failure;
    }
  };
  await attempt('upload', async () => {
    await client.upload(container, 'file', path);
    compare(await maker.get(container, 'file'), 'upload');
  });
  await attempt('download', async () => {
    await rm(path);
    await client.download(container, 'object', path, bytes.length);
    compare(await readFile(path), 'download');
  });
  await attempt('list', async () => {
    const { count } = await client.list(container);
    if (count < 1) throw new Error('wrong result: an empty listing');
  });
  await rm(path, { force: true });
  return { kind: 'outcomes', outcomes: { accepted: { kind: 'text', text: done.join(', ') } } };
};

async function makeContainer(endpoint: string, key: string, secret: string, name: string): Promise<void> {
  const { connect } = await import('@isobar/design-flag');
  const { googleStorage } = await import('@isobar/storage-google');
  await using driver = connect(googleStorage, { endpoint, key, secret, async: true });
  await driver.createContainer(name);
}
