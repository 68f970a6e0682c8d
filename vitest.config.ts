/**
 * All tests; each file belongs to exactly one project. The first two run package by package, as turbo's tasks `unit` and
 * `test`, which are cached: `turbo run unit test`. `npm run test:quick` runs `unit` and `parity`.
 *
 * - `unit`: tests beside the sources of the published packages and of the kit. Files of a process share its modules, which
 *   saves a third of the time, so a test must undo what it changes of them.
 * - `package`: tests in a package's folder `test`: the kit, and a provider's own tests, against the emulator.
 * - `parity`: every method of every provider makes the same exchanges in every design and kind.
 * - `repository`: tests across packages, and those of the emulator and the bench.
 * - `programs`: tests that start many programs or install packages. They run after `repository` and one file at a time, so that
 *   they do not disturb each other.
 * - `live`: the kit against a bucket of your own. Only `npm run test:live` runs it.
 */
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

const tools = 'packages/{bench,emulator}/src/**/*.test.ts';
const parity = 'test/parity/*.test.ts';
/** Tests against servers of others, which `npm run test:servers` starts. */
const servers = 'test/servers/**/*.test.ts';
const live = 'packages/*/test/**/*.live.test.ts';
const programs = [
  'test/examples.test.ts',
  'test/new-provider.test.ts',
  'test/packages.test.ts',
  'packages/bench/src/page/page-in-chromium.test.ts',
];

/**
 * For tests that move much data. V8 marks all objects in small steps each time a program has made another 64 MiB of
 * buffers; done at once it takes a fifth of a test's processor time less.
 */
const muchData = { execArgv: ['--no-incremental-marking'] };

const project = (
  name: string,
  include: readonly string[],
  exclude: readonly string[] = [],
  options: { readonly isolate?: boolean; readonly execArgv?: string[] } = {},
) => ({
  extends: true as const,
  test: {
    ...options,
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
    const isFirst = ({ moduleId }: TestSpecification) =>
      /\/test\/(conformance|parity|token-parity|kit)\b/.test(moduleId);
    return [...sorted.filter(isFirst), ...sorted.filter((file) => !isFirst(file))];
  }
}

export default defineConfig({
  test: {
    // By default Vitest reserves one processor for itself. On two processors it would be idle, because the tests mostly
    // wait.
    maxWorkers: '100%',
    // What is built runs as it is built.
    server: { deps: { external: [/\/packages\/[\w-]+\/dist\//] } },
    sequence: { sequencer: ConformanceFirst },
    // Time limit of `expect.poll`. The default of a second is short on a busy machine.
    expect: { poll: { timeout: 20_000 } },
    reporters: ['default', 'json'],
    outputFile: { json: 'test-report.json' },
    projects: [
      project('unit', ['packages/*/src/**/*.test.ts'], [tools], { isolate: false }),
      project('package', ['packages/*/test/**/*.test.ts'], [live], muchData),
      project('parity', [parity], [], muchData),
      project('repository', [tools, 'test/**/*.test.ts'], [parity, servers, ...programs]),
      project('live', [live]),
      // One file at a time: they share a server.
      { extends: true, test: { name: 'servers', include: [servers], fileParallelism: false, testTimeout: 30_000 } },
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
