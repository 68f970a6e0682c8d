/** S3's models, and how they are read from headers and listings. */
import {
  type Algorithm,
  type Checksums,
  CloudError,
  type Container,
  type ListObjectsOptions,
  type ObjectHeaders,
  type ObjectReference,
  type StorageObject,
} from '@isobar/core/provider';
import {
  decodeMetadata,
  describedBy,
  type ListedObject,
  type ListedVersion,
  md5OfEtag,
  storedHashes,
} from '@isobar/s3-dialect';
import type { S3Dialect } from './dialects.ts';
import type { Headers } from './requests.ts';

/** A bucket. */
export interface S3Container extends Container {
  readonly extra: Readonly<Record<string, never>>;
}

/** Fields of an object that only S3 has. */
export interface S3ObjectExtra {
  /** Id of the version, in buckets that keep old ones. */
  readonly versionId?: string;
  /** In listings of versions: whether this is the live one. */
  readonly isLatest?: boolean;
  /** In listings of versions: marks that the object was deleted. It has no bytes. */
  readonly isDeleteMarker?: boolean;
  /** Absent for `STANDARD`. */
  readonly storageClass?: string;
  /** `AES256`, or `aws:kms`. */
  readonly encryption?: string;
  readonly kmsKeyId?: string;
  readonly contentEncoding?: string;
  readonly contentDisposition?: string;
  readonly contentLanguage?: string;
  readonly cacheControl?: string;
}

/** An object of an S3 service. Its `version` is its ETag. */
export interface S3Object extends StorageObject {
  readonly extra: S3ObjectExtra;
}

/** An object, or one version of it. */
export interface S3VersionReference extends ObjectReference {
  /** `extra.versionId` of a model. Default: the live version. */
  readonly versionId?: string;
}

/** Prefix of user metadata in headers. */
export const metadataPrefix = 'x-amz-meta-';

/** The headers and elements of checksums, the preferred one first. Those of parts together are no checksum of the bytes. */
const checksumNames: readonly (readonly [Algorithm, string])[] = [
  ['crc32', 'x-amz-checksum-crc32'],
  ['crc32c', 'x-amz-checksum-crc32c'],
  ['sha256', 'x-amz-checksum-sha256'],
  ['crc64nvme', 'x-amz-checksum-crc64nvme'],
];

/** What downloads are verified with, the preferred one first. */
export const verifiedAlgorithms: readonly Algorithm[] = [...checksumNames.map(([algorithm]) => algorithm), 'md5'];

/**
 * The checksums of the whole object that a response tells. Google's service, which also speaks S3, tells its own.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity.html
 */
export function checksumsIn(headers: Headers): Checksums {
  const checksums: Partial<Record<Algorithm, string>> = {};
  if (headers['x-amz-checksum-type'] !== 'COMPOSITE') {
    for (const [algorithm, header] of checksumNames) {
      const value = headers[header];
      if (value !== undefined && !value.includes('-')) checksums[algorithm] = value;
    }
  }
  return Object.assign(checksums, storedHashes(headers));
}

/** The header of a checksum that is sent. */
export function checksumHeader(algorithm: Algorithm): string {
  return `x-amz-checksum-${algorithm}`;
}

/** The element of a part's checksum. */
export function checksumElement(algorithm: Algorithm): string {
  return `Checksum${algorithm.toUpperCase()}`;
}

/** Size of the whole object. @throws {CloudError} `malformed-response` when no header has it. */
export function sizeIn(headers: Headers): number {
  // Google's service, when it decodes the body.
  const header = headers['x-goog-stored-content-length'] ?? headers['content-length'] ?? '';
  if (/^\d+$/.test(header)) return Number(header);
  throw new CloudError('malformed-response', 'the response has no size of the object');
}

/** An object, from the headers of a response. */
export function objectFromHeaders(
  container: string,
  name: string,
  headers: Headers,
  sizeBytes: number = sizeIn(headers),
): S3Object {
  const lastModified = new Date(headers['last-modified'] ?? '');
  const checksums = checksumsIn(headers);
  const metadata: Record<string, string> = {};
  for (const header in headers) {
    if (header.startsWith(metadataPrefix))
      metadata[header.slice(metadataPrefix.length)] = decodeMetadata(headers[header] as string);
  }
  const { etag, 'content-type': contentType } = headers;
  return {
    container,
    name,
    sizeBytes,
    ...(etag !== undefined && { etag, version: etag }),
    ...(contentType !== undefined && { contentType }),
    ...(!Number.isNaN(lastModified.getTime()) && { lastModified }),
    ...(Object.keys(checksums).length > 0 && { checksums }),
    metadata,
    extra: extraIn(headers),
  };
}

const extraHeaders = [
  ['versionId', 'x-amz-version-id'],
  ['storageClass', 'x-amz-storage-class'],
  ['encryption', 'x-amz-server-side-encryption'],
  ['kmsKeyId', 'x-amz-server-side-encryption-aws-kms-key-id'],
] as const;

/** S3's own fields, from headers. */
export function extraIn(headers: Headers): S3ObjectExtra {
  const extra: { -readonly [Field in keyof S3ObjectExtra]: S3ObjectExtra[Field] } = {};
  for (const [field, header] of extraHeaders) {
    const value = headers[header];
    if (value !== undefined && value !== 'null') extra[field] = value;
  }
  const { contentType: _, ...described } = describedBy(headers);
  const encoding = headers['x-goog-stored-content-encoding'] ?? described.contentEncoding;
  const { contentEncoding: __, ...others } = described;
  return encoding === undefined || encoding === 'identity'
    ? { ...extra, ...others }
    : { ...extra, ...others, contentEncoding: encoding };
}

/** Type, headers and metadata of an object; absent ones are left out. */
export function headersOf({ contentType, extra, metadata }: S3Object): ObjectHeaders {
  const { cacheControl, contentDisposition, contentEncoding, contentLanguage } = extra;
  const described = { contentType, cacheControl, contentDisposition, contentEncoding, contentLanguage, metadata };
  return Object.fromEntries(Object.entries(described).filter(([, value]) => value !== undefined));
}

/** An object from a listing, which has no type and metadata. Assigns single fields, because pages have 1,000 objects. */
export function objectFromListing(
  container: string,
  listed: ListedObject,
  { md5Etags }: S3Dialect,
  { checksums = false }: Pick<ListObjectsOptions, 'checksums'>,
): S3Object {
  const { etag: told, lastModified, name, sizeBytes, storageClass } = listed;
  const extra: { -readonly [Field in keyof S3ObjectExtra]: S3ObjectExtra[Field] } = {};
  if (storageClass !== undefined && storageClass !== 'STANDARD') extra.storageClass = storageClass;
  const object: { -readonly [Field in keyof S3Object]: S3Object[Field] } = {
    container,
    name,
    sizeBytes,
    metadata: {},
    extra,
  };
  // Some services leave the quotes out.
  const etag = told === undefined || told.startsWith('"') ? told : `"${told}"`;
  if (etag !== undefined) {
    object.etag = etag;
    object.version = etag;
  }
  if (lastModified !== undefined) object.lastModified = lastModified;
  const md5 = checksums && md5Etags ? md5OfEtag(etag) : undefined;
  if (md5 !== undefined) object.checksums = { md5 };
  return object;
}

/** A version from a listing of versions. */
export function versionFromListing(
  container: string,
  listed: ListedVersion,
  dialect: S3Dialect,
  options: Pick<ListObjectsOptions, 'checksums'>,
): S3Object {
  const object = objectFromListing(container, listed, dialect, options);
  const { isDeleteMarker, isLatest, versionId } = listed;
  return { ...object, extra: { ...object.extra, versionId, isLatest, ...(isDeleteMarker && { isDeleteMarker }) } };
}
