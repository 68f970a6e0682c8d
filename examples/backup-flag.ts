/**
 * A backup of a folder that sends only what has changed. The storage is whatever is named on the command line: a cloud, a
 * folder, or memory. Only one line knows which.
 * Run: node examples/backup-flag.ts google|local|memory [folder] [where the local storage is]
 */
import { readdirSync, statSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { type AsyncStorageDriver, connect } from '@isobar/design-flag';
import { googleStorage } from '@isobar/storage-google';
import { localFiles } from '@isobar/storage-local';
import { memoryStorage } from '@isobar/storage-memory';
import { storage as google } from './clouds.ts';

/** Opens a storage. This is the only place that differs between them. */
function open(storage: string, folder: string): AsyncStorageDriver {
  if (storage === 'google') return connect(googleStorage, { ...google, async: true });
  if (storage === 'local') return connect(localFiles, { folder, async: true });
  return connect(memoryStorage, { async: true });
}

/** Uploads the files that the container does not have as they are. @returns How many were sent, and how many kept. */
async function backUp(driver: AsyncStorageDriver, folder: string, container: string): Promise<string> {
  const stored = new Map<string, { readonly sizeBytes: number; readonly checksums?: object }>();
  for await (const object of driver.iterateContainerObjects(container, { checksums: true }))
    stored.set(object.name, object);

  async function isSame(name: string, path: string): Promise<boolean> {
    const known = stored.get(name);
    if (!known || known.sizeBytes !== statSync(path).size) return false;
    // A listing may tell no checksum, for example of a large object that was stored in parts.
    const { checksums = {} } = known.checksums ? known : await driver.getObject(container, name);
    const [told] = Object.entries(checksums) as ['md5' | 'crc32c', string][];
    return told !== undefined && (await driver.checksumFile(path, told[0])) === told[1];
  }

  const names = readdirSync(folder, { recursive: true, withFileTypes: true }).flatMap((entry) =>
    entry.isFile() ? [relative(folder, join(entry.parentPath, entry.name)).replaceAll(sep, '/')] : [],
  );
  async function* changed() {
    for (const name of names) {
      const path = join(folder, name);
      if (!(await isSame(name, path))) yield { path, name };
    }
  }
  const { uploaded, failed } = await driver.uploadObjects(changed(), container);
  for (const { name, error } of failed) console.error(`${name}: ${error.message}`);
  return `${uploaded.length} sent, ${names.length - uploaded.length - failed.length} unchanged`;
}

const [storage = 'memory', source = '.', target = '/tmp'] = process.argv.slice(2);
const driver = open(storage, target);
const container = `backup-${Date.now().toString(36)}`;
await driver.createContainer(container);
console.log(`${storage}, first: ${await backUp(driver, source, container)}`);
console.log(`${storage}, again: ${await backUp(driver, source, container)}`);
