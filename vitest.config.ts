/**
 * All tests, in five projects; each file belongs to exactly one. `npm run test:quick` runs two of them.
 *
 * - `unit`: tests beside the sources of the published packages and the kit.
 * - `slice`: a fast part of conformance: every method of every provider in every design and kind (parity), and the whole
 *   kit for one provider in one kind.
 * - `repository`: everything else: the other kits, the design part, the emulator, the bench.
 * - `programs`: tests that start many programs or install packages. They run last and one file at a time, so that they and
 *   other tests do not disturb each other.
 * - `live`: the kit against a bucket of your own. Only `npm run test:live` runs it.
 */
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

const tools = 'packages/{bench,emulator}/src/**/*.test.ts';
const slice = ['test/parity.test.ts', 'test/conformance/compute-blocking.test.ts'];
const live = 'test/live/*.test.ts';
const programs = ['test/examples.test.ts', 'test/packages.test.ts', 'packages/bench/src/page/page-in-chromium.test.ts'];

const project = (name: string, include: readonly string[], exclude: readonly string[] = []) => ({
  extends: true as const,
  test: {
    name,
    include: [...include],
    exclude: [...exclude],
    testTimeout: 30_000,
    sequence: { groupOrder: 1 },
  },
});

/**
 * Runs conformance first, whose files take longest. Run last, one file would keep one processor busy and the others
 * idle.
 */
class ConformanceFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const isFirst = ({ moduleId }: TestSpecification) => /\/test\/(conformance|parity)\b/.test(moduleId);
    return [...sorted.filter(isFirst), ...sorted.filter((file) => !isFirst(file))];
  }
}

export default defineConfig({
  test: {
    // By default Vitest reserves one processor for itself. On two processors it would be idle, because the tests mostly
    // wait.
    maxWorkers: '100%',
    sequence: { sequencer: ConformanceFirst },
    // Time limit of `expect.poll`. The default of a second is short on a busy machine.
    expect: { poll: { timeout: 20_000 } },
    reporters: ['default', 'json'],
    outputFile: { json: 'test-report.json' },
    projects: [
      project('unit', ['packages/*/src/**/*.test.ts'], [tools]),
      project('slice', slice),
      project('repository', [tools, 'test/**/*.test.ts'], [...slice, ...programs, live]),
      project('live', [live]),
      {
        extends: true,
        test: {
          name: 'programs',
          include: programs,
          fileParallelism: false,
          testTimeout: 120_000,
          hookTimeout: 120_000,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});
