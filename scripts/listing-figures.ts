/**
 * Prints the time and the peak memory of listing 100,000 files, flat and in folders, in both kinds. Each listing runs in a
 * process of its own: `node scripts/listing-figures.ts`, after `npm run build`.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from '@isobar/design-flag';
import { localFiles } from '@isobar/storage-local';

const count = 100_000;

/** Where the files of each container are. */
const places: Readonly<Record<string, (index: number) => string>> = {
  'in one folder': (index) => `file-${String(index).padStart(6, '0')}.txt`,
  'in 1,000 folders': (index) => `${index % 10}/${Math.floor(index / 10) % 100}/file-${index}.txt`,
};

async function list(folder: string, container: string, kind: string): Promise<void> {
  const started = performance.now();
  let seen = 0;
  if (kind === 'async') {
    const driver = connect(localFiles, { folder, async: true });
    for await (const _ of driver.iterateContainerObjects(container)) seen += 1;
  } else if (kind === 'blocking') {
    for (const _ of connect(localFiles, { folder }).iterateContainerObjects(container)) seen += 1;
  } else connect(localFiles, { folder }).listContainers();
  const seconds = (performance.now() - started) / 1000;
  const mib = process.resourceUsage().maxRSS / 1024;
  process.stdout.write(JSON.stringify({ seen, seconds, mib }));
}

function measure(folder: string, container: string, kind: string): { seen: number; seconds: number; mib: number } {
  const { stdout } = spawnSync(process.execPath, [import.meta.filename, folder, container, kind], { encoding: 'utf8' });
  return JSON.parse(stdout) as ReturnType<typeof measure>;
}

const [folder, container = '', kind = ''] = process.argv.slice(2);
if (folder === undefined) {
  const made = mkdtempSync(join(tmpdir(), 'isobar-figures-'));
  try {
    console.log('| 100,000 files | kind | time | peak memory above that of a driver |\n| --- | --- | ---: | ---: |');
    for (const [place, nameOf] of Object.entries(places)) {
      const home = place.replaceAll(/[ ,]/g, '-');
      for (let index = 0; index < count; index += 1) {
        const path = join(made, home, nameOf(index));
        mkdirSync(join(path, '..'), { recursive: true });
        writeFileSync(path, '');
      }
      const { mib: baseMib } = measure(made, home, 'none');
      for (const each of ['async', 'blocking']) {
        const { mib, seconds, seen } = measure(made, home, each);
        if (seen !== count) throw new Error(`${seen} objects were listed`);
        console.log(`| ${place} | ${each} | ${seconds.toFixed(2)} s | ${(mib - baseMib).toFixed(0)} MiB |`);
      }
    }
  } finally {
    rmSync(made, { recursive: true });
  }
} else await list(folder, container, kind);
