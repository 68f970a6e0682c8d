/** A terminal, by tmux: what a person types, and what the screen then shows. */
import { execFileSync, spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';

/** Whether there is a tmux: a Debian package, among others. */
export const hasTmux: boolean = spawnSync('tmux', ['-V']).status === 0;

const pauseMs = 50;

/** A terminal with a shell. */
export class Terminal implements Disposable {
  readonly #socket = `isobar-${randomUUID()}`;

  /** @param environment Of the shell: nothing is added but what tmux needs. */
  constructor(folder: string, environment: Readonly<Record<string, string>>, { columns = 100, rows = 200 } = {}) {
    // Without a file for its history, the shell writes nothing when it ends.
    const variables = Object.entries({ ...environment, PS1: '$ ', TERM: 'screen', HISTFILE: '' }).map(
      ([name, value]) => `${name}=${value}`,
    );
    const shell = ['env', '-i', ...variables, 'bash', '--norc', '--noprofile'];
    this.#tmux(
      '-f',
      '/dev/null',
      'new-session',
      '-d',
      '-x',
      String(columns),
      '-y',
      String(rows),
      '-c',
      folder,
      ...shell,
    );
  }

  #tmux(...args: readonly string[]): string {
    return execFileSync('tmux', ['-L', this.#socket, ...args], { encoding: 'utf8' });
  }

  /** Types a line and the Enter key. */
  type(line: string): void {
    this.#tmux('send-keys', '-l', line);
    this.#tmux('send-keys', 'Enter');
  }

  /** Presses a key, such as `C-c`. */
  press(key: string): void {
    this.#tmux('send-keys', key);
  }

  /** What the screen shows, with the history above it. @param colors With the escape sequences of colours. */
  screen({ colors = false }: { readonly colors?: boolean } = {}): string {
    return this.#tmux('capture-pane', '-p', '-S', '-', ...(colors ? ['-e'] : [])).trimEnd();
  }

  /** Waits until the screen shows something. @returns The screen. */
  async shows(expected: RegExp, timeoutMs = 30_000): Promise<string> {
    for (let waitedMs = 0; waitedMs < timeoutMs; waitedMs += pauseMs) {
      const screen = this.screen();
      if (expected.test(screen)) return screen;
      await pause(pauseMs);
    }
    throw new Error(`the terminal does not show ${expected}; it shows:\n${this.screen()}`);
  }

  /** Waits until the shell asks for the next line. */
  async isReady(): Promise<string> {
    return await this.shows(/(^|\n)\$$/);
  }

  [Symbol.dispose](): void {
    spawnSync('tmux', ['-L', this.#socket, 'kill-server']);
  }
}
