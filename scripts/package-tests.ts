/**
 * Runs one project of the workspace's tests for the package in the current folder, for turbo, which keeps the report in its
 * cache: `node ../../scripts/package-tests.ts unit`. `npm test` adds the reports up.
 */
import { basename } from 'node:path';
import { run } from './steps.ts';

const [project = ''] = process.argv.slice(2);
const folder = `packages/${basename(process.cwd())}`;
const report = `--outputFile.json=${folder}/reports/${project}.json`;
// A package may have tests of one kind only.
const options = ['--passWithNoTests', '--project', project, report];
const { ok } = await run('vitest', ['run', ...options, `${folder}/`], { live: true });
process.exitCode = ok ? 0 : 1;
