/** A session recorded from a real cloud, replayed in both kinds: what is sent, and what is made of the answers. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { openstack } from '@isobar/compute-openstack';
import { connect } from '@isobar/design-flag';
import { expect, test } from 'vitest';
import { playSession } from '../testing/session.ts';

const pathOf = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
const results = JSON.parse(readFileSync(pathOf('recordings/results.json'), 'utf8')) as unknown;

async function withReplay(play: (authUrl: string) => Promise<unknown>): Promise<unknown> {
  const args = [pathOf('../testing/recording.ts'), 'replay', pathOf('recordings/session.json')];
  const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  try {
    const [line] = (await once(child.stdout, 'data')) as [Buffer];
    return await play(`${line.toString().trim()}/s0/v3`);
  } finally {
    child.stdin.end();
  }
}

const account = { username: 'test', password: 'testsecret', project: 'test', region: 'RegionOne' };

test('blocking', async () => {
  expect(await withReplay((authUrl) => playSession(connect(openstack, { ...account, authUrl })))).toEqual(results);
});

test('async', async () => {
  expect(await withReplay((authUrl) => playSession(connect(openstack, { ...account, authUrl, async: true })))).toEqual(
    results,
  );
});

test('nothing secret is in the recording', () => {
  const text = readFileSync(pathOf('recordings/session.json'), 'utf8');
  expect(text).not.toMatch(/gAAAA|testsecret|PRIVATE KEY|"adminPass": ?"(?!left out)/);
});
