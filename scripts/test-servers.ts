/**
 * `npm run test:servers`: the conformance kit against servers of others on this machine. Starts what can be had here, says what it
 * skips and why, and stops it at the end.
 *
 *   node scripts/test-servers.ts [NAME...] [--keep]
 *
 * Ceph and OpenStack come from Debian (root may install it), moto from Python (skipped where it is missing), fauxqs from npm. Clients of
 * others come from Debian too.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync } from 'node:fs';
import { type AddressInfo, createConnection, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { run } from './steps.ts';

/** A running server. `test/servers` reads a list of these from `ISOBAR_S3_SERVERS`. */
export interface RunningServer {
  readonly name: string;
  readonly endpoint: string;
  readonly key: string;
  readonly secret: string;
  /** What it is, with its version. */
  readonly version: string;
}

/** A running OpenStack cloud. `test/servers` reads it from `ISOBAR_OPENSTACK`. */
export interface RunningCloud {
  /** The address of Keystone, and that of Keystone behind the proxy, which gives the proxy's addresses of services. */
  readonly authUrl: string;
  readonly viaProxy: string;
  /** The address of the proxy, with the emulator's routes for faults and its log. */
  readonly proxy: string;
  readonly username: string;
  readonly password: string;
  readonly project: string;
  /** A project with a quota of two nodes. */
  readonly smallProject: string;
  readonly region: string;
  /** The version of Nova. */
  readonly version: string;
}

/** How a server is started. Throws a sentence when it cannot be. */
interface Definition {
  start(port: number): Promise<Omit<RunningServer, 'name'>>;
  stop(): Promise<unknown>;
}

const folder = join(tmpdir(), 'isobar-servers');
mkdirSync(folder, { recursive: true });
const children: ChildProcess[] = [];

async function freePort(): Promise<number> {
  const server = createServer();
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}

async function outputOf(command: string, args: readonly string[]): Promise<string> {
  const { ok, output } = await run(command, args);
  if (!ok) throw new Error(output.split('\n').at(-1) || `${command} failed`);
  return output;
}

/** Starts a program that runs on, and waits until it listens. */
async function serve(command: string, args: readonly string[], port: number): Promise<void> {
  const child = spawn(command, args, { stdio: 'ignore' });
  const failed = once(child, 'error').then(([failure]) => {
    throw failure;
  });
  children.push(child);
  for (let attempt = 0; attempt < 150; attempt += 1) {
    if (await Promise.race([listens(port), failed])) return;
    await sleep(200);
  }
  throw new Error(`${command} does not listen`);
}

async function listens(port: number): Promise<boolean> {
  const socket = createConnection({ port, host: '127.0.0.1' });
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

const ceph = join(folder, 'ceph');
const openstack = join(folder, 'openstack');
const endChildren = async (): Promise<void> => void children.splice(0).map((child) => child.kill());

const definitions: Readonly<Record<string, Definition>> = {
  ceph: {
    async start(port) {
      const output = await outputOf('bash', ['scripts/servers/ceph.sh', ceph, String(port)]);
      const [endpoint = '', key = '', secret = ''] = output.trim().split('\n').slice(-3);
      const version = /version (\S+)/.exec(await outputOf('radosgw', ['--version']))?.[1];
      return { endpoint, key, secret, version: `Ceph ${version}` };
    },
    async stop() {
      await run('bash', ['scripts/servers/ceph.sh', ceph, 'stop']);
    },
  },
  moto: {
    async start(port) {
      const version = (await outputOf('python3', ['-c', 'import moto; print(moto.__version__)'])).trim();
      await serve('moto_server', ['-H', '127.0.0.1', '-p', String(port)], port);
      return { endpoint: `http://127.0.0.1:${port}`, key: 'any', secret: 'any-secret', version: `moto ${version}` };
    },
    stop: endChildren,
  },
  fauxqs: {
    async start(port) {
      const home = join(folder, 'fauxqs');
      if (!existsSync(join(home, 'node_modules/fauxqs'))) {
        await outputOf('npm', [
          'install',
          '--prefix',
          home,
          '--no-audit',
          '--no-fund',
          '--loglevel=error',
          'fauxqs@2.4.1',
        ]);
      }
      // It would bind every interface.
      const program = `
        import net from 'node:net';
        const { listen } = net.Server.prototype;
        net.Server.prototype.listen = function (options, ...others) {
          return listen.call(this, { ...options, host: '127.0.0.1' }, ...others);
        };
        const { startFauxqs } = await import(${JSON.stringify(join(home, 'node_modules/fauxqs/dist/app.js'))});
        await startFauxqs({ port: ${port}, logger: false });`;
      await serve(process.execPath, ['--input-type=module', '-e', program], port);
      return { endpoint: `http://127.0.0.1:${port}`, key: 'any', secret: 'any-secret', version: 'fauxqs 2.4.1' };
    },
    stop: endChildren,
  },
};

/** Starts OpenStack, and a proxy before it. */
async function startOpenStack(): Promise<RunningCloud> {
  const port = 19_350;
  const output = await outputOf('bash', ['scripts/servers/openstack/start.sh', openstack, String(port)]);
  const cloud = JSON.parse(output.trim().split('\n').at(-1) ?? '') as RunningCloud;
  const child = spawn(process.execPath, ['scripts/servers/openstack/proxy.ts', String(port)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  children.push(child);
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  const { authUrl, services } = JSON.parse(line.toString()) as { authUrl: string; services: string };
  return { ...cloud, viaProxy: authUrl, proxy: services };
}

/** Installs a client of others from Debian. */
async function haveClient(command: string, argument: string, debianPackage: string): Promise<void> {
  if ((await run(command, [argument])).ok) return;
  const { ok } = await run('apt-get', ['install', '-y', '--no-install-recommends', debianPackage]);
  if (!ok) console.log(`${command}: skipped: Debian's ${debianPackage} cannot be installed`);
}

const { positionals, values } = parseArgs({ allowPositionals: true, options: { keep: { type: 'boolean' } } });
const running: RunningServer[] = [];
let cloud: RunningCloud | undefined;
try {
  for (const [name, definition] of Object.entries(definitions)) {
    if (positionals.length > 0 && !positionals.includes(name)) continue;
    try {
      const server = { name, ...(await definition.start(await freePort())) };
      running.push(server);
      console.log(`${name}: ${server.version} at ${server.endpoint}`);
    } catch (failure) {
      console.log(`${name}: skipped: ${(failure as Error).message}`);
    }
  }
  if (positionals.length === 0 || positionals.includes('openstack')) {
    try {
      cloud = await startOpenStack();
      console.log(`openstack: Nova ${cloud.version} at ${cloud.authUrl}`);
    } catch (failure) {
      console.log(`openstack: skipped: ${(failure as Error).message}`);
    }
  }
  if (running.length > 0) await haveClient('rclone', 'version', 'rclone');
  if (cloud) await haveClient('openstack', '--version', 'python3-openstackclient');
  const environment = {
    ISOBAR_S3_SERVERS: JSON.stringify(running),
    ISOBAR_OPENSTACK: cloud ? JSON.stringify(cloud) : '',
  };
  const { ok } = await run('vitest', ['run', '--project', 'servers'], { live: true, environment });
  process.exitCode = ok && (running.length > 0 || cloud) ? 0 : 1;
} finally {
  if (!values.keep) for (const { name } of running) await definitions[name]?.stop();
  if (cloud && !values.keep) await run('bash', ['scripts/servers/openstack/start.sh', openstack, 'stop']);
  await endChildren();
}
