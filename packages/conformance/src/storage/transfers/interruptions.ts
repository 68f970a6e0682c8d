/**
 * Transfers and listings that are ended early: by a time limit, a signal, a closed driver, or the caller's own code.
 */
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import { collect, decodeText, expectSameBytes, MIB, pattern } from '../../bytes.ts';
import type { Suite } from '../../case.ts';
import { thrownBy } from '../../failures.ts';
import { filesIn } from '../../kit.ts';
import type { StorageKit } from '../storage-kit.ts';

const size = 2 * MIB;

/** Cases about transfers and listings that end early. */
export const interruptions: Suite<StorageKit> = {
  title: 'interruptions',
  cases: [
    {
      title: 'ends a transfer at its time limit when it stops half-way',
      everyDesign: true,
      server: ['faults'],
      async run({ driver, container, folder, server, fails }) {
        const home = await container();
        const object = await driver.writeObject(pattern(size), home, 'object');
        const place = await folder();
        await server.faults?.inject({ kind: 'stall', afterBytes: 1000 }, 100);
        const options = { timeoutMs: 300 };
        await fails(() => driver.downloadObject(object, join(place, 'file'), options), { code: 'timeout' });
        await fails(() => driver.readObject(object, options), { code: 'timeout' });
        await fails(() => collect(driver.downloadObjectAsStream(object, options)), { code: 'timeout' });
        expect(await filesIn(place)).toEqual([]);
      },
    },
    {
      title: 'ends a download when its signal fires, and leaves no file',
      kind: 'async',
      server: ['faults'],
      async run({ driver, container, folder, server, fails }) {
        const home = await container();
        const object = await driver.writeObject(pattern(size), home, 'object');
        const place = await folder();
        await server.faults?.inject({ kind: 'stall', afterBytes: 1000 }, 100);
        const signal = AbortSignal.timeout(200);
        const failure = await fails(() => driver.downloadObject(object, join(place, 'file'), { signal }), {
          code: 'aborted',
        });
        expect(failure.cause).toBe(signal.reason);
        expect(await filesIn(place)).toEqual([]);
      },
    },
    {
      title: 'ends an upload when its signal fires, and leaves no object',
      everyDesign: true,
      kind: 'async',
      async run({ driver, container, fails }) {
        const home = await container();
        const [controller, reason] = [new AbortController(), new Error('changed my mind')];
        async function* aborting(): AsyncGenerator<Uint8Array> {
          for (let count = 0; count < 200; count += 1) {
            if (count === 150) controller.abort(reason);
            yield pattern(65_536);
          }
        }
        const options = { signal: controller.signal };
        const failure = await fails(() => driver.uploadObjectViaStream(aborting(), home, 'object', options), {
          code: 'aborted',
        });
        expect(failure.cause).toBe(reason);
        expect(await driver.listContainerObjects(home)).toEqual([]);
      },
    },
    {
      title: 'ends a listing between two pages when its signal fires',
      everyDesign: true,
      kind: 'async',
      async run({ driver, containerWith, fails }) {
        const home = await containerWith(['a', 'b', 'c', 'd']);
        const controller = new AbortController();
        const reading = async () => {
          const objects = driver.iterateContainerObjects(home, { pageSize: 1, signal: controller.signal });
          for await (const object of objects) if (object.name === 'a') controller.abort('enough');
        };
        const failure = await fails(reading, { code: 'aborted' });
        expect(failure.cause).toBe('enough');
      },
    },
    {
      title: 'refuses to continue a stream once its driver is closed',
      everyDesign: true,
      async run({ open, driver, container }) {
        const home = await container();
        const object = await driver.writeObject(pattern(8 * MIB), home, 'object');
        const other = open();
        const reading = async () => {
          for await (const chunk of other.downloadObjectAsStream(object)) if (chunk.length > 0) await other.close();
        };
        const failure = await thrownBy(reading);
        expect(['session-closed', 'aborted', 'network']).toContain((failure as { code?: string }).code);
        expect(decodeText(await driver.readObject(await driver.writeObject('fine', home, 'other')))).toBe('fine');
      },
    },
    {
      title: 'refuses to continue a listing once its driver is closed',
      everyDesign: true,
      async run({ open, containerWith, fails }) {
        const home = await containerWith(['a', 'b', 'c', 'd']);
        const other = open();
        const reading = async () => {
          for await (const _ of other.iterateContainerObjects(home, { pageSize: 1 })) await other.close();
        };
        await fails(reading, { code: ['session-closed', 'aborted'] });
      },
    },
    {
      title: 'ends a stream when its signal fires between two pieces',
      everyDesign: true,
      kind: 'async',
      async run({ driver, container, fails }) {
        const object = await driver.writeObject(pattern(8 * MIB), await container(), 'object');
        const [controller, reason] = [new AbortController(), new Error('changed my mind')];
        const reading = async () => {
          for await (const chunk of driver.downloadObjectAsStream(object, { signal: controller.signal })) {
            if (chunk.length > 0) controller.abort(reason);
          }
        };
        const failure = await fails(reading, { code: 'aborted' });
        expect(failure.cause).toBe(reason);
      },
    },
    {
      title: 'ends an upload at its time limit when the source stops delivering, and closes the source',
      kind: 'async',
      async run({ driver, container, fails }) {
        const home = await container();
        let stopped = false;
        const source: AsyncIterable<Uint8Array> = {
          [Symbol.asyncIterator]: () => ({
            next: () => new Promise<never>(() => undefined),
            return: async () => {
              stopped = true;
              return { done: true, value: undefined };
            },
          }),
        };
        const upload = () => driver.uploadObjectViaStream(source, home, 'object', { timeoutMs: 200 });
        await fails(upload, { code: 'timeout' });
        expect(stopped, 'the source was closed').toBe(true);
        expect(await driver.listContainerObjects(home)).toEqual([]);
      },
    },
    {
      title: 'does not count the reader’s own time against the limit of a stream',
      async run({ driver, container }) {
        const object = await driver.writeObject(pattern(size), await container(), 'object');
        const chunks: Uint8Array[] = [];
        for await (const chunk of driver.downloadObjectAsStream(object, { timeoutMs: 400 })) {
          chunks.push(Buffer.from(chunk));
          if (chunks.length === 1) await sleep(600);
        }
        expectSameBytes(Buffer.concat(chunks), pattern(size));
      },
    },
    {
      title: 'does not count the reader’s own time against the limit of a listing',
      async run({ driver, containerWith }) {
        const home = await containerWith(['a', 'b', 'c']);
        const seen: string[] = [];
        for await (const object of driver.iterateContainerObjects(home, { pageSize: 1, timeoutMs: 400 })) {
          seen.push(object.name);
          if (seen.length === 1) await sleep(600);
        }
        expect(seen).toEqual(['a', 'b', 'c']);
      },
    },
  ],
};
