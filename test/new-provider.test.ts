/** A new provider of either kind is made, builds, passes lint and types, and fails one conformance test. */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { root } from '../scripts/steps.ts';

const script = join(root, 'scripts/new-provider.ts');
const kinds = [
  { kind: 'storage', failing: 'keeps what one driver has written for every other', passing: 300 },
  { kind: 'compute', failing: 'lists the sizes of acme-cloud, not those of the test cloud', passing: 80 },
];
/** A workspace with the packages of this one, and room for others. */
let workspace: string;

function run(command: string, args: readonly string[], cwd: string): { code: number | null; output: string } {
  const { status, stderr, stdout } = spawnSync(command, args, { cwd, encoding: 'utf8' });
  return { code: status, output: stdout + stderr };
}

const bin = (name: string): string => join(root, 'node_modules/.bin', name);

beforeAll(() => {
  workspace = mkdtempSync(join(tmpdir(), 'isobar-new-provider-'));
  mkdirSync(join(workspace, 'packages'));
  mkdirSync(join(workspace, '.changeset'));
  for (const file of readdirSync(root).filter((name) => /^(tsconfig.*|biome)\.jsonc?$/.test(name))) {
    cpSync(join(root, file), join(workspace, file));
  }
  for (const folder of ['node_modules', 'scripts']) symlinkSync(join(root, folder), join(workspace, folder));
  for (const name of readdirSync(join(root, 'packages'))) {
    symlinkSync(join(root, 'packages', name), join(workspace, 'packages', name));
  }
});
afterAll(() => rmSync(workspace, { recursive: true }));

describe.each(kinds)('$kind', ({ failing, kind, passing }) => {
  const name = `${kind}-acme-cloud`;
  const made = (): string => join(workspace, 'packages', name);

  test('the script makes it, with its changeset and its place in the list of packages', () => {
    const { code, output } = run(process.execPath, [script, kind, 'acme-cloud', '--root', workspace], root);
    expect([code, output]).toEqual([0, expect.stringContaining(`${name} is made`)]);
    expect(readFileSync(join(workspace, 'tsconfig.json'), 'utf8')).toContain(`{ "path": "packages/${name}" }`);
    expect(readFileSync(join(workspace, `.changeset/${name}.md`), 'utf8')).toContain(`@isobar/${name}`);
    // What an installation would do.
    mkdirSync(join(made(), 'node_modules/@isobar'), { recursive: true });
    symlinkSync(join(root, 'packages/core'), join(made(), 'node_modules/@isobar/core'));
    symlinkSync(made(), join(made(), `node_modules/@isobar/${name}`));
  });

  test('it passes lint, types and the build', () => {
    const lint = ['ci', '--error-on-warnings', '--vcs-enabled=false', `packages/${name}`];
    expect(run(bin('biome'), lint, workspace)).toMatchObject({ code: 0 });
    expect(run(bin('tsc'), ['-p', 'tsconfig.json'], made())).toEqual({ code: 0, output: '' });
    expect(run(bin('tsc'), ['-p', 'tsconfig.test.json'], made())).toEqual({ code: 0, output: '' });
    expect(run(process.execPath, ['../../scripts/bundle.ts'], made())).toMatchObject({ code: 0 });
  });

  test('it fails one conformance test', () => {
    const config = join(root, 'vitest.config.ts');
    const file = `packages/${name}/test/conformance-async.test.ts`;
    const report = join(workspace, `${kind}.json`);
    const args = ['run', '--root', workspace, '--config', config, '--reporter=json', `--outputFile=${report}`, file];
    run(bin('vitest'), args, workspace);
    const { testResults } = JSON.parse(readFileSync(report, 'utf8')) as {
      testResults: { assertionResults: { status: string; title: string }[] }[];
    };
    const results = testResults.flatMap(({ assertionResults }) => assertionResults);
    const failed = results.filter(({ status }) => status === 'failed').map(({ title }) => title);
    expect(failed).toEqual([expect.stringContaining(failing)]);
    expect(results.filter(({ status }) => status === 'passed').length).toBeGreaterThan(passing);
  });
});

test.each([
  [['--help'], 0, 'Usage: pnpm new-provider'],
  [[], 2, 'the kind must be storage or compute, not missing'],
  [['queue', 'acme'], 2, 'the kind must be storage or compute, not queue'],
  [['storage'], 2, 'not a name for a provider'],
  [['storage', 'Acme'], 2, 'not a name for a provider: Acme'],
  [['storage', 'memory'], 2, 'exists already'],
  [['compute', 'test'], 2, 'exists already'],
  [['storage', 'acme', '--color'], 2, 'Usage: pnpm new-provider'],
])('%j', (args, code, words) => {
  expect(run(process.execPath, [script, ...args], root)).toEqual({ code, output: expect.stringContaining(words) });
});
