/** The conformance kit's settings for S3 servers of others; `npm run test:servers` starts them. */
import {
  type Deviation,
  type EitherStorageDriver,
  type Kind,
  type StorageConformance,
  storageConformance,
} from '@isobar/conformance';
import { type S3DialectName, type S3StorageOptions, s3 } from '@isobar/storage-s3';
import { describe, test } from 'vitest';
import { flagDrivers } from '../../packages/design-flag/testing/drivers.ts';
import { s3Suites } from '../../packages/storage-s3/testing/s3-suites.ts';
import type { RunningServer } from '../../scripts/test-servers.ts';

const { ISOBAR_S3_SERVERS = '[]' } = process.env;
/** The servers that run. */
export const servers = JSON.parse(ISOBAR_S3_SERVERS) as RunningServer[];

/** Cases that a server cannot pass. */
function deviations(reason: string, ...cases: readonly string[]): Deviation[] {
  return cases.map((title) => ({ case: title, reason }));
}

const versionConditions = (...subjects: readonly string[]) =>
  subjects.map(
    (subject) =>
      `conditions > ${subject} with \`ifVersion\` replaces that version, and changes nothing when there is another or none`,
  );
/** A blocking driver makes one call at a time. */
const oneCreator = 'concurrency > lets one of several concurrent calls create a container';

const fauxqsDeviations: Deviation[] = [
  ...deviations(
    'it sorts names by language',
    'listing > lists in byte order of UTF-8',
    'listing > resumes at a cursor after an odd name',
  ),
  ...deviations(
    'it takes no body of more than some megabytes (413)',
    'uploads > does not store a mixture when a file changes during its upload',
    'large files > uploads a file of 70 MB with its type, and reports the progress up to its size',
    'concurrency > can be called from within a source',
  ),
  ...deviations('it drops empty metadata', 'metadata > keeps a metadata value exactly, or refuses it'),
  ...deviations(
    'it does not check signatures',
    'signed URLs > is for one method, and changes nothing with another',
    'signed URLs > is refused after a change',
    'signed URLs > is refused after it expires',
    'signed URLs > requires the media type that it was made for',
  ),
  ...deviations(
    'it ignores the parameters for headers of the response',
    'signed URLs > makes the service answer with another type and disposition',
  ),
  ...deviations(
    'it does not list unfinished uploads',
    'multipart uploads > lists none in a new container, and none after uploads that ended',
    'multipart uploads > lists an upload while its source delivers, and leaves none behind when the source fails',
    'multipart uploads > leaves no upload behind when the source hangs until the time limit',
    'multipart uploads > lists uploads by name, those of one name too, and only those with a prefix; leaves none when aborted',
    'multipart uploads > aborts an upload, which is then gone and cannot complete',
  ),
  ...deviations(
    'its NextMarker comes before the prefix that the page ends with',
    'reading > lists a folder page by page, with another delimiter',
  ),
  ...deviations('creating one’s own bucket again succeeds', oneCreator),
  ...deviations(
    'it has no such settings',
    'settings of a bucket > CORS rules are replaced and read back, and none is none',
    'settings of a bucket > a bucket is somewhere',
    'versions > are kept, listed, read and deleted by id',
    'tags and access > tags are set with an object, replaced and removed',
    'tags and access > a canned access control list takes effect',
    'forms > let a stranger upload what they allow, and nothing else',
  ),
];

/** Cases of the asynchronous kind only. */
const onlyAsync: readonly string[] = [
  oneCreator,
  'multipart uploads > leaves no upload behind when the source hangs until the time limit',
];

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
  fauxqs: { dialect: 'other', without: ['credentials'], conditions: [], deviations: fauxqsDeviations },
};

/** The options of a driver for a server. */
export function accountOf({ endpoint, key, name, secret }: RunningServer): S3StorageOptions {
  return { key, secret, endpoint, dialect: settings[name]?.dialect ?? 'other' };
}

/** Registers the whole kit in one kind for every server that runs. */
export function conformServers(kind: Kind): void {
  for (const server of servers) {
    const { dialect: _, ...rest } = settings[server.name] ?? ({ dialect: 'other' } as const);
    describe(server.version, () => {
      storageConformance({
        provider: 's3',
        drivers: flagDrivers<typeof s3, EitherStorageDriver>(s3, accountOf(server)).filter(
          (driver) => driver.kind === kind,
        ),
        secrets: [server.secret],
        extraSuites: s3Suites,
        ...rest,
        deviations: (rest.deviations ?? []).filter((one) => kind === 'async' || !onlyAsync.includes(one.case)),
      });
    });
  }
  test.skipIf(servers.length > 0)('no server was started: npm run test:servers starts them', () => {});
}
