/** Many calls at once on one face: state belongs to the call, never to the connection. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import { collect, expectSameBytes, itemsOf, MIB, pattern, textOf } from '../bytes.ts';
import type { Suite } from '../case.ts';
import { filesIn } from '../kit.ts';
import { inBatches, type StorageKit } from './storage-kit.ts';

const many = Array.from({ length: 50 }, (_, index) => index);

/** Cases about concurrency. They run in the blocking colour too, where calls simply follow each other. */
export const concurrency: Suite<StorageKit> = {
  title: 'concurrency',
  cases: [
    {
      title: 'gives each of 50 reads its own bytes',
      async run({ face, container }) {
        const home = await container();
        const bytesOfNumber = (number: number) => pattern(1000 + 500 * number, number + 1);
        await inBatches(many, (number) => face.writeObject(bytesOfNumber(number), home, `object-${number}`));
        const read = await Promise.all(
          many.map(async (number) => await face.readObject({ container: home, name: `object-${number}` })),
        );
        for (const number of many) expectSameBytes(read[number] as Uint8Array, bytesOfNumber(number));
      },
    },
    {
      title: 'writes 50 objects at once',
      async run({ face, container }) {
        const home = await container();
        await Promise.all(
          many.map(async (number) => await face.writeObject(`value ${number}`, home, `object-${number}`)),
        );
        expect(await face.listContainerObjects(home)).toHaveLength(many.length);
        for (const number of many) {
          expect(textOf(await face.readObject({ container: home, name: `object-${number}` }))).toBe(`value ${number}`);
        }
      },
    },
    {
      title: 'keeps different calls apart, those that fail among them',
      everyDesign: true,
      async run({ face, container, folder }) {
        const home = await container();
        const place = await folder();
        await face.writeObject('content', home, 'object', { contentType: 'text/x-own' });
        const object = { container: home, name: 'object' };
        const missing = { container: home, name: 'missing' };
        const rounds = many.slice(0, 8).map(async (round) => {
          const settled = await Promise.allSettled([
            (async () => await face.readObject(object))(),
            (async () => await face.readObject(missing))(),
            (async () => await face.getObject(home, 'object'))(),
            (async () => await collect(face.downloadObjectAsStream(object)))(),
            (async () => await face.downloadObject(object, `${place}/${round}`))(),
            (async () => await itemsOf(face.iterateContainerObjects(home, { prefix: 'obj' })))(),
            (async () => await face.deleteObject(missing))(),
          ]);
          expect(settled.map(({ status }) => (status === 'fulfilled' ? 'y' : 'n')).join('')).toBe('ynyyyyn');
          const [read, , found] = settled;
          expect(read.status === 'fulfilled' && textOf(read.value)).toBe('content');
          expect(found.status === 'fulfilled' && found.value.contentType).toBe('text/x-own');
        });
        await Promise.all(rounds);
      },
    },
    {
      title: 'keeps two faces apart',
      everyDesign: true,
      async run({ face, open, containerWith }) {
        const home = await containerWith(['object']);
        const object = { container: home, name: 'object' };
        const other = open();
        await other.readObject(object);
        await other.close();
        expect(textOf(await face.readObject(object))).toBe('object');
      },
    },
    {
      title: 'has one winner when a name is created at once from several sides',
      async run({ face, newName }) {
        const name = newName();
        const attempts = many.slice(0, 5).map(async () => await face.createContainer(name));
        const settled = await Promise.allSettled(attempts);
        expect(settled.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
      },
    },
    {
      title: 'has one winner when two downloads write the same file',
      async run({ face, container, folder }) {
        const home = await container();
        const place = await folder();
        const objects = [
          await face.writeObject(pattern(300_000, 1), home, 'first'),
          await face.writeObject(pattern(300_000, 2), home, 'second'),
        ];
        const attempts = objects.map(async (object) => await face.downloadObject(object, join(place, 'file')));
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
      title: 'says so when a call runs out of time because open streams hold all connections',
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
        // Control: with the streams closed the same call has a connection.
        for (const reader of readers) await reader.return?.();
        await driver.getObject(home, 'object', { timeoutMs: 10_000 });
      },
    },
    {
      title: 'can be called from within a progress callback',
      everyDesign: true,
      async run({ face, container }) {
        const home = await container();
        const object = await face.writeObject(pattern(4_000_000), home, 'object');
        const inner: unknown[] = [];
        const onProgress = () => {
          if (inner.length < 3) inner.push(face.getObject(home, 'object'));
        };
        // The limit only keeps a driver that never ends from holding up the whole run.
        const options = { onProgress, timeoutMs: 5000 };
        expectSameBytes(await face.readObject(object, options), pattern(4_000_000));
        for (const found of await Promise.all(inner)) expect(found).toMatchObject({ sizeBytes: 4_000_000 });
        inner.length = 0;
        await face.writeObject(pattern(4_000_000), home, 'written', options);
        for (const found of await Promise.all(inner)) expect(found).toMatchObject({ name: 'object' });
      },
    },
    {
      title: 'can be called from within a source',
      everyDesign: true,
      async run({ face, container, colour }) {
        const home = await container();
        const object = await face.writeObject(pattern(100_000), home, 'object');
        const source = function* (): Generator<Uint8Array> {
          for (let count = 0; count < 20; count += 1) {
            if (colour === 'blocking') expectSameBytes(face.readObject(object) as Uint8Array, pattern(100_000));
            yield pattern(1_000_000, count + 1);
          }
        };
        const sourceAsync = async function* (): AsyncGenerator<Uint8Array> {
          for (const piece of source()) {
            expectSameBytes(await face.readObject(object), pattern(100_000));
            yield piece;
          }
        };
        const chosen = colour === 'blocking' ? source() : sourceAsync();
        const written = await face.uploadObjectViaStream(chosen, home, 'streamed', { timeoutMs: 10_000 });
        expect(written.sizeBytes).toBe(20_000_000);
        const expected = Buffer.concat(Array.from({ length: 20 }, (_, count) => pattern(1_000_000, count + 1)));
        expectSameBytes(await face.readObject(written), expected);
      },
    },
    {
      title: 'can be called while a stream is being read',
      everyDesign: true,
      async run({ face, container }) {
        const home = await container();
        const object = await face.writeObject(pattern(4_000_000), home, 'object');
        const chunks: Uint8Array[] = [];
        for await (const chunk of face.downloadObjectAsStream(object, { timeoutMs: 5000 })) {
          chunks.push(Buffer.from(chunk));
          if (chunks.length > 5) continue;
          await face.writeObject(chunk, home, 'piece');
          expectSameBytes(await face.readObject({ container: home, name: 'piece' }), chunk);
        }
        expectSameBytes(Buffer.concat(chunks), pattern(4_000_000));
      },
    },
  ],
};
