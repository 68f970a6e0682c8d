import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** The size of a folder on disk, in whole blocks. Links are not followed. */
export function diskBytes(folder: string): number {
  const sizeOf = (path: string): number => statSync(path).blocks * 512;
  const entries = readdirSync(folder, { withFileTypes: true, recursive: true });
  const kept = entries.filter((entry) => entry.isDirectory() || entry.isFile());
  return kept.reduce((sum, { parentPath, name }) => sum + sizeOf(join(parentPath, name)), sizeOf(folder));
}
