/**
 * The S3 dialects: what differs between the services that speak S3's protocol, as data. `testing/dialect-evidence.ts` says for
 * each cell where it comes from, and docs/s3-dialects.md shows both.
 */
import type { Algorithm } from '@isobar/core/provider';

const MiB = 1024 * 1024;
const GiB = 1024 * MiB;

/** How one service speaks S3. */
export interface S3Dialect {
  /** How buckets are addressed: in the host name (`virtual`), or in the path. A custom endpoint always has paths. */
  readonly addressing: 'virtual' | 'path';
  /** The region in signatures, unless the option `region` names another. */
  readonly region: string;
  /** The version of the listing of objects. */
  readonly listing: 1 | 2;
  /** Whether listings percent-encode names on request, so that names may have control characters. */
  readonly encodesNames: boolean;
  /**
   * The checksum that is sent with objects, as one plain header. `undefined`: the service knows none; then the SHA-256 of the
   * signature protects what is sent, and downloads are compared by size only.
   */
  readonly checksum: Algorithm | undefined;
  /** Whether the service tells the checksum of a whole object that was stored in parts. */
  readonly wholeChecksums: boolean;
  /** Whether all parts of an upload but the last must have the same size. */
  readonly equalParts: boolean;
  readonly maxParts: number;
  /** The smallest part, but for the last. */
  readonly minPartBytes: number;
  /** The largest part, and the largest object that one request can store. */
  readonly maxPutBytes: number;
  /** The largest object that one request can copy. */
  readonly maxCopyBytes: number;
  /** Whether parts can be copied, which larger copies need. */
  readonly partCopy: boolean;
  /** Whether a write can require that there is no object of its name. */
  readonly ifAbsent: boolean;
  /** Whether a write can require an ETag, and whether the ETag is sent with its quotes. */
  readonly ifVersion: 'quoted' | 'unquoted' | 'no';
  /** Whether a copy can require the ETag of its source. Otherwise another writer may replace the source meanwhile. */
  readonly copySourceConditions: boolean;
  /** Whether conditions apply to the target of a copy. */
  readonly copyConditions: boolean;
  /** Whether conditions apply to deletions. */
  readonly deleteConditions: boolean;
  /** Whether the ETag of an object that was stored by one request is the MD5 of its bytes. */
  readonly md5Etags: boolean;
  /**
   * Whether creating an existing bucket of one's own is an error; where it is not, it is looked up first. In its oldest region,
   * Amazon answers as if it had created the bucket.
   */
  readonly tellsExisting: 'yes' | 'outside us-east-1' | 'no';
  /** Maximum size of user metadata, in bytes. */
  readonly maxMetadataBytes: number;
  /** Whether objects and buckets have access control lists. */
  readonly acl: boolean;
  /** Whether buckets can keep old versions. */
  readonly versions: boolean;
  /** Whether objects have tags. */
  readonly tags: boolean;
  /** Whether the service decodes objects that are stored as gzip, unless a request accepts gzip. */
  readonly decodesGzip: boolean;
}

/** The names of dialects. */
export type S3DialectName =
  | 'aws'
  | 'r2'
  | 'minio'
  | 'ceph'
  | 'b2'
  | 'spaces'
  | 'wasabi'
  | 'google'
  | 'scaleway'
  | 'tigris'
  | 'garage'
  | 'seaweedfs'
  | 'other';

/** What every service is assumed to do that is not in the table. */
const other: S3Dialect = {
  addressing: 'path',
  region: 'us-east-1',
  listing: 1,
  encodesNames: false,
  checksum: undefined,
  wholeChecksums: false,
  equalParts: true,
  maxParts: 1000,
  minPartBytes: 5 * MiB,
  maxPutBytes: 5 * GiB,
  maxCopyBytes: 5 * GiB,
  partCopy: true,
  ifAbsent: false,
  ifVersion: 'no',
  copySourceConditions: true,
  copyConditions: false,
  deleteConditions: false,
  md5Etags: false,
  tellsExisting: 'no',
  maxMetadataBytes: 2048,
  acl: true,
  versions: true,
  tags: true,
  decodesGzip: false,
};

const usual = { listing: 2, encodesNames: true, equalParts: false, maxParts: 10_000, md5Etags: true } as const;

/** The dialects by name. */
export const s3Dialects: Readonly<Record<S3DialectName, S3Dialect>> = {
  aws: {
    ...other,
    ...usual,
    addressing: 'virtual',
    checksum: 'crc32',
    wholeChecksums: true,
    ifAbsent: true,
    ifVersion: 'quoted',
    copyConditions: true,
    deleteConditions: true,
    tellsExisting: 'outside us-east-1',
  },
  r2: {
    ...other,
    ...usual,
    region: 'auto',
    checksum: 'crc32',
    equalParts: true,
    maxPutBytes: 4.995 * GiB,
    ifAbsent: true,
    ifVersion: 'quoted',
    tellsExisting: 'yes',
    maxMetadataBytes: 8192,
    acl: false,
    versions: false,
    tags: false,
  },
  minio: {
    ...other,
    ...usual,
    checksum: 'crc32',
    wholeChecksums: true,
    ifAbsent: true,
    ifVersion: 'quoted',
    tellsExisting: 'yes',
    acl: false,
  },
  ceph: { ...other, ...usual, listing: 2, encodesNames: true, md5Etags: true },
  b2: { ...other, ...usual, md5Etags: false, acl: false, tags: false },
  spaces: {
    ...other,
    ...usual,
    encodesNames: false,
    ifAbsent: true,
    ifVersion: 'unquoted',
  },
  wasabi: { ...other, ...usual, tellsExisting: 'yes' },
  google: {
    ...other,
    ...usual,
    region: 'auto',
    listing: 1,
    partCopy: false,
    copySourceConditions: false,
    maxCopyBytes: Number.POSITIVE_INFINITY,
    tellsExisting: 'yes',
    maxMetadataBytes: 8192,
    acl: false,
    versions: false,
    tags: false,
    decodesGzip: true,
  },
  scaleway: {
    ...other,
    ...usual,
    region: 'fr-par',
    checksum: 'crc32',
    wholeChecksums: true,
    maxParts: 1000,
    ifAbsent: true,
    ifVersion: 'quoted',
    tellsExisting: 'yes',
  },
  tigris: {
    ...other,
    ...usual,
    region: 'auto',
    ifAbsent: true,
    ifVersion: 'quoted',
    md5Etags: false,
    versions: false,
  },
  garage: {
    ...other,
    ...usual,
    region: 'garage',
    checksum: 'crc32',
    md5Etags: false,
    acl: false,
    versions: false,
    tags: false,
  },
  seaweedfs: {
    ...other,
    ...usual,
    listing: 1,
    encodesNames: false,
    checksum: 'crc32',
    ifAbsent: true,
    ifVersion: 'quoted',
  },
  other,
};

/** The ends of the host names of services, and their dialects. */
const hosts: readonly (readonly [suffix: string, dialect: S3DialectName])[] = [
  ['amazonaws.com', 'aws'],
  ['amazonaws.com.cn', 'aws'],
  ['r2.cloudflarestorage.com', 'r2'],
  ['backblazeb2.com', 'b2'],
  ['digitaloceanspaces.com', 'spaces'],
  ['wasabisys.com', 'wasabi'],
  ['storage.googleapis.com', 'google'],
  ['scw.cloud', 'scaleway'],
  ['storage.dev', 'tigris'],
  ['fly.storage.tigris.dev', 'tigris'],
];

/** The dialect of the service at an endpoint. */
export function dialectAt(endpoint: string | undefined): S3DialectName {
  if (endpoint === undefined) return 'aws';
  const { hostname } = new URL(endpoint);
  return hosts.find(([suffix]) => hostname === suffix || hostname.endsWith(`.${suffix}`))?.[1] ?? 'other';
}

/** The region that a host name such as `s3.eu-central-003.backblazeb2.com` or `fra1.digitaloceanspaces.com` has in it. */
export function regionIn(endpoint: string | undefined): string | undefined {
  const { hostname = '' } = endpoint === undefined ? {} : new URL(endpoint);
  return /^(?:s3[.-])?([a-z]{2,}-?[a-z0-9-]*\d|[a-z]{2}-[a-z]{3})\.(?:amazonaws\.com|backblazeb2\.com|digitaloceanspaces\.com|wasabisys\.com|scw\.cloud)(?:\.cn)?$/.exec(
    hostname,
  )?.[1];
}
