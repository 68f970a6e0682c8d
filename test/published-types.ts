/** The check of a published package's types. */
import { basename, join } from 'node:path';
import { execute } from './layouts.ts';

/** The entry that is published without types: it is for Isobar's own packages, and its types would be all of zod's. */
export const untypedEntry = './schema';

/** Whether a packed package resolves for every TypeScript user of ES modules (attw). @returns What attw printed. */
export function checkPublishedTypes(tarball: string, folder: string): string {
  const attw = join(import.meta.dirname, '..', 'node_modules', '.bin', 'attw');
  return execute(
    attw,
    [tarball, '--profile=esm-only', '--no-color', '--exclude-entrypoints', basename(untypedEntry)],
    folder,
  );
}
