/** Many calls at once on one driver: state belongs to the call, never to the connection. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import { collect, decodeText, expectSameBytes, itemsOf, MIB, pattern } from '../bytes.ts';
import type { Suite } from '../case.ts';
import { filesIn } from '../kit.ts';
import { inBatches, type StorageKit } from './storage-kit.ts';

const many = Array.from({ length: 50 }, (_, index) => index);

/** Cases about concurrency. They run in the blocking kind too, where calls simply follow each other. */
export const concurrency: Suite<StorageKit> = {
  title: 'concurrency',
  cases: [
    {
      title: 'gives each of 50 reads its own bytes',
      async run({ driver, container }) {
        const home = await container();
        const bytesOfNumber = (number: number) => pattern(1000 + 500 * number, number + 1);
        await inBatches(many, (number) => driver.writeObject(bytesOfNumber(number), home, `object-${number}`));
        const read = await Promise.all(
          many.map(async (number) => await driver.readObject({ container: home, name: `object-${number}` })),
        );
        for (const number of many) expectSameBytes(read[number] as Uint8Array, bytesOfNumber(number));
      },
    },
    {
      title: 'writes 50 objects at once',
      async run({ driver, container }) {
        const home = await container();
        await Promise.all(
          many.map(async (number) => await driver.writeObject(`value ${number}`, home, `object-${number}`)),
        );
        expect(await driver.listContainerObjects(home)).toHaveLength(many.length);
        for (const number of many) {
          expect(decodeText(await driver.readObject({ container: home, name: `object-${number}` }))).toBe(
            `value ${number}`,
          );
        }
      },
    },
    {
      title: 'keeps different calls apart, failing ones too',
      everyDesign: true,
      async run({ driver, container, folder }) {
        const home = await container();
        const place = await folder();
        await driver.writeObject('content', home, 'object', { contentType: 'text/x-own' });
        const object = { container: home, name: 'object' };
        const missing = { container: home, name: 'missing' };
        const rounds = many.slice(0, 8).map(async (round) => {
          const settled = await Promise.allSettled([
            (async () => await driver.readObject(object))(),
            (async () => await driver.readObject(missing))(),
            (async () => await driver.getObject(home, 'object'))(),
            (async () => await collect(driver.downloadObjectAsStream(object)))(),
            (async () => await driver.downloadObject(object, `${place}/${round}`))(),
            (async () => await itemsOf(driver.iterateContainerObjects(home, { prefix: 'obj' })))(),
            (async () => await driver.deleteObject(missing))(),
          ]);
          expect(settled.map(({ status }) => (status === 'fulfilled' ? 'y' : 'n')).join('')).toBe('ynyyyyn');
          const [read, , found] = settled;
          expect(read.status === 'fulfilled' && decodeText(read.value)).toBe('content');
          expect(found.status === 'fulfilled' && found.value.contentType).toBe('text/x-own');
        });
        await Promise.all(rounds);
      },
    },
    {
      title: 'keeps two drivers apart',
      everyDesign: true,
      async run({ driver, open, containerWith }) {
        const home = await containerWith(['object']);
        const object = { container: home, name: 'object' };
        const other = open();
        await other.readObject(object);
        await other.close();
        expect(decodeText(await driver.readObject(object))).toBe('object');
      },
    },
    {
      title: 'lets one of several concurrent calls create a container',
      async run({ driver, newName }) {
        const name = newName();
        const attempts = many.slice(0, 5).map(async () => await driver.createContainer(name));
        const settled = await Promise.allSettled(attempts);
        expect(settled.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
      },
    },
    {
      title: 'lets one of two concurrent downloads write the same file',
      async run({ driver, container, folder }) {
        const home = await container();
        const place = await folder();
        const objects = [
          await driver.writeObject(pattern(300_000, 1), home, 'first'),
          await driver.writeObject(pattern(300_000, 2), home, 'second'),
        ];
        const attempts = objects.map(async (object) => await driver.downloadObject(object, join(place, 'file')));
        const settled = await Promise.allSettled(attempts);
        expect(settled.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
        const lost = settled.find((attempt) => attempt.status === 'rejected');
        expect(lost?.reason).toMatchObject({ code: 'already-exists' });
        const winner = settled.findIndex(({ status }) => status === 'fulfilled');
        expectSameBytes(await readFile(join(place, 'file')), pattern(300_000, winner + 1));
        expect(await filesIn(place)).toEqual(['file']);
      },
    },
    {
      title: 'reports that open streams hold all connections when a call times out',
      // Only a driver that sends requests has connections.
      server: ['requests'],
      async run({ open, container, fails }) {
        const driver = open({ maxConnections: 2 });
        const home = await container();
        const object = await driver.writeObject(pattern(8 * MIB), home, 'object');
        const streams = [driver.downloadObjectAsStream(object), driver.downloadObjectAsStream(object)];
        const readers = streams.map((stream) =>
          Symbol.asyncIterator in stream ? stream[Symbol.asyncIterator]() : stream[Symbol.iterator](),
        );
        for (const reader of readers) await reader.next();
        const { message } = await fails(() => driver.getObject(home, 'object', { timeoutMs: 300 }), {
          code: 'timeout',
        });
        expect(message).toContain('all 2 connections are held by open streams');
        // Control: with the streams closed the same call gets a connection.
        for (const reader of readers) await reader.return?.();
        await driver.getObject(home, 'object', { timeoutMs: 10_000 });
      },
    },
    {
      title: 'can be called from within a progress callback',
      everyDesign: true,
      async run({ driver, container }) {
        const home = await container();
        const object = await driver.writeObject(pattern(4_000_000), home, 'object');
        const inner: unknown[] = [];
        const onProgress = () => {
          if (inner.length < 3) inner.push(driver.getObject(home, 'object'));
        };
        // The limit keeps a driver that hangs from blocking the whole run.
        const options = { onProgress, timeoutMs: 5000 };
        expectSameBytes(await driver.readObject(object, options), pattern(4_000_000));
        for (const found of await Promise.all(inner)) expect(found).toMatchObject({ sizeBytes: 4_000_000 });
        inner.length = 0;
        await driver.writeObject(pattern(4_000_000), home, 'written', options);
        for (const found of await Promise.all(inner)) expect(found).toMatchObject({ name: 'object' });
      },
    },
    {
      title: 'can be called from within a source',
      everyDesign: true,
      async run({ driver, container, kind }) {
        const home = await container();
        const object = await driver.writeObject(pattern(100_000), home, 'object');
        const source = function* (): Generator<Uint8Array> {
          for (let count = 0; count < 20; count += 1) {
            if (kind === 'blocking') expectSameBytes(driver.readObject(object) as Uint8Array, pattern(100_000));
            yield pattern(1_000_000, count + 1);
          }
        };
        const sourceAsync = async function* (): AsyncGenerator<Uint8Array> {
          for (const piece of source()) {
            expectSameBytes(await driver.readObject(object), pattern(100_000));
            yield piece;
          }
        };
        const chosen = kind === 'blocking' ? source() : sourceAsync();
        const written = await driver.uploadObjectViaStream(chosen, home, 'streamed', { timeoutMs: 10_000 });
        expect(written.sizeBytes).toBe(20_000_000);
        const expected = Buffer.concat(Array.from({ length: 20 }, (_, count) => pattern(1_000_000, count + 1)));
        expectSameBytes(await driver.readObject(written), expected);
      },
    },
    {
      title: 'can be called while a stream is being read',
      everyDesign: true,
      async run({ driver, container }) {
        const home = await container();
        const object = await driver.writeObject(pattern(4_000_000), home, 'object');
        const chunks: Uint8Array[] = [];
        for await (const chunk of driver.downloadObjectAsStream(object, { timeoutMs: 5000 })) {
          chunks.push(Buffer.from(chunk));
          if (chunks.length > 5) continue;
          await driver.writeObject(chunk, home, 'piece');
          expectSameBytes(await driver.readObject({ container: home, name: 'piece' }), chunk);
        }
        expectSameBytes(Buffer.concat(chunks), pattern(4_000_000));
      },
    },
  ],
};
