/**
 * Starts an emulator from a program: runs the command line in its own process, which ends with this one.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type Control, createControl } from './control.ts';
import type { Account, KeyPair } from './identity/accounts.ts';
import { PARENT_VARIABLE } from './lifetime.ts';
import { type EmulatorOptions, flags } from './options.ts';

/** A running emulator. */
export interface Emulator extends Control, AsyncDisposable {
  /** Base address of the storage service, such as `http://127.0.0.1:41234`. */
  readonly storage: string;
  /** Base address of the compute service. */
  readonly compute: string;
  readonly accessKey: string;
  readonly secret: string;
  /** The accounts that own buckets: first that of `accessKey`, then those of the option `accounts`. */
  readonly accounts: readonly Account[];
  /** An account that may do only what access control lists grant it. */
  readonly guest: Account;
  readonly user: string;
  readonly password: string;
  readonly pid: number;
  /** Stops the emulator and waits until its process has ended. */
  close(): Promise<void>;
  /** Kills the emulator (SIGKILL), for tests of durability. */
  kill(): Promise<void>;
}

/**
 * Starts an emulator in its own process and resolves when it is ready. It does not keep this process alive, and ends
 * when this process ends for any reason.
 *
 * @throws {Error} When it cannot start; the message is its standard error.
 */
export async function startEmulator(options: EmulatorOptions = {}): Promise<Emulator> {
  const child = spawn(process.execPath, [...cliArguments(), ...toArguments(options)], {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { ...process.env, [PARENT_VARIABLE]: String(process.pid) },
    windowsHide: true,
  });
  const ready = await firstLine(child);
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const stop = async (signal: NodeJS.Signals) => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.ref();
    child.kill(signal);
    await ended;
  };
  release(child);
  const close = () => stop('SIGTERM');
  return {
    ...ready,
    ...createControl(ready.storage),
    close,
    kill: () => stop('SIGKILL'),
    [Symbol.asyncDispose]: close,
  };
}

/** The built command line beside this file, or its source when this file is source. */
function cliArguments(): string[] {
  const built = fileURLToPath(new URL('./cli.js', import.meta.url));
  return [existsSync(built) ? built : fileURLToPath(new URL('./cli.ts', import.meta.url))];
}

function toArguments(options: EmulatorOptions): string[] {
  const chosen: EmulatorOptions = { storagePort: 0, computePort: 0, ...options };
  const known = Object.entries(flags);
  for (const name of Object.keys(options)) {
    if (!known.some(([, flag]) => flag.option === name))
      throw new TypeError(`startEmulator: unknown option "${name}".`);
  }
  return [
    '--json',
    ...known.flatMap(([name, { option }]) => {
      const value = chosen[option];
      if (value === undefined || value === false) return [];
      if (value === true) return [`--${name}`];
      const values: readonly (string | number | KeyPair)[] = typeof value === 'object' ? value : [value];
      return values.map((one) => `--${name}=${typeof one === 'object' ? pairText(one) : one}`);
    }),
  ];
}

function pairText({ accessKey, secret }: KeyPair): string {
  if (accessKey.includes(':')) throw new TypeError('startEmulator: an access key must not contain a colon.');
  return `${accessKey}:${secret}`;
}

/** The line that the command line prints when ready. */
type Ready = Omit<Emulator, keyof Control | 'close' | 'kill' | typeof Symbol.asyncDispose>;

function firstLine(child: ChildProcess): Promise<Ready> {
  return new Promise((resolve, reject) => {
    let output = '';
    let errors = '';
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      const end = output.indexOf('\n');
      if (end >= 0) resolve(JSON.parse(output.slice(0, end)));
    });
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      errors += text;
    });
    child.once('error', reject);
    child.once('close', (code) => reject(new Error(errors.trim() || `The emulator ended with code ${code}.`)));
  });
}

/** Lets this process end while the emulator runs. Forwards its later output to standard error. */
function release(child: ChildProcess): void {
  child.stderr?.removeAllListeners('data');
  child.stderr?.on('data', (text: string) => process.stderr.write(text));
  child.unref();
  for (const stream of [child.stdin, child.stdout, child.stderr]) {
    (stream as unknown as { unref?(): void } | null)?.unref?.();
  }
}
