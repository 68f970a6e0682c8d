/** Runs the program `isobar` as a person would: a process with an environment, a working folder and standard streams. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { connect } from '@isobar/design-flag';
import { type Emulator, startEmulator } from '@isobar/emulator';
import { googleStorage } from '@isobar/storage-google';

/** The program. */
export const program: string = fileURLToPath(new URL('../dist/main.js', import.meta.url));

/** The variables by which the program finds an emulator, as every cloud that it speaks. */
export function settingsOf(emulator: Emulator): Record<string, string> {
  const { accessKey, compute, password, secret, storage, user } = emulator;
  return {
    ISOBAR_GOOGLE_STORAGE_KEY: accessKey,
    ISOBAR_GOOGLE_STORAGE_SECRET: secret,
    ISOBAR_GOOGLE_STORAGE_ENDPOINT: storage,
    ISOBAR_S3_KEY: accessKey,
    ISOBAR_S3_SECRET: secret,
    ISOBAR_S3_ENDPOINT: storage,
    ISOBAR_S3_REGION: 'us-east-1',
    ISOBAR_COMPUTE_TEST_KEY: user,
    ISOBAR_COMPUTE_TEST_SECRET: password,
    ISOBAR_COMPUTE_TEST_ENDPOINT: compute,
  };
}

/** How a program ended. */
export interface Ended {
  readonly exitCode: number | null;
  readonly signal: string | null;
  readonly output: string;
  readonly errors: string;
}

/** A person's place: an emulated cloud, a folder, and settings. */
export class Desk implements AsyncDisposable {
  readonly emulator: Emulator;
  readonly folder: string = mkdtempSync(join(tmpdir(), 'isobar-cli-'));
  readonly environment: Record<string, string>;

  private constructor(emulator: Emulator) {
    this.emulator = emulator;
    this.environment = {
      ...settingsOf(emulator),
      PATH: process.env.PATH ?? '',
      // Where programs share what they compiled, if they do.
      ...(process.env.NODE_COMPILE_CACHE && { NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE }),
      HOME: this.folder,
      ISOBAR_CONFIG: join(this.folder, 'config', 'isobar.json'),
    };
  }

  /** Sets up a desk. */
  static async open(): Promise<Desk> {
    return new Desk(await startEmulator());
  }

  /** Empties the cloud, but for two buckets. */
  async reset(): Promise<void> {
    await this.emulator.reset();
    const { accessKey: key, secret, storage: endpoint } = this.emulator;
    await using driver = connect(googleStorage, { key, secret, endpoint, async: true });
    for (const name of ['bucket', 'other']) await driver.createContainer(name);
  }

  /** Starts the program. */
  start(
    args: readonly string[],
    { environment = {} }: { readonly environment?: Record<string, string> } = {},
  ): ChildProcess {
    return spawn(process.execPath, [program, ...args], {
      cwd: this.folder,
      env: { ...this.environment, ...environment },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
  }

  /** Runs the program to its end. @param input What it reads from the standard input. */
  async run(args: readonly string[], input = '', environment: Record<string, string> = {}): Promise<Ended> {
    const child = this.start(args, { environment });
    child.stdin?.on('error', () => {});
    child.stdin?.end(input);
    return await ending(child);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.emulator.close();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Waits for the end of a program, and collects what it printed. */
export async function ending(child: ChildProcess): Promise<Ended> {
  const [output, errors] = await Promise.all([text(child.stdout as never), text(child.stderr as never)]);
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  return { exitCode: child.exitCode, signal: child.signalCode, output, errors };
}
