/** The XML documents that S3 services share: errors, listings, multipart uploads. */
import { CloudError, compareNames, type HttpResponse } from '@isobar/core/provider';
import { childOf, childrenOf, childText, escapeXml, type Records, readXml, type XmlElement } from '@isobar/core/xml';

/** The contents of an error document. */
export interface ErrorDocument {
  readonly reason?: string;
  readonly message?: string;
}

/** Reads an error's body. Returns an empty result for anything else: gateways send HTML or nothing. */
export function readError(body: Uint8Array): ErrorDocument {
  try {
    const error = readXml(body);
    const [reason, message, details] = ['Code', 'Message', 'Details'].map((name) => childText(error, name));
    if (error.name !== 'Error' || !reason) return {};
    return { reason, message: [message, details].filter(Boolean).join(' ') };
  } catch {
    return {};
  }
}

/** A bucket in a listing of buckets. */
export interface ListedBucket {
  readonly name: string;
  readonly createdAt?: Date;
}

/** Reads `ListAllMyBucketsResult`. */
export function readBuckets(body: Uint8Array): ListedBucket[] {
  const buckets = childOf(readDocument(body, 'ListAllMyBucketsResult'), 'Buckets');
  return childrenOf(buckets ?? empty, 'Bucket').map((bucket) => {
    const createdAt = dateOf(bucket, 'CreationDate');
    return { name: required(bucket, 'Name'), ...(createdAt ? { createdAt } : undefined) };
  });
}

/** An object in a listing of objects. */
export interface ListedObject {
  readonly name: string;
  readonly sizeBytes: number;
  readonly etag: string | undefined;
  readonly lastModified: Date | undefined;
  /** Google's generation; absent on other services. */
  readonly generation: string | undefined;
  readonly metageneration: string | undefined;
  readonly storageClass: string | undefined;
}

/** A page of a listing of objects. */
export interface ListedPage {
  readonly objects: ListedObject[];
  readonly prefixes: string[];
  /** The marker that the next page starts after; absent on the last page. Amazon omits it without a delimiter. */
  readonly nextMarker?: string;
  /** The token of the next page, in version 2 of the listing. */
  readonly nextToken?: string;
}

/**
 * Reads `ListBucketResult`, version 1 or 2. A service that does not know version 2 answers with version 1.
 *
 * @throws {CloudError} `malformed-response` also for a truncated page without a marker for the next one.
 */
export function readObjects(body: Uint8Array): ListedPage {
  const objects: Writable<ListedObject>[] = [];
  const result = readDocument(body, 'ListBucketResult', {
    name: 'Contents',
    fields: objectFields,
    take: (texts) => objects.push(readListedObject(texts)),
  });
  const decode = decoderOf(result);
  if (decode !== unchanged) for (const object of objects) object.name = decode(object.name);
  const prefixes = prefixesOf(result, decode);
  if (childText(result, 'IsTruncated') !== 'true') return { objects, prefixes };
  const nextToken = childText(result, 'NextContinuationToken');
  if (nextToken) return { objects, prefixes, nextToken };
  const nextMarker = decode(childText(result, 'NextMarker') ?? '') || lastOf(objects.at(-1)?.name, prefixes.at(-1));
  if (!nextMarker) throw new CloudError('malformed-response', 'a truncated page of a listing is empty');
  return { objects, prefixes, nextMarker };
}

/** The later one of the last name and the last prefix of a page. */
function lastOf(name: string | undefined, prefix: string | undefined): string | undefined {
  if (name === undefined || prefix === undefined) return name ?? prefix;
  return compareNames(name, prefix) < 0 ? prefix : name;
}

/** The common prefixes of a listing. */
function prefixesOf(result: XmlElement, decode: (text: string) => string): string[] {
  return childrenOf(result, 'CommonPrefixes').map((folder) => decode(required(folder, 'Prefix')));
}

const unchanged = (text: string): string => text;

/**
 * How names in a listing are written: percent-encoded only if the answer says so, with `+` for a space.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html
 */
function decoderOf(result: XmlElement): (text: string) => string {
  return childText(result, 'EncodingType') === 'url' ? decodeName : unchanged;
}

/** Decodes a name. @throws {CloudError} `malformed-response`. */
function decodeName(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch (cause) {
    throw new CloudError('malformed-response', 'a name in a listing is not percent-encoded', {}, { cause });
  }
}

/** An entry of a listing of versions. */
export interface ListedVersion extends ListedObject {
  readonly versionId: string;
  readonly isLatest: boolean;
  /** Whether it marks that the object was deleted. It has no bytes. */
  readonly isDeleteMarker: boolean;
}

/**
 * Reads `ListVersionsResult`: versions and delete markers, by name; `next` holds the markers that the next page starts after.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectVersions.html
 */
export function readVersions(body: Uint8Array): {
  versions: ListedVersion[];
  prefixes: string[];
  next?: [name: string, versionId: string];
} {
  const result = readDocument(body, 'ListVersionsResult');
  const decode = decoderOf(result);
  const entries = result.children.filter(({ name }) => name === 'Version' || name === 'DeleteMarker');
  const versions = entries.map((entry): ListedVersion => {
    const isDeleteMarker = entry.name === 'DeleteMarker';
    const texts = objectFields.map((field) => childText(entry, field));
    if (isDeleteMarker) texts[objectFields.indexOf('Size')] = '0';
    const listed = readListedObject(texts);
    return {
      ...listed,
      name: decode(listed.name),
      versionId: required(entry, 'VersionId'),
      isLatest: childText(entry, 'IsLatest') === 'true',
      isDeleteMarker,
    };
  });
  const prefixes = prefixesOf(result, decode);
  if (childText(result, 'IsTruncated') !== 'true') return { versions, prefixes };
  const name = decode(required(result, 'NextKeyMarker'));
  return { versions, prefixes, next: [name, childText(result, 'NextVersionIdMarker') ?? ''] };
}

/** Child elements of an object in a listing, in the order that {@link readListedObject} expects. */
export const objectFields = [
  'Key',
  'Size',
  'ETag',
  'LastModified',
  'Generation',
  'MetaGeneration',
  'StorageClass',
] as const;

/** Reads an object in a listing from the texts of its child elements. */
export function readListedObject(texts: readonly (string | undefined)[]): Writable<ListedObject> {
  const [name, size, etag, lastModified, generation, metageneration, storageClass] = texts;
  if (name === undefined || size === undefined || !/^\d+$/.test(size)) {
    throw new CloudError('malformed-response', 'an object in a listing has no name or no size');
  }
  return {
    name,
    sizeBytes: Number(size),
    etag: etag || undefined,
    lastModified: lastModified ? new Date(lastModified) : undefined,
    generation: generation || undefined,
    metageneration: metageneration || undefined,
    storageClass: storageClass || undefined,
  };
}

/**
 * The MD5 that an ETag is, in base64; `undefined` for another ETag, such as that of an object that was stored in parts.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_Object.html
 */
export function md5OfEtag(etag: string | undefined): string | undefined {
  const hex = etag?.length === 34 ? etag.slice(1, 33) : undefined;
  return hex !== undefined && /^[0-9a-f]{32}$/.test(hex) ? Buffer.from(hex, 'hex').toString('base64') : undefined;
}

type Writable<Model> = { -readonly [Field in keyof Model]: Model[Field] };

/** Reads the id of a multipart upload from `InitiateMultipartUploadResult`. */
export function readUploadId(body: Uint8Array): string {
  return required(readDocument(body, 'InitiateMultipartUploadResult'), 'UploadId');
}

/** A stored part of a multipart upload. */
export interface StoredPart {
  readonly partNumber: number;
  readonly etag: string;
  /** Its checksum, by the name of the element: `ChecksumCRC32`. */
  readonly checksum?: readonly [element: string, value: string] | undefined;
}

/** Writes `CompleteMultipartUpload`. */
export function writeCompletion(parts: readonly StoredPart[]): Uint8Array {
  const lines = parts.map(({ partNumber, etag, checksum }) => {
    const checked = checksum ? `<${checksum[0]}>${checksum[1]}</${checksum[0]}>` : '';
    return `<Part><PartNumber>${partNumber}</PartNumber><ETag>${escapeXml(etag)}</ETag>${checked}</Part>`;
  });
  return new TextEncoder().encode(`<CompleteMultipartUpload>${lines.join('')}</CompleteMultipartUpload>`);
}

/** A multipart upload in a listing. */
export interface ListedUpload {
  readonly name: string;
  readonly uploadId: string;
  readonly startedAt?: Date;
}

/** Reads `ListMultipartUploadsResult`; `next` holds the two markers that the next page starts after. */
export function readUploads(body: Uint8Array): { uploads: ListedUpload[]; next?: [string, string] } {
  const result = readDocument(body, 'ListMultipartUploadsResult');
  const decode = decoderOf(result);
  const uploads = childrenOf(result, 'Upload').map((upload) => {
    const startedAt = dateOf(upload, 'Initiated');
    return {
      name: decode(required(upload, 'Key')),
      uploadId: required(upload, 'UploadId'),
      ...(startedAt ? { startedAt } : undefined),
    };
  });
  if (childText(result, 'IsTruncated') !== 'true') return { uploads };
  return { uploads, next: [decode(required(result, 'NextKeyMarker')), childText(result, 'NextUploadIdMarker') ?? ''] };
}

/** An object to delete in a batch: the live version, or the version with an id. */
export interface Deletion {
  readonly name: string;
  /** Google's generation. */
  readonly versionId?: string;
}

/** Writes `Delete` in quiet mode, which reports failures only. */
export function writeDeletes(deletions: readonly Deletion[]): Uint8Array {
  const objects = deletions.map(({ name, versionId }) => {
    const version = versionId === undefined ? '' : `<VersionId>${escapeXml(versionId)}</VersionId>`;
    return `<Object><Key>${escapeXml(name)}</Key>${version}</Object>`;
  });
  return new TextEncoder().encode(`<Delete><Quiet>true</Quiet>${objects.join('')}</Delete>`);
}

/** An object that a batch failed to delete. */
export interface FailedDelete extends Deletion {
  readonly reason: string;
  readonly message: string;
}

/** Reads the failures of `DeleteResult`. */
export function readFailedDeletes(body: Uint8Array): FailedDelete[] {
  return childrenOf(readDocument(body, 'DeleteResult'), 'Error').map((error) => {
    const versionId = childText(error, 'VersionId');
    return {
      name: required(error, 'Key'),
      ...(versionId && { versionId }),
      reason: required(error, 'Code'),
      message: childText(error, 'Message') ?? '',
    };
  });
}

/** Checks that a copy succeeded. @returns The ETag of the copy. */
export function checkCopy(body: Uint8Array, name = 'CopyObjectResult'): string | undefined {
  return etagIn(body, name, 'the object could not be copied');
}

/** Checks that a multipart upload was completed. @returns The ETag of the object. */
export function checkCompletion(body: Uint8Array): string | undefined {
  // Some servers call the result a response.
  return etagIn(body, /^CompleteMultipartUploadRes(ult|ponse)$/, 'the upload could not be completed');
}

/** The service sends status 200 before a long request is done, so the body may still be an error document. */
function etagIn(body: Uint8Array, name: string | RegExp, failure: string): string | undefined {
  const { reason, message } = readError(body);
  if (reason) throw new CloudError('unavailable', `${failure}: ${message}`, { reason });
  return childText(readDocument(body, name), 'ETag') || undefined;
}

/**
 * The answer as it was meant, to a request that takes long: the service sends status 200 first, and an error in the body.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_CompleteMultipartUpload.html
 */
export function lateError(response: HttpResponse): HttpResponse {
  if (response.status !== 200) return response;
  const { reason } = readError(response.body);
  if (reason === undefined) return response;
  return { ...response, status: reason === 'SlowDown' ? 503 : 500 };
}

/** Writes `CreateBucketConfiguration`; `undefined` when there is nothing to configure. */
export function writeBucketConfiguration(location?: string, storageClass?: string): Uint8Array | undefined {
  if (location === undefined && storageClass === undefined) return undefined;
  const region = location === undefined ? '' : `<LocationConstraint>${escapeXml(location)}</LocationConstraint>`;
  const defaultClass = storageClass === undefined ? '' : `<StorageClass>${escapeXml(storageClass)}</StorageClass>`;
  return new TextEncoder().encode(`<CreateBucketConfiguration>${region}${defaultClass}</CreateBucketConfiguration>`);
}

const empty: XmlElement = { name: '', text: '', children: [] };

/**
 * Reads a document whose root has this name.
 *
 * @throws {CloudError} `malformed-response` for any other root.
 */
export function readDocument(body: Uint8Array, name: string | RegExp, records?: Records): XmlElement {
  const root = readXml(body, records);
  const isExpected = typeof name === 'string' ? root.name === name : name.test(root.name);
  if (!isExpected) throw new CloudError('malformed-response', `expected ${name}, got <${root.name}>`);
  return root;
}

/** The text of a child of a document; `undefined` when the body is another document, or has no such child. */
export function readDocumentText(body: Uint8Array, root: string, child: string): string | undefined {
  try {
    return childText(readDocument(body, root), child) || undefined;
  } catch {
    return undefined;
  }
}

function required(element: XmlElement, name: string): string {
  const text = childText(element, name);
  if (text) return text;
  throw new CloudError('malformed-response', `<${element.name}> has no <${name}>`);
}

function dateOf(element: XmlElement, name: string): Date | undefined {
  const date = new Date(childText(element, name) ?? '');
  return Number.isNaN(date.getTime()) ? undefined : date;
}
