/** Runs the compared program of a contender and checks what it prints: a short program must be right too. */
import { spawnSync } from 'node:child_process';
import { UnsupportedError } from '../clients/client.ts';
import { pythonCommand } from '../contenders.ts';
import { programOf } from '../programs.ts';
import type { Task } from '../runner/cell.ts';
import { runProgram } from './commands.ts';

/** Counts the lines and tokens of the compared program, once its output is right. */
export const run: Task = ({ contender, services }) => {
  const program = programOf(contender);
  if (contender === 'libcloud' && spawnSync(pythonCommand(), ['-c', 'import libcloud']).status !== 0) {
    throw new UnsupportedError('python3 has no libcloud here; Debian has it as python3-libcloud');
  }
  if (!program) throw new UnsupportedError('it reads no listing: the caller would parse the XML');
  runProgram(program.path, services);
  return { kind: 'samples', samples: { lines: [program.lines], tokens: [program.tokens] } };
};
