/**
 * Bundles the package in the current folder: one file in `dist/` for each entry of its `exports` and `bin`.
 * Dependencies and peers stay imports; what is only a dev dependency (a small library with no public face, such as
 * zod/mini) is bundled in, so that users do not install it, and its licence is put beside the bundle. Declarations come
 * from `tsc -b`; those that no entry leads to stay in the workspace, where other projects check against them.
 */
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { build } from 'esbuild';

interface Manifest {
  readonly exports?: Record<string, string | { readonly default: string }>;
  readonly bin?: Record<string, string>;
  readonly dependencies?: Record<string, string>;
  readonly peerDependencies?: Record<string, string>;
}

const manifest: Manifest = JSON.parse(readFileSync('package.json', 'utf8'));
const outputs = [
  ...Object.values(manifest.exports ?? {}).map((entry) => (typeof entry === 'string' ? entry : entry.default)),
  ...Object.values(manifest.bin ?? {}),
].filter((file) => file.endsWith('.js'));
const external = Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies });

// Their names change with their content, so the last build's would stay behind.
rmSync('dist/chunks', { recursive: true, force: true });

const { metafile } = await build({
  entryPoints: outputs.map((file) => file.replace(/^\.\/dist\/(.*)\.js$/, 'src/$1.ts')),
  outdir: 'dist',
  outbase: 'src',
  bundle: true,
  splitting: true,
  chunkNames: 'chunks/[name]-[hash]',
  format: 'esm',
  platform: 'node',
  target: 'node22',
  external: external.flatMap((name) => [name, `${name}/*`]),
  metafile: true,
  logLevel: 'warning',
});

const licences = bundledPackages(Object.keys(metafile.inputs)).map(licenceOf);
if (licences.length > 0) writeFileSync('dist/LICENSES.txt', licences.join('\n'));

// npm and pnpm leave out what such a file names. In a folder below the package's own it counts for more than `files`.
writeFileSync('dist/.npmignore', ['.tsbuildinfo', '.npmignore', ...privateDeclarations()].join('\n'));

/** The declarations that no public one leads to, as paths below `dist`. */
function privateDeclarations(): string[] {
  const reached = new Set<string>();
  const follow = (file: string): void => {
    if (reached.has(file)) return;
    reached.add(file);
    for (const [, path] of readFileSync(file, 'utf8').matchAll(/(?:from |import\()['"](\.[^'"]+)\.ts['"]/g)) {
      follow(join(dirname(file), `${path}.d.ts`));
    }
  };
  const all = readdirSync('dist', { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.d.ts'));
  for (const output of outputs) {
    const declarations = join(output.replace(/\.js$/, '.d.ts'));
    if (all.includes(relative('dist', declarations))) follow(declarations);
  }
  return all.filter((file) => !reached.has(join('dist', file))).map((file) => `/${file}`);
}

/** The folders of the packages that were bundled in. */
function bundledPackages(inputs: readonly string[]): string[] {
  const folders = inputs.map((input) => /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+/.exec(input)?.[0]);
  return [...new Set(folders.filter((folder) => folder !== undefined))].sort();
}

/** A package's licence as it ships it; some name theirs only in the manifest. */
function licenceOf(folder: string): string {
  const file = readdirSync(folder).find((name) => /^licen[cs]e/i.test(name));
  const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const text = file ? readFileSync(join(folder, file), 'utf8') : `Licence: ${license}\n`;
  return `${name} ${version} is part of this bundle.\n\n${text}`;
}
