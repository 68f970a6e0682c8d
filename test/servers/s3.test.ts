/** The conformance kit against S3 servers of others, in both kinds; `npm run test:servers` starts them. */
import {
  type Deviation,
  type EitherStorageDriver,
  type StorageConformance,
  storageConformance,
} from '@isobar/conformance';
import { type S3DialectName, s3Storage } from '@isobar/storage-s3';
import { test } from 'vitest';
import { flagDrivers } from '../../packages/design-flag/testing/drivers.ts';
import { s3Suites } from '../../packages/storage-s3/testing/s3-suites.ts';
import type { RunningServer } from '../../scripts/test-servers.ts';

const { ISOBAR_S3_SERVERS = '[]' } = process.env;
const servers = JSON.parse(ISOBAR_S3_SERVERS) as RunningServer[];

/** Cases that a server cannot pass. */
function deviations(reason: string, ...cases: readonly string[]): Deviation[] {
  return cases.map((title) => ({ case: title, reason }));
}

const versionConditions = (...subjects: readonly string[]) =>
  subjects.map(
    (subject) =>
      `conditions > ${subject} with \`ifVersion\` replaces that version, and changes nothing when there is another or none`,
  );
const oneCreator = 'concurrency > lets one of several concurrent calls create a container';

/** How the kit is set up for each server. */
const settings: Readonly<Record<string, Partial<StorageConformance> & { readonly dialect: S3DialectName }>> = {
  ceph: {
    dialect: 'ceph',
    conditions: [],
    deviations: deviations(
      'creating one’s own bucket again succeeds, so all callers believe that they made it',
      oneCreator,
    ),
  },
  moto: {
    dialect: 'aws',
    without: ['credentials'],
    deviations: [
      ...deviations('it lists buckets in the order of their creation', 'containers > lists containers by name'),
      ...deviations('creating one’s own bucket again succeeds, as in us-east-1', oneCreator),
      ...deviations(
        'it ignores conditions on completions and on the target of copies',
        ...versionConditions('an upload of a large file', 'an upload of a long stream', 'a copy', 'a move'),
        'conditions > a copy with `ifAbsent` takes a free name, and changes nothing under a taken one',
        'conditions > a move with `ifAbsent` takes a free name, and changes nothing under a taken one',
      ),
      ...deviations(
        'it does not check signatures',
        'signed URLs > is for one method, and changes nothing with another',
        'signed URLs > is refused after a change',
        'signed URLs > is refused after it expires',
        'signed URLs > requires the media type that it was made for',
        'forms > let a stranger upload what they allow, and nothing else',
      ),
      ...deviations(
        'it ignores the parameters for headers of the response',
        'signed URLs > makes the service answer with another type and disposition',
      ),
      ...deviations(
        'it lists uploads in the order of their creation',
        'multipart uploads > lists uploads by name, those of one name too, and only those with a prefix; leaves none when aborted',
      ),
    ],
  },
};

for (const { endpoint, key, name, secret, version } of servers) {
  const { dialect, ...rest } = settings[name] ?? { dialect: 'other' };
  for (const kind of ['async', 'blocking'] as const) {
    storageConformance({
      provider: 's3',
      drivers: flagDrivers<typeof s3Storage, EitherStorageDriver>(s3Storage, { key, secret, endpoint, dialect }).filter(
        (driver) => driver.kind === kind,
      ),
      secrets: [secret],
      extraSuites: s3Suites,
      ...rest,
    });
  }
  test(`${version} is here`, () => {});
}

test.skipIf(servers.length > 0)('no server was started: npm run test:servers starts them', () => {});
