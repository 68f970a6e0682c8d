/** Not a time: does the contender's work once against the emulator, which verifies signatures and digests. */
import { randomBytes } from 'node:crypto';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { connect } from '@isobar/design-flag';
import { googleStorage } from '@isobar/storage-google';
import { UnsupportedError } from '../clients/client.ts';
import type { Task } from '../runner/cell.ts';
import { clientOf } from './load.ts';

/** Counts the operations that the emulator accepts and whose bytes are right; the note names them. */
export const run: Task = async (input) => {
  if (input.contender === 'gcs') throw new UnsupportedError('the emulator serves no objects over the JSON API');
  const { storage: endpoint, key, secret, folder } = input.services;
  const container = `accepted-${input.contender}`;
  // A driver of Isobar makes the container, and reads what was uploaded: not every contender can.
  await using driver = connect(googleStorage, { endpoint, key, secret, async: true });
  await driver.createContainer(container);
  const client = await clientOf(input, endpoint);
  const path = join(folder, container);
  const bytes = randomBytes(100_000);
  const compare = (received: Uint8Array): void => {
    if (!bytes.equals(received)) throw new Error('wrong result: other bytes');
  };
  const operations: Record<string, () => Promise<void>> = {
    put: async () => void (await client.put(container, 'object', new Uint8Array(bytes))),
    get: async () => compare(await client.get(container, 'object')),
    upload: async () => {
      await writeFile(path, bytes);
      await client.upload(container, 'file', path);
      compare(await driver.readObject({ container, name: 'file' }));
    },
    download: async () => {
      await rm(path);
      await client.download(container, 'object', path, bytes.length);
      compare(await readFile(path));
    },
    list: async () => {
      const { count } = await client.list(container);
      if (count < 1) throw new Error('wrong result: an empty listing');
    },
  };
  const done: string[] = [];
  for (const [name, operation] of Object.entries(operations)) {
    try {
      await operation();
      done.push(name);
    } catch (failure) {
      if (!(failure instanceof UnsupportedError)) throw failure;
    }
  }
  await rm(path, { force: true });
  return { kind: 'samples', samples: { accepted: [done.length] }, note: done.join(', ') };
};
