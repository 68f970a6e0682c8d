/**
 * Types a session of `isobar` into a terminal (tmux), against the emulator, and writes what the screen showed into
 * docs/command-line.md. `node scripts/terminal-session.ts` after a build.
 */
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startEmulator } from '@isobar/emulator';
import { settingsOf } from '../packages/cli/testing/isobar.ts';
import { hasTmux, Terminal } from '../packages/cli/testing/terminal.ts';

if (!hasTmux) throw new Error('tmux is not installed (a Debian package)');
const page = fileURLToPath(new URL('../docs/command-line.md', import.meta.url));
const program = fileURLToPath(new URL('../packages/cli/dist/main.js', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'isobar-session-'));
await using emulator = await startEmulator();

mkdirSync(join(folder, 'bin'));
writeFileSync(join(folder, 'bin', 'isobar'), `#!/bin/sh\nexec ${process.execPath} ${program} "$@"\n`);
chmodSync(join(folder, 'bin', 'isobar'), 0o755);
mkdirSync(join(folder, 'photos', '2026'), { recursive: true });
for (let index = 0; index < 400; index += 1) {
  writeFileSync(
    join(folder, 'photos', '2026', `p${String(index).padStart(3, '0')}.jpg`),
    Buffer.alloc(5_000, `photo ${index} `),
  );
}

using terminal = new Terminal(
  folder,
  {
    PATH: `${join(folder, 'bin')}:${process.env.PATH}`,
    HOME: folder,
    ...settingsOf(emulator),
  },
  { columns: 140 },
);
await terminal.isReady();

/** Types a line and waits until the shell asks for the next one. */
async function type(line: string): Promise<void> {
  terminal.type(line);
  await terminal.isReady();
}

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

const screen = terminal
  .screen()
  .replaceAll(/^\d+ objects · .*$\n?/gm, '')
  .replace(/\n\$$/, '');
const text = readFileSync(page, 'utf8');
const [before, rest = ''] = text.split('<!-- session -->\n');
const [, after = ''] = rest.split('<!-- end of session -->');
const shown = `While it copies, the last line is \`${progress}\`.`;
writeFileSync(
  page,
  `${before}<!-- session -->\n\n\`\`\`console\n${screen}\n\`\`\`\n\n${shown}\n\n<!-- end of session -->${after}`,
);
rmSync(folder, { recursive: true, force: true });
console.log(screen);
