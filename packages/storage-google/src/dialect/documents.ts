/** The XML documents that the S3 family of services shares: errors, listings, multipart uploads. */
import { CloudError } from '@isobar/core/provider';
import { escapeXml, readXml } from './xml.ts';
import { childOf, childrenOf, childText, type XmlElement } from './xml-element.ts';
import type { Records } from './xml-records.ts';

const decoder = new TextDecoder();

/** What an error document says. */
export interface ErrorDocument {
  readonly reason?: string;
  readonly message?: string;
}

/** Reads an error's body. Gateways answer HTML or nothing: then there is nothing to say. */
export function readError(body: Uint8Array): ErrorDocument {
  try {
    const error = readXml(decoder.decode(body));
    const [reason, sentence, details] = ['Code', 'Message', 'Details'].map((name) => childText(error, name));
    if (error.name !== 'Error' || !reason) return {};
    return { reason, message: [sentence, details].filter(Boolean).join(' ') };
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
  readonly etag?: string;
  readonly lastModified?: Date;
  /** Google's generation; absent on services that have none. */
  readonly generation?: string;
  readonly metageneration?: string;
  readonly storageClass?: string;
}

/** A page of a listing of objects. */
export interface ListedPage {
  readonly objects: ListedObject[];
  readonly prefixes: string[];
  /** What the next page starts after, when there is one. Amazon leaves it out when there is no delimiter. */
  readonly nextMarker?: string;
}

/**
 * Reads `ListBucketResult`, version 1.
 *
 * @throws {CloudError} `malformed-response` also for a page that promises more but says nothing to go on from.
 */
export function readObjects(body: Uint8Array): ListedPage {
  const objects: ListedObject[] = [];
  const result = readDocument(body, 'ListBucketResult', {
    name: 'Contents',
    fields: objectFields,
    take: (texts) => objects.push(readListedObject(texts)),
  });
  const prefixes = childrenOf(result, 'CommonPrefixes').map((folder) => required(folder, 'Prefix'));
  if (childText(result, 'IsTruncated') !== 'true') return { objects, prefixes };
  const nextMarker = childText(result, 'NextMarker') || objects.at(-1)?.name;
  if (!nextMarker) throw new CloudError('malformed-response', 'a truncated page of a listing is empty');
  return { objects, prefixes, nextMarker };
}

/** Children of an object in a listing, in the order in which {@link readListedObject} takes their texts. */
export const objectFields = [
  'Key',
  'Size',
  'ETag',
  'LastModified',
  'Generation',
  'MetaGeneration',
  'StorageClass',
] as const;

/** Reads an object in a listing of the texts of its children. */
export function readListedObject(texts: readonly (string | undefined)[]): ListedObject {
  const [name, size, etag, lastModified, generation, metageneration, storageClass] = texts;
  if (name === undefined || size === undefined || !/^\d+$/.test(size)) {
    throw new CloudError('malformed-response', 'an object in a listing has no name or no size');
  }
  // Field by field: a page has a thousand objects, and putting them together of spreads takes longer than reading them.
  const object: Writable<ListedObject> = { name, sizeBytes: Number(size) };
  if (etag) object.etag = etag;
  if (lastModified) object.lastModified = new Date(lastModified);
  if (generation) object.generation = generation;
  if (metageneration) object.metageneration = metageneration;
  if (storageClass) object.storageClass = storageClass;
  return object;
}

type Writable<Model> = { -readonly [Field in keyof Model]: Model[Field] };

/** Reads the id of a multipart upload from `InitiateMultipartUploadResult`. */
export function readUploadId(body: Uint8Array): string {
  return required(readDocument(body, 'InitiateMultipartUploadResult'), 'UploadId');
}

/** A part of a multipart upload that has been stored. */
export interface StoredPart {
  readonly partNumber: number;
  readonly etag: string;
}

/** Writes `CompleteMultipartUpload`. */
export function writeCompletion(parts: readonly StoredPart[]): Uint8Array {
  const lines = parts.map(
    ({ partNumber, etag }) => `<Part><PartNumber>${partNumber}</PartNumber><ETag>${escapeXml(etag)}</ETag></Part>`,
  );
  return new TextEncoder().encode(`<CompleteMultipartUpload>${lines.join('')}</CompleteMultipartUpload>`);
}

/** A multipart upload in a listing of them. */
export interface ListedUpload {
  readonly name: string;
  readonly uploadId: string;
  readonly startedAt?: Date;
}

/** Reads `ListMultipartUploadsResult`; `next` is the pair of markers that the next page starts after. */
export function readUploads(body: Uint8Array): { uploads: ListedUpload[]; next?: [string, string] } {
  const result = readDocument(body, 'ListMultipartUploadsResult');
  const uploads = childrenOf(result, 'Upload').map((upload) => {
    const startedAt = dateOf(upload, 'Initiated');
    return {
      name: required(upload, 'Key'),
      uploadId: required(upload, 'UploadId'),
      ...(startedAt ? { startedAt } : undefined),
    };
  });
  if (childText(result, 'IsTruncated') !== 'true') return { uploads };
  return { uploads, next: [required(result, 'NextKeyMarker'), childText(result, 'NextUploadIdMarker') ?? ''] };
}

/** An object that a request for many is to remove: the live one, or just one generation of it. */
export interface Removal {
  readonly name: string;
  readonly generation?: string;
}

/** Writes `Delete`, asking for word on failures only. */
export function writeDeletes(removals: readonly Removal[]): Uint8Array {
  const objects = removals.map(({ name, generation }) => {
    const version = generation === undefined ? '' : `<VersionId>${escapeXml(generation)}</VersionId>`;
    return `<Object><Key>${escapeXml(name)}</Key>${version}</Object>`;
  });
  return new TextEncoder().encode(`<Delete><Quiet>true</Quiet>${objects.join('')}</Delete>`);
}

/** An object that a request for many did not remove. */
export interface FailedDelete extends Removal {
  readonly reason: string;
  readonly message: string;
}

/** Reads the failures of `DeleteResult`. */
export function readFailedDeletes(body: Uint8Array): FailedDelete[] {
  return childrenOf(readDocument(body, 'DeleteResult'), 'Error').map((error) => {
    const generation = childText(error, 'VersionId');
    return {
      name: required(error, 'Key'),
      ...(generation && { generation }),
      reason: required(error, 'Code'),
      message: childText(error, 'Message') ?? '',
    };
  });
}

/** Checks that a copy was made. */
export function checkCopy(body: Uint8Array): void {
  checkResult(body, 'CopyObjectResult', 'the object could not be copied');
}

/** Checks that a completion did complete. */
export function checkCompletion(body: Uint8Array): void {
  checkResult(body, 'CompleteMultipartUploadResult', 'the upload could not be completed');
}

/** Long requests are answered with status 200 before they are done, and may end in an error document all the same. */
function checkResult(body: Uint8Array, name: string, failure: string): void {
  const { reason, message } = readError(body);
  if (reason) throw new CloudError('unavailable', `${failure}: ${message}`, { reason });
  readDocument(body, name);
}

/** Writes `CreateBucketConfiguration`, or nothing when there is nothing to say. */
export function writeBucketConfiguration(location?: string, storageClass?: string): Uint8Array | undefined {
  if (location === undefined && storageClass === undefined) return undefined;
  const place = location === undefined ? '' : `<LocationConstraint>${escapeXml(location)}</LocationConstraint>`;
  const kind = storageClass === undefined ? '' : `<StorageClass>${escapeXml(storageClass)}</StorageClass>`;
  return new TextEncoder().encode(`<CreateBucketConfiguration>${place}${kind}</CreateBucketConfiguration>`);
}

const empty: XmlElement = { name: '', text: '', children: [] };

/**
 * Reads a document with a root of this name.
 *
 * @throws {CloudError} `malformed-response` for any other.
 */
export function readDocument(body: Uint8Array, name: string, records?: Records): XmlElement {
  const root = readXml(decoder.decode(body), records);
  if (root.name !== name) throw new CloudError('malformed-response', `expected ${name}, got <${root.name}>`);
  return root;
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
