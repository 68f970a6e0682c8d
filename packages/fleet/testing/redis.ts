/** Starts `redis-server`, which Debian has in a package, in a process of its own, and kills it. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Whether the program is installed. Tests that need it are skipped without it. */
export const hasRedis: boolean = spawnSync('redis-server', ['--version']).status === 0;

/** Says why tests are skipped. */
export const withoutRedis = 'redis-server is not installed (Debian: apt-get install redis-server)';

/** A server. */
export class RedisServer implements AsyncDisposable {
  readonly port: number;
  readonly #folder = mkdtempSync(join(tmpdir(), 'isobar-redis-'));
  readonly #persists: boolean;
  #process: ChildProcess | undefined;

  private constructor(port: number, persists: boolean) {
    this.port = port;
    this.#persists = persists;
  }

  /** Starts a server. @param persists Whether it writes each command to its disk. */
  static async start({ persists = false }: { readonly persists?: boolean } = {}): Promise<RedisServer> {
    const server = new RedisServer(await freePort(), persists);
    await server.start();
    return server;
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`;
  }

  /** Starts it again, with what it has on its disk. */
  async start(): Promise<void> {
    const persistence = this.#persists ? ['--appendonly', 'yes', '--appendfsync', 'always'] : ['--appendonly', 'no'];
    const child = spawn(
      'redis-server',
      ['--port', String(this.port), '--dir', this.#folder, '--bind', '127.0.0.1', '--save', '', ...persistence],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    this.#process = child;
    for await (const text of child.stdout.setEncoding('utf8')) {
      if (/Ready to accept connections/.test(text as string)) break;
    }
    child.stdout.resume();
  }

  /** Kills it (SIGKILL). */
  async kill(): Promise<void> {
    const child = this.#process;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { readonly port: number };
  server.close();
  await once(server, 'close');
  return port;
}
