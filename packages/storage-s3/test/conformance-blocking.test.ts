/** S3 passes the whole kit, blocking, against the emulator. */
import { startEmulator } from '@isobar/emulator';
import { afterAll } from 'vitest';
import { conformEmulator } from './conform-s3.ts';

const emulator = await startEmulator();
afterAll(() => emulator.close());
conformEmulator(emulator, 'blocking');
