/**
 * Objects: PUT, GET, HEAD, DELETE.
 *
 * @see https://cloud.google.com/storage/docs/xml-api/put-object-upload
 * @see https://cloud.google.com/storage/docs/xml-api/get-object-download
 * @see https://cloud.google.com/storage/docs/xml-api/delete-object
 */
import { pipeline, Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { refusal } from '../../errors.ts';
import type { Reply } from '../../front/reply.ts';
import type { Bucket, Content, ObjectRecord } from '../../store/records.ts';
import { authorizeBucket, authorizeObject, type Lookup, ownerOf } from '../access.ts';
import { checkObjectName } from '../address.ts';
import { type DeclaredDigests, declaredDigests, type Received, receive, requireLength } from '../body.ts';
import { type Exchange, extension, objectName, requireBucket } from '../exchange.ts';
import {
  type AttributeDefaults,
  checkConditions,
  readAttributes,
  readConditions,
  readHeaders,
  writtenHeaders,
} from './headers.ts';
import { type ByteRange, checkReadConditions, requestedRange } from './ranges.ts';

/** Default class and ACL of an object, and its owner when the writer is anonymous. */
export function defaultsOf(bucket: Bucket): AttributeDefaults {
  const { storageClass, defaultObjectAcl } = bucket.settings;
  return { storageClass, acl: defaultObjectAcl ?? 'private', owner: ownerOf(bucket) };
}

/** Stores the body as the live generation. */
export async function putObject(exchange: Exchange): Promise<Reply> {
  const { store } = exchange;
  const name = objectName(exchange);
  const bucket = authorizeBucket(exchange, 'storage.objects.create', 'WRITE');
  checkObjectName(name);
  const attributes = readAttributes(exchange, defaultsOf(bucket));
  const conditions = readConditions(exchange);
  const digests = declaredDigests(exchange);
  requireLength(exchange);
  checkConditions(conditions, store.objects.findLive(bucket, name));
  const { blob, received } = await receiveBlob(exchange, digests);
  const record = publishBlob(exchange, blob, () => {
    checkSizeRange(exchange, received.size);
    // The bucket may have been deleted, or the object changed, while the body was received.
    const current = requireBucket(exchange);
    checkConditions(conditions, store.objects.findLive(current, name));
    return store.objects.publish(current, name, simpleContent(blob, received), attributes);
  });
  return { status: 200, headers: writtenHeaders(record) };
}

/** Receives a body into a new blob. Discards the blob on any failure. */
export async function receiveBlob(
  exchange: Exchange,
  digests: DeclaredDigests,
): Promise<{ readonly blob: string; readonly received: Received }> {
  const writer = exchange.store.blobs.create();
  try {
    const received = await receive(exchange, (chunk) => writer.write(chunk), digests);
    return { blob: await writer.finish(), received };
  } catch (error) {
    await writer.discard();
    throw error;
  }
}

/** Runs `publish` in one transaction. Removes the blob if it throws. */
export function publishBlob<Result>(exchange: Exchange, blob: string, publish: () => Result): Result {
  try {
    return exchange.store.atomically(publish);
  } catch (error) {
    exchange.store.blobs.remove(blob);
    throw error;
  }
}

/** Content of one blob; its ETag is its MD5. */
export function simpleContent(blob: string, received: Received): Content {
  const { size, md5, crc32c } = received;
  return { segments: [{ blob, size }], size, etag: md5.toString('hex'), md5: md5.toString('base64'), crc32c };
}

function checkSizeRange(exchange: Exchange, size: number): void {
  const [low, high] = (extension(exchange, 'content-length-range') ?? '').split(',').map(Number);
  if (low === undefined || high === undefined) return;
  if (size < low) throw refusal('EntityTooSmall');
  if (size > high) throw refusal('EntityTooLarge');
}

/** Looks up the generation that a request names, or the live one. */
export function lookUp(exchange: Exchange): Lookup {
  const bucket = requireBucket(exchange);
  const name = objectName(exchange);
  const requested = exchange.query.get('generation') ?? exchange.query.get('versionId');
  const { objects } = exchange.store;
  if (requested !== undefined && !/^\d{1,19}$/.test(requested)) throw refusal('InvalidArgument', 'Invalid generation.');
  const record =
    requested === undefined ? objects.findLive(bucket, name) : objects.findGeneration(bucket, name, Number(requested));
  return { bucket, name, record };
}

/** Answers GET and HEAD. */
export function getObject(exchange: Exchange): Reply {
  checkObjectName(objectName(exchange));
  const record = authorizeObject(exchange, 'storage.objects.get', lookUp(exchange));
  checkReadConditions(exchange, record);
  const headers = readHeaders(exchange, record);
  if (isTranscoded(exchange, record)) return transcoded(exchange, record, headers);
  const range = requestedRange(exchange.headers.range, record.size);
  if (range !== undefined) headers['Content-Range'] = `bytes ${range.start}-${range.end - 1}/${record.size}`;
  return withBytes(exchange, record, range ?? { start: 0, end: record.size }, {
    status: range === undefined ? 200 : 206,
    headers,
  });
}

function withBytes(exchange: Exchange, record: ObjectRecord, { start, end }: ByteRange, reply: Reply): Reply {
  const length = end - start;
  if (exchange.method === 'HEAD') return { ...reply, length };
  const { blobs } = exchange.store;
  const body = blobs.readNow(record.segments, start, end);
  if (body !== undefined) return { ...reply, body };
  return { ...reply, body: blobs.stream(record.segments, start, end), length, release: blobs.pin(record.segments) };
}

/** @see https://cloud.google.com/storage/docs/transcoding */
function isTranscoded(exchange: Exchange, { attributes }: ObjectRecord): boolean {
  return (
    attributes.contentEncoding === 'gzip' &&
    !/\bgzip\b/i.test(String(exchange.headers['accept-encoding'] ?? '')) &&
    !/\bno-transform\b/i.test(attributes.cacheControl ?? '')
  );
}

/** Decompresses while sending: the length is not known, and ranges are ignored. */
function transcoded(exchange: Exchange, record: ObjectRecord, headers: Reply['headers']): Reply {
  const { 'Content-Encoding': _, 'Accept-Ranges': __, ...kept } = headers;
  const { blobs } = exchange.store;
  const stored = blobs.stream(record.segments, 0, record.size);
  const body = {
    [Symbol.asyncIterator]: () => pipeline(Readable.from(stored), createGunzip(), () => {})[Symbol.asyncIterator](),
  };
  return { status: 200, headers: kept, body, release: blobs.pin(record.segments) };
}

/** Deletes the live generation, or permanently the one that the request names. */
export function deleteObject(exchange: Exchange): Reply {
  const { store } = exchange;
  const bucket = authorizeBucket(exchange, 'storage.objects.delete', 'WRITE');
  const name = objectName(exchange);
  checkObjectName(name);
  const conditions = readConditions(exchange);
  const named = exchange.query.has('generation') || exchange.query.has('versionId');
  if (conditions.generation !== undefined || conditions.metageneration !== undefined) {
    checkConditions(conditions, store.objects.findLive(bucket, name));
  }
  const { record } = lookUp(exchange);
  // Amazon answers 204 for a missing object.
  if (record === undefined && exchange.behaviour.s3Compat) return { status: 204, headers: {} };
  if (record === undefined) throw refusal('NoSuchKey', `No such object: ${bucket.name}/${name}`);
  if (named) store.objects.erase(record);
  else store.objects.removeLive(bucket, record);
  return { status: 204, headers: {} };
}
