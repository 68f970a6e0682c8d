/** How large: the compared program bundled with esbuild, and what npm installs into an empty folder. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { contenderOf, packageOf, rivalsFolder } from '../contenders.ts';
import { programPath } from '../programs.ts';
import type { Task } from '../runner/cell.ts';
import { installDesign, installInto, readManifest } from './installation.ts';

/** Measures the bundled program and the installation, in bytes, and counts the installed packages. */
export const run: Task = async ({ contender, services }) => {
  const bundle = await bundled(contender);
  const { bytes, packages } = install(contender, services.folder);
  return {
    kind: 'samples',
    samples: { bundle: bundle.map(({ length }) => length), install: [bytes], packages: [packages] },
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
  const program = installed(contender, folder);
  const lock = JSON.parse(readFileSync(join(program, 'node_modules/.package-lock.json'), 'utf8')) as {
    packages: object;
  };
  return { bytes: diskBytes(join(program, 'node_modules')), packages: Object.keys(lock.packages).length };
}

/** The folder of a program that has the contender installed. */
function installed(contender: string, folder: string): string {
  const { role, design } = contenderOf(contender);
  if (role !== 'rival') return installDesign(design ?? '', folder);
  const program = join(folder, `installed-${contender}`);
  const name = packageOf(contender) ?? contender;
  installInto(program, { [name]: readManifest(join(rivalsFolder, 'node_modules', name)).version });
  return program;
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
