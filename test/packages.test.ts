/**
 * What users install: packs each public package, inspects it, and installs it into empty folders with four package
 * managers. The packages must have the expected content, and `getProvider` must find an installed provider even where
 * the layout hides it from core.
 */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Emulator, startEmulator } from '@isobar/emulator';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { writtenAddress } from '../scripts/repository.ts';
import { execute, layouts, runPnpm } from './layouts.ts';
import { problemsOfPublishedTypes, untypedEntry } from './published-types.ts';
import { deadLinks } from './readme-links.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const tool = (name: string) => join(root, 'node_modules', '.bin', name);

interface Manifest {
  readonly folder: string;
  readonly name: string;
  readonly version: string;
  readonly private?: boolean;
}

const packages = readdirSync(join(root, 'packages'))
  .map((folder): Manifest => ({ ...JSON.parse(manifestIn(folder)), folder }))
  .filter((manifest) => !manifest.private);
const names = packages.map((manifest) => manifest.name);

const scratch = mkdtempSync(join(tmpdir(), 'isobar-packages-'));
const tarballs = new Map(
  packages.map(({ name, version }) => [name, join(scratch, `${name.slice(1).replace('/', '-')}-${version}.tgz`)]),
);

beforeAll(() => {
  const filters = names.map((name) => `--filter=${name}`);
  runPnpm(['--recursive', ...filters, 'pack', '--pack-destination', scratch], root);
});
afterAll(() => rmSync(scratch, { recursive: true }));

describe.each(names)('%s, packed', (name) => {
  test('has the build, a licence and a readme, and nothing else', () => {
    const files = pathsIn(name).map((path) => path.replace('package/', ''));
    expect(files).toEqual(
      expect.arrayContaining(['LICENSE', 'README.md', 'dist/index.js', 'dist/types/index.d.ts', 'package.json']),
    );
    const expected =
      /^(LICENSE|(README|CHANGELOG)\.md|package\.json|dist\/LICENSES\.txt|dist\/[\w./-]+\.m?js|dist\/types\/[\w/-]+\.d\.ts)$/;
    const strange = files.filter((file) => !expected.test(file) || /\.test(-d)?\.|(^|\/)test(s|ing)?\//.test(file));
    expect(strange).toEqual([]);
  });

  test('has the entries of the workspace, with bundled declarations', () => {
    const workspace = manifestIn(packages.find((manifest) => manifest.name === name)?.folder ?? '');
    const { exports } = JSON.parse(workspace.replaceAll(/dist\/([\w/-]+\.d\.ts)/g, 'dist/types/$1'));
    if (untypedEntry in exports) exports[untypedEntry] = exports[untypedEntry].default;
    expect(JSON.parse(contentsOf(name, 'package/package.json')).exports).toEqual(exports);
  });

  test('has a doc comment for every export in its declarations', () => {
    const files = pathsIn(name).filter((path) => path.endsWith('.d.ts'));
    const declarations = files.map((path) => contentsOf(name, path)).join('\n');
    const lists = [...declarations.matchAll(/^export (?:type )?\{ (.*) \};$/gm)].flatMap(([, list = '']) =>
      list.split(', '),
    );
    // A second name has the comment of the first.
    const exported = lists.map((item) => item.replace('type ', '').replace(/ as provider$/, ''));
    const inPlace = [...declarations.matchAll(/^export declare \w+ (\w+)/gm)].map(([, item = '']) => item);
    const documented = [...declarations.matchAll(/ \*\/\n(?:export )?(?:declare )?\w+ (\w+)/g)].map(([, item]) => item);
    // What another package of ours exports is documented there.
    const ofOthers = [...declarations.matchAll(/^import \{ (.*) \} from "@isobar\/[^"]+";$/gm)].flatMap(
      ([, list = '']) => list.split(', '),
    );
    const known = [...documented, ...ofOthers.map((item) => item.replace('type ', ''))];
    expect(exported.length + inPlace.length).toBeGreaterThan(0);
    expect([...exported, ...inPlace].filter((item) => !known.includes(item))).toEqual([]);
  });

  test('has declarations without zod', () => {
    const files = pathsIn(name).filter((path) => path.endsWith('.d.ts'));
    const needing = files.filter((path) =>
      /(from|import\() ?['"](zod|@isobar\/core\/schema)/.test(contentsOf(name, path)),
    );
    expect(needing).toEqual([]);
  });

  test('has a readme whose links lead somewhere', () => {
    const files = pathsIn(name).map((path) => path.replace('package/', ''));
    const readme = contentsOf(name, 'package/README.md');
    expect(deadLinks(readme, { files, root, address: writtenAddress() })).toEqual([]);
  });

  test('has a sound manifest (publint)', async () => {
    const bytes = readFileSync(tarballOf(name));
    const tarball = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
    const { messages, pkg } = await publint({ pack: { tarball }, strict: true });
    expect(messages.map((message) => formatMessage(message, pkg, { color: false }))).toEqual([]);
  });

  test('resolves for every TypeScript user of ES modules (attw)', async () => {
    expect(await problemsOfPublishedTypes(tarballOf(name))).toEqual([]);
  });
});

/** What the README tells users to install. Everything else that they name comes from these two. */
const installed = ['@isobar/design-flag', '@isobar/storage-google'];

const usesProvider = `
import { connect, getProvider, isCloudError } from '@isobar/design-flag';
const options = { endpoint: process.env.STORAGE, key: process.env.KEY, secret: process.env.SECRET };
const provider = await getProvider('google-storage');
const blocking = connect(provider, options);
const awaited = connect(provider, { ...options, async: true });
console.log(provider.id, blocking.listContainers().length, (await awaited.listContainers()).length);
await awaited.getContainer('no-such-container').catch((error) => console.log(isCloudError(error, 'not-found')));
await awaited.close();
blocking.close();
`;

const lacksProvider = `
import { getProvider } from '@isobar/design-flag';
await getProvider('google-storage').catch((error) => console.log(error.code + ': ' + error.message));
`;

const checksType = `
import { connect, getProvider } from '@isobar/design-flag';
import type { googleStorage } from '@isobar/storage-google';
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const provider = await getProvider('google-storage');
export const exact: Same<typeof provider, typeof googleStorage> = true;
export const container: string = connect(provider, { key: 'key', secret: 'secret' }).getContainer('name').name;
// @ts-expect-error a provider's options have no such key
connect(provider, { key: 'key', secret: 'secret', flavour: 'vanilla' });
`;

/** All that a program needs to name, in a folder without `@types/node` and with the libraries of 2022. */
const namesTypes = `
import { type AsyncListing, CloudError, connect, type StorageObject } from '@isobar/design-flag';
import { type GoogleObject, googleStorage } from '@isobar/storage-google';
export async function names(): Promise<string[]> {
  await using driver = connect(googleStorage, { key: 'key', secret: 'secret', async: true });
  const listing: AsyncListing<GoogleObject> = driver.iterateContainerObjects('container');
  const objects: StorageObject[] = await listing.toArray();
  if (objects.length === 0) throw new CloudError('not-found', 'nothing');
  return objects.map(({ name }) => name);
}
`;

const compilerOptions = {
  target: 'es2024',
  lib: ['es2024', 'esnext.disposable'],
  module: 'nodenext',
  strict: true,
  exactOptionalPropertyTypes: true,
  noEmit: true,
  types: ['node'],
  typeRoots: [join(root, 'node_modules', '@types')],
};

describe.each(layouts)('installed by $name', (layout) => {
  let emulator: Emulator;
  const folder = join(scratch, layout.name.replaceAll(/\W+/g, '-'));
  const bare = `${folder}-bare`;

  beforeAll(async () => {
    emulator = await startEmulator();
    for (const [path, wanted] of [
      [folder, installed],
      [bare, ['@isobar/design-flag']],
    ] as const) {
      mkdirSync(path);
      layout.install(path, wanted, tarballs);
    }
  });
  afterAll(() => emulator.close());

  test('getProvider finds the provider that the user installed, and it works in both kinds', () => {
    writeFileSync(join(folder, 'program.js'), usesProvider);
    const environment = { STORAGE: emulator.storage, KEY: emulator.accessKey, SECRET: emulator.secret };
    expect(layout.run(folder, 'program.js', environment)).toBe('google-storage 0 0\ntrue\n');
  });

  test('getProvider names the command to install a missing provider', () => {
    writeFileSync(join(bare, 'program.js'), lacksProvider);
    expect(layout.run(bare, 'program.js', {})).toBe(
      'not-installed: the package of google-storage is not installed; run: npm install @isobar/storage-google\n',
    );
  });

  if (layout.plainFiles) {
    test('the command line runs, and finds the providers that came with it', () => {
      const own = `${folder}-cli`;
      mkdirSync(own);
      layout.install(own, ['@isobar/cli'], tarballs);
      // Not every package manager links programs.
      const isobar = join(own, 'node_modules', '@isobar', 'cli', 'dist', 'main.js');
      expect(execute(process.execPath, [isobar, '--version'], own)).toBe('0.0.0\n');
      const listed = execute(process.execPath, [isobar, 'providers'], own);
      expect(listed).toMatch(/^s3 +s3:\/\/ +installed/m);
      expect(listed).toMatch(/^openstack +npm install @isobar\/compute-openstack$/m);
    });

    test('the literal id has the exact type of the provider', () => {
      writeFileSync(join(folder, 'types.ts'), checksType);
      writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['types.ts'] }));
      expect(execute(tool('tsc'), ['-p', '.'], folder)).toBe('');
    });

    test.each([
      ['5.2, the oldest promised', 'typescript-5.2'],
      ['of the workspace', 'typescript'],
    ])('the declarations are complete without others, TypeScript %s', (_, compiler) => {
      writeFileSync(join(folder, 'names.ts'), namesTypes);
      const bare = { target: 'es2022', lib: ['es2022'], module: 'nodenext', strict: true, noEmit: true, types: [] };
      writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions: bare, files: ['names.ts'] }));
      expect(execute(process.execPath, [join(root, 'node_modules', compiler, 'bin/tsc'), '-p', '.'], folder)).toBe('');
    });
  }
});

function tarballOf(name: string): string {
  const path = tarballs.get(name);
  if (path === undefined) throw new Error(`${name} has not been packed`);
  return path;
}

function manifestIn(folder: string): string {
  return readFileSync(join(root, 'packages', folder, 'package.json'), 'utf8');
}

function pathsIn(name: string): string[] {
  return execute('tar', ['-tzf', tarballOf(name)], scratch)
    .trim()
    .split('\n');
}

function contentsOf(name: string, path: string): string {
  return execute('tar', ['-xzOf', tarballOf(name), path], scratch);
}
