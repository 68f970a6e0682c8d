/** What commands print: results on standard output, everything else on standard error. */
import { fstatSync } from 'node:fs';
import { isCloudError } from '@isobar/core';

/** Where a command prints. */
export interface Output {
  /** Prints a result: as a line of text, or with `--json` as a line of JSON. */
  result(text: string, data: object): void;
  /** Prints a line for the person, on standard error. */
  say(line: string): void;
  readonly isJson: boolean;
  /** Whether standard error is a terminal, so that progress can be shown. */
  readonly isTerminal: boolean;
  /** Whether standard output is a terminal. */
  readonly isResultTerminal: boolean;
  /** Waits until everything is printed. */
  flush(): Promise<void>;
  /** A line that is replaced by the next one, and by results. Empty: none. */
  status(line: string): void;
}

/** Prints to the streams of the process. */
export function processOutput({ json, color }: { readonly json: boolean; readonly color: boolean }): Output {
  const { stderr, stdout } = process;
  let shown = '';
  // Whoever reads a pipe may write to the same terminal, in the middle of the line.
  const isTerminal = stderr.isTTY === true && process.env.TERM !== 'dumb' && !isPipe();
  const clear = (): void => {
    if (shown !== '') stderr.write('\r\u001b[K');
    shown = '';
  };
  const again = (line: string): void => {
    if (line !== '') status(line);
  };
  const status = (line: string): void => {
    if (!isTerminal) return;
    clear();
    if (line === '') return;
    const fitting = line.slice(0, (stderr.columns ?? 80) - 1);
    stderr.write(color ? `\u001b[2m${fitting}\u001b[22m` : fitting);
    shown = line;
  };
  /** What was not taken at once. */
  let pending: Promise<void> | undefined;
  const print = (line: string): void => {
    if (stdout.write(line) || pending) return;
    pending = new Promise((resolve) => {
      const done = (): void => {
        pending = undefined;
        for (const event of ['drain', 'error', 'close']) stdout.off(event, done);
        resolve();
      };
      // Whoever reads it may have gone.
      for (const event of ['drain', 'error', 'close']) stdout.on(event, done);
    });
  };
  return {
    isJson: json,
    isTerminal,
    isResultTerminal: stdout.isTTY === true,
    result(text, data) {
      const line = `${json ? JSON.stringify(data) : printable(text, stdout.isTTY === true)}\n`;
      const before = shown;
      if (stdout.isTTY) clear();
      print(line);
      if (stdout.isTTY) again(before);
    },
    say(line) {
      const before = shown;
      clear();
      stderr.write(`${printable(line, true)}\n`);
      again(before);
    },
    status,
    flush: async () => await pending,
  };
}

/** Whether another program reads the standard output. */
function isPipe(): boolean {
  try {
    const status = fstatSync(1);
    return status.isFIFO() || status.isSocket();
  } catch {
    return false;
  }
}

/** On a terminal, control characters of names must not move the cursor or change colours. */
function printable(text: string, isTerminal: boolean): string {
  if (!isTerminal) return text;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is replaced
  return text.replaceAll(/[\u0000-\u001f\u007f-\u009f]/g, (character) =>
    JSON.stringify(character)
      .slice(1, -1)
      .replace(/^[\u007f-\u009f]$/, '\ufffd'),
  );
}

/** An error for the person: what happened, and where. */
export function messageOf(failure: unknown): string {
  if (isCloudError(failure)) return failure.message;
  return failure instanceof Error ? failure.message : String(failure);
}
