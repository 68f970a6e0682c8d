/** The types that an editor shows for a driver's methods, read from the compiler's error messages. */
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';

const declarations = fileURLToPath(new URL('../../dist/index.d.ts', import.meta.url));
const modules = fileURLToPath(new URL('../../../../node_modules/', import.meta.url));

const shown: [string, string][] = [
  [
    "Blocking<StorageOperations>['getObject']",
    '(container: ContainerReference, objectName: string, options?: CallOptions | undefined) => StorageObject',
  ],
  [
    "Async<StorageOperations>['getObject']",
    '(container: ContainerReference, objectName: string, options?: (CallOptions & Cancellable) | undefined) => Promise<StorageObject>',
  ],
  ["Blocking<ComputeOperations>['iterateNodes']", '(options?: ListNodesOptions | undefined) => BlockingListing<Node>'],
];

let folder: string;
let messages: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'isobar-display-'));
  // Assigning a value to `never` makes the compiler print the value's type.
  const lines = shown.map(([type], index) => `export const shown${index}: never = null as unknown as ${type};`);
  const imports = 'Async, Blocking, ComputeOperations, StorageOperations';
  const source = [`import type { ${imports} } from ${JSON.stringify(declarations)};`, ...lines].join('\n');
  const file = join(folder, 'shown.ts');
  await writeFile(file, source);
  const options = [
    '--noEmit',
    '--ignoreConfig',
    '--strict',
    '--skipLibCheck',
    '--module',
    'nodenext',
    '--pretty',
    'false',
  ];
  const libraries = ['--target', 'es2024', '--types', 'node', '--typeRoots', join(modules, '@types')];
  messages = await new Promise((resolve) => {
    const arguments_ = [join(modules, 'typescript/bin/tsc'), ...options, ...libraries, file];
    execFile(process.execPath, arguments_, (_, stdout) => resolve(stdout));
  });
});
afterAll(() => rm(folder, { recursive: true }));

test.each(shown)('%s', (_, expected) => expect(messages).toContain(`Type '${expected}' is not assignable`));
