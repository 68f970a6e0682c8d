/** What users install: a design and Google Storage, packed as for publication, put into an empty folder by npm. */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { mustRun, root } from './commands.ts';

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly packageManager?: string;
}

/**
 * Installs a design and Google Storage, with what they need.
 *
 * @param folder Keeps packages and installations, so that a run makes each of them once.
 * @returns The folder of a program that has them installed.
 */
export function installDesign(design: string, folder: string): string {
  const program = join(folder, `installed-${design}`);
  if (existsSync(program)) return program;
  const tarballs = packed(join(folder, 'packed'));
  const wanted = [`@isobar/design-${design}`, '@isobar/storage-google'];
  const dependencies = Object.fromEntries(wanted.map((name) => [name, tarballs[name] ?? '']));
  installInto(program, dependencies, tarballs);
  return program;
}

/** Lets npm install packages into an empty folder, their install scripts left out. */
export function installInto(
  folder: string,
  dependencies: Readonly<Record<string, string>>,
  overrides: Readonly<Record<string, string>> = {},
): void {
  mkdirSync(folder);
  const manifest = { name: 'program', private: true, type: 'module', dependencies, overrides };
  writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest));
  const flags = ['--no-audit', '--no-fund', '--prefer-offline', '--loglevel=error', '--ignore-scripts'];
  mustRun('npm', ['install', ...flags], folder);
}

/** Packs the designs, Google Storage and what they need. @returns Their tarballs by name. */
function packed(folder: string): Record<string, string> {
  if (!existsSync(folder)) {
    const { packageManager = 'pnpm' } = readManifest(root);
    const filters = ['--filter=@isobar/design-*...', '--filter=@isobar/storage-google...'];
    const pack = ['--recursive', ...filters, 'pack', '--pack-destination', folder];
    mustRun('npx', ['--yes', '--loglevel=error', packageManager, ...pack], root);
  }
  const files = readdirSync(folder);
  const manifests = readdirSync(join(root, 'packages')).map((name) => readManifest(join(root, 'packages', name)));
  const named = manifests.map(
    ({ name, version }) => [name, `${name.slice(1).replace('/', '-')}-${version}.tgz`] as const,
  );
  return Object.fromEntries(
    named.filter(([, file]) => files.includes(file)).map(([name, file]) => [name, `file:${join(folder, file)}`]),
  );
}

/** A package's manifest. */
export function readManifest(folder: string): Manifest {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest;
}
