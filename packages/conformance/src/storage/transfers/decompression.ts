/** Objects that are stored as gzip: delivered unchanged, or decoded on request. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect } from 'vitest';
import { bytesOf, collect, expectSameBytes, MIB, pattern } from '../../bytes.ts';
import type { Suite } from '../../case.ts';
import { fastRetry, filesIn } from '../../kit.ts';
import type { StorageKit } from '../storage-kit.ts';

const plain = pattern(3 * MIB, 6);
const zipped = new Uint8Array(gzipSync(plain, { level: 1 }));
const asGzip = { contentEncoding: 'gzip', contentType: 'text/plain' };
const decoded = { decompress: true };

/** Cases about objects that are stored as gzip. */
export const decompression: Suite<StorageKit> = {
  title: 'decompression',
  cases: [
    {
      title: 'delivers gzip as it is stored, unless asked otherwise',
      async run({ driver, container, folder }) {
        const object = await driver.writeObject(zipped, await container(), 'object', asGzip);
        const path = join(await folder(), 'file');
        expectSameBytes(await driver.readObject(object), zipped);
        expectSameBytes(await driver.readObject(object, { decompress: false }), zipped);
        expectSameBytes(await collect(driver.downloadObjectAsStream(object)), zipped);
        expect((await driver.downloadObject(object, path)).sizeBytes).toBe(zipped.length);
        expectSameBytes(await readFile(path), zipped);
      },
    },
    {
      title: 'decodes gzip into memory',
      proof: true,
      async run({ driver, container }) {
        const object = await driver.writeObject(zipped, await container(), 'object', asGzip);
        expectSameBytes(await driver.readObject(object, decoded), plain);
      },
    },
    {
      title: 'decodes gzip into a file, and reports the file’s size',
      async run({ driver, container, folder }) {
        const object = await driver.writeObject(zipped, await container(), 'object', asGzip);
        const path = join(await folder(), 'file');
        const file = await driver.downloadObject(object, path, decoded);
        expect(file.sizeBytes).toBe(plain.length);
        expectSameBytes(await readFile(path), plain);
      },
    },
    {
      title: 'decodes gzip piece by piece',
      async run({ driver, container }) {
        const object = await driver.writeObject(zipped, await container(), 'object', asGzip);
        expectSameBytes(await collect(driver.downloadObjectAsStream(object, decoded)), plain);
        for await (const piece of driver.downloadObjectAsStream(object, decoded)) {
          expect(piece.length, 'a reader may stop after a piece').toBeGreaterThan(0);
          break;
        }
      },
    },
    {
      title: 'decodes nothing at all, and several gzips one after the other',
      async run({ driver, container }) {
        const home = await container();
        const none = await driver.writeObject(new Uint8Array(gzipSync('')), home, 'none', asGzip);
        expect(await driver.readObject(none, decoded)).toHaveLength(0);
        const two = Buffer.concat([gzipSync('one, '), gzipSync('two')]);
        const both = await driver.writeObject(new Uint8Array(two), home, 'two', asGzip);
        expectSameBytes(await driver.readObject(both, decoded), bytesOf('one, two'));
      },
    },
    {
      title: 'leaves objects alone that are not stored as gzip, whatever they hold',
      async run({ driver, container, folder }) {
        const object = await driver.writeObject(zipped, await container(), 'object.gz', {
          contentType: 'application/gzip',
        });
        const path = join(await folder(), 'file');
        expectSameBytes(await driver.readObject(object, decoded), zipped);
        expectSameBytes(await collect(driver.downloadObjectAsStream(object, decoded)), zipped);
        await driver.downloadObject(object, path, decoded);
        expectSameBytes(await readFile(path), zipped);
      },
    },
    {
      title: 'refuses to decode a range, before anything is sent',
      needs: 'ranges',
      async run({ driver, container, folder, failsUnsent }) {
        const object = await driver.writeObject(zipped, await container(), 'object', asGzip);
        const path = join(await folder(), 'file');
        const invalid = { code: 'invalid-argument', details: { field: 'decompress' } } as const;
        await failsUnsent(() => driver.downloadObjectRange(object, path, 0, 10, decoded), invalid);
        await failsUnsent(() => collect(driver.downloadObjectRangeAsStream(object, 0, 10, decoded)), invalid);
        for (const wrong of ['yes', 1, null] as unknown as boolean[]) {
          await failsUnsent(() => driver.readObject(object, { decompress: wrong }), invalid);
        }
      },
    },
    {
      title: 'fails for objects that claim to be gzip and are not, and leaves no file',
      async run({ driver, container, folder, fails }) {
        const home = await container();
        const place = await folder();
        for (const [name, bytes] of Object.entries({
          text: bytesOf('plain text, not gzip'),
          half: zipped.subarray(0, zipped.length / 2),
          changed: zipped.map((byte, at) => (at === MIB ? byte ^ 1 : byte)),
        })) {
          const object = await driver.writeObject(new Uint8Array(bytes), home, name, asGzip);
          const broken = { code: 'integrity' } as const;
          await fails(() => driver.readObject(object, decoded), broken);
          await fails(() => collect(driver.downloadObjectAsStream(object, decoded)), broken);
          await fails(() => driver.downloadObject(object, join(place, name), decoded), broken);
        }
        expect(await filesIn(place)).toEqual([]);
      },
    },
    {
      title: 'verifies the stored bytes, and fails when they change in transit',
      server: ['faults'],
      needs: 'checksums',
      async run({ open, container, folder, server, fails }) {
        const driver = open({ retry: false });
        const object = await driver.writeObject(zipped, await container(), 'object', asGzip);
        const place = await folder();
        for (const read of [
          () => driver.readObject(object, decoded),
          () => collect(driver.downloadObjectAsStream(object, decoded)),
          () => driver.downloadObject(object, join(place, 'file'), decoded),
        ]) {
          await server.faults?.inject({ kind: 'corrupt' });
          await fails(read, { code: 'integrity' });
        }
        expect(await filesIn(place)).toEqual([]);
      },
    },
    {
      title: 'survives a connection that breaks, or reports the failure',
      server: ['faults'],
      async run({ open, container, folder, server, fails }) {
        const driver = open(fastRetry);
        const object = await driver.writeObject(zipped, await container(), 'object', asGzip);
        const path = join(await folder(), 'file');
        const cut = { kind: 'cut', afterBytes: MIB } as const;
        await server.faults?.inject(cut);
        expectSameBytes(await driver.readObject(object, decoded), plain);
        await server.faults?.inject(cut);
        expect((await driver.downloadObject(object, path, decoded)).sizeBytes).toBe(plain.length);
        expectSameBytes(await readFile(path), plain);
        await server.faults?.inject(cut);
        await fails(() => collect(driver.downloadObjectAsStream(object, decoded)), { code: 'network' });
        await server.faults?.inject(cut, 9);
        await fails(() => driver.downloadObject(object, `${path}-2`, decoded), { code: 'network' });
        expect(await filesIn(join(path, '..'))).toEqual(['file']);
      },
    },
  ],
};
