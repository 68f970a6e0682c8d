/** Copies of large objects that go on in another run, part by part, in both kinds. */
import { immediate, type StoredPart } from '@isobar/core/provider';
import { type AsyncStorageDriver, connect } from '@isobar/design-flag';
import { type Emulator, startEmulator } from '@isobar/emulator';
import { googleStorage } from '@isobar/storage-google';
import { s3 } from '@isobar/storage-s3';
import { copyTree, type PartStore, type SavedCopy, type TransferReport } from '@isobar/transfer';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Kind, kinds, memory } from '../testing/trees.ts';

let emulator: Emulator;
beforeAll(async () => {
  emulator = await startEmulator();
});
afterAll(() => emulator.close());
beforeEach(() => emulator.reset());

const MiB = 1024 * 1024;
const large = Buffer.alloc(40 * MiB, 'part by part ');
const interruption = new Error('the process ended');

/** A store in memory, which ends the run after some parts, as the end of the process does. */
class Notes {
  saved: (SavedCopy & { parts: StoredPart[] }) | undefined;
  begun = 0;
  #left: number;

  constructor(partsBeforeTheEnd = Number.POSITIVE_INFINITY) {
    this.#left = partsBeforeTheEnd;
  }

  goOn(): void {
    this.#left = Number.POSITIVE_INFINITY;
  }

  readonly store: PartStore = {
    load: () => immediate(this.saved && structuredClone(this.saved)),
    begin: (copy) => {
      this.begun += 1;
      this.saved = { ...copy, parts: [] };
      return immediate(undefined);
    },
    add: (_, part) => {
      if (this.#left === 0) throw interruption;
      this.#left -= 1;
      this.saved?.parts.push(part);
      return immediate(undefined);
    },
    clear: () => {
      this.saved = undefined;
      return immediate(undefined);
    },
  };
}

describe.each(kinds)('%s', (kind) => {
  function cloud(dialect: object = {}): AsyncStorageDriver {
    const { accessKey: key, secret, storage: endpoint } = emulator;
    return connect(s3, {
      ...{ key, secret, endpoint, region: 'us-east-1', async: kind === 'async' },
      dialect: { name: 'other', checksum: 'crc32c', ...dialect } as never,
    }) as unknown as AsyncStorageDriver;
  }

  function google(): AsyncStorageDriver {
    const { accessKey: key, secret, storage: endpoint } = emulator;
    return connect(googleStorage, { key, secret, endpoint, async: kind === 'async' }) as unknown as AsyncStorageDriver;
  }

  async function copy(
    source: AsyncStorageDriver,
    target: AsyncStorageDriver,
    { store }: Notes,
  ): Promise<TransferReport> {
    const [from, to] = [source, target].map((driver, index) => ({
      driver,
      container: ['box', 'target'][index] as string,
    }));
    return await copyTree(from as never, to as never, {
      partStore: () => store,
      maxBytesPerSecond: 400 * MiB,
    }).report();
  }

  /** How many parts were stored by requests that arrived after the first `before`, those that were stored twice included. */
  async function storedParts(before: number): Promise<number> {
    const requests = (await emulator.requests()).slice(before);
    return requests.filter(
      ({ method, status, target }) => method === 'PUT' && status === 200 && /partNumber=\d+/.test(target),
    ).length;
  }

  async function interrupted(target: AsyncStorageDriver): Promise<readonly [AsyncStorageDriver, Notes]> {
    const source = await memory(kind as Kind);
    await source.writeObject(large, 'box', 'large');
    await target.createContainer('target');
    const notes = new Notes(2);
    const failure: unknown = await (async () => await copy(source, target, notes))().catch((error: unknown) => error);
    expect(failure).toBe(interruption);
    expect(notes.saved?.parts).toHaveLength(2);
    notes.goOn();
    return [source, notes];
  }

  test.each([
    ['Google Storage, in parts of 8 MiB', google, 5],
    ['S3, in parts of 16 MiB', cloud, 3],
  ])('goes on with the first part that is missing: %s', async (_, connectTo, parts) => {
    const target = connectTo();
    const [source, notes] = await interrupted(target);
    const known = notes.saved?.parts.map(({ number }) => number) ?? [];
    const first = [1, 2, 3].find((number) => !known.includes(number)) as number;
    // Parts that were on their way when the first copy ended may be stored later, but they have arrived.
    const before = (await emulator.requests()).length;
    expect(await copy(source, target, notes)).toMatchObject({ copied: 1, failed: 0 });
    expect((await target.readObject({ container: 'target', name: 'large' })).length).toBe(large.length);
    expect(large.equals(await target.readObject({ container: 'target', name: 'large' }))).toBe(true);
    expect(await storedParts(before)).toBe(parts - (first - 1));
    expect(notes).toMatchObject({ begun: 1, saved: undefined });
  });

  test('begins again when the source was changed', async () => {
    const target = google();
    const [source, notes] = await interrupted(target);
    const changed = Buffer.alloc(30 * MiB, 'other ');
    await source.writeObject(changed, 'box', 'large');
    expect(await copy(source, target, notes)).toMatchObject({ copied: 1, failed: 0 });
    expect(changed.equals(await target.readObject({ container: 'target', name: 'large' }))).toBe(true);
    expect(notes.begun).toBe(2);
  });

  test('begins again when what was stored is gone', async () => {
    const target = google();
    const [source, notes] = await interrupted(target);
    for await (const upload of target.iterateMultipartUploads('target')) await target.abortMultipartUpload(upload);
    expect(await copy(source, target, notes)).toMatchObject({ copied: 1, failed: 0 });
    expect(large.equals(await target.readObject({ container: 'target', name: 'large' }))).toBe(true);
    expect(notes.begun).toBe(2);
  });

  test('has nothing to write down about small objects, and where checksums of parts say nothing about the whole', async () => {
    const source = await memory(kind as Kind);
    await source.writeObject('small', 'box', 'small');
    const target = google();
    await target.createContainer('target');
    const notes = new Notes();
    expect(await copy(source, target, notes)).toMatchObject({ copied: 1, failed: 0 });
    await source.writeObject(large, 'box', 'large');
    expect(await copy(source, cloud({ checksum: 'sha256' }), notes)).toMatchObject({ copied: 1, failed: 0 });
    expect(notes.begun).toBe(0);
  });
});
