/** What users install: designs and storage providers, packed as for publication, put into an empty folder by npm. */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Design } from '../report/model.ts';
import { mustRun, root } from './commands.ts';

/** Compiler options of a program that uses what is installed. */
export const compilerOptions: object = {
  target: 'es2024',
  lib: ['es2024', 'esnext.disposable', 'dom'],
  module: 'nodenext',
  strict: true,
  skipLibCheck: true,
  noEmit: true,
  types: ['node'],
  typeRoots: [join(root, 'node_modules/@types')],
};

/**
 * Installs a design and a storage provider, with their dependencies.
 *
 * @param folder Keeps packages and installations, so that a run makes each of them once.
 * @param provider The folder of the provider's package.
 * @returns The folder of a program that has them installed.
 */
export function installDesign(
  design: Design,
  folder: string,
  provider: 'storage-google' | 'storage-s3' = 'storage-google',
): string {
  const program = join(folder, `installed-${design}${provider === 'storage-google' ? '' : `-${provider}`}`);
  if (existsSync(program)) return program;
  const tarballs = pack(join(folder, 'packed'));
  const wanted = [`@isobar/design-${design}`, `@isobar/${provider}`];
  installInto(program, Object.fromEntries(wanted.map((name) => [name, tarballs[name] ?? ''])), tarballs);
  return program;
}

/** Installs packages into an empty folder with npm, without install scripts. */
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

/** Packs the designs, the storage providers and their dependencies. @returns The tarballs by package name. */
function pack(folder: string): Record<string, string> {
  if (!existsSync(folder)) {
    const { packageManager } = readManifest(root);
    const filters = [
      '--filter=@isobar/design-*...',
      '--filter=@isobar/storage-google...',
      '--filter=@isobar/storage-s3...',
    ];
    const pack = ['--recursive', ...filters, 'pack', '--pack-destination', folder];
    mustRun('npx', ['--yes', '--loglevel=error', packageManager, ...pack], root);
  }
  const manifests = readdirSync(join(root, 'packages')).map((name) => readManifest(join(root, 'packages', name)));
  const tarballs = manifests.map(({ name, version }): [string, string] => [
    name,
    join(folder, `${name.slice(1).replace('/', '-')}-${version}.tgz`),
  ]);
  const existing = tarballs.filter(([, file]) => existsSync(file));
  return Object.fromEntries(existing.map(([name, file]) => [name, `file:${file}`]));
}

/** A package's manifest. */
export function readManifest(folder: string): Readonly<Record<'name' | 'version' | 'packageManager', string>> {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
}
