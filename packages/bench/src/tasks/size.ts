/** Sizes: the compared program bundled with esbuild, and what npm installs into an empty folder. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { contenderOf, packageOf, rivalsFolder } from '../contenders.ts';
import { diskBytes } from '../disk-bytes.ts';
import { programOf } from '../programs.ts';
import type { Task } from '../runner/cell.ts';
import { installDesign, installInto, readManifest } from './installation.ts';

/** Measures the bundled program and the installation, in bytes, and counts the installed packages. */
export const run: Task = async ({ contender, services }) => {
  const program = programOf(contender);
  // Native code cannot be bundled: a bundle without it would say nothing about its size.
  const isNative = contender.startsWith('opendal');
  const bundles = program && !isNative ? [await bundle(program.path)] : [];
  const folder = installed(contender, services.folder);
  const lock = JSON.parse(readFileSync(join(folder, 'node_modules/.package-lock.json'), 'utf8')) as {
    packages: object;
  };
  const install = [diskBytes(join(folder, 'node_modules'))];
  return {
    kind: 'samples',
    samples: { bundle: bundles.map(({ length }) => length), install, packages: [Object.keys(lock.packages).length] },
  };
};

/** Bundles and minifies a program with all that it imports. */
export async function bundle(path: string): Promise<Uint8Array> {
  const { outputFiles } = await build({
    entryPoints: [path],
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
    platform: 'node',
    target: 'node22',
    logLevel: 'silent',
    // Old packages call `require`, which an ES module does not have.
    banner: { js: 'import{createRequire}from"node:module";const require=createRequire(import.meta.url);' },
  });
  return outputFiles[0]?.contents ?? new Uint8Array();
}

/** The folder of a program that has the contender installed. */
function installed(contender: string, folder: string): string {
  if (contenderOf(contender).role === 'isobar')
    return installDesign('flag', folder, contender.startsWith('s3-') ? 'storage-s3' : 'storage-google');
  const program = join(folder, `installed-${contender}`);
  const name = packageOf(contender) ?? contender;
  installInto(program, { [name]: readManifest(join(rivalsFolder, 'node_modules', name)).version });
  return program;
}
