/** The emulator as its readme says to start it: `npx @isobar/emulator` in an empty folder, from the registry. */
import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Starts it on free ports and gives the variables that the examples read. It ends with the process group. */
export async function startPublishedEmulator(folder: string, registry: string): Promise<Record<string, string>> {
  mkdirSync(folder);
  writeFileSync(join(folder, '.npmrc'), `registry=${registry}\n`);
  const args = ['--yes', '@isobar/emulator', '--storage-port', '0', '--compute-port', '0'];
  const child = spawn('npx', args, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  const ready = new Promise<void>((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (data: Buffer) => {
        output += data.toString();
        if (/^Stop it with/m.test(output)) resolve();
      });
    }
    child.on('exit', () => reject(new Error(`npx @isobar/emulator ended:\n${output}`)));
  });
  await ready;
  const find = (pattern: RegExp) => pattern.exec(output)?.[1] ?? '';
  return {
    ISOBAR_STORAGE: find(/storage\s+(\S+)/),
    ISOBAR_KEY: find(/access key\s+(\S+)/),
    ISOBAR_SECRET: find(/secret\s+(\S+)/),
    ISOBAR_COMPUTE: find(/compute\s+(\S+)/),
  };
}
