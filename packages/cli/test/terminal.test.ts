/** The program in a terminal: a line that moves, colours, and Ctrl-C. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Desk, program } from '../testing/isobar.ts';
import { hasTmux, Terminal } from '../testing/terminal.ts';

let desk: Desk;
beforeAll(async () => {
  desk = await Desk.open();
  mkdirSync(join(desk.folder, 'many'));
  for (let index = 0; index < 300; index += 1)
    writeFileSync(join(desk.folder, 'many', `n${index}`), `content ${index}`);
});
afterAll(() => desk[Symbol.asyncDispose]());

describe.skipIf(!hasTmux)('in a terminal (needs tmux)', { timeout: 60_000 }, () => {
  function open(environment: Record<string, string> = {}): Terminal {
    const terminal = new Terminal(desk.folder, { ...desk.environment, ...environment });
    terminal.type(`isobar() { ${process.execPath} ${program} "$@"; }; clear`);
    return terminal;
  }

  test('shows one line of progress, which the summary replaces, and no line for each object', async () => {
    using terminal = open();
    terminal.type('isobar mb gs://terminal && isobar cp -r many gs://terminal --bandwidth 2K');
    await terminal.shows(/\d+ objects · .* B · .*\/s · \d+ left, /);
    const screen = await terminal.shows(/copied 300 \(.*\), skipped 0, deleted 0, failed 0/);
    expect(screen).not.toMatch(/objects ·/);
    expect(screen).not.toMatch(/^copied {3}n\d/m);
  });

  test('Ctrl-C says what is left, with its own exit code, and the same command goes on', async () => {
    using terminal = open();
    terminal.type('isobar mb gs://left && isobar cp -r many gs://left --bandwidth 2K --journal journal');
    await terminal.shows(/[1-9]\d* objects · .* left/);
    terminal.press('C-c');
    await terminal.shows(/interrupted: \d+ done.*left\. Nothing half-written was kept; the\s+same\s+command\s+goes/);
    terminal.type('echo "ended with $?"; isobar cp -r many gs://left --journal journal; isobar verify many gs://left');
    const screen = await terminal.shows(/same 300/);
    expect(screen).toContain('ended with 130');
    expect(screen).toMatch(/different 0, missing 0, extra 0, failed 0/);
  });

  test('dims the progress, but not with NO_COLOR', async () => {
    for (const [environment, isDim] of [
      [{}, true],
      [{ NO_COLOR: '1' }, false],
    ] as const) {
      using terminal = open(environment);
      const bucket = isDim ? 'dim' : 'plain';
      terminal.type(`isobar mb gs://${bucket}; isobar cp -r many gs://${bucket} --bandwidth 2K`);
      await terminal.shows(/objects · .* left/);
      // biome-ignore lint/suspicious/noControlCharactersInRegex: the escape sequence of dim text
      expect(/\u001b\[2m\d+ objects/.test(terminal.screen({ colors: true })), bucket).toBe(isDim);
      terminal.press('C-c');
      await terminal.shows(/interrupted/);
    }
  });

  test('names cannot move the cursor or change colours', async () => {
    mkdirSync(join(desk.folder, 'odd'), { recursive: true });
    writeFileSync(join(desk.folder, 'odd', '\u001b[31mred\u0007'), 'x');
    using terminal = open();
    terminal.type('isobar ls odd');
    const screen = await terminal.shows(/\\u001b\[31mred\\u0007/);
    expect(screen).toContain('odd/');
  });

  test('reads the terminal as the standard input', async () => {
    using terminal = open();
    terminal.type('isobar mb gs://typed; isobar cp - gs://typed/object');
    await terminal.shows(/made gs:\/\/typed/);
    terminal.type('typed by hand');
    terminal.press('C-d');
    await terminal.shows(/copied {3}gs:\/\/typed\/object \(14 B\)/);
    terminal.type('isobar cat gs://typed/object');
    await terminal.shows(/\ntyped by hand\n/);
  });
});
