/** Steps for the operating system. Those for files are in `file-steps.ts`. */
import { countOf, describe, listOf } from '../arguments.ts';
import { invalidArgument } from '../errors.ts';
import type { Operation } from '../operations/operation.ts';
import type { FileShape } from './file-steps.ts';
import { seal } from './step.ts';

/** How a program is run. */
export interface ProgramOptions {
  /** The program is ended after this time, in milliseconds. At least 1. */
  readonly timeoutMs: number;
  /** Maximum size of its output, and of its error output, in bytes. */
  readonly maxBytes: number;
  /** Environment variables besides those of this process; in a blocking call, of the time at which its worker started. */
  readonly environment?: Readonly<Record<string, string>>;
}

/** How a program ended. */
export interface ProgramResult {
  /** Its exit code; `undefined` when a signal ended it. */
  readonly exitCode: number | undefined;
  /** What it wrote to the standard output, as UTF-8. */
  readonly output: string;
  /** What it wrote to the standard error output, as UTF-8. */
  readonly errorOutput: string;
}

/** The system steps. */
export type SystemShape =
  | FileShape
  | { readonly kind: 'sleep'; readonly milliseconds: number }
  | {
      readonly kind: 'program';
      readonly command: string;
      readonly args: readonly string[];
      readonly options: ProgramOptions;
    };

/** Waits. No exchange. */
export function* sleep(milliseconds: number): Operation<void> {
  yield seal({ kind: 'sleep', milliseconds });
}

/**
 * Runs a program, without a shell and without input, and waits for its end. When the call is cancelled meanwhile, the program
 * is ended. No exchange.
 *
 * @param command The path of the program, or its name in `PATH`.
 * @throws {CloudError} `invalid-argument` when the program does not exist or cannot be run, or its output is larger than
 * `maxBytes`; `timeout`; `file-failed` when the system does not start it for another reason. Messages have the command, never the arguments or the output, which may contain secrets.
 */
export function* runProgram(
  command: string,
  args: readonly string[],
  options: ProgramOptions,
): Operation<ProgramResult> {
  checkText('command', command);
  if (command === '') throw invalidArgument('command', 'must not be empty');
  listOf('args', args, Number.POSITIVE_INFINITY).forEach((argument, index) => {
    checkText(`args[${index}]`, argument);
  });
  for (const [name, value] of Object.entries(options.environment ?? {})) {
    if (!/^[^=\0]+$/.test(name)) {
      throw invalidArgument('environment', 'must have names that are not empty, without = and NUL');
    }
    checkText(`environment.${name}`, value);
  }
  // Longer timers end at once.
  countOf('timeoutMs', options.timeoutMs, 1, 2 ** 31 - 1);
  countOf('maxBytes', options.maxBytes);
  return (yield seal({ kind: 'program', command, args, options })) as ProgramResult;
}

/** Checks a text for the system. It may be secret, so the error does not have it. */
function checkText(field: string, value: unknown): void {
  if (typeof value !== 'string') throw invalidArgument(field, `must be a string, not ${describe(value)}`);
  if (value.includes('\0')) throw invalidArgument(field, 'must have no NUL character');
}
