/**
 * `npm test`: builds, then checks everything: lint and format, types, unused code and dependencies, the ratio of the code
 * around the product to the product, and all tests. A failed step does not stop the later ones. The last line counts the
 * passed, failed and skipped tests; each other step that failed counts as one failed test.
 *
 * `npm run test:quick` (`--quick`) runs only some of vitest's projects, and does not search for unused code.
 */
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { codeRatio, linesByPackage, maxRatio } from './code-ratio.ts';
import { root, step } from './steps.ts';

/** Time limit of the run, because vitest cannot time out a test that blocks its thread. */
const testsLimitMs = 30 * 60_000;

/** The fast projects of `vitest.config.ts`. */
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
checks.push(checkRatio());
counts.failed += checks.filter((passed) => !passed).length;

if (built) {
  rmSync(report, { force: true });
  const projects = isQuick ? quickProjects.flatMap((name) => ['--project', name]) : ['--project', '!live'];
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
  console.log('tests     not run, because the build failed');
}

console.log(`\n${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`);
process.exitCode = counts.failed === 0 ? 0 : 1;

function checkRatio(): boolean {
  const { product, around, ratio } = codeRatio(linesByPackage());
  const passed = ratio <= maxRatio;
  console.log(
    `${'lines'.padEnd(10)}${passed ? 'passed' : 'FAILED'}  ${around} of emulator, kit and bench for ${product} of the product: ${ratio.toFixed(2)}, at most ${maxRatio}`,
  );
  return passed;
}

function readReport(): Counts {
  let text: string;
  try {
    text = readFileSync(report, 'utf8');
  } catch {
    return { passed: 0, failed: 0, skipped: 0 }; // vitest ended before it wrote one
  }
  const { testResults, ...totals } = JSON.parse(text) as VitestReport;
  // A file that could not be loaded or set up counts as failed, although none of its tests failed.
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
