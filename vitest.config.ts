/**
 * All tests in one run: those beside their sources, and those of the whole house in `test/`. Tests that start programs
 * or install packages come last and one file at a time, so that nothing else is disturbed by them or disturbs them.
 */
import { defineConfig } from 'vitest/config';

const programs = ['test/examples.test.ts', 'test/packages.test.ts', 'packages/bench/src/page/page-in-chromium.test.ts'];

export default defineConfig({
  test: {
    reporters: ['default', 'json'],
    outputFile: { json: 'test-report.json' },
    projects: [
      {
        extends: true,
        test: {
          name: 'tests',
          include: ['packages/*/src/**/*.test.ts', 'test/**/*.test.ts'],
          exclude: programs,
          testTimeout: 30_000,
          sequence: { groupOrder: 1 },
        },
      },
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
