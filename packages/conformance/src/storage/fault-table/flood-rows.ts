/** Answers that are far longer than any that makes sense: a client must break them off, not keep them. */
import { expect } from 'vitest';
import { MIB } from '../../bytes.ts';
import { fastRetry } from '../../kit.ts';
import type { StorageKit } from '../storage-kit.ts';
import { type FaultRow, faultServer, observeCall } from './fault-row.ts';
import { listing } from './ways.ts';

/** What may lie in buffers on the way when a client breaks off: far less than these rows send. */
const maxTakenBytes = 16 * MIB;

/** A listing is answered with a document that goes on and on, so many times 64 KiB. */
function flood(fault: string, status: number, repeat: number | 'endless'): FaultRow {
  return {
    fault,
    outcome: 'A malformed-response',
    server: faultServer,
    async observe(kit) {
      const driver = kit.open({ ...fastRetry, timeoutMs: 20_000 });
      const call = await listing.prepare(kit);
      expect((await observeCall(kit, () => call.run(driver))).outcome, 'without the fault').toBe('ok');
      const headers = { 'content-type': 'application/xml' };
      const body = '<Error><Code>Flood</Code></Error>'.padEnd(65_536);
      await kit.server.faults?.inject({ kind: 'answer', status, headers, body, repeat });
      const { outcome } = await observeCall(kit, () => call.run(driver));
      expect(await bytesTaken(kit), 'bytes that the client took').toBeLessThan(maxTakenBytes);
      expect((await observeCall(kit, () => call.run(driver))).outcome, 'after the fault').toBe('ok');
      return outcome;
    },
  };
}

/** How much of the flood the client took; the server learns a moment later that the client has broken off. */
async function bytesTaken({ server }: StorageKit): Promise<number> {
  const taken = async () =>
    (await server.requests?.read())?.find(({ fault }) => fault === 'answer')?.responseBytes ?? 0;
  await expect.poll(taken, { timeout: 10_000, message: 'the flood has ended' }).toBeGreaterThan(0);
  return await taken();
}

/** Rows of the table about answers that are too long. */
export const floodRows: readonly FaultRow[] = [
  flood('Error with a body of 100 MiB', 403, 1600),
  flood('Error with a body that never ends', 403, 'endless'),
  flood('Listing that never ends', 200, 'endless'),
];
