/** Runs the parity test: the same script makes the same exchanges, with the same outcome, in every design and kind. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Task } from '../runner/cell.ts';
import { mustRun, root } from './commands.ts';

/** Counts the scripts that passed; one that fails is an error. */
export const run: Task = ({ services }) => {
  const file = join(services.folder, 'parity.json');
  mustRun('vitest', ['run', '--project', 'parity', '--reporter=json', `--outputFile=${file}`], root);
  const { numPassedTests: scripts } = JSON.parse(readFileSync(file, 'utf8')) as { numPassedTests: number };
  return { kind: 'found', found: scripts };
};
