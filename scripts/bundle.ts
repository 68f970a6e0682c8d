/**
 * Bundles the package in the current folder: one file in `dist/` for each entry of its `exports` and `bin`.
 * Dependencies and peers stay imports; what is only a dev dependency (a small library with no public face, such as
 * zod/mini) is bundled in, so that users do not install it. Declarations come from `tsc -b`, not from here.
 */
import { readFileSync, rmSync } from 'node:fs';
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

await build({
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
  legalComments: 'eof',
  logLevel: 'warning',
});
