/** Decoding a download takes little memory, whatever the decoded size: measured in a separate process. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { connect } from '@isobar/design-flag';
import { type Emulator, startEmulator } from '@isobar/emulator';
import { googleStorage } from '@isobar/storage-google';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const program = fileURLToPath(new URL('./programs/decode-much.ts', import.meta.url));
const MIB = 1024 * 1024;
const large = 256 * MIB;
/** More than any process grew that held only pieces; far less than the decoded object. */
const maxMib = 180;
const folder = mkdtempSync(join(tmpdir(), 'isobar-decompression-'));
let emulator: Emulator;

beforeAll(async () => {
  emulator = await startEmulator();
  const { storage: endpoint, accessKey: key, secret } = emulator;
  await using driver = connect(googleStorage, { key, secret, endpoint, async: true });
  await driver.createContainer('gzip');
  for (const [name, sizeBytes] of Object.entries({ small: MIB, large })) {
    await driver.writeObject(gzipSync(new Uint8Array(sizeBytes), { level: 1 }), 'gzip', name, {
      contentEncoding: 'gzip',
    });
  }
}, 60_000);
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await emulator.close();
});

function measure(kind: string, way: string): { readonly sizeBytes: number; readonly grownMib: number } {
  const { storage, accessKey, secret } = emulator;
  const args = [program, kind, storage, accessKey, secret, 'gzip', way, join(folder, `${kind}-${way}`)];
  const { stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  if (stdout === '') throw new Error(stderr);
  return JSON.parse(stdout) as { sizeBytes: number; grownMib: number };
}

describe.each(['blocking', 'async'])('256 MiB stored as 1 MiB, %s', (kind) => {
  test.each(['stream', 'file'])('take little memory when decoded to a %s', (way) => {
    const { sizeBytes, grownMib } = measure(kind, way);
    expect(sizeBytes).toBe(large);
    expect(grownMib, 'MiB by which the process grew').toBeLessThan(maxMib);
  });
  test('take all of it when decoded into memory (control)', () => {
    const { sizeBytes, grownMib } = measure(kind, 'memory');
    expect(sizeBytes).toBe(large);
    expect(grownMib).toBeGreaterThan(maxMib);
  });
});
