/** Steps for the operating system. Those for files are in `file-steps.ts`. */
import { countOf, describe, listOf, textOf } from '../arguments.ts';
import { CloudError, invalidArgument } from '../errors.ts';
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
    }
  | {
      readonly kind: 'module';
      readonly specifier: string;
      readonly exportName: string;
      readonly calls: readonly (readonly unknown[])[];
      readonly from: string | undefined;
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

/**
 * Imports a module that is needed only sometimes, such as a package that the user must install for one option, calls an export of
 * it, and awaits what it returns. A blocking call does so in its worker, so the result must be plain data in both kinds. No
 * exchange of ours.
 *
 * @param specifier The name of a package or of an entry of one, a path, or a file URL. The package must have the entry for `require`.
 * @param exportName The name of the export; `default` for the default export.
 * @param calls The arguments, plain data: a list for each call. The second list is for the function that the first call returns, if it returns one.
 * @param from The URL or absolute path of the file from which the module is found, `import.meta.url`. Default: the program's main
 * file, then the working folder.
 * @returns A copy of the result.
 * @throws {CloudError} `not-installed` when the package cannot be found; `invalid-argument` when there is no such file or
 * export, it is not a function, or an argument is not plain data; `unsupported` when the result is not.
 * @throws Whatever the module throws; in a blocking call, its name and message.
 */
export function* callModule(
  specifier: string,
  exportName: string,
  calls: readonly (readonly unknown[])[],
  from?: string,
): Operation<unknown> {
  if (from !== undefined && !/^(file:|\/|[A-Za-z]:[\\/]|\\\\)/.test(textOf('from', from))) {
    throw invalidArgument('from', `must be an absolute path or a file URL, not ${describe(from)}`);
  }
  let copied: typeof calls;
  try {
    copied = structuredClone(calls);
  } catch (cause) {
    throw new CloudError('invalid-argument', `the arguments of ${exportName} must be plain data`, {}, { cause });
  }
  return yield seal({ kind: 'module', specifier: textOf('specifier', specifier), exportName, calls: copied, from });
}

/** Checks a text for the system. It may be secret, so the error does not have it. */
function checkText(field: string, value: unknown): void {
  if (typeof value !== 'string') throw invalidArgument(field, `must be a string, not ${describe(value)}`);
  if (value.includes('\0')) throw invalidArgument(field, 'must have no NUL character');
}
