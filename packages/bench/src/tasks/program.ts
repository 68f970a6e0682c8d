/** Runs the compared program of a contender and checks what it prints: a short program must be right too. */
import { UnsupportedError } from '../clients/client.ts';
import { programOf } from '../programs.ts';
import type { Task } from '../runner/cell.ts';
import { runProgram } from './commands.ts';

/** Counts the lines and tokens of the compared program, once its output is right. */
export const run: Task = ({ contender, services }) => {
  const program = programOf(contender);
  if (!program) throw new UnsupportedError('it reads no listing: the caller would parse the XML');
  runProgram(program.path, services);
  return { kind: 'samples', samples: { lines: [program.lines], tokens: [program.tokens] } };
};
