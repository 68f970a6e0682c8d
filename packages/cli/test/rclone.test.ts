/** rclone, unchanged, on the same bucket: what either copies, the other finds whole and with its time. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Desk } from '../testing/isobar.ts';

const hasRclone = spawnSync('rclone', ['version']).status === 0;

describe.skipIf(!hasRclone)('rclone (a Debian package)', { timeout: 60_000 }, () => {
  let desk: Desk;
  const names = ['a.txt', 'b/c d.bin', 'ü€/😀', 'empty'];
  const time = new Date('2021-02-03T04:05:06.789Z');
  const at = (name: string): string => join(desk.folder, name);

  beforeAll(async () => {
    desk = await Desk.open();
    const { accessKey, secret, storage } = desk.emulator;
    const settings = {
      type: 's3',
      provider: 'Other',
      access_key_id: accessKey,
      secret_access_key: secret,
      endpoint: storage,
    };
    writeFileSync(
      at('rclone.conf'),
      `[cloud]\n${Object.entries(settings)
        .map(([name, value]) => `${name} = ${value}\n`)
        .join('')}`,
    );
    for (const name of names) {
      mkdirSync(dirname(at(`tree/${name}`)), { recursive: true });
      writeFileSync(at(`tree/${name}`), name === 'empty' ? '' : `content of ${name}`);
      utimesSync(at(`tree/${name}`), time, time);
    }
    expect((await desk.run(['mb', 's3://bucket'])).exitCode).toBe(0);
  });
  afterAll(() => desk[Symbol.asyncDispose]());

  function rclone(...args: readonly string[]): string {
    const options = { cwd: desk.folder, encoding: 'utf8', env: { PATH: process.env.PATH, HOME: desk.folder } } as const;
    return execFileSync('rclone', ['--config', 'rclone.conf', ...args], options);
  }

  test('finds what isobar has copied whole, by checksum and by time', async () => {
    expect(await desk.run(['sync', '-q', 'tree', 's3://bucket/ours'])).toMatchObject({ exitCode: 0 });
    rclone('check', 'tree', 'cloud:bucket/ours');
    expect(rclone('lsl', 'cloud:bucket/ours/a.txt')).toContain('2021-02-03 04:05:06.789');
    expect(rclone('copy', '--dry-run', '--stats-one-line', 'tree', 'cloud:bucket/ours')).toBe('');
  });

  test('has its copies found whole by isobar, which gives the files their time again', async () => {
    rclone('copy', 'tree', 'cloud:bucket/theirs');
    expect(await desk.run(['verify', '-q', 'tree', 's3://bucket/theirs'])).toMatchObject({ exitCode: 0, output: '' });
    expect(await desk.run(['cp', '-q', '-r', 's3://bucket/theirs', 'back'])).toMatchObject({ exitCode: 0 });
    for (const name of names) expect(statSync(at(`back/${name}`)).mtime, name).toEqual(time);
    rclone('check', 'back', 'cloud:bucket/theirs');
  });
});
