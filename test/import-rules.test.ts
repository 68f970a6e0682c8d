/**
 * Tests the import rules: breaks each in a scratch folder with the workspace's own lint configuration, and checks that
 * the right rule reports it. Also checks what the linter cannot see: manifests, file names, and that every export is
 * documented.
 */
import { execFileSync } from 'node:child_process';
import { copyFileSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));

const imports = 'lint/style/noRestrictedImports';
const globals = 'lint/style/noRestrictedGlobals';
const plugin = 'plugin';

/** What each folder may not do: source text, and the rule that must report it. */
const pure: [string, string][] = [
  ["export { readFile } from 'node:fs/promises';", imports],
  ["export const file = await import('node:fs');", imports],
  ["import fs from 'fs';\nexport const { readFile } = fs;", 'lint/style/useNodejsImportProtocol'],
  ["export { request } from 'undici';", imports],
  ["export { randomUUID } from 'node:crypto';", imports],
  ["import * as all from 'node:crypto';\nexport const id = all.randomUUID();", plugin],
  ["export { drive } from '@isobar/connection';", imports],
  ["export { drive } from '../../connection/src/calls/drive.ts';", imports],
  ["export const response = fetch('http://127.0.0.1');", globals],
  ["export const fetched = globalThis.fetch('http://127.0.0.1');", globals],
  ["export const home = process.env['HOME'];", globals],
  ['export const id = crypto.randomUUID();', globals],
  ['export const started = performance.now();', globals],
  ['export const timer = setTimeout(() => {}, 1);', globals],
  ['export const timer = setInterval(() => {}, 1);', globals],
  ['export const timer = setImmediate(() => {});', globals],
  ["console.log('hello');", globals],
  ['export const now = Date.now();', plugin],
  ["export const now = Date['now']();", plugin],
  ['const { now } = Date;\nexport const started = now();', plugin],
  ['export const now = new Date();', plugin],
  ['export const now = Date();', plugin],
  ['export const dice = Math.random();', plugin],
  ['export const dice = [1, 2].map(Math.random);', plugin],
];
const violations: Record<string, [string, string][]> = {
  core: [
    ...pure,
    ["export { connect } from '@isobar/design-flag';", imports],
    ["export {} from '@isobar/core';", imports],
  ],
  'storage-scratch': [...pure, ["export { testCompute } from '@isobar/compute-test';", imports]],
  'compute-scratch': pure,
  's3-dialect': [...pure, ["export { googleStorage } from '@isobar/storage-google';", imports]],
  transfer: [...pure, ["export { localFiles } from '@isobar/storage-local';", imports]],
  cli: [
    ["export { localFiles } from '@isobar/storage-local';", imports],
    ["export { drive } from '@isobar/connection';", imports],
    ["export { request } from 'undici';", imports],
  ],
  fleet: [
    ["export { connect } from '@isobar/design-flag';", imports],
    ["export { readFile } from 'node:fs/promises';", imports],
  ],
  'design-scratch': [
    ["export { googleStorage } from '@isobar/storage-google';", imports],
    ["export { connect } from '@isobar/design-flag';", imports],
    ["export { request } from 'undici';", imports],
    ["export { drive } from '../../connection/src/calls/drive.ts';", imports],
  ],
  connection: [["export { googleStorage } from '@isobar/storage-google';", imports]],
  conformance: [["export { connect } from '@isobar/design-flag';", imports]],
  emulator: [["export { crc32c } from '@isobar/core/provider';", imports]],
  anywhere: [
    ['export default 1;', 'lint/style/noDefaultExport'],
    ['export const anything: any = 1;', 'lint/suspicious/noExplicitAny'],
    ['export const first = (list: string[]) => list[0]!;', 'lint/style/noNonNullAssertion'],
    ["export { two } from './cycle';", 'lint/correctness/useImportExtensions'],
    ["export { two } from './cycle.ts';\nexport const one = 1;", 'lint/suspicious/noImportCycles'],
    ['async function work(): Promise<void> {}\nwork();\nexport {};', 'lint/nursery/noFloatingPromises'],
    ["export * from './cycle.ts';", 'lint/performance/noReExportAll'],
    ["throw 'text';", 'lint/style/useThrowOnlyError'],
  ],
};

/** What tests may not do, in any package. */
const clocks = [
  'export const started = performance.now();',
  "export const started = performance['now']();",
  'const { now } = performance;\nexport const started = now();',
  'export const started = process.hrtime.bigint();',
  'export const started = process.hrtime();',
  'export const started = Date.now();',
  "import { performance as clock } from 'node:perf_hooks';\nexport const started = clock.now();",
];
const testFiles = ['packages/core/src', 'packages/connection/src/testing', 'packages/emulator/src', 'test'] as const;

/** What each rule allows. */
const allowed: Record<string, string> = {
  'packages/core/src/control.ts':
    "export { createHash } from 'node:crypto';\nexport const day = new Date(Date.UTC(2000, 0)).toISOString();",
  'packages/core/src/providers/load-provider.ts':
    "export { createRequire } from 'node:module';\nexport { pathToFileURL } from 'node:url';\nexport const folder = process.cwd();",
  'packages/core/src/control.test.ts':
    "export { readFile } from 'node:fs/promises';\nexport const day = new Date(Date.UTC(2000, 0));",
  'packages/connection/src/control-of-clocks.ts': 'export const started = performance.now();',
  'packages/storage-scratch/src/control.ts':
    "export type { Node } from '@isobar/core';\nexport { retry } from '@isobar/core/provider';\nexport { encodeName } from '@isobar/s3-dialect';",
  'packages/s3-dialect/src/control.ts':
    "export { readXml } from '@isobar/core/xml';\nexport { retry } from '@isobar/core/provider';",
  'packages/design-scratch/src/control.ts':
    "export type { Node } from '@isobar/core';\nexport { open } from '@isobar/connection';",
  'packages/connection/src/control.ts':
    "export { request } from 'undici';\nexport const timer = setTimeout(() => {}, 1);",
  'packages/anywhere/src/cycle.ts': "export { one } from './violation-4.ts';\nexport const two = 2;",
};

interface Diagnostic {
  readonly category: string;
  readonly severity: string;
  readonly location: { readonly path: string };
}

describe('the linter', () => {
  let scratch: string;
  let diagnostics: Diagnostic[];

  beforeAll(() => {
    scratch = mkdtempSync(join(tmpdir(), 'isobar-import-rules-'));
    const write = (path: string, text: string) => {
      mkdirSync(dirname(join(scratch, path)), { recursive: true });
      writeFileSync(join(scratch, path), `${text}\n`);
    };
    for (const [path, text] of Object.entries(allowed)) write(path, text);
    for (const [folder, cases] of Object.entries(violations)) {
      for (const [index, [text]] of cases.entries()) write(`packages/${folder}/src/violation-${index}.ts`, text);
    }
    for (const folder of testFiles) {
      for (const [index, text] of clocks.entries()) write(`${folder}/clock-${index}.test.ts`, text);
    }
    mkdirSync(join(scratch, 'scripts'));
    for (const file of ['biome.jsonc', ...globSync('scripts/*.grit', { cwd: root })]) {
      copyFileSync(join(root, file), join(scratch, file));
    }
    diagnostics = lint(scratch);
  });
  afterAll(() => rmSync(scratch, { recursive: true }));

  for (const [folder, cases] of Object.entries(violations)) {
    for (const [index, [text, rule]] of cases.entries()) {
      test(`in ${folder} refuses ${text.replaceAll('\n', ' ')}`, () => {
        expect(errorsIn(`packages/${folder}/src/violation-${index}.ts`)).toContain(rule);
      });
    }
  }

  describe.each(testFiles)('in tests of %s', (folder) => {
    test.each(clocks.entries().toArray())('refuses clock %i', (index) => {
      expect(errorsIn(`${folder}/clock-${index}.test.ts`)).toContain(plugin);
    });
  });

  test.each(Object.keys(allowed).filter((path) => path.includes('control') || path.includes('load')))(
    'allows the code of %s',
    (path) => expect(errorsIn(path)).toEqual([]),
  );

  function errorsIn(path: string): string[] {
    const own = diagnostics.filter(({ location, severity }) => location.path === path && severity === 'error');
    return own.map(({ category }) => category);
  }
});

describe('manifests', () => {
  const manifests = globSync('packages/*/package.json', { cwd: root }).map((path) => readManifest(join(root, path)));

  test.each(manifests.map((manifest) => [manifest.name, manifest]))(
    '%s depends on what its import rule allows',
    (name, manifest) => {
      const { dependencies, peerDependencies, optionalDependencies, devDependencies } = manifest;
      const all = Object.keys({ ...dependencies, ...peerDependencies, ...optionalDependencies, ...devDependencies });
      const own = all.filter((dependency) => dependency.startsWith('@isobar/'));
      expect(allowedFor(name)).toEqual(expect.arrayContaining(own));
    },
  );

  function allowedFor(name: string): string[] {
    if (name === '@isobar/core' || name === '@isobar/emulator') return [];
    if (name.startsWith('@isobar/design-')) return ['@isobar/core', '@isobar/connection'];
    if (name === '@isobar/cli') {
      const found = ['@isobar/storage-google', '@isobar/storage-local', '@isobar/storage-s3'];
      return ['@isobar/core', '@isobar/design-flag', '@isobar/fleet', '@isobar/transfer', ...found];
    }
    if (name === '@isobar/fleet') return ['@isobar/core', '@isobar/transfer'];
    if (name === '@isobar/bench') return manifests.map((manifest) => manifest.name);
    if (/^@isobar\/(storage|compute)-/.test(name)) return ['@isobar/core', '@isobar/s3-dialect'];
    return ['@isobar/core'];
  }
});

const sources = globSync('packages/*/src/**/*.ts', { cwd: root });

test('no file has a vague name', () => {
  const vague = /^(utils?|helpers?|common|misc|types|managers?|impl)\b/;
  const files = [
    ...sources,
    ...globSync('{examples,scripts,test}/**/*.ts', { cwd: root, exclude: ['**/node_modules'] }),
  ];
  expect(files.filter((path) => vague.test(basename(path)))).toEqual([]);
});

test('every export is documented at its declaration', () => {
  const declaration =
    /^export (?:declare |abstract |async )*(?:function|const|class|interface|type|enum)\b\*? *([\w$]+)/;
  const undocumented = sources.filter(isProduct).flatMap((path) => {
    const lines = readFileSync(join(root, path), 'utf8').split('\n');
    const seen = new Set<string>();
    return lines.flatMap((line, index) => {
      const name = declaration.exec(line)?.[1];
      if (name === undefined || seen.has(name)) return []; // further overloads follow the documented one
      seen.add(name);
      const above = lines.slice(0, index).findLast((other) => !other.trimStart().startsWith('// biome-ignore'));
      return above?.trimEnd().endsWith('*/') ? [] : [`${path}:${index + 1} ${name}`];
    });
  });
  expect(undocumented).toEqual([]);
});

function isProduct(path: string): boolean {
  return !/\.test(-d)?\.ts$|\/tests\//.test(path);
}

interface Manifest {
  readonly name: string;
  readonly dependencies?: Record<string, string>;
  readonly peerDependencies?: Record<string, string>;
  readonly optionalDependencies?: Record<string, string>;
  readonly devDependencies?: Record<string, string>;
}

function readManifest(path: string): Manifest {
  return JSON.parse(readFileSync(path, 'utf8'));
}

function lint(folder: string): Diagnostic[] {
  const args = ['lint', '--vcs-enabled=false', '--reporter=json', '--max-diagnostics=none', '.'];
  let output: string;
  try {
    output = execFileSync(join(root, 'node_modules/.bin/biome'), args, {
      cwd: folder,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
  } catch (failure) {
    output = (failure as { stdout: string }).stdout; // the linter found errors, as it should
  }
  return JSON.parse(output).diagnostics;
}
