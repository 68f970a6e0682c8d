/**
 * `npm run release:dry`: releases everything into an empty registry on this machine, then uses it as users do.
 *
 * This program only watches: the rehearsal runs in a process group of its own. When it ends, or Ctrl-C ends it, whatever
 * it started ends too, and its folder is removed.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

const help = `Usage: npm run release:dry -- [options]

Clones the workspace as it is (files that Git knows) into a temporary folder, starts a registry (Verdaccio) without
packages, and there:

  1. makes the next version, builds, and publishes all public packages by the release scripts;
  2. checks what the registry has: manifests, types, readmes, licences;
  3. installs a design and a provider into empty folders with npm, pnpm, Yarn and Bun, and runs the examples of the RFC
     against the emulator, started by npx from the same registry;
  4. compiles a program with the oldest and the newest TypeScript;
  5. changes one package, releases again, and says what moved.

Prints a table and ends with 0 when every check passed. Takes some minutes. Needs: npm run setup.

Options:
  --keep   keeps the temporary folder and prints its path
  --help   shows this text
`;

const values = readOptions();
if (values === undefined) {
  process.exitCode = 2;
} else if (values.help) {
  process.stdout.write(help);
} else {
  const folder = mkdtempSync(join(tmpdir(), 'isobar-release-'));
  const rehearsal = join(import.meta.dirname, 'release', 'rehearsal.ts');
  const child = spawn(process.execPath, [rehearsal, folder], { stdio: 'inherit', detached: true });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      process.exitCode = 128 + constants.signals[signal];
      killGroup();
    });
  }
  process.exitCode = await new Promise<number>((resolve) => {
    child.on('error', () => resolve(1));
    child.on('exit', (code) => resolve(code ?? (Number(process.exitCode) || 1)));
  });
  killGroup();
  if (values.keep) console.log(`kept: ${folder}`);
  else rmSync(folder, { recursive: true, force: true, maxRetries: 5 });

  function killGroup(): void {
    try {
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
    } catch {
      // The group has ended.
    }
  }
}

function readOptions(): { keep?: boolean; help?: boolean } | undefined {
  try {
    return parseArgs({ options: { keep: { type: 'boolean' }, help: { type: 'boolean' } } }).values;
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : error}\n\n${help}`);
    return undefined;
  }
}
