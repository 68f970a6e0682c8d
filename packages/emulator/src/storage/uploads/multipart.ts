/**
 * Multipart uploads: parts come in any order, completion joins them without copying bytes.
 *
 * @see https://cloud.google.com/storage/docs/multipart-uploads
 */
import { createHash } from 'node:crypto';
import { combine } from '../../crc32c.ts';
import { refusal } from '../../errors.ts';
import type { Reply } from '../../front/reply.ts';
import type { Content, ObjectRecord, Part, Upload } from '../../store/records.ts';
import { document, MULTIPART_NAMESPACE, parseDocument, tag } from '../../xml.ts';
import { authorizeBucket } from '../access.ts';
import { checkObjectName } from '../address.ts';
import { declaredDigests, receiveText } from '../body.ts';
import { type Exchange, extension, objectName, requireBucket, xmlHeaders } from '../exchange.ts';
import { hashes, readAttributes } from '../objects/headers.ts';
import { defaultsOf, publishBlob, receiveBlob } from '../objects/objects.ts';

/** Minimum size of a part, except the last. */
const MIN_PART_BYTES = 5 * 1024 * 1024;
const MAX_PART_NUMBER = 10_000;

/** Answers `POST /bucket/object?uploads`. */
export async function startMultipart(exchange: Exchange): Promise<Reply> {
  const bucket = authorizeBucket(exchange, 'storage.multipartUploads.create', 'WRITE');
  const name = objectName(exchange);
  checkObjectName(name);
  if (exchange.headers['x-goog-if-generation-match'] !== undefined) {
    throw refusal('NotImplemented', 'Multipart uploads take no preconditions.');
  }
  const attributes = readAttributes(exchange, defaultsOf(bucket));
  await receiveText(exchange);
  const upload = exchange.store.uploads.start('multipart', bucket, name, { attributes, conditions: {} });
  const result = [tag('Bucket', bucket.name), tag('Key', name), tag('UploadId', upload.id)];
  return xml(document('InitiateMultipartUploadResult', MULTIPART_NAMESPACE, ...result));
}

/** The upload that a request names. It must belong to the bucket and object, and be open or have the `ended` state. */
export function requireUpload(exchange: Exchange, ended?: 'completed' | 'aborted'): Upload {
  const bucket = requireBucket(exchange);
  const upload = exchange.store.uploads.find(exchange.query.get('uploadId') ?? '');
  const isOfKind = upload?.kind === 'multipart' || (ended !== undefined && upload?.kind === ended);
  if (isOfKind && upload.bucketId === bucket.id && upload.name === objectName(exchange)) return upload;
  throw refusal('NoSuchUpload');
}

/** Answers `PUT /bucket/object?partNumber&uploadId`. */
export async function putPart(exchange: Exchange): Promise<Reply> {
  authorizeBucket(exchange, 'storage.multipartUploads.create', 'WRITE');
  if (extension(exchange, 'copy-source') !== undefined) {
    throw refusal('NotImplemented', 'Parts cannot be copied from objects.');
  }
  const number = Number(exchange.query.get('partNumber'));
  if (!(Number.isInteger(number) && number >= 1 && number <= MAX_PART_NUMBER)) {
    throw refusal('InvalidArgument', `The part number must be from 1 to ${MAX_PART_NUMBER}.`);
  }
  requireUpload(exchange);
  const { blob, received } = await receiveBlob(exchange, declaredDigests(exchange));
  const md5 = received.md5.toString('hex');
  publishBlob(exchange, blob, () => {
    const { size, crc32c } = received;
    // The upload may have been completed or aborted while the part was received.
    exchange.store.uploads.putPart(requireUpload(exchange), { number, blob, size, md5, crc32c, updatedMs: Date.now() });
  });
  const digests = hashes({ crc32c: received.crc32c, md5: received.md5.toString('base64') });
  return { status: 200, headers: { ETag: `"${md5}"`, 'x-goog-hash': digests } };
}

/** Answers `POST /bucket/object?uploadId`. A second request gets the reply of the first. */
export async function completeMultipart(exchange: Exchange): Promise<Reply> {
  authorizeBucket(exchange, 'storage.multipartUploads.create', 'WRITE');
  requireUpload(exchange, 'completed');
  const wanted = parseDocument(await receiveText(exchange), 'CompleteMultipartUpload').children('Part');
  if (wanted.length === 0) throw refusal('MalformedXML', 'The list of parts is empty.');
  const { store } = exchange;
  const bucket = requireBucket(exchange);
  const record = store.atomically(() => {
    const upload = requireUpload(exchange, 'completed');
    if (upload.kind === 'completed') return completedBefore(exchange, upload);
    const known = new Map(store.uploads.parts(upload, 0, -1).map((part) => [part.number, part]));
    const parts = choose(
      wanted.map((part) => ({ number: Number(part.text('PartNumber')), etag: part.text('ETag') ?? '' })),
      known,
    );
    const published = store.objects.publish(bucket, upload.name, joined(parts), upload.detail.attributes);
    store.uploads.end(upload, 'completed', { ...upload.detail, finished: published.generation });
    return published;
  });
  const location = `http://${exchange.headers.host ?? ''}/${bucket.name}/${encodeURIComponent(record.name)}`;
  const result = [
    tag('Location', location),
    tag('Bucket', bucket.name),
    tag('Key', record.name),
    tag('ETag', `"${record.etag}"`),
  ];
  const reply = xml(document('CompleteMultipartUploadResult', MULTIPART_NAMESPACE, ...result));
  const generation = { 'x-goog-generation': String(record.generation), 'x-goog-hash': hashes(record) };
  return { ...reply, headers: { ...reply.headers, ...generation } };
}

function completedBefore(exchange: Exchange, { name, detail }: Upload): ObjectRecord {
  const record = exchange.store.objects.findGeneration(requireBucket(exchange), name, detail.finished ?? 0);
  if (record === undefined) throw refusal('NoSuchUpload', 'The upload is complete, and its object was deleted.');
  return record;
}

/** The parts that a completion names. Checks their order first, then their existence, then their size. */
function choose(
  wanted: readonly { number: number; etag: string }[],
  known: ReadonlyMap<number, Part>,
): readonly Part[] {
  for (const [index, { number }] of wanted.entries()) {
    if (!Number.isInteger(number)) throw refusal('MalformedXML', 'A part has no valid PartNumber.');
    if (index > 0 && number <= (wanted[index - 1]?.number ?? 0)) throw refusal('InvalidPartOrder');
  }
  const parts = wanted.map(({ number, etag }) => {
    const part = known.get(number);
    if (part !== undefined && part.md5 === etag.trim().replace(/^"|"$/g, '').toLowerCase()) return part;
    throw refusal('InvalidPart', `Part ${number} is missing or has another ETag.`);
  });
  const small = parts.slice(0, -1).find(({ size }) => size < MIN_PART_BYTES);
  if (small === undefined) return parts;
  const details = `Part ${small.number} has ${small.size} bytes; the minimum is ${MIN_PART_BYTES}.`;
  throw refusal('EntityTooSmall', details);
}

/** The content of all parts: with a CRC32C but no MD5, and an ETag that is not an MD5. */
function joined(parts: readonly Part[]): Content {
  const digest = createHash('md5');
  let crc = 0;
  for (const part of parts) {
    digest.update(Buffer.from(part.md5, 'hex'));
    crc = combine(crc, part.crc32c, part.size);
  }
  return {
    segments: parts.map(({ blob, size }) => ({ blob, size })),
    size: parts.reduce((sum, { size }) => sum + size, 0),
    etag: `${digest.digest('hex')}-${parts.length}`,
    crc32c: crc,
  };
}

/** Answers `DELETE /bucket/object?uploadId`. A second request succeeds too. */
export function abortMultipart(exchange: Exchange): Reply {
  authorizeBucket(exchange, 'storage.multipartUploads.abort', 'WRITE');
  exchange.store.uploads.end(requireUpload(exchange, 'aborted'), 'aborted');
  return { status: 204, headers: {} };
}

function xml(body: string): Reply {
  return { status: 200, headers: xmlHeaders, body };
}
