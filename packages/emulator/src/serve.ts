/**
 * Runs both services in this process. Only the command line calls it: programs start the command line in its own
 * process, because a server on a blocked thread cannot answer.
 */
import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { answerCloudAdmin } from './compute/admin.ts';
import { type Cloud, openCloud } from './compute/cloud/cloud.ts';
import { createCompute } from './compute/server.ts';
import type { AdminTargets } from './front/admin.ts';
import { createFaults } from './front/faults.ts';
import { createJournal } from './front/journal.ts';
import { createFront } from './front/server.ts';
import { createIdentity } from './identity/identity.ts';
import type { Settings } from './options.ts';
import { createStorage } from './storage/server.ts';
import { fillBucket } from './store/fill.ts';
import { openStore, type Store } from './store/store.ts';

/** Both services, listening. */
export interface Running {
  readonly storage: string;
  readonly compute: string;
  close(): Promise<void>;
}

/** A failure to start that the user can fix: exit code 1. */
export class StartError extends Error {
  override readonly name = 'StartError';
}

/** Starts both services. */
export async function serve(settings: Settings): Promise<Running> {
  const store = open(settings.data, openStore);
  const cloud = open(settings.data, (folder) => openCloud(folder, settings));
  const faults = createFaults();
  const journal = createJournal();
  const identity = createIdentity(settings);
  const reset = () => {
    store.reset();
    cloud.reset();
    faults.clear();
    journal.clear();
  };
  const answerCloud: AdminTargets['answerCloud'] = (request, route) => answerCloudAdmin(cloud, request, route);
  const fill: AdminTargets['fill'] = (parameters) => fillBucket(store, parameters);
  const front = {
    faults,
    journal,
    identity,
    answerCloud,
    fill,
    reset,
    latencyMs: settings.latencyMs,
    bodyIdleMs: settings.bodyIdleMs,
  };
  const storage = createFront(createStorage({ ...settings, store, identity }), front);
  const compute = createFront(createCompute({ ...settings, cloud }), front);
  try {
    return {
      storage: await listen(storage, settings.host, settings.storagePort, 'storage-port'),
      compute: await listen(compute, settings.host, settings.computePort, 'compute-port'),
      async close() {
        await Promise.all([stop(storage), stop(compute)]);
        store.close();
        cloud.close();
      },
    };
  } catch (error) {
    storage.close();
    compute.close();
    store.close();
    cloud.close();
    throw error;
  }
}

function open<Opened extends Store | Cloud>(
  folder: string | undefined,
  opener: (folder: string | undefined) => Opened,
): Opened {
  try {
    return opener(folder);
  } catch (error) {
    const { message } = error as Error;
    if (message.includes('database is locked')) {
      throw new StartError(`--data ${folder}: in use by another emulator. Stop it, or name another folder.`);
    }
    throw new StartError(`--data ${folder}: cannot be used (${message}). Name a folder you can write to.`);
  }
}

async function listen(server: Server, host: string, port: number, flag: string): Promise<string> {
  server.listen(port, host);
  try {
    await once(server, 'listening');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'EADDRINUSE') {
      throw new StartError(
        `--${flag} ${port}: already in use on ${host}. Stop what uses it, choose another port, or 0.`,
      );
    }
    if (code === 'EACCES') throw new StartError(`--${flag} ${port}: not allowed. Choose a port above 1023, or 0.`);
    throw new StartError(`--host ${host}: cannot listen there (${message}).`);
  }
  const { port: bound } = server.address() as AddressInfo;
  return `http://${host.includes(':') ? `[${host}]` : host}:${bound}`;
}

function stop(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
