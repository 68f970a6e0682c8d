/** Finding providers by id: case, unknown ids, missing packages, and registered providers. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { type CloudError, isCloudError } from '../errors.ts';
import { defineProvider } from './provider-definition.ts';
import { getProvider, Provider, registerProvider } from './registry.ts';

const acme = defineProvider({
  id: 'acme-storage',
  name: 'Acme Storage',
  website: 'https://storage.acme.example',
  capabilities: {},
  options: { shape: {}, safeParse: () => ({ success: true, data: {} }) },
  methods: {},
  operations: () => ({}),
});

async function refusal(id: string, from?: string): Promise<CloudError> {
  const failure: unknown = await getProvider(id, from === undefined ? {} : { from }).catch((error: unknown) => error);
  if (isCloudError(failure)) return failure;
  throw new Error('expected a refusal', { cause: failure });
}

describe('an unknown id', () => {
  test('is an invalid-argument', async () => expect((await refusal('nimbus')).code).toBe('invalid-argument'));
  test('is named in the message', async () => expect((await refusal('nimbus')).message).toContain('nimbus'));
  test.each(Object.values(Provider))('gets a message that lists %s', async (known) => {
    expect((await refusal('nimbus')).message).toContain(known);
  });
  test.each(['__proto__', 'constructor', ''])('is refused if it is %j', async (id) => {
    expect((await refusal(id)).code).toBe('invalid-argument');
  });
  test('is refused when it is not a string', async () => {
    expect((await refusal(undefined as unknown as string)).code).toBe('invalid-argument');
  });
});

describe('registerProvider', () => {
  const load = vi.fn(async () => acme);
  registerProvider({ id: 'Acme-Storage', load });

  test('does not load the provider', () => expect(load).not.toHaveBeenCalled());
  test.each(['acme-storage', 'ACME-STORAGE', 'Acme-Storage'])('makes the provider available as %s', async (id) => {
    expect(await getProvider(id)).toBe(acme);
  });
  test('adds it to the known ids', async () => {
    expect((await refusal('nimbus')).message).toContain('acme-storage, compute-test, google-storage');
  });
  test.each(['acme-storage', 'ACME-STORAGE', 'google-storage'])('refuses %s, which is taken', (id) => {
    expect(() => registerProvider({ id, load })).toThrow(expect.objectContaining({ code: 'already-exists' }));
  });
  test('throws the loader’s own error', async () => {
    const failure = new Error('no disk');
    registerProvider({ id: 'broken', load: () => Promise.reject(failure) });
    await expect(getProvider('broken')).rejects.toBe(failure);
  });
});

describe('packages', () => {
  let folder: string;
  const from = () => pathToFileURL(join(folder, 'program.js')).href;

  /** Installs a package where only a program in the folder can resolve it. */
  function install(packageName: string, source: string): void {
    const packageFolder = join(folder, 'node_modules', packageName);
    mkdirSync(packageFolder, { recursive: true });
    writeFileSync(join(packageFolder, 'package.json'), '{"type":"module","exports":"./index.js"}');
    writeFileSync(join(packageFolder, 'index.js'), source);
  }

  const provider = (id: string): string =>
    `{ id: '${id}', methods: {}, operations: () => ({}), options: { shape: {}, safeParse: () => ({}) } }`;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'isobar-registry-'));
    install('@isobar/compute-test', "export const provider = { id: 'from-the-folder' };");
    install('@acme/storage', `export const provider = ${provider('acme-of-a-package')};`);
    install('plain-package', 'export const other = 1;');
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  test('are found at `from`', async () => {
    expect(await getProvider('compute-test', { from: from() })).toEqual({ id: 'from-the-folder' });
  });
  test('of others are found by their names', async () => {
    expect(await getProvider('@acme/storage', { from: from() })).toMatchObject({ id: 'acme-of-a-package' });
  });
  test('without a provider are refused', async () => {
    expect((await refusal('plain-package', from())).message).toContain('a package without a provider');
  });
  test.each([
    '@acme/missing',
    'nimbus',
    'fs',
    'node:fs',
    './acme',
    '/tmp/acme',
    'https://acme.example/x.js',
    '@acme/storage/sub',
  ])('that are not installed, and what is no package, get no command to install it: %s', async (name) => {
    const { code, message } = await refusal(name, from());
    expect([code, message]).toEqual(['invalid-argument', expect.stringContaining(`is not a known provider: ${name}`)]);
    expect(message).not.toContain('npm install');
  });
  test('are found whatever the case of the id', async () => {
    expect(await getProvider('Compute-Test', { from: from() })).toEqual({ id: 'from-the-folder' });
  });
});

describe('a known provider that is not installed', () => {
  async function refusalWith(module: object | undefined): Promise<CloudError> {
    vi.resetModules();
    vi.doMock('./load-provider.ts', () => ({ importForUser: async () => module }));
    const registry = await import('./registry.ts');
    vi.doUnmock('./load-provider.ts');
    const failure: unknown = await registry.getProvider('google-storage').catch((error: unknown) => error);
    return failure as CloudError;
  }

  test('is not-installed when its package is missing', async () => {
    expect((await refusalWith(undefined)).code).toBe('not-installed');
  });
  test('gets a message with the command that installs it', async () => {
    expect((await refusalWith(undefined)).message).toContain('npm install @isobar/storage-google');
  });
  test('is named in the details', async () => {
    expect((await refusalWith(undefined)).details).toEqual({ provider: 'google-storage', operation: 'getProvider' });
  });
  test('gets another message when its package is installed in another version', async () => {
    expect((await refusalWith({ other: 1 })).message).toContain('has no export `provider`');
  });
});
