/** Google Storage keeps its contract in every design, blocking, against the emulator. */
import { startEmulator } from '@isobar/emulator';
import { afterAll } from 'vitest';
import { conformStorage } from './storage.ts';

const emulator = await startEmulator({ storagePort: 0, computePort: 0 });
afterAll(() => emulator.close());

conformStorage(emulator, 'blocking');
