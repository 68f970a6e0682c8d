/**
 * `npm test`: builds, then checks everything: lint and format, types, unused code and dependencies, the reports of the public
 * API, the ratio of the code around the product to the product, and all tests. A failed step does not stop the later ones.
 * The last line counts the passed, failed and skipped tests; each other step that failed counts as one failed test.
 *
 * The types and tests of packages are turbo's tasks. For a package of which nothing changed that they depend on, turbo gives
 * the report of the last run, which counts like a new one; the line before the last says how many tests those were. In CI
 * (`CI` is set) every test runs.
 *
 * `npm run test:quick` (`--quick`) runs only the fast tests, does not search for unused code and compares no reports.
 */
import { globSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { codeRatio, linesByPackage, maxRatio } from './code-ratio.ts';
import { nameWidth, root, run, step } from './steps.ts';

/** Time limit of the tests, because vitest cannot time out a test that blocks its thread. */
const testsLimitMs = 30 * 60_000;

const isQuick = process.argv.includes('--quick');
/** Tests of packages, as tasks of turbo. */
const tasks = isQuick ? ['unit'] : ['unit', 'test'];
/** The other tests, as projects of `vitest.config.ts`. */
const projects = isQuick ? ['parity'] : ['parity', 'repository', 'programs'];
const reports = ['test-report.json', 'packages/*/reports/*.json'];

interface Counts {
  passed: number;
  failed: number;
  skipped: number;
}

const counts: Counts = { passed: 0, failed: 0, skipped: 0 };

const started = Date.now();
const built = await step('build', 'turbo', ['run', 'build', '--output-logs=errors-only']);
const apiReports = ['node', ['scripts/api-reports.ts', '--check']] as const;
// Runs beside the other checks, because it uses one processor.
const hasReports = built && !isQuick;
const running = hasReports ? run(...apiReports) : undefined;
const checks = [
  built,
  await step('lint', 'biome', ['ci', '--error-on-warnings', '--colors=off']),
  await step('types', 'tsc', ['-b']),
  await step('types of packages', 'turbo', ['run', 'types', '--continue', '--output-logs=errors-only']),
];
if (!isQuick) checks.push(await step('unused', 'knip', ['--treat-config-hints-as-errors']));
if (hasReports) checks.push(await step('API reports', ...apiReports, { running }));
checks.push(checkRatio());
counts.failed += checks.filter((passed) => !passed).length;

if (built) {
  for (const report of globSync(reports, { cwd: root })) rmSync(join(root, report));
  const options = { live: true, signal: AbortSignal.timeout(testsLimitMs) };
  // Three at once, although each runs its files on all processors: many tests wait, and the longest may be the last to start. In
  // CI also what turbo has in its cache; it is built already.
  const uncached = process.env.CI ? ['--force', '--only'] : [];
  const turbo = ['run', ...tasks, '--continue', '--concurrency=3', '--output-logs=new-only', ...uncached];
  // At the same time, because the tests that start programs one after another leave a processor idle.
  const passed = await Promise.all([
    step('tests of packages', 'turbo', turbo, options),
    step('tests', 'vitest', ['run', ...projects.flatMap((name) => ['--project', name])], options),
  ]);
  const tests = readReports();
  counts.passed += tests.passed;
  counts.skipped += tests.skipped;
  // Errors outside of tests fail the run without failing a test.
  counts.failed += tests.failed || passed.filter((ok) => !ok).length;
  if (tests.cached > 0)
    console.log(`\n${tests.cached} of these tests ran earlier; nothing that they depend on changed since`);
} else {
  console.log(`${'tests'.padEnd(nameWidth)}not run, because the build failed`);
}

console.log(`\n${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`);
process.exitCode = counts.failed === 0 ? 0 : 1;

function checkRatio(): boolean {
  const { product, around, ratio } = codeRatio(linesByPackage());
  const passed = ratio <= maxRatio;
  console.log(
    `${'lines'.padEnd(nameWidth)}${passed ? 'passed' : 'FAILED'}  ${around} of emulator, kit and bench for ${product} of the product: ${ratio.toFixed(2)}, at most ${maxRatio}`,
  );
  return passed;
}

/** Adds up the reports of this run, those that turbo kept included. */
function readReports(): Counts & { cached: number } {
  const sum = { passed: 0, failed: 0, skipped: 0, cached: 0 };
  for (const path of globSync(reports, { cwd: root })) {
    const { testResults, ...totals } = JSON.parse(readFileSync(join(root, path), 'utf8')) as VitestReport;
    // A file that could not be loaded or set up counts as failed, although none of its tests failed.
    const brokenFiles = testResults.filter(
      (file) => file.status === 'failed' && !file.assertionResults.some((result) => result.status === 'failed'),
    );
    sum.passed += totals.numPassedTests;
    sum.failed += totals.numFailedTests + brokenFiles.length;
    sum.skipped += totals.numPendingTests + totals.numTodoTests;
    if (totals.startTime < started) sum.cached += totals.numTotalTests;
  }
  return sum;
}

interface VitestReport {
  readonly startTime: number;
  readonly numTotalTests: number;
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly numTodoTests: number;
  readonly testResults: readonly {
    readonly status: string;
    readonly assertionResults: readonly { readonly status: string }[];
  }[];
}
