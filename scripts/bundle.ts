/**
 * Bundles the package in the current folder: one file in `dist/` for each entry of its `exports` and `bin`.
 * Dependencies and peers stay imports. Dev dependencies that the sources import (small internal libraries, such as
 * zod/mini) are bundled, so that users do not install them; their licences are put beside the bundle. `tsc -b` writes
 * one declaration file for each source, for the workspace; the published declarations are bundled into `dist/types/`.
 *
 * An entry that ends in `.mjs` also bundles the workspace's own packages, so that the file works wherever it is copied. One
 * that ends in `.min.js` is minified: it holds a library and no code of ours. A published entry without types is for the
 * workspace's own packages.
 */
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { type BuildOptions, build, type Plugin } from 'esbuild';
import { rolldown } from 'rolldown';
import { dts } from 'rolldown-plugin-dts';

type Exports = Record<string, string | { readonly types: string; readonly default: string }>;

interface Manifest {
  readonly version: string;
  readonly exports?: Exports;
  readonly publishConfig?: { readonly exports?: Exports };
  readonly bin?: Record<string, string>;
  readonly dependencies?: Record<string, string>;
  readonly peerDependencies?: Record<string, string>;
}

const manifest: Manifest = JSON.parse(readFileSync('package.json', 'utf8'));
const dependencies = { ...manifest.dependencies, ...manifest.peerDependencies };
const external = Object.keys(dependencies);
const isOwn = (name: string): boolean => dependencies[name]?.startsWith('workspace:') === true;
/** Entries: what is written, and its source, whose declarations may have another name. */
const entries = [
  ...Object.values(manifest.exports ?? {}).map((entry) =>
    typeof entry === 'string' ? { output: entry, types: entry } : { output: entry.default, types: entry.types },
  ),
  ...Object.values(manifest.bin ?? {}).map((output) => ({ output, types: output })),
].map(({ output, types }) => ({ output, source: types.replace(/^\.\/dist\/(.*?)(\.d)?\.[jt]s$/, 'src/$1.ts') }));

/** Leaves the import of one entry by another as it is, so that code for tests does not split the code of the product. */
const importsOfEntries: Plugin = {
  name: 'imports of entries',
  setup({ onResolve }) {
    const outputs = new Map(entries.map(({ output, source }) => [resolve(source), output]));
    onResolve({ filter: /^\.\.?\// }, ({ path, resolveDir, kind }) => {
      const output = kind === 'entry-point' ? undefined : outputs.get(resolve(resolveDir, path));
      return output === undefined ? undefined : { path: `./${basename(output)}`, external: true };
    });
  },
};

/**
 * Programs and the worker, which start often, take from the modules of Node what they name. Imported, a module loads all that it
 * has before the first line runs: `node:http` loads fetch, `node:crypto` Web Crypto, `node:util` colors and streams.
 */
const builtinModules: Plugin = {
  name: 'modules of Node',
  setup({ onLoad }) {
    const imports = /^import (?:\{([^}]*)\}|(?:\* as )?(\w+)) from ['"](node:[\w/]+)['"];/gm;
    onLoad({ filter: /\.m?[jt]s$/ }, ({ path }) => ({
      contents: readFileSync(path, 'utf8').replace(
        imports,
        (_, named: string | undefined, whole: string, name: string) => {
          const module = `globalThis.process.getBuiltinModule('${name}')`;
          if (named === undefined) {
            // Libraries name these as a whole, and use them seldom.
            const isSeldomUsed = /:(child_process|fs)$/.test(name);
            return `const ${whole} = ${isSeldomUsed ? `new Proxy({}, { get: (_, name) => ${module}[name] })` : module};`;
          }
          const values = named.split(',').filter((value) => !/^\s*(type |$)/.test(value));
          return values.length > 0 ? `const {${values.join().replaceAll(' as ', ': ')}} = ${module};` : '';
        },
      ),
      loader: path.endsWith('ts') ? 'ts' : 'js',
    }));
  },
};

// Their names change with their content, so those of the last build would stay.
rmSync('dist/chunks', { recursive: true, force: true });
rmSync('dist/LICENSES.txt', { force: true });

const inputs = [
  await bundle(
    '.js',
    {
      splitting: true,
      chunkNames: 'chunks/[name]-[hash]',
      plugins: [importsOfEntries, ...(manifest.bin ? [builtinModules] : [])],
    },
    external,
  ),
  await bundle('.min.js', { outExtension: { '.js': '.min.js' }, minify: true }, external),
  await bundle(
    '.mjs',
    // Its code is also in the packages, where it can be read.
    {
      outExtension: { '.js': '.mjs' },
      minifyWhitespace: true,
      alias: sourcesOf(external.filter(isOwn)),
      plugins: [builtinModules],
    },
    external.filter((name) => !isOwn(name)),
  ),
].flat();

const licences = bundledPackages(inputs).map(licenceOf);
if (licences.length > 0) writeFileSync('dist/LICENSES.txt', licences.join('\n'));

await bundleDeclarations(manifest.publishConfig?.exports ?? {});

/** Bundles the entries with an extension. @returns The files that they were made of. */
async function bundle(extension: string, options: BuildOptions, imported: readonly string[]): Promise<string[]> {
  const { metafile } = await build({
    ...options,
    entryPoints: entries
      .filter(({ output }) => /(\.min)?\.m?js$/.exec(output)?.[0] === extension)
      .map(({ output, source }) => ({ in: source, out: output.slice('./dist/'.length, -extension.length) })),
    outdir: 'dist',
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node22',
    external: imported.flatMap((name) => [name, `${name}/*`]),
    define: { ISOBAR_VERSION: JSON.stringify(manifest.version) },
    metafile: true,
    logLevel: 'warning',
  });
  return Object.keys(metafile.inputs);
}

/** Aliases of workspace packages to their sources: esbuild can leave out more of sources than of bundles. */
function sourcesOf(names: readonly string[]): Record<string, string> {
  return Object.fromEntries(names.map((name) => [name, name.replace(/^.*\//, '../').concat('/src')]));
}

/** Bundles the declarations of the published `exports`, with shared chunks. Unreachable declarations are left out. */
async function bundleDeclarations(published: Exports): Promise<void> {
  rmSync('dist/types', { recursive: true, force: true });
  const names = Object.values(published)
    .map((entry) => (typeof entry === 'string' ? entry : entry.types))
    .flatMap((file) => /^\.\/dist\/types\/(.*)\.d\.ts$/.exec(file)?.[1] ?? []);
  const bundle = await rolldown({
    input: Object.fromEntries(names.map((name) => [name, `dist/${name}.d.ts`])),
    external: (id) => id.startsWith('node:') || external.some((name) => id === name || id.startsWith(`${name}/`)),
    plugins: [dts({ dtsInput: true })],
  });
  const { output } = await bundle.write({
    dir: 'dist/types',
    chunkFileNames: '[name].js',
    minifyInternalExports: false,
  });
  for (const chunk of output) {
    // Programs whose `lib` has no disposal yet get it with the declarations that need it.
    if (chunk.type === 'chunk' && /Disposable\b/.test(chunk.code)) {
      writeFileSync(join('dist/types', chunk.fileName), `/// <reference lib="esnext.disposable" />\n${chunk.code}`);
    }
  }
  await bundle.close();
}

/** The folders of the bundled packages. */
function bundledPackages(inputs: readonly string[]): string[] {
  const folders = inputs.map((input) => /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+/.exec(input)?.[0]);
  return [...new Set(folders.filter((folder) => folder !== undefined))].sort();
}

/** A package's licence: its licence file, or the licence named in its manifest. */
function licenceOf(folder: string): string {
  const file = readdirSync(folder).find((name) => /^licen[cs]e/i.test(name));
  const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const text = file ? readFileSync(join(folder, file), 'utf8') : `Licence: ${license}\n`;
  return `${name} ${version} is part of this bundle.\n\n${text}`;
}
