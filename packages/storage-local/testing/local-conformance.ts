/** The kit for local files, in a folder that is removed afterwards. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Deviation, type EitherStorageDriver, type Kind, storageConformance } from '@isobar/conformance';
import { localFiles } from '@isobar/storage-local';
import { afterAll } from 'vitest';
import { flagDrivers } from '../../design-flag/testing/drivers.ts';

/** Names that no path can have. */
function isNoPath(name: string): boolean {
  return name.split('/').some((segment) => segment === '' || segment === '.' || segment === '..');
}

const names = 'names are paths, so they have no empty segments, no `.` and no `..`';
const both = 'a folder and a file cannot have the same name';

/** Cases with names that paths cannot have; `names.test.ts` has the same without those. */
const deviations: readonly Deviation[] = [
  { case: 'listing > lists in byte order of UTF-8', reason: both },
  { case: 'listing > takes a prefix literally', reason: names },
  { case: 'listing > lists only objects after a name, without that one', reason: names },
  { case: 'downloads > downloads into a folder under the last segment of the name', reason: names },
  { case: 'downloads > refuses a folder for a name that names no file, before anything is sent', reason: names },
  { case: 'downloads into a folder > lets no name out of the folder, and downloads the others', reason: names },
  { case: 'deletions > deletes an object, and no other', reason: both },
];

/** Registers the kit for one kind. */
export function localConformance(kind: Kind): void {
  const folder = mkdtempSync(join(tmpdir(), 'isobar-local-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const drivers = flagDrivers<typeof localFiles, EitherStorageDriver>(localFiles, { folder, fsync: false });
  storageConformance({
    provider: 'local',
    drivers: drivers.filter((under) => under.kind === kind),
    without: ['credentials', 'http'],
    refusesName: isNoPath,
    deviations,
  });
}
