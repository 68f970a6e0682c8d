/** How large: the compared program bundled with esbuild, and what npm installs into an empty folder. */
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { contenderOf, packageOf, rivalsFolder } from '../contenders.ts';
import { programPath } from '../programs.ts';
import type { Task } from '../runner/cell.ts';
import { mustRun, root } from './commands.ts';

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly dependencies?: Readonly<Record<string, string>>;
}

/** Measures the bundled program and the installation, in bytes, and counts the installed packages. */
export const run: Task = async ({ contender, services }) => {
  const bundle = await bundled(contender);
  const folder = mkdtempSync(join(services.folder, 'install-'));
  const installed = install(contender, folder);
  return {
    kind: 'samples',
    samples: { bundle: bundle.map(({ length }) => length), install: [installed.bytes], packages: [installed.packages] },
    ...(bundle[0] && { note: `the bundle compressed with gzip: ${gzipSync(bundle[0]).length} bytes` }),
  };
};

async function bundled(contender: string): Promise<Uint8Array[]> {
  const program = programPath(contender);
  if (program === undefined) return [];
  const { outputFiles } = await build({
    entryPoints: [program],
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
    platform: 'node',
    target: 'node22',
    logLevel: 'silent',
    // Old packages call `require`, which an ES module has not.
    banner: { js: 'import{createRequire}from"node:module";const require=createRequire(import.meta.url);' },
    // Native code cannot be bundled; its size is in the installation.
    loader: { '.node': 'empty' },
    external: ['*.node', '@opendal/*'],
  });
  return outputFiles.map(({ contents }) => contents);
}

function install(contender: string, folder: string): { bytes: number; packages: number } {
  const { kind, design } = contenderOf(contender);
  const dependencies = kind === 'rival' ? rivalDependency(contender) : ownDependencies(design ?? '', folder);
  const wanted =
    kind === 'rival' ? dependencies : pick(dependencies, [`@isobar/design-${design}`, '@isobar/storage-google']);
  const program = join(folder, 'program');
  mkdirSync(program);
  writeFileSync(
    join(program, 'package.json'),
    JSON.stringify({
      name: 'program',
      private: true,
      dependencies: wanted,
      overrides: kind === 'rival' ? {} : dependencies,
    }),
  );
  const flags = ['--no-audit', '--no-fund', '--prefer-offline', '--loglevel=error', '--ignore-scripts'];
  mustRun('npm', ['install', ...flags], program);
  const lock = JSON.parse(readFileSync(join(program, 'node_modules/.package-lock.json'), 'utf8')) as {
    packages: object;
  };
  return { bytes: diskBytes(join(program, 'node_modules')), packages: Object.keys(lock.packages).length };
}

function rivalDependency(contender: string): Record<string, string> {
  const name = packageOf(contender) ?? contender;
  const { version } = readManifest(join(rivalsFolder, 'node_modules', name));
  return { [name]: version };
}

/** Packs a design, a provider and what they need, as they would be published. @returns Their tarballs by name. */
function ownDependencies(design: string, folder: string): Record<string, string> {
  const names = ['core', 'connection', 'storage-google', `design-${design}`];
  const tarballs: Record<string, string> = {};
  for (const name of names) {
    const source = join(root, 'packages', name);
    const copy = join(folder, name);
    const manifest = readManifest(source);
    cpSync(join(source, 'dist'), join(copy, 'dist'), { recursive: true });
    for (const file of ['README.md', 'LICENSE']) {
      const from = [join(source, file), join(root, file)].find((path) => statSync(path, { throwIfNoEntry: false }));
      if (from !== undefined) cpSync(from, join(copy, file));
    }
    writeFileSync(join(copy, 'package.json'), JSON.stringify(publishable(manifest, source), null, 2));
    mustRun('npm', ['pack', '--silent', '--ignore-scripts', '--pack-destination', folder], copy);
    tarballs[manifest.name] = `file:${join(folder, `isobar-${name}-${manifest.version}.tgz`)}`;
  }
  return tarballs;
}

/** A manifest with versions in the place of what only the workspace understands. */
function publishable(manifest: Manifest, source: string): object {
  const dependencies = Object.fromEntries(
    Object.keys(manifest.dependencies ?? {}).map((name) => [
      name,
      readManifest(join(source, 'node_modules', name)).version,
    ]),
  );
  return { ...manifest, dependencies, devDependencies: undefined, scripts: undefined };
}

function readManifest(folder: string): Manifest {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest;
}

function pick(from: Record<string, string>, names: readonly string[]): Record<string, string> {
  return Object.fromEntries(names.map((name) => [name, from[name] ?? '']));
}

/** What a folder takes on disk, in whole blocks. */
function diskBytes(folder: string): number {
  let bytes = statSync(folder).blocks * 512;
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) bytes += diskBytes(path);
    else if (entry.isFile()) bytes += statSync(path).blocks * 512;
  }
  return bytes;
}
