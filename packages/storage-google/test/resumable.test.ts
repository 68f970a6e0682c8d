/** An upload whose process is killed half-way can be completed by another process, from its state as JSON. */
import { spawnSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { connect } from '@isobar/design-flag';
import { type Emulator, startEmulator } from '@isobar/emulator';
import { googleStorage } from '@isobar/storage-google';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const program = fileURLToPath(new URL('./programs/resumable-upload.ts', import.meta.url));
const MIB = 1024 * 1024;
const bytes = randomBytes(40 * MIB);
const folder = mkdtempSync(join(tmpdir(), 'isobar-resumable-'));
const path = join(folder, 'file');
let emulator: Emulator;

beforeAll(async () => {
  writeFileSync(path, bytes);
  emulator = await startEmulator();
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await emulator.close();
});

/** Runs the program that resumes an upload. */
function resume(kind: string, token: string, killAt: number): { signal: string | null; output: string } {
  const { storage, accessKey, secret } = emulator;
  const args = [program, kind, storage, accessKey, secret, token, path, String(killAt)];
  const { signal, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  return { signal, output: stdout + stderr };
}

describe.for(['blocking', 'async'])('an upload of 40 MiB, %s', (kind) => {
  test('killed half-way resumes in another process, and matches the file', async () => {
    const { storage: endpoint, accessKey: key, secret } = emulator;
    await using driver = connect(googleStorage, { key, secret, endpoint, async: true });
    const container = `killed-${kind}`;
    await driver.createContainer(container);
    const token = join(folder, `${kind}.json`);
    writeFileSync(token, JSON.stringify(await driver.exCreateResumableUpload(container, 'object')));

    expect(resume(kind, token, 20 * MIB).signal).toBe('SIGKILL');
    await expect(driver.getObject(container, 'object')).rejects.toMatchObject({ code: 'not-found' });
    await fetch(`${endpoint}/_emulator/requests`, { method: 'DELETE' });

    const second = resume(kind, token, 0);
    const reported = JSON.parse(second.output) as { from: number; sizeBytes: number };
    expect(reported.from, 'where the second process resumed').toBeGreaterThanOrEqual(16 * MIB);
    expect(reported.sizeBytes).toBe(bytes.length);
    const log = (await (await fetch(`${endpoint}/_emulator/requests`)).json()) as { requestBytes: number }[];
    const sentAgain = log.reduce((sum, { requestBytes }) => sum + requestBytes, 0);
    expect(sentAgain, 'bytes that the second process sent').toBe(bytes.length - reported.from);

    const back = await driver.readObject({ container, name: 'object' });
    expect(createHash('sha256').update(back).digest('hex')).toBe(createHash('sha256').update(bytes).digest('hex'));
  });
});
