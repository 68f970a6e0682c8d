/** Runs a cell in a fresh process with a time limit, and ends all processes that it started. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import type { CellInput, CellResult } from './cell.ts';

/** How a cell's process is started. */
export interface CellProgram {
  readonly command: string;
  readonly args: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
}

const cellMain = fileURLToPath(new URL('cell-main.ts', import.meta.url));
const running = new Set<ChildProcess>();

/** The program that runs tasks of this package. */
export function nodeProgram(input: CellInput): CellProgram {
  return { command: process.execPath, args: [cellMain, JSON.stringify(input)] };
}

/** Ends every running cell and the processes that it started. */
export function killCells(): void {
  for (const child of running) kill(child);
}

/** A cell whose process runs. */
export interface RunningCell {
  /** Lets the process measure once, and waits for that. */
  turn(): Promise<void>;
  /** What it found. Never rejects: a failure is a result. */
  readonly result: Promise<CellResult>;
}

/** Starts a cell that waits for turns. */
export function startCell(program: CellProgram, limitMs: number): RunningCell {
  const child = spawnCell(program, 'pipe');
  const [channel, input] = [child.stdio[3] as NodeJS.ReadableStream, child.stdin as NodeJS.WritableStream];
  // A process that has ended reports why in its result.
  input.on('error', () => {});
  const result = resultOf(child, limitMs);
  return {
    result,
    async turn() {
      const answered = once(channel, 'data');
      input.write('\n');
      await Promise.race([answered, result]);
    },
  };
}

/** Runs a cell to its end. Never rejects: a failure is a result. */
export function runCell(program: CellProgram, limitMs: number): Promise<CellResult> {
  return resultOf(spawnCell(program, 'ignore'), limitMs);
}

function spawnCell({ command, args, environment }: CellProgram, input: 'ignore' | 'pipe'): ChildProcess {
  const child = spawn(command, args, {
    stdio: [input, 'ignore', 'pipe', 'pipe'],
    env: { ...process.env, NODE_ENV: 'production', NO_COLOR: '1', ...environment },
    // A process group of its own, so that it can be ended as a whole.
    detached: true,
  });
  running.add(child);
  return child;
}

async function resultOf(child: ChildProcess, limitMs: number): Promise<CellResult> {
  let isLate = false;
  const timer = setTimeout(() => {
    isLate = true;
    kill(child);
  }, limitMs);
  try {
    const [result, errors, end] = await Promise.all([
      text(child.stdio[3] as NodeJS.ReadableStream),
      text(child.stderr as NodeJS.ReadableStream),
      new Promise<string>((resolve) => {
        child.once('error', (failure) => resolve(failure.message));
        child.once('close', (code, signal) => resolve(signal ? `ended by ${signal}` : `exit code ${code}`));
      }),
    ]);
    if (isLate) return { kind: 'failed', why: `gave no result within ${limitMs / 1000} s` };
    return parse(result) ?? { kind: 'failed', why: `${end} without a result${reason(errors)}` };
  } finally {
    clearTimeout(timer);
    kill(child);
    running.delete(child);
  }
}

function parse(json: string): CellResult | undefined {
  try {
    return JSON.parse(json) as CellResult;
  } catch {
    return undefined;
  }
}

/** The line of a crashed process's output that names the error, else its last lines. */
function reason(errors: string): string {
  const lines = errors.trim().split('\n');
  const found = lines.find((line) => /^(?:Uncaught )?\w*Error\b/.test(line)) ?? lines.slice(-4).join('\n');
  return found === '' ? '' : `: ${found.slice(0, 600)}`;
}

function kill(child: ChildProcess): void {
  try {
    if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
  } catch {
    // It has ended already.
  }
}
