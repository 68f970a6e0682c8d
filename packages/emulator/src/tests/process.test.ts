import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, test } from 'vitest';
import { startEmulator } from '../index.ts';
import { exchange, signed } from './client.ts';

const cli = fileURLToPath(new URL('../cli.ts', import.meta.url));
const index = new URL('../index.ts', import.meta.url).href;
const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

function folder(): string {
  const made = mkdtempSync(join(tmpdir(), 'isobar-emulator-test-'));
  folders.push(made);
  return made;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

async function run(args: readonly string[]): Promise<{ code: number | null; output: string; errors: string }> {
  const child = spawn(process.execPath, [cli, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  let errors = '';
  child.stdout.on('data', (text) => {
    output += text;
  });
  child.stderr.on('data', (text) => {
    errors += text;
  });
  const [code] = await once(child, 'close');
  return { code, output, errors };
}

async function firstLine(child: ChildProcess): Promise<string> {
  const [text] = await once(child.stdout as NonNullable<typeof child.stdout>, 'data');
  return String(text);
}

const freePorts = ['--storage-port=0', '--compute-port=0'];

describe('the command line', () => {
  test('prints its credentials for people, and JSON for programs', async () => {
    const plain = spawn(process.execPath, [cli, ...freePorts], { stdio: ['ignore', 'pipe', 'inherit'] });
    expect(await firstLine(plain)).toMatch(/storage +http:\/\/127\.0\.0\.1:\d+\n +access key +GOOG1/);
    plain.kill('SIGINT');
    expect((await once(plain, 'exit'))[0]).toBe(0);
    const json = spawn(process.execPath, [cli, ...freePorts, '--json'], { stdio: ['ignore', 'pipe', 'inherit'] });
    expect(JSON.parse(await firstLine(json))).toMatchObject({ pid: json.pid, user: 'apache', password: 'libcloud' });
    json.kill('SIGTERM');
    expect((await once(json, 'exit'))[0]).toBe(0);
  });

  test('explains errors: exit code 2 for usage, 1 for a failed start', async () => {
    expect(await run(['--prot', '1'])).toMatchObject({ code: 2, errors: expect.stringContaining('--prot') });
    expect(await run(['--storage-port', 'x'])).toMatchObject({
      code: 2,
      errors: expect.stringContaining('--storage-port'),
    });
    await using emulator = await startEmulator();
    const { port } = new URL(emulator.storage);
    const taken = await run([`--storage-port=${port}`, '--compute-port=0']);
    expect(taken).toMatchObject({ code: 1, errors: expect.stringMatching(`--storage-port ${port}: already in use`) });
    expect(await run(['--data', '/dev/null/x'])).toMatchObject({ code: 1, errors: expect.stringContaining('--data') });
  });

  test('--help and --version', async () => {
    expect(await run(['--help'])).toMatchObject({ code: 0, output: expect.stringContaining('--latency-ms') });
    expect(await run(['--version'])).toMatchObject({ code: 0, output: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) });
  });
});

describe('lifetime', () => {
  test('ends when its standard input is a pipe and ends; continues when it is /dev/null', async () => {
    const piped = spawn(process.execPath, [cli, ...freePorts, '--json'], { stdio: ['pipe', 'pipe', 'inherit'] });
    await firstLine(piped);
    piped.stdin.end();
    expect((await once(piped, 'exit'))[0]).toBe(0);
  });

  test('ends with the program that started it, even when that is killed', async () => {
    const script = `import { startEmulator } from ${JSON.stringify(index)};
      const emulator = await startEmulator(); console.log(emulator.pid); setInterval(() => {}, 1000);`;
    const parent = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const pid = Number(await firstLine(parent));
    expect(isAlive(pid)).toBe(true);
    parent.kill('SIGKILL');
    await expect.poll(() => isAlive(pid), { timeout: 5000 }).toBe(false);
  });

  test('does not keep the program that started it alive', async () => {
    const script = `import { startEmulator } from ${JSON.stringify(index)};
      const emulator = await startEmulator(); await emulator.reset(); console.log(emulator.pid);`;
    const parent = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const pid = Number(await firstLine(parent));
    expect((await once(parent, 'exit'))[0]).toBe(0);
    await expect.poll(() => isAlive(pid), { timeout: 5000 }).toBe(false);
  });

  test('close ends it, and may be called again', async () => {
    const emulator = await startEmulator();
    await emulator.close();
    await emulator.close();
    expect(isAlive(emulator.pid)).toBe(false);
  });

  test('an option that does not exist is refused by name', async () => {
    await expect(startEmulator({ ports: 1 } as object)).rejects.toThrow('unknown option "ports"');
  });

  test('a failed start rejects with the reason', async () => {
    await expect(startEmulator({ data: '/dev/null/x' })).rejects.toThrow('--data');
  });
});

test('responses are delayed', async () => {
  await using slow = await startEmulator({ latencyMs: 3_600_000 });
  signed(slow, 'GET', '/').catch(() => {}); // for longer than the emulator runs
  const log = async () => JSON.parse((await exchange(slow.storage, 'GET', '/_emulator/requests')).text);
  await expect.poll(async () => (await log()).map(({ status }: { status: number }) => status)).toEqual([0]);
  await using quick = await startEmulator({ latencyMs: 1 });
  expect((await signed(quick, 'GET', '/')).status).toBe(200);
});

test('a folder has one emulator at a time', async () => {
  const data = folder();
  await using first = await startEmulator({ data });
  await expect(startEmulator({ data })).rejects.toThrow(`--data ${data}: in use by another emulator`);
  await first.close();
  await using next = await startEmulator({ data });
  expect(isAlive(next.pid)).toBe(true);
});

test('what was acknowledged survives SIGKILL, and nothing else is left', async () => {
  const data = folder();
  const before = await startEmulator({ data });
  await signed(before, 'PUT', '/kept');
  const large = Buffer.alloc(9 * 1024 * 1024, 'large');
  await signed(before, 'PUT', '/kept/large', { body: large });
  const writes = Array.from({ length: 200 }, async (_, index) => {
    const answer = await signed(before, 'PUT', `/kept/n${index}`, { body: `body ${index}` }).catch(() => undefined);
    if (index === 60) void before.kill();
    return answer?.status === 200 ? index : undefined;
  });
  const acknowledged = (await Promise.all(writes)).filter((index) => index !== undefined);
  expect(acknowledged.length).toBeGreaterThan(0);
  await before.kill();
  writeFileSync(join(data, 'incoming', 'half-written'), 'x');
  writeFileSync(join(data, 'blobs', '00', '00orphan'), 'x');
  await using after = await startEmulator({ data });
  for (const index of acknowledged) expect((await signed(after, 'GET', `/kept/n${index}`)).text).toBe(`body ${index}`);
  expect((await signed(after, 'GET', '/kept/large')).body.equals(large)).toBe(true);
  expect(readdirSync(join(data, 'incoming'))).toEqual([]);
  expect(readdirSync(join(data, 'blobs', '00'))).not.toContain('00orphan');
});
