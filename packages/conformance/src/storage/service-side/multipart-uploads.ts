/**
 * Unfinished multipart uploads. An upload from a long source is unfinished while the source delivers, so a source can
 * list its own upload.
 */
import { isCloudError, type MultipartUpload } from '@isobar/core';
import { expect } from 'vitest';
import { itemsOf, LONG_BYTES, MIB, pattern } from '../../bytes.ts';
import type { Suite } from '../../case.ts';
import type { AnyStorage } from '../../driver.ts';
import { thrownBy } from '../../failures.ts';
import { expectPlainData } from '../../plain-data.ts';
import type { StorageKit } from '../storage-kit.ts';

/** Every provider has begun a multipart upload after this many bytes. */
const MAX_FIRST_PART = 40 * MIB;
/** No provider begins one before this many bytes. */
const MIN_FIRST_PART = 5 * MIB;

/** A source that lists uploads at each piece, and throws once there is one. */
function* watching(list: () => readonly MultipartUpload[], seen: MultipartUpload[]): Generator<Uint8Array> {
  for (let delivered = 0; delivered < MAX_FIRST_PART; delivered += MIB) {
    if (delivered >= MIN_FIRST_PART) seen.push(...list());
    if (seen.length > 0) break;
    yield pattern(MIB);
  }
  throw new Error('the source ends here');
}

/** The same for the asynchronous kind. */
async function* watchingAsync(
  list: () => Promise<readonly MultipartUpload[]>,
  seen: MultipartUpload[],
): AsyncGenerator<Uint8Array> {
  for (let delivered = 0; delivered < MAX_FIRST_PART; delivered += MIB) {
    if (delivered >= MIN_FIRST_PART) seen.push(...(await list()));
    if (seen.length > 0) break;
    yield pattern(MIB);
  }
  throw new Error('the source ends here');
}

/** A source that delivers enough to begin a multipart upload, and then hangs. */
async function* hanging(): AsyncGenerator<Uint8Array> {
  for (let delivered = 0; delivered < LONG_BYTES; delivered += MIB) yield pattern(MIB);
  await new Promise<never>(() => undefined);
}

/** Waits until a container has `count` uploads, and returns them. */
async function uploadsOf(driver: AnyStorage, container: string, count: number): Promise<MultipartUpload[]> {
  let uploads: MultipartUpload[] = [];
  const poll = async () => {
    uploads = await itemsOf(driver.iterateMultipartUploads(container));
    return uploads.length;
  };
  await expect.poll(poll, { timeout: 10_000, interval: 20 }).toBe(count);
  return uploads;
}

function expectUpload(seen: readonly MultipartUpload[], container: string): void {
  expect(seen).toHaveLength(1);
  expect(seen[0]).toMatchObject({ container, name: 'dir/été', uploadId: expect.stringMatching(/./) });
  expect([undefined, Date]).toContain(seen[0]?.startedAt?.constructor);
  expectPlainData(seen[0]);
}

/** Cases about multipart uploads. */
export const multipartUploads: Suite<StorageKit> = {
  title: 'multipart uploads',
  cases: [
    {
      title: 'lists none in a new container, and none after uploads that ended',
      proof: true,
      async run({ driver, container }) {
        const home = await container();
        expect(await itemsOf(driver.iterateMultipartUploads(home))).toEqual([]);
        await driver.writeObject('short', home, 'short');
        await driver.uploadObjectViaStream([pattern(LONG_BYTES)], home, 'long');
        expect(await driver.iterateMultipartUploads(home).toArray()).toEqual([]);
      },
    },
    {
      title: 'lists an upload while its source delivers, and leaves none behind when the source fails',
      kind: 'blocking',
      async run({ driver, container }) {
        const home = await container();
        const seen: MultipartUpload[] = [];
        const list = () => driver.iterateMultipartUploads(home).toArray() as MultipartUpload[];
        const thrown = await thrownBy(() => driver.uploadObjectViaStream(watching(list, seen), home, 'dir/été'));
        expect(thrown).toMatchObject({ message: 'the source ends here' });
        expectUpload(seen, home);
        expect(list()).toEqual([]);
        expect(await driver.listContainerObjects(home)).toEqual([]);
      },
    },
    {
      title: 'lists an upload while its source delivers, and leaves none behind when the source fails',
      kind: 'async',
      async run({ driver, container }) {
        const home = await container();
        const seen: MultipartUpload[] = [];
        const list = async () => await driver.iterateMultipartUploads(home).toArray();
        const thrown = await thrownBy(() => driver.uploadObjectViaStream(watchingAsync(list, seen), home, 'dir/été'));
        expect(thrown).toMatchObject({ message: 'the source ends here' });
        expectUpload(seen, home);
        expect(await list()).toEqual([]);
        expect(await driver.listContainerObjects(home)).toEqual([]);
      },
    },
    {
      title: 'leaves no upload behind when the source hangs until the time limit',
      kind: 'async',
      async run({ driver, container, fails }) {
        const home = await container();
        const upload = () => driver.uploadObjectViaStream(hanging(), home, 'object', { timeoutMs: 1000 });
        await fails(upload, { code: 'timeout' });
        expect(await uploadsOf(driver, home, 0)).toEqual([]);
        expect(await driver.listContainerObjects(home)).toEqual([]);
      },
    },
    {
      title: 'lists uploads by name, those of one name too, and only those with a prefix; leaves none when aborted',
      kind: 'async',
      async run({ driver, container, fails }) {
        const home = await container();
        const controller = new AbortController();
        const { signal } = controller;
        const ended = ['b/2', 'a/1', 'a/1'].map((name) =>
          fails(() => driver.uploadObjectViaStream(hanging(), home, name, { signal }), { code: 'aborted' }),
        );
        const listed = await uploadsOf(driver, home, 3);
        const prefixed = await itemsOf(driver.iterateMultipartUploads(home, { prefix: 'a/' }));
        const pages = await itemsOf(driver.iterateMultipartUploads(home).pages());
        controller.abort();
        await Promise.all(ended);
        expect(listed.map(({ name }) => name)).toEqual(['a/1', 'a/1', 'b/2']);
        expect(new Set(listed.map(({ uploadId }) => uploadId)).size).toBe(3);
        expect(prefixed).toEqual(listed.slice(0, 2));
        expect(pages.flatMap(({ items }) => items)).toEqual(listed);
        expect(await uploadsOf(driver, home, 0)).toEqual([]);
      },
    },
    {
      title: 'aborts an upload, which is then gone and cannot complete',
      kind: 'async',
      async run({ driver, container }) {
        const home = await container();
        const controller = new AbortController();
        const options = { signal: controller.signal };
        const ended = thrownBy(() => driver.uploadObjectViaStream(hanging(), home, 'object', options));
        const [upload] = await uploadsOf(driver, home, 1);
        expect(upload).toMatchObject({ container: home, name: 'object' });
        const aborted = upload as MultipartUpload;
        expect(await driver.abortMultipartUpload(aborted)).toBeUndefined();
        expect(await itemsOf(driver.iterateMultipartUploads(home))).toEqual([]);
        // Some clouds remember an aborted upload, others do not find it.
        const again = await Promise.resolve(driver.abortMultipartUpload(aborted)).catch((failure: unknown) => failure);
        expect(again === undefined || isCloudError(again, 'not-found')).toBe(true);
        controller.abort();
        expect(await ended).toBeInstanceOf(Error);
        expect(await driver.listContainerObjects(home)).toEqual([]);
      },
    },
    {
      title: 'does not remove an object of the name of an upload that does not exist',
      async run({ driver, containerWith, fails }) {
        const home = await containerWith(['object']);
        const upload = { container: home, name: 'object', uploadId: 'no-such-upload' };
        const details = { operation: 'abortMultipartUpload', container: home };
        await fails(() => driver.abortMultipartUpload(upload), { code: 'not-found', details });
        expect(await driver.listContainerObjects(home)).toHaveLength(1);
      },
    },
    {
      title: 'says that a missing container is not found',
      async run({ driver, newName, fails }) {
        const home = newName();
        const missing = (operation: string) =>
          ({ code: 'not-found', details: { operation, container: home } }) as const;
        await fails(() => driver.iterateMultipartUploads(home).toArray(), missing('iterateMultipartUploads'));
        const upload = { container: home, name: 'object', uploadId: 'none' };
        await fails(() => driver.abortMultipartUpload(upload), missing('abortMultipartUpload'));
      },
    },
    {
      title: 'refuses wrong arguments, before anything is sent',
      async run({ driver, containerWith, failsUnsent }) {
        const home = await containerWith(['object']);
        const upload = { container: home, name: 'object', uploadId: 'none' };
        const invalid = { code: 'invalid-argument' } as const;
        const wrong = [
          undefined,
          null,
          'x',
          { ...upload, uploadId: '' },
          { ...upload, uploadId: 5 },
          { ...upload, name: '' },
        ];
        for (const argument of wrong as unknown as MultipartUpload[]) {
          await failsUnsent(() => driver.abortMultipartUpload(argument), invalid);
        }
        for (const argument of [undefined, null, 5, ''] as unknown as string[]) {
          await failsUnsent(() => driver.iterateMultipartUploads(argument).toArray(), invalid);
        }
        expect(await driver.listContainerObjects(home)).toHaveLength(1);
      },
    },
  ],
};
