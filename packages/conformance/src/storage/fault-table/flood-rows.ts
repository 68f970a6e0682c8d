/** Responses of absurd length: a client must abort them instead of buffering them. */
import { expect } from 'vitest';
import { MIB } from '../../bytes.ts';
import { fastRetry } from '../../kit.ts';
import type { StorageKit } from '../storage-kit.ts';
import { type FaultRow, faultServer, observeCall } from './fault-row.ts';
import { listing } from './ways.ts';

/** Upper limit of what buffers in transit hold when a client aborts: far less than these rows send. */
const maxTakenBytes = 16 * MIB;

/** Answers a listing with a document of `repeat` times 64 KiB. */
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

/** Bytes of the flood that the client took. The server notices a moment later that the client has aborted. */
async function bytesTaken({ server }: StorageKit): Promise<number> {
  const taken = async () =>
    (await server.requests?.read())?.find(({ fault }) => fault === 'answer')?.responseBytes ?? 0;
  await expect.poll(taken, { timeout: 10_000, message: 'the flood has ended' }).toBeGreaterThan(0);
  return await taken();
}

/** Rows of the table about responses that are too long. */
export const floodRows: readonly FaultRow[] = [
  flood('Error with a body of 100 MiB', 403, 1600),
  flood('Error with a body that never ends', 403, 'endless'),
  flood('Listing that never ends', 200, 'endless'),
];
