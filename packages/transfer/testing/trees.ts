/** Trees for tests: of memory and of the disk, in both kinds. Their methods are awaited, which plain values allow. */
import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type AsyncStorageDriver, connect } from '@isobar/design-flag';
import { localFiles } from '@isobar/storage-local';
import { memoryStorage } from '@isobar/storage-memory';
import type { AsyncTree } from '@isobar/transfer';

/** Both kinds. A blocking driver is used through `await`, so the type is that of the other kind. */
export const kinds = ['async', 'blocking'] as const;

/** A kind. */
export type Kind = (typeof kinds)[number];

/** A driver of memory of its own, with a container `box`. */
export async function memory(kind: Kind): Promise<AsyncStorageDriver> {
  const driver = connect(memoryStorage, { async: kind === 'async' }) as unknown as AsyncStorageDriver;
  await driver.createContainer('box');
  return driver;
}

/** A folder of the disk, removed at the end of the test. */
export class DiskFolder implements Disposable {
  readonly path: string = mkdtempSync(join(tmpdir(), 'isobar-trees-'));

  /** A driver of the folder, with a container `home`. */
  driver(kind: Kind): AsyncStorageDriver {
    mkdirSync(join(this.path, 'home'), { recursive: true });
    const options = { folder: this.path, fsync: false, async: kind === 'async' };
    return connect(localFiles, options) as unknown as AsyncStorageDriver;
  }

  /** Writes a file below `home`. */
  write(name: string, content: string | Uint8Array, time?: Date): void {
    const path = join(this.path, 'home', name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
    if (time) utimesSync(path, time, time);
  }

  [Symbol.dispose](): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}

/** Writes objects. */
export async function fill({ container, driver, prefix = '' }: AsyncTree, names: readonly string[]): Promise<void> {
  for (const name of names) await driver.writeObject(`content of ${name}`, container, prefix + name);
}

/** The names of a tree's objects. */
export async function namesIn({ container, driver, prefix = '' }: AsyncTree): Promise<string[]> {
  const objects = await driver.listContainerObjects(container, { prefix });
  return objects.map(({ name }) => name.slice(prefix.length));
}
