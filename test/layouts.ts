/**
 * The layouts of packages on disk by several package managers. Each installs into an empty folder, from packed tarballs or
 * from a registry, so that a program there sees the same files as a user's program.
 */
import { type ExecFileSyncOptions, execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const { packageManager } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { packageManager: string };

/** Package names and the tarballs they come from. */
export type Tarballs = ReadonlyMap<string, string>;

/** A registry that has one version of all packages. */
export interface Registry {
  readonly url: string;
  readonly version: string;
}

/** One layout. */
export interface Layout {
  readonly name: string;
  /** Whether the packages are plain files, which the TypeScript compiler can read without the package manager. */
  readonly plainFiles: boolean;
  /** Installs the wanted packages into a folder. Their dependencies come from the same source. */
  install(folder: string, wanted: readonly string[], source: Tarballs | Registry): void;
  /** Runs a module of the folder. */
  run(folder: string, module: string, environment: Readonly<Record<string, string>>): string;
}

/** The tested layouts. */
export const layouts: readonly Layout[] = [
  {
    name: 'npm',
    plainFiles: true,
    install(folder, wanted, source) {
      writeManifest(folder, wanted, source, { overrides: overrides(source) });
      execute('npm', ['install', '--no-audit', '--no-fund', '--prefer-offline', '--loglevel=error'], folder);
    },
    run: runWithNode,
  },
  {
    name: 'pnpm, isolated',
    plainFiles: true,
    install(folder, wanted, source) {
      writeManifest(folder, wanted, source, {});
      // JSON is YAML. By default pnpm refuses packages that were published a short time ago.
      const settings = { packages: [], overrides: overrides(source), minimumReleaseAge: 0 };
      writeFileSync(join(folder, 'pnpm-workspace.yaml'), JSON.stringify(settings));
      runPnpm(['install', '--prefer-offline', '--no-frozen-lockfile', '--reporter=append-only'], folder);
    },
    run: runWithNode,
  },
  yarn("yarn, Plug'n'Play", 'pnp'),
  yarn('yarn, pnpm linker', 'pnpm'),
];

/** Runs the workspace's own pnpm. */
export function runPnpm(args: readonly string[], folder: string): string {
  return execute('npx', ['--yes', '--loglevel=error', packageManager, ...args], folder);
}

/** Packs packages of the workspace. @returns The tarballs. */
export function pack(packages: readonly string[], folder: string): string[] {
  const filters = packages.map((name) => `--filter=@isobar/${name}`);
  runPnpm(['--recursive', ...filters, 'pack', '--pack-destination', folder], root);
  return readdirSync(folder).map((file) => join(folder, file));
}

/** Installs the packages of a folder's lockfile with npm, and some tarballs beside them. */
export function installLocked(folder: string, tarballs: readonly string[] = []): void {
  const options = ['--no-audit', '--no-fund', '--prefer-offline', '--loglevel=error'];
  execute('npm', ['ci', ...options], folder);
  if (tarballs.length > 0) execute('npm', ['install', '--no-save', ...options, ...tarballs], folder);
}

/** Runs a command to its end; throws an error with its output when it fails. */
export function execute(
  command: string,
  args: readonly string[],
  folder: string,
  environment: Readonly<Record<string, string>> = {},
): string {
  // NODE_PATH, set by the launchers of the workspace's tools, would let programs see the workspace's packages. The
  // npm_config variables, set by an npx around this test, would change what an inner npx runs.
  const inherited = { ...process.env, NODE_PATH: '', npm_config_call: '', npm_config_package: '' };
  const env = { ...inherited, ...environment };
  const options: ExecFileSyncOptions = { cwd: folder, env, stdio: 'pipe' };
  try {
    return execFileSync(command, args, { ...options, encoding: 'utf8', shell: process.platform === 'win32' });
  } catch (failure) {
    const { stdout, stderr } = failure as { stdout: string; stderr: string };
    throw new Error(`${command} ${args.join(' ')} failed:\n${stdout}\n${stderr}`, { cause: failure });
  }
}

/** Yarn with one of its linkers. */
export function yarn(name: string, nodeLinker: string): Layout {
  const program = createRequire(import.meta.url).resolve('@yarnpkg/cli-dist/bin/yarn.js');
  return {
    name,
    plainFiles: nodeLinker !== 'pnp',
    install(folder, wanted, source) {
      writeManifest(folder, wanted, source, { resolutions: overrides(source) });
      const registry = execute('npm', ['config', 'get', 'registry', '--loglevel=error'], folder).trim();
      const settings = {
        nodeLinker,
        npmMinimalAgeGate: 0,
        npmRegistryServer: registry,
        unsafeHttpWhitelist: [new URL(registry).hostname],
        enableTelemetry: false,
        enableImmutableInstalls: false,
      };
      writeFileSync(join(folder, '.yarnrc.yml'), JSON.stringify(settings));
      writeFileSync(join(folder, 'yarn.lock'), '');
      execute(process.execPath, [program, 'install'], folder);
    },
    run: (folder, module, environment) => execute(process.execPath, [program, 'node', module], folder, environment),
  };
}

function runWithNode(folder: string, module: string, environment: Readonly<Record<string, string>>): string {
  return execute(process.execPath, [module], folder, environment);
}

/** Writes a program's manifest and, for a registry, where it is. */
export function writeManifest(
  folder: string,
  wanted: readonly string[],
  source: Tarballs | Registry,
  more: object,
): void {
  const manifest = {
    name: 'program',
    private: true,
    type: 'module',
    dependencies: specifiers(wanted, source),
    ...more,
  };
  writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest));
  if ('url' in source) writeFileSync(join(folder, '.npmrc'), `registry=${source.url}\n`);
}

/** With tarballs, packages that depend on each other must find each other's tarballs too. */
function overrides(source: Tarballs | Registry): Record<string, string> {
  return 'url' in source ? {} : specifiers([...source.keys()], source);
}

function specifiers(names: readonly string[], source: Tarballs | Registry): Record<string, string> {
  const specifierOf = (name: string) => ('url' in source ? `^${source.version}` : `file:${source.get(name)}`);
  return Object.fromEntries(names.map((name) => [name, specifierOf(name)]));
}
