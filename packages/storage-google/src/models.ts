/** What Google Storage adds to the models, and how headers become models. */
import {
  CloudError,
  type Container,
  type DeletedObjects,
  type FailedObject,
  type ObjectReference,
  type StorageObject,
} from '@isobar/core/provider';
import type { ListedObject } from './dialect/documents.ts';

/** Google Storage adds nothing to a container. */
export interface GoogleContainer extends Container {
  readonly extra: Readonly<Record<string, never>>;
}

/** What only Google Storage says of an object. */
export interface GoogleObjectExtra {
  /** Version of the object's bytes: a 64-bit integer, as text because JavaScript's numbers end at 2⁵³. */
  readonly generation?: string;
  /** In listings of versions: whether this is the live one. */
  readonly isLatest?: boolean;
  /** Version of its metadata within the generation. */
  readonly metageneration?: string;
  readonly storageClass?: string;
  /** CRC32C of the stored bytes: base64 of four bytes, big-endian. */
  readonly crc32c?: string;
  /** MD5 of the stored bytes, base64; objects made of parts have none. */
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
 * An object that is to be removed, or just one version of it for good. The generation must be named here: what a model
 * says of itself in `extra` never makes a removal a permanent one.
 */
export interface GoogleVersionReference extends ObjectReference {
  /** Default: the live version, which a container that keeps versions keeps as an old one. */
  readonly generation?: string;
}

/** What became of objects, or of versions of them, that were to be removed. */
export interface GoogleDeletedObjects extends DeletedObjects {
  readonly deleted: readonly { readonly container: string; readonly name: string; readonly generation?: string }[];
  readonly failed: readonly (FailedObject & { readonly generation?: string })[];
}

/** Headers of a response. */
export type Headers = Readonly<Record<string, string>>;

/** Prefix of user metadata in headers. */
export const metadataPrefix = 'x-goog-meta-';

/**
 * An object by the headers of a GET or HEAD.
 *
 * @throws {CloudError} `malformed-response` when no header tells the size.
 */
export function objectFromHeaders(container: string, name: string, headers: Headers): GoogleObject {
  const lastModified = new Date(headers['last-modified'] ?? '');
  return {
    container,
    name,
    sizeBytes: storedSize(headers),
    ...defined({
      etag: headers.etag,
      contentType: headers['content-type'],
      lastModified: Number.isNaN(lastModified.getTime()) ? undefined : lastModified,
    }),
    metadata: metadataOf(headers),
    extra: extraFromHeaders(headers),
  };
}

/** The user's own metadata among headers. */
export function metadataOf(headers: Headers): Record<string, string> {
  const own = Object.entries(headers).filter(([header]) => header.startsWith(metadataPrefix));
  return Object.fromEntries(own.map(([header, value]) => [header.slice(metadataPrefix.length), value]));
}

/** What headers say beyond the portable model. */
export function extraFromHeaders(headers: Headers): GoogleObjectExtra {
  const { crc32c, md5 } = storedHashes(headers);
  const encoding = headers['x-goog-stored-content-encoding'] ?? headers['content-encoding'];
  return defined({
    generation: headers['x-goog-generation'],
    metageneration: headers['x-goog-metageneration'],
    storageClass: headers['x-goog-storage-class'],
    crc32c,
    md5,
    contentEncoding: encoding === 'identity' ? undefined : encoding,
    contentDisposition: headers['content-disposition'],
    contentLanguage: headers['content-language'],
    cacheControl: headers['cache-control'],
  });
}

/** An object as a listing shows it: without type and metadata. Field by field, as pages have a thousand of them. */
export function objectFromListing(container: string, listed: ListedObject): GoogleObject {
  const extra: Writable<GoogleObjectExtra> = {};
  if (listed.generation !== undefined) extra.generation = listed.generation;
  if (listed.metageneration !== undefined) extra.metageneration = listed.metageneration;
  if (listed.storageClass !== undefined) extra.storageClass = listed.storageClass;
  const { name, sizeBytes, etag, lastModified } = listed;
  const object: Writable<GoogleObject> = { container, name, sizeBytes, metadata: {}, extra };
  if (etag !== undefined) object.etag = etag;
  if (lastModified !== undefined) object.lastModified = lastModified;
  return object;
}

type Writable<Model> = { -readonly [Field in keyof Model]: Model[Field] };

/** Size as stored; `content-length` differs from it when the server decodes on the way, or is missing. */
export function storedSize(headers: Headers): number {
  const header = headers['x-goog-stored-content-length'] ?? headers['content-length'] ?? '';
  if (/^\d+$/.test(header)) return Number(header);
  throw new CloudError('malformed-response', 'the answer does not tell the size of the object');
}

/**
 * The checksums of `x-goog-hash`, which comes as one header or several.
 *
 * @see https://cloud.google.com/storage/docs/xml-api/reference-headers#xgooghash
 */
export function storedHashes(headers: Headers): { crc32c?: string; md5?: string } {
  const header = headers['x-goog-hash'] ?? '';
  return defined({ crc32c: crc32cHash.exec(header)?.[1], md5: md5Hash.exec(header)?.[1] });
}

// Base64 may end in `=`: only the first one separates.
const crc32cHash = /(?:^|,)\s*crc32c=([^\s,]*)/;
const md5Hash = /(?:^|,)\s*md5=([^\s,]*)/;

/** A CRC32C as Google writes it. */
export function formatCrc32c(crc: number): string {
  return btoa(String.fromCharCode(crc >>> 24, (crc >>> 16) & 0xff, (crc >>> 8) & 0xff, crc & 0xff));
}

/** Reads what {@link formatCrc32c} writes; undefined for anything else. */
export function parseCrc32c(text: string): number | undefined {
  if (!/^[A-Za-z0-9+/]{6}==$/.test(text)) return undefined;
  return [...atob(text)].reduce((crc, byte) => ((crc << 8) | byte.charCodeAt(0)) >>> 0, 0);
}

/** Only what is there: `exactOptionalPropertyTypes` tells an absent field from an undefined one, and so do deep compares. */
function defined<Fields extends object>(fields: Fields): { [Name in keyof Fields]?: Exclude<Fields[Name], undefined> } {
  const kept: Partial<Fields> = {};
  for (const name in fields) if (fields[name] !== undefined) kept[name] = fields[name];
  return kept as { [Name in keyof Fields]?: Exclude<Fields[Name], undefined> };
}
