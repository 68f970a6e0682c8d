/** Runs the compared program of a contender and checks what it prints, so that nobody's code is short by being wrong. */
import { UnsupportedError } from '../clients/client.ts';
import { pythonCommand } from '../contenders.ts';
import { programPath, programs } from '../programs.ts';
import type { Task } from '../runner/cell.ts';
import { root, runCommand } from './commands.ts';

const expected = '20 objects, 20480 bytes';

/** Counts the lines and tokens of the compared program, once it has printed what it must. */
export const run: Task = ({ contender, services }) => {
  const path = programPath(contender);
  const program = programs().find((one) => one.contender === contender);
  if (path === undefined || !program) throw new UnsupportedError('it reads no listing: the caller would parse the XML');
  const command = path.endsWith('.py') ? pythonCommand() : process.execPath;
  const environment = { ENDPOINT: services.origin, KEY: services.key, SECRET: services.secret };
  const { code, output } = runCommand(command, [path], root, environment);
  if (code !== 0 || output.trim() !== expected) throw new Error(`wrong result: ${output.trim().slice(-300)}`);
  return { kind: 'samples', samples: { lines: [program.lines], tokens: [program.tokens] } };
};
