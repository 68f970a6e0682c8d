/**
 * Runs commands as named steps: prints the name and the time of each, and its output when it fails. Tools of the
 * workspace are found by name, as in a package's scripts.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The root folder of the workspace. */
export const root = fileURLToPath(new URL('..', import.meta.url));

/** Room for the names of steps in front of their verdicts. */
export const nameWidth = 18;

/** The outcome of a command. */
export interface Outcome {
  readonly ok: boolean;
  /** Its output, both streams interleaved; empty when it printed to the terminal directly. */
  readonly output: string;
  readonly milliseconds: number;
}

/** Options of {@link run}. */
export interface RunOptions {
  readonly environment?: Readonly<Record<string, string>>;
  /** Prints to the terminal as it runs, instead of collecting the output. */
  readonly live?: boolean;
  readonly signal?: AbortSignal;
}

/** Options of {@link step}. */
export interface StepOptions extends RunOptions {
  /** The command, if it has been started already. */
  readonly running?: Promise<Outcome> | undefined;
}

/** Runs a command in the root folder to its end. Does not throw when it fails. */
export async function run(command: string, args: readonly string[], options: RunOptions = {}): Promise<Outcome> {
  const started = performance.now();
  const child = spawn(command, args, {
    cwd: root,
    stdio: ['ignore', options.live ? 'inherit' : 'pipe', options.live ? 'inherit' : 'pipe'],
    env: {
      ...process.env,
      PATH: [join(root, 'node_modules', '.bin'), process.env.PATH].join(delimiter),
      TURBO_TELEMETRY_DISABLED: '1',
      // Tools and tests start many short programs of the same modules.
      NODE_COMPILE_CACHE: join(root, 'node_modules', '.cache', 'compiled'),
      ...options.environment,
    },
    shell: process.platform === 'win32',
    ...(options.signal && { signal: options.signal }),
  });
  const { ok, output } = await ended(child);
  return { ok, output, milliseconds: performance.now() - started };
}

/** Runs a command as a step: a line with its name and time, and its output below if it failed. */
export async function step(
  name: string,
  command: string,
  args: readonly string[],
  options: StepOptions = {},
): Promise<boolean> {
  process.stdout.write(options.live ? `${name}\n` : name.padEnd(nameWidth));
  const outcome = await (options.running ?? run(command, args, options));
  if (options.live) process.stdout.write(name.padEnd(nameWidth));
  const stopped = options.signal?.aborted ?? false;
  const verdict = stopped ? 'stopped' : outcome.ok ? 'passed' : 'FAILED';
  process.stdout.write(`${verdict.padEnd(7)} ${seconds(outcome.milliseconds).padStart(8)}\n`);
  if (!outcome.ok && !stopped && outcome.output)
    process.stdout.write(`\n$ ${command} ${args.join(' ')}\n${outcome.output}\n`);
  return outcome.ok;
}

/** Formats milliseconds as seconds. */
export function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(2)} s`;
}

async function ended(child: ChildProcess): Promise<{ ok: boolean; output: string }> {
  const chunks: Buffer[] = [];
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk: Buffer) => chunks.push(chunk));
  return await new Promise((resolve) => {
    const end = (ok: boolean, ...more: string[]) =>
      resolve({ ok, output: [Buffer.concat(chunks).toString(), ...more].join('').trimEnd() });
    child.on('error', (failure) => end(false, failure.message));
    child.on('close', (code, signal) => end(code === 0, ...(signal ? [`ended by ${signal}`] : [])));
  });
}
