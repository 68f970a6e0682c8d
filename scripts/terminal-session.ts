/**
 * Types sessions of `isobar` into terminals (tmux), against the emulator, and writes what the screens showed into
 * docs/command-line.md and docs/fleet.md. `node scripts/terminal-session.ts [command-line|fleet]` after a build.
 */
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Emulator, type EmulatorOptions, startEmulator } from '@isobar/emulator';
import { settingsOf } from '../packages/cli/testing/isobar.ts';
import { hasTmux, Terminal } from '../packages/cli/testing/terminal.ts';
import { RedisServer } from '../packages/fleet/testing/redis.ts';

if (!hasTmux) throw new Error('tmux is not installed (a Debian package)');
const program = fileURLToPath(new URL('../packages/cli/dist/main.js', import.meta.url));

/** A folder with photos, a cloud, and terminals there. */
class Place implements AsyncDisposable {
  readonly #folder = mkdtempSync(join(tmpdir(), 'isobar-session-'));
  readonly #emulator: Emulator;
  readonly #terminals: Terminal[] = [];

  private constructor(emulator: Emulator) {
    this.#emulator = emulator;
    const bin = join(this.#folder, 'bin');
    mkdirSync(bin);
    writeFileSync(join(bin, 'isobar'), `#!/bin/sh\nexec ${process.execPath} ${program} "$@"\n`);
    chmodSync(join(bin, 'isobar'), 0o755);
    mkdirSync(join(this.#folder, 'photos', '2026'), { recursive: true });
    for (let index = 0; index < 400; index += 1) {
      writeFileSync(
        join(this.#folder, 'photos', '2026', `p${String(index).padStart(3, '0')}.jpg`),
        Buffer.alloc(5_000, `photo ${index} `),
      );
    }
  }

  static async open(options: EmulatorOptions = {}): Promise<Place> {
    return new Place(await startEmulator(options));
  }

  async terminal(environment: Readonly<Record<string, string>> = {}): Promise<Terminal> {
    const own = { PATH: `${join(this.#folder, 'bin')}:${process.env.PATH}`, HOME: this.#folder };
    const terminal = new Terminal(
      this.#folder,
      { ...own, ...settingsOf(this.#emulator), ...environment },
      { columns: 140 },
    );
    this.#terminals.push(terminal);
    await terminal.isReady();
    return terminal;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const terminal of this.#terminals) terminal[Symbol.dispose]();
    await this.#emulator.close();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** Types a line and waits until the shell asks for the next one. */
async function typeInto(terminal: Terminal, line: string): Promise<void> {
  terminal.type(line);
  await terminal.isReady();
}

/** What a screen shows at the end, without lines of progress. */
function shownBy(terminal: Terminal): string {
  const screen = terminal
    .screen()
    .replaceAll(/^(\d+ objects|chunk \d+:) .*$\n?/gm, '')
    .replace(/\n\$$/, '');
  return `\`\`\`console\n${screen}\n\`\`\`\n`;
}

function write(name: string, text: string): void {
  const page = fileURLToPath(new URL(`../docs/${name}.md`, import.meta.url));
  const [before, rest = ''] = readFileSync(page, 'utf8').split('<!-- session -->\n');
  const [, after = ''] = rest.split('<!-- end of session -->');
  writeFileSync(page, `${before}<!-- session -->\n\n${text}\n<!-- end of session -->${after}`);
  console.log(text);
}

async function commandLine(): Promise<void> {
  await using place = await Place.open();
  const terminal = await place.terminal();
  const type = async (line: string): Promise<void> => await typeInto(terminal, line);
  await type('isobar mb gs://photos s3://mirror');
  await type('isobar cp -r photos gs://photos');
  await type('isobar ls -l gs://photos/2026/ | head -3');
  await type('isobar sync gs://photos s3://mirror -q; echo "exit code $?"');
  await type('isobar verify photos s3://mirror');
  await type('echo changed > photos/2026/p007.jpg; rm photos/2026/p008.jpg');
  await type('isobar sync photos gs://photos --delete --dry-run -v | grep -v skipped');
  await type('isobar sync photos gs://photos --delete');
  await type('isobar verify gs://photos s3://mirror');
  terminal.type('isobar cp -r photos gs://photos/again --bandwidth 400K --journal again.journal');
  await terminal.shows(/[1-9]\d+ objects · .* left, /);
  const progress = /^\d+ objects ·.*$/m.exec(terminal.screen())?.[0];
  terminal.press('C-c');
  await terminal.isReady();
  await type('echo "exit code $?"');
  terminal.type('isobar cp -r photos gs://photos/again --bandwidth 400K --journal again.journal');
  await terminal.shows(/[1-9]\d+ objects · .* left, .*$/);
  execFileSync('pkill', ['-9', '-f', `${program} cp -r photos`]);
  await terminal.isReady();
  await type('tail -c 120 again.journal');
  await type('isobar cp -r photos gs://photos/again --journal again.journal');
  await type('isobar verify photos gs://photos/again');
  await type('isobar rm -r -q gs://photos/again; isobar rb gs://mirror; echo "exit code $?"');
  write('command-line', `${shownBy(terminal)}\nWhile it copies, the last line is \`${progress}\`.\n`);
}

async function fleet(): Promise<void> {
  await using place = await Place.open({ latencyMs: 20 });
  await using redis = await RedisServer.start();
  const queue = { ISOBAR_QUEUE: redis.url };
  const first = await place.terminal(queue);
  await typeInto(first, 'isobar mb s3://photos gs://backup; isobar cp -r -q photos s3://photos');
  await typeInto(first, 'isobar fleet plan gs://backup/plans/photos s3://photos gs://backup/photos --chunk-objects 50');
  const workers = [await place.terminal(queue), await place.terminal(queue), await place.terminal(queue)];
  for (const [index, worker] of workers.entries()) {
    worker.type(`isobar fleet work gs://backup/plans/photos --concurrency 4 --name worker-${index + 1}`);
  }
  await (workers[0] as Terminal).shows(/chunk \d+ +copy-1/);
  await typeInto(first, 'isobar fleet status gs://backup/plans/photos');
  await Promise.all(workers.map(async (worker) => await worker.isReady()));
  await typeInto(first, 'isobar fleet status gs://backup/plans/photos');
  await typeInto(first, 'isobar fleet verify gs://backup/plans/photos; echo "exit code $?"');
  await typeInto(first, 'isobar fleet report gs://backup/plans/photos; echo "exit code $?"');
  await typeInto(first, 'isobar cat gs://backup/plans/photos/report/succeeded.jsonl | head -1');
  const texts = workers.map((worker, index) => `Terminal ${index + 2}:\n\n${shownBy(worker)}`);
  write('fleet', [`Terminal 1:\n\n${shownBy(first)}`, ...texts].join('\n'));
}

const [wanted] = process.argv.slice(2);
if (wanted !== 'fleet') await commandLine();
if (wanted !== 'command-line') await fleet();
