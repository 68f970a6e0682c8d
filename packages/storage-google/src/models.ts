/** Google Storage's models, and how they are read from headers. */
import {
  type Checksums,
  CloudError,
  type Container,
  type DeletedObjects,
  type FailedObject,
  type ListObjectsOptions,
  type ObjectReference,
  type StorageObject,
} from '@isobar/core/provider';
import { type ListedObject, md5OfEtag, storedHashes } from '@isobar/s3-dialect';

/** Google Storage adds nothing to a container. */
export interface GoogleContainer extends Container {
  readonly extra: Readonly<Record<string, never>>;
}

/** Fields of an object that only Google Storage has. */
export interface GoogleObjectExtra {
  /**
   * Version of the object's bytes: a 64-bit integer, as a string because JavaScript's numbers are exact only to 2⁵³.
   */
  readonly generation?: string;
  /** In listings of versions: whether this is the live one. */
  readonly isLatest?: boolean;
  /** Version of its metadata within the generation. */
  readonly metageneration?: string;
  readonly storageClass?: string;
  /** CRC32C of the stored bytes: base64 of four bytes, big-endian. */
  readonly crc32c?: string;
  /** MD5 of the stored bytes, base64; multipart and composite objects have none. */
  readonly md5?: string;
  readonly contentEncoding?: string;
  readonly contentDisposition?: string;
  readonly contentLanguage?: string;
  readonly cacheControl?: string;
}

/** An object of Google Storage. */
export interface GoogleObject extends StorageObject {
  readonly extra: GoogleObjectExtra;
}

/**
 * An object to delete, or one version of it to delete permanently. The generation must be named here:
 * `extra.generation` of a model never makes a deletion permanent.
 */
export interface GoogleVersionReference extends ObjectReference {
  /** Default: the live version, which a container with versioning keeps as an old one. */
  readonly generation?: string;
}

/** The outcome for each object, or version, to delete. */
export interface GoogleDeletedObjects extends DeletedObjects {
  readonly deleted: readonly { readonly container: string; readonly name: string; readonly generation?: string }[];
  readonly failed: readonly (FailedObject & { readonly generation?: string })[];
}

/** Headers of a response. */
export type Headers = Readonly<Record<string, string>>;

/** Prefix of user metadata in headers. */
export const metadataPrefix = 'x-goog-meta-';

/**
 * An object, from the headers of a GET or HEAD.
 *
 * @throws {CloudError} `malformed-response` when no header has the size.
 */
export function objectFromHeaders(
  container: string,
  name: string,
  headers: Headers,
  sizeBytes: number = storedSize(headers),
): GoogleObject {
  const lastModified = new Date(headers['last-modified'] ?? '');
  const checksums = storedHashes(headers);
  return {
    container,
    name,
    sizeBytes,
    ...defined({
      etag: headers.etag,
      version: headers['x-goog-generation'],
      contentType: headers['content-type'],
      lastModified: Number.isNaN(lastModified.getTime()) ? undefined : lastModified,
      checksums: Object.keys(checksums).length > 0 ? checksums : undefined,
    }),
    metadata: metadataOf(headers),
    extra: extraFromHeaders(headers, checksums),
  };
}

/** The user metadata in headers. */
function metadataOf(headers: Headers): Record<string, string> {
  const own = Object.entries(headers).filter(([header]) => header.startsWith(metadataPrefix));
  return Object.fromEntries(own.map(([header, value]) => [header.slice(metadataPrefix.length), value]));
}

/**
 * Google's own fields, from headers.
 *
 * @param checksums Those of the headers.
 * @param sent The headers of an upload, for fields that its response does not repeat.
 */
export function extraFromHeaders(
  headers: Headers,
  { crc32c, md5 }: Checksums,
  sent: Headers = headers,
): GoogleObjectExtra {
  const encoding = headers['x-goog-stored-content-encoding'] ?? headers['content-encoding'] ?? sent['content-encoding'];
  const told = (name: string): string | undefined => headers[name] ?? sent[name];
  return defined({
    generation: headers['x-goog-generation'],
    metageneration: headers['x-goog-metageneration'],
    storageClass: told('x-goog-storage-class'),
    crc32c,
    md5,
    contentEncoding: encoding === 'identity' ? undefined : encoding,
    contentDisposition: told('content-disposition'),
    contentLanguage: told('content-language'),
    cacheControl: told('cache-control'),
  });
}

/**
 * An object from a listing, which has no type and metadata. Assigns single fields, because pages have 1,000 objects.
 */
export function objectFromListing(
  container: string,
  listed: ListedObject,
  { checksums = false }: Pick<ListObjectsOptions, 'checksums'> = {},
): GoogleObject {
  const extra: Writable<GoogleObjectExtra> = {};
  if (listed.generation !== undefined) extra.generation = listed.generation;
  if (listed.metageneration !== undefined) extra.metageneration = listed.metageneration;
  if (listed.storageClass !== undefined) extra.storageClass = listed.storageClass;
  const { name, sizeBytes, etag, lastModified } = listed;
  const object: Writable<GoogleObject> = { container, name, sizeBytes, metadata: {}, extra };
  if (etag !== undefined) object.etag = etag;
  if (listed.generation !== undefined) object.version = listed.generation;
  if (lastModified !== undefined) object.lastModified = lastModified;
  const md5 = checksums ? md5OfEtag(etag) : undefined;
  if (md5 !== undefined) object.checksums = { md5 };
  return object;
}

type Writable<Model> = { -readonly [Field in keyof Model]: Model[Field] };

/** Size as stored. `content-length` is different, or missing, when the server decodes the body. */
export function storedSize(headers: Headers): number {
  const header = headers['x-goog-stored-content-length'] ?? headers['content-length'] ?? '';
  if (/^\d+$/.test(header)) return Number(header);
  throw new CloudError('malformed-response', 'the response has no size of the object');
}

/** Drops undefined fields: `exactOptionalPropertyTypes` and deep comparisons distinguish absent from undefined. */
function defined<Fields extends object>(fields: Fields): { [Name in keyof Fields]?: Exclude<Fields[Name], undefined> } {
  const kept: Partial<Fields> = {};
  for (const name in fields) if (fields[name] !== undefined) kept[name] = fields[name];
  return kept as { [Name in keyof Fields]?: Exclude<Fields[Name], undefined> };
}
