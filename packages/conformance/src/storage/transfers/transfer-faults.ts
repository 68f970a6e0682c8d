/** Transfers that break, stop or change in transit. Each case names the control that shows that it can fail. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import { collect, expectSameBytes, LONG_BYTES, MIB, pattern, pieces } from '../../bytes.ts';
import type { StorageCapability } from '../../capabilities.ts';
import type { Case, Suite } from '../../case.ts';
import { failureOf } from '../../failures.ts';
import { fastRetry, filesIn } from '../../kit.ts';
import type { Fault } from '../../test-server.ts';
import type { StorageKit } from '../storage-kit.ts';

const size = 2 * MIB;

type Download = (kit: StorageKit, object: { container: string; name: string }) => Promise<Uint8Array>;

const ways: Readonly<Record<string, Download>> = {
  'into memory': async ({ open }, object) => await open(fastRetry).readObject(object),
  'as a stream': async ({ open }, object) => await collect(open(fastRetry).downloadObjectAsStream(object)),
  'into a file': async ({ open, folder }, object) => {
    const path = join(await folder(), 'file');
    await open(fastRetry).downloadObject(object, path);
    return await readFile(path);
  },
};

/** The right bytes despite a fault. Control: `leavesNothing`, where the download fails. */
function survives(label: string, fault: Fault, times: number, needs?: StorageCapability): Case<StorageKit>[] {
  return Object.entries(ways).map(([way, download]) => ({
    title: `downloads the right bytes ${way} when ${label}`,
    server: ['faults'] as const,
    ...(needs !== undefined && { needs }),
    async run(kit: StorageKit) {
      const home = await kit.container();
      await kit.driver.writeObject(pattern(size), home, 'object');
      await kit.server.faults?.inject(fault, times);
      expectSameBytes(await download(kit, { container: home, name: 'object' }), pattern(size));
    },
  }));
}

/** A failure that leaves nothing behind. Control: without the fault the file is there, see `downloads`. */
function leavesNothing(
  label: string,
  faults: readonly Fault[],
  code: 'integrity' | 'network',
  needs?: StorageCapability,
): Case<StorageKit> {
  return {
    title: `leaves no file, not even in part, when ${label}`,
    server: ['faults'],
    ...(needs !== undefined && { needs, proof: true }),
    async run({ open, driver, container, folder, server, fails }) {
      const home = await container();
      await driver.writeObject(pattern(size), home, 'object');
      const object = { container: home, name: 'object' };
      const place = await folder();
      await writeFile(join(place, 'old'), 'old');
      const other = open(fastRetry);
      const failing = async (call: () => unknown) => {
        await server.faults?.clear();
        for (const [index, fault] of faults.entries()) {
          await server.faults?.inject(fault, index === faults.length - 1 ? 1000 : 1);
        }
        await fails(call, { code });
      };
      await failing(() => other.downloadObject(object, join(place, 'file')));
      await failing(() => other.downloadObject(object, join(place, 'old'), { overwriteExisting: true }));
      expect(await filesIn(place)).toEqual(['old']);
      expect(await readFile(join(place, 'old'), 'utf8')).toBe('old');
      await failing(() => other.readObject(object));
      await failing(() => collect(other.downloadObjectAsStream(object)));
    },
  };
}

/** An upload that succeeds although its first requests fail. Control: the case on a service that stays unavailable. */
function uploadsDespite(label: string, fault: Fault): Case<StorageKit> {
  return {
    title: `writes the whole object when ${label}`,
    server: ['faults'],
    async run({ open, driver, container, folder, server }) {
      const home = await container();
      const other = open(fastRetry);
      const path = join(await folder(), 'file');
      await writeFile(path, pattern(size));
      await server.faults?.inject(fault, 2);
      await other.writeObject(pattern(1000), home, 'written');
      await server.faults?.inject(fault, 2);
      await other.uploadObject(path, home, 'uploaded');
      expectSameBytes(await driver.readObject({ container: home, name: 'written' }), pattern(1000));
      expectSameBytes(await driver.readObject({ container: home, name: 'uploaded' }), pattern(size));
    },
  };
}

/**
 * A source cannot be read twice, so a driver keeps what it read until the service has it. Control: the case on a
 * service that stays unavailable.
 */
function uploadsSource(label: string, fault: Fault): Case<StorageKit>[] {
  const upload = async ({ open, driver, container, server }: StorageKit, size: number, harmless: number) => {
    const home = await container();
    const bytes = pattern(size);
    // The first rule that is not used up applies, so the fault hits the requests after the harmless ones.
    if (harmless > 0) await server.faults?.inject({ kind: 'delay', ms: 0 }, harmless);
    await server.faults?.inject(fault, 2);
    await open(fastRetry).uploadObjectViaStream(pieces(bytes, 65_536), home, 'object');
    expectSameBytes(await driver.readObject({ container: home, name: 'object' }), bytes);
  };
  const server = ['faults'] as const;
  return [
    { title: `uploads a short source when ${label}`, server, run: (kit) => upload(kit, 1000, 0) },
    ...['first', 'second', 'third'].map((request, harmless) => ({
      title: `uploads a long source when at its ${request} request ${label}`,
      server,
      run: (kit: StorageKit) => upload(kit, LONG_BYTES, harmless),
    })),
  ];
}

/** Cases about transfers that fail. */
export const transferFaults: Suite<StorageKit> = {
  title: 'transfer faults',
  cases: [
    ...survives('the service is unavailable twice', { kind: 'status', status: 503 }, 2),
    ...survives('the connection is reset', { kind: 'reset' }, 2),
    ...survives('it breaks at the start', { kind: 'cut', afterBytes: 0 }, 1),
    ...survives('it breaks half-way', { kind: 'cut', afterBytes: size / 2 }, 1, 'resumedDownload'),
    {
      title: 'resumes a broken download where it stopped',
      server: ['faults', 'requests'],
      needs: 'resumedDownload',
      proof: true,
      async run({ open, driver, container, server, requestsOf }) {
        const home = await container();
        await driver.writeObject(pattern(size), home, 'object');
        await server.faults?.inject({ kind: 'cut', afterBytes: size / 2 }, 1);
        let received: Uint8Array | undefined;
        const sent = await requestsOf(async () => {
          received = await open(fastRetry).readObject({ container: home, name: 'object' });
        });
        expectSameBytes(received as Uint8Array, pattern(size));
        // Control: 1 without the fault.
        expect(sent).toBe(2);
      },
    },
    {
      title: 'does not mix two versions when an object changes while its download is broken',
      server: ['faults'],
      async run({ open, driver, container, server }) {
        const home = await container();
        const object = await driver.writeObject(pattern(size, 1), home, 'object');
        const other = open({ retry: { ...fastRetry.retry, baseDelayMs: 1 } });
        await server.faults?.inject({ kind: 'cut', afterBytes: size / 2 }, 1);
        let replaced = false;
        const chunks: Uint8Array[] = [];
        const reading = async () => {
          for await (const chunk of other.downloadObjectAsStream(object)) {
            chunks.push(Buffer.from(chunk));
            if (!replaced) await driver.writeObject(pattern(size, 2), home, 'object');
            replaced = true;
          }
          return 'done' as const;
        };
        const outcome = await reading().catch(async (failure) => await failureOf(() => Promise.reject(failure)));
        // Either the whole old version or a failure, never a mixture of both.
        if (outcome === 'done') expectSameBytes(Buffer.concat(chunks), pattern(size, 1));
        else expect(['not-found', 'precondition-failed', 'integrity', 'conflict', 'network']).toContain(outcome.code);
      },
    },
    leavesNothing('bytes changed in transit', [{ kind: 'corrupt' }], 'integrity', 'checksums'),
    leavesNothing(
      'it breaks half-way and then at once, again and again',
      [
        { kind: 'cut', afterBytes: size / 2 },
        { kind: 'cut', afterBytes: 0 },
      ],
      'network',
    ),
    uploadsDespite('the service is unavailable twice', { kind: 'status', status: 503 }),
    uploadsDespite('the connection is reset twice', { kind: 'reset' }),
    uploadsDespite('the response is lost twice', { kind: 'reset', when: 'after' }),
    {
      title: 'says that the service is unavailable when it stays so, and leaves no object',
      server: ['faults'],
      async run({ open, driver, container, server, fails }) {
        const home = await container();
        await server.faults?.inject({ kind: 'status', status: 503 }, 100);
        const details = { status: 503, attempts: 4, container: home, object: 'object' };
        await fails(() => open(fastRetry).writeObject('x', home, 'object'), { code: 'unavailable', details });
        await server.faults?.clear();
        expect(await driver.listContainerObjects(home)).toEqual([]);
      },
    },
    ...uploadsSource('the service is unavailable twice', { kind: 'status', status: 503 }),
    ...uploadsSource('the connection is reset twice', { kind: 'reset' }),
  ],
};
