/** A registry without packages on this machine: Verdaccio in a process of its own. Other people's packages come through it. */
import { spawn } from 'node:child_process';
import { mkdirSync, openSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { execute } from '../../test/layouts.ts';

const startLimitMs = 60_000;

/** Starts the registry and gives its address. It ends with the process group. */
export async function startRegistry(folder: string, tools: string): Promise<string> {
  mkdirSync(folder);
  const uplink = execute('npm', ['config', 'get', 'registry', '--loglevel=error'], folder).trim();
  const settings = {
    storage: join(folder, 'storage'),
    auth: { htpasswd: { file: join(folder, 'htpasswd') } },
    uplinks: { npm: { url: uplink } },
    packages: {
      '@isobar/*': { access: '$all', publish: '$all' },
      '**': { access: '$all', proxy: 'npm' },
    },
    log: { type: 'stdout', level: 'warn' },
  };
  // JSON is YAML.
  writeFileSync(join(folder, 'config.yaml'), JSON.stringify(settings));
  const port = await freePort();
  const log = openSync(join(folder, 'log'), 'w');
  const program = join(tools, 'node_modules', 'verdaccio', 'bin', 'verdaccio');
  const args = [program, '--config', join(folder, 'config.yaml'), '--listen', `127.0.0.1:${port}`];
  const child = spawn(process.execPath, args, { stdio: ['ignore', log, log] });
  child.unref();
  const url = `http://127.0.0.1:${port}/`;
  const deadline = Date.now() + startLimitMs;
  while (!(await answers(`${url}-/ping`))) {
    if (child.exitCode !== null || Date.now() > deadline)
      throw new Error(`the registry did not start; see ${folder}/log`);
    await setTimeout(200);
  }
  return url;
}

/** The latest version of a package. */
export async function versionOf(registry: string, name: string): Promise<string> {
  const response = await fetch(`${registry}${name.replace('/', '%2f')}`);
  if (!response.ok) throw new Error(`the registry answers ${response.status} for ${name}`);
  const { 'dist-tags': tags } = (await response.json()) as { 'dist-tags': { latest: string } };
  return tags.latest;
}

async function answers(url: string): Promise<boolean> {
  try {
    return (await fetch(url)).ok;
  } catch {
    return false;
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no free port');
  return address.port;
}
