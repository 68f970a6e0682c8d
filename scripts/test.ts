/**
 * `npm test`: builds, then checks everything: lint and format, types, unused code and dependencies, and all tests. A
 * failed step does not stop the later ones. The last line says how many passed, failed and were skipped: vitest's
 * tests, and each other step that failed.
 *
 * `npm run test:quick` (`--quick`) is the same with some of vitest's projects only, and without the search for unused code.
 */
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { root, step } from './steps.ts';

/** A test that blocks its thread cannot be timed out by vitest itself. */
const testsLimitMs = 30 * 60_000;

/** The projects of `vitest.config.ts` that give an answer soon. */
const quickProjects = ['unit', 'slice'];
const isQuick = process.argv.includes('--quick');

const report = join(root, 'test-report.json');

interface Counts {
  passed: number;
  failed: number;
  skipped: number;
}

const counts: Counts = { passed: 0, failed: 0, skipped: 0 };

const built = await step('build', 'turbo', ['run', 'build', '--output-logs=errors-only']);
const checks = [
  built,
  await step('lint', 'biome', ['ci', '--error-on-warnings', '--colors=off']),
  await step('types', 'tsc', ['-b']),
];
if (!isQuick) checks.push(await step('unused', 'knip', ['--treat-config-hints-as-errors']));
counts.failed += checks.filter((passed) => !passed).length;

if (built) {
  rmSync(report, { force: true });
  const projects = isQuick ? quickProjects.flatMap((name) => ['--project', name]) : [];
  const passed = await step('tests', 'vitest', ['run', ...projects], {
    live: true,
    signal: AbortSignal.timeout(testsLimitMs),
  });
  const tests = readReport();
  counts.passed += tests.passed;
  counts.skipped += tests.skipped;
  // Errors outside of tests fail the run without failing a test.
  counts.failed += tests.failed || (passed ? 0 : 1);
} else {
  console.log('tests     not run, since the build failed');
}

console.log(`\n${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`);
process.exitCode = counts.failed === 0 ? 0 : 1;

function readReport(): Counts {
  let text: string;
  try {
    text = readFileSync(report, 'utf8');
  } catch {
    return { passed: 0, failed: 0, skipped: 0 }; // vitest ended before it wrote one
  }
  const { testResults, ...totals } = JSON.parse(text) as VitestReport;
  // A file that could not be loaded or set up has failed, although none of its tests has.
  const brokenFiles = testResults.filter(
    (file) => file.status === 'failed' && !file.assertionResults.some((result) => result.status === 'failed'),
  );
  return {
    passed: totals.numPassedTests,
    failed: totals.numFailedTests + brokenFiles.length,
    skipped: totals.numPendingTests + totals.numTodoTests,
  };
}

interface VitestReport {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly numTodoTests: number;
  readonly testResults: readonly {
    readonly status: string;
    readonly assertionResults: readonly { readonly status: string }[];
  }[];
}
