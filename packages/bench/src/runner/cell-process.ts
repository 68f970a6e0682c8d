/** Runs a cell in a process of its own: fresh, with a time limit, and gone afterwards with all that it started. */
import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { CellInput, CellResult } from './cell.ts';

/** How a cell's process is started. */
export interface CellProgram {
  readonly command: string;
  readonly args: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
}

const cellMain = fileURLToPath(new URL('cell-main.ts', import.meta.url));
const living = new Set<ChildProcess>();

/** The program that runs tasks of this package. */
export function nodeProgram(input: CellInput, flags: readonly string[] = []): CellProgram {
  return { command: process.execPath, args: [...flags, cellMain, JSON.stringify(input)] };
}

/** Ends every cell that is running, and what it has started. */
export function killCells(): void {
  for (const child of living) kill(child);
}

/** Runs a cell to its end. Never throws: what goes wrong is the result. */
export async function runCell(program: CellProgram, limitMs: number): Promise<CellResult> {
  const child = spawn(program.command, program.args, {
    stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
    env: { ...process.env, NODE_ENV: 'production', NO_COLOR: '1', ...program.environment },
    // A group of its own, so that it can be ended with everything that it started.
    detached: true,
  });
  living.add(child);
  let isLate = false;
  const timer = setTimeout(() => {
    isLate = true;
    kill(child);
  }, limitMs);
  try {
    const [result, errors, end] = await Promise.all([
      textOf(child.stdio[3] as NodeJS.ReadableStream),
      textOf(child.stderr as NodeJS.ReadableStream),
      new Promise<string>((resolve) => {
        child.once('error', (failure) => resolve(failure.message));
        child.once('close', (code, signal) => resolve(signal ? `ended by ${signal}` : `exit code ${code}`));
      }),
    ]);
    if (isLate) return { kind: 'failed', why: `gave no result within ${limitMs / 1000} s` };
    return parse(result) ?? { kind: 'failed', why: `${end} without a result${tail(errors)}` };
  } finally {
    clearTimeout(timer);
    kill(child);
    living.delete(child);
  }
}

function parse(text: string): CellResult | undefined {
  try {
    return JSON.parse(text) as CellResult;
  } catch {
    return undefined;
  }
}

/** What a crashed process said: the line with the error, else its last ones. */
function tail(errors: string): string {
  const lines = errors.trim().split('\n');
  const said = lines.find((line) => /^(?:Uncaught )?\w*Error\b/.test(line)) ?? lines.slice(-4).join('\n');
  return said === '' ? '' : `: ${said.slice(0, 600)}`;
}

function kill(child: ChildProcess): void {
  try {
    if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
  } catch {
    // It has ended already.
  }
}

async function textOf(stream: NodeJS.ReadableStream): Promise<string> {
  const pieces: Buffer[] = [];
  for await (const piece of stream) pieces.push(piece as Buffer);
  return Buffer.concat(pieces).toString();
}
