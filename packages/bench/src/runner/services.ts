/** The servers of a run: origins and emulators, each in a process of its own, and a folder for files. All end with the run. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startEmulator } from '@isobar/emulator';
import { startOrigin } from '../origin/start.ts';
import type { Services } from './cell.ts';

/** Certificates that only tests trust. */
const certificates = fileURLToPath(new URL('../../../connection/test/certificates', import.meta.url));
/** What a link within a region, and one to another, adds to an exchange. */
const linksMs = [5, 20];
const regionsMs = [50, 100, 150];
/** How long the emulator takes to make a report. */
export const reportMs = 600;

/** Running services. */
export interface RunningServices extends AsyncDisposable {
  readonly services: Services;
}

/** Starts everything. */
export async function startServices(): Promise<RunningServices> {
  await using started = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), 'isobar-bench-'));
  started.defer(() => rm(folder, { recursive: true, force: true }));
  const origin = started.adopt(await startOrigin(0), (running) => running.close());
  const tlsOrigin = started.adopt(await startOrigin(0, certificates), (running) => running.close());
  const slowOrigins: Record<number, string> = {};
  for (const delayMs of linksMs) {
    slowOrigins[delayMs] = started.adopt(await startOrigin(delayMs), (running) => running.close()).url;
  }
  const emulator = started.use(await startEmulator({ reportMs }));
  const regions: string[] = [];
  for (const latencyMs of regionsMs) regions.push(started.use(await startEmulator({ latencyMs })).compute);
  const { storage, compute, accessKey: key, secret, user, password } = emulator;
  const addresses = {
    origin: origin.url,
    tlsOrigin: tlsOrigin.url,
    slowOrigins,
    storage,
    compute,
    regions,
  };
  const stack = started.move();
  return {
    services: {
      ...addresses,
      authority: join(certificates, 'test-only-authority.pem'),
      key,
      secret,
      user,
      password,
      folder,
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}
