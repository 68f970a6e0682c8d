/** Runs other programs. Loaded with the first one. */
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import type { Readable } from 'node:stream';
import {
  CloudError,
  invalidArgument,
  isCloudError,
  type ProgramOptions,
  type ProgramResult,
} from '@isobar/core/provider';
import type { Call } from '../calls/call.ts';
import { deserializeError, fileFailure, serializeError } from '../failure.ts';

/**
 * Runs a program to its end, without a shell.
 *
 * @throws The call's failure when it is cancelled.
 */
export async function runProgram(
  command: string,
  args: readonly string[],
  { environment, maxBytes, timeoutMs }: ProgramOptions,
  call: Call,
): Promise<ProgramResult> {
  if (call.failure) throw call.failure;
  const child = start(command, args, environment);
  const { promise, reject, resolve } = Promise.withResolvers<ProgramResult>();
  // Without streams when this process may open no more files.
  const collect = (stream: Readable | undefined): (() => string) => {
    const pieces: Buffer[] = [];
    let sizeBytes = 0;
    stream?.on('data', (piece: Buffer) => {
      pieces.push(piece);
      sizeBytes += piece.length;
      if (sizeBytes > maxBytes) reject(invalidArgument('command', `${command} wrote more than ${maxBytes} bytes`));
    });
    return () => Buffer.concat(pieces).toString();
  };
  const [output, errorOutput] = [collect(child.stdout), collect(child.stderr)];
  const timer = setTimeout(() => {
    reject(new CloudError('timeout', `the program ${command} did not end within ${timeoutMs} ms`));
  }, timeoutMs);
  child.once('error', (failure) => reject(startFailure(failure, command)));
  child.once('close', (code) => resolve({ exitCode: code ?? undefined, output: output(), errorOutput: errorOutput() }));
  call.listen(reject);
  try {
    return await promise;
  } finally {
    call.unlisten(reject);
    clearTimeout(timer);
    child.kill('SIGKILL');
    // Otherwise a program that it started could keep this process alive.
    child.stdout?.destroy();
    child.stderr?.destroy();
  }
}

function start(
  command: string,
  args: readonly string[],
  environment: ProgramOptions['environment'],
): ChildProcessByStdio<null, Readable, Readable> {
  try {
    return spawn(command, args, {
      env: { ...process.env, ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
      windowsHide: true,
    });
  } catch (failure) {
    throw startFailure(failure, command);
  }
}

/** The error for a program that did not start. Node's own shows the arguments, which may be secret, so it is no cause. */
function startFailure(failure: unknown, command: string): unknown {
  const { code } = failure as { code?: unknown };
  if (code === 'ENOENT') return invalidArgument('command', `${command} was not found; install it, or give its path`);
  if (code === 'EACCES' || code === 'ENOEXEC') return invalidArgument('command', `${command} is not executable`);
  const cause = deserializeError(serializeError(failure));
  const known = fileFailure(cause, 'command', command);
  if (!isCloudError(known, 'file-failed')) return known;
  return new CloudError('file-failed', `${command} could not be started: ${String(code)}`, known.details, { cause });
}
