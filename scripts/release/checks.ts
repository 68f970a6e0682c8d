/** What must hold of published and of installed packages. */
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { diskBytes } from '../../packages/bench/src/disk-bytes.ts';
import { execute } from '../../test/layouts.ts';
import { problemsOfPublishedTypes } from '../../test/published-types.ts';
import { deadLinks } from '../../test/readme-links.ts';
import { copyExamples } from './programs.ts';

/** What README.md promises of one design and one provider. */
const maxPackages = 6;
/**
 * The target is 3.5 MB, which is missed: the HTTP client alone takes 2.6, and the worker has its own copy of shared code (see
 * docs/adr/0027-the-worker-is-one-file.md). Lower this when the size falls.
 */
const maxDiskBytes = 3.92e6;
const licences = ['Apache-2.0', 'MIT'];

/** Published packages, by name: the tarball, and the folder that it was unpacked into. */
export type Unpacked = ReadonlyMap<string, { readonly tarball: string; readonly folder: string }>;

/** Fetches the latest version of packages from a registry. */
export function unpack(names: readonly string[], registry: string, folder: string): Unpacked {
  mkdirSync(folder);
  writeFileSync(join(folder, '.npmrc'), `registry=${registry}\n`);
  const packed = JSON.parse(execute('npm', ['pack', '--json', '--loglevel=error', ...names], folder));
  const files: { name: string; filename: string }[] = Object.values(packed);
  return new Map(
    files.map(({ name, filename }) => {
      const place = join(folder, basename(name));
      mkdirSync(place);
      execute('tar', ['-xzf', join(folder, filename), '--strip-components=1', '-C', place], folder);
      return [name, { tarball: join(folder, filename), folder: place }];
    }),
  );
}

/** Checks a package as the registry has it: manifest, types, readme, changelog, repository. */
export async function checkPublished(unpacked: Unpacked, name: string, address: string, root: string): Promise<string> {
  const { tarball, folder } = unpacked.get(name) ?? fail(`${name} is not published`);
  const tool = (file: string) => join(root, 'node_modules', '.bin', file);
  execute(tool('publint'), ['run', tarball, '--strict', '--pack=false'], folder);
  const problems = await problemsOfPublishedTypes(tarball);
  if (problems.length > 0) fail(`its types do not resolve: ${problems.join(' ')}`);
  const files = filesOf(folder);
  const text = (file: string) => readFileSync(join(folder, file), 'utf8');
  const { version, repository, dependencies = {} } = JSON.parse(text('package.json'));
  const dead = deadLinks(text('README.md'), { files, root, address });
  if (dead.length > 0) fail(`README.md has links that lead nowhere: ${dead.join(' ')}`);
  if (repository.url !== `git+${address}.git`)
    fail(`provenance needs ${address}, the manifest names ${repository.url}`);
  if (!text('CHANGELOG.md').includes(`## ${version}\n`)) fail(`CHANGELOG.md does not know ${version}`);
  if (!files.includes('LICENSE')) fail('there is no LICENSE');
  const local = Object.values<string>(dependencies).filter((range) => /^(workspace|file|link|catalog):/.test(range));
  if (local.length > 0) fail(`dependencies that only the workspace has: ${local.join(' ')}`);
  return `${statSync(tarball).size} bytes packed, ${files.length} files`;
}

/** Checks what npm installed into a folder: nothing that no package asks for, known licences, count and size. */
export function checkInstalled(folder: string): string {
  const lock = JSON.parse(readFileSync(join(folder, 'package-lock.json'), 'utf8')) as { packages: object };
  const places = Object.keys(lock.packages).filter((place) => place !== '');
  const manifests = places.map((place) => JSON.parse(readFileSync(join(folder, place, 'package.json'), 'utf8')));
  const isOurs = (name: string) => name.startsWith('@isobar/');
  const wanted = manifests
    .filter(({ name }) => isOurs(name))
    .flatMap(({ dependencies = {} }) => Object.keys(dependencies));
  const foreign = manifests.filter(({ name }) => !isOurs(name) && !wanted.includes(name));
  if (foreign.length > 0) fail(`packages that Isobar does not name: ${foreign.map(({ name }) => name).join(' ')}`);
  const odd = manifests.filter(({ license }) => !licences.includes(license));
  if (odd.length > 0) fail(`other licences: ${odd.map(({ name, license }) => `${name} ${license}`).join(', ')}`);
  const silent = places.filter((place) => !existsSync(join(folder, place, 'LICENSE')));
  if (silent.length > 0) fail(`no text of the licence: ${silent.join(' ')}`);
  const bytes = diskBytes(join(folder, 'node_modules'));
  const summary = `${places.length} packages, ${(bytes / 1e6).toFixed(2)} MB on disk`;
  if (places.length > maxPackages || bytes > maxDiskBytes) fail(`too much: ${summary}`);
  const versions = manifests.map(({ name, version }) => `${basename(name)} ${version}`);
  return `${summary}: ${versions.join(', ')}`;
}

/** Compiles the RFC's programs in a folder of their own, without skipping the packages' declarations. */
export function compile(
  packages: readonly string[],
  resolution: 'nodenext' | 'bundler',
  folder: string,
  examples: string,
  registry: string,
): string {
  if (!existsSync(folder)) {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, '.npmrc'), `registry=${registry}\n`);
    writeFileSync(join(folder, 'package.json'), JSON.stringify({ private: true, type: 'module' }));
    copyExamples(examples, folder);
    execute('npm', ['install', '--no-audit', '--no-fund', '--loglevel=error', ...packages], folder);
  }
  const compilerOptions = {
    target: 'es2022',
    lib: ['es2022', 'esnext.disposable'],
    module: resolution === 'bundler' ? 'esnext' : 'nodenext',
    moduleResolution: resolution,
    strict: true,
    exactOptionalPropertyTypes: true,
    allowImportingTsExtensions: true,
    noEmit: true,
    types: ['node'],
  };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['*.ts'] }));
  execute(join(folder, 'node_modules', '.bin', 'tsc'), ['-p', '.'], folder);
  return packages.at(-1) ?? '';
}

/** Compares two releases, file by file. Versions in manifests are expected to move; anything else is named. */
export function whatMoved(first: Unpacked, second: Unpacked): string {
  const moved = [...second].map(([name, { folder }]) => {
    const before = first.get(name)?.folder ?? fail(`${name} is new`);
    const changed = filesOf(folder).filter((file) => !same(join(before, file), join(folder, file)));
    const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    return { name: basename(name), version, changed: changed.filter((file) => file !== 'package.json') };
  });
  const versions = new Set(moved.map(({ version }) => version));
  if (versions.size !== 1) fail(`packages have different versions: ${[...versions].join(' ')}`);
  const groups = Map.groupBy(moved, ({ changed }) => changed.join(', '));
  const texts = [...groups].map(
    ([files, group]) => `${files || 'no file'} in ${group.map(({ name }) => name).join(', ')}`,
  );
  return `${moved.length} packages to ${[...versions].join()}; beside manifests: ${texts.join('; ')}`;
}

function same(one: string, other: string): boolean {
  return existsSync(one) && readFileSync(one).equals(readFileSync(other));
}

function filesOf(folder: string): string[] {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return entries.map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1)).sort();
}

function fail(message: string): never {
  throw new Error(message);
}
