/**
 * Resumable uploads: a session URI that needs no signature, chunks in order, and a status anyone can ask for. What
 * arrived before a connection broke is kept, in whole units.
 *
 * @see https://cloud.google.com/storage/docs/performing-resumable-uploads
 */
import { createHash } from 'node:crypto';
import { crc32c } from '../../crc32c.ts';
import { refusal } from '../../errors.ts';
import type { Reply } from '../../front/reply.ts';
import type { Segment } from '../../store/blobs.ts';
import type { ObjectRecord, Upload } from '../../store/records.ts';
import { requireWrite } from '../access.ts';
import { checkObjectName } from '../address.ts';
import { checkDigests, declaredDigests, isCutShort, type Received, receive, receiveText } from '../body.ts';
import { type Exchange, objectName, requireBucket } from '../exchange.ts';
import { checkConditions, readAttributes, readConditions, writtenHeaders } from '../objects/headers.ts';
import { defaultsOf } from '../objects/objects.ts';

/** Every chunk but the last is a multiple of this. */
const UNIT_BYTES = 256 * 1024;

/** Answers `POST /bucket/object` with `x-goog-resumable: start`. */
export async function startResumable(exchange: Exchange): Promise<Reply> {
  const name = objectName(exchange);
  const { store, headers } = exchange;
  requireWrite(exchange, 'storage.objects.create', store.buckets.find(exchange.address.bucket ?? '')?.settings.acl);
  checkObjectName(name);
  const bucket = requireBucket(exchange);
  const attributes = readAttributes(exchange, defaultsOf(bucket));
  const conditions = readConditions(exchange);
  checkConditions(conditions, store.objects.findLive(bucket, name));
  // Digests given here are the object's, not those of this empty body.
  const digests = declaredDigests(exchange);
  await receive(exchange, () => {}, {});
  const upload = store.uploads.start('resumable', bucket, name, { attributes, conditions, digests });
  const path = (exchange.request.url ?? '').replace(/\?.*$/, '');
  return { status: 201, headers: { Location: `http://${headers.host ?? ''}${path}?upload_id=${upload.id}` } };
}

/** Whether a request is for a session, which is its own credential. */
export function isSession(method: string, uploadId: string | undefined): boolean {
  return uploadId !== undefined && (method === 'PUT' || method === 'DELETE');
}

function requireSession(exchange: Exchange): Upload {
  const bucket = requireBucket(exchange);
  const upload = exchange.store.uploads.find(exchange.query.get('upload_id') ?? '');
  const fits = upload?.kind === 'resumable' && upload.bucketId === bucket.id && upload.name === objectName(exchange);
  if (upload === undefined || !fits) throw refusal('NoSuchUpload');
  return upload;
}

/** Answers `DELETE` of a session. */
export function cancelSession(exchange: Exchange): Reply {
  exchange.store.uploads.remove(requireSession(exchange));
  return { status: 204, headers: {} };
}

/** What a Content-Range says; `start` is absent for a status probe, `total` while it is not known. */
interface ChunkRange {
  readonly start?: number;
  readonly end?: number;
  readonly total?: number;
}

function chunkRange(header: string | undefined): ChunkRange | undefined {
  if (header === undefined) return undefined;
  const match = /^bytes (?:(\d+)-(\d+)|\*)\/(\d+|\*)$/.exec(header.trim());
  if (match === null) throw refusal('InvalidArgument', `Invalid Content-Range: ${header}`);
  const [, first, last, total] = match;
  return {
    ...(first === undefined ? {} : { start: Number(first), end: Number(last) + 1 }),
    ...(total === '*' ? {} : { total: Number(total) }),
  };
}

/** Answers `PUT` to a session: a chunk, the whole body, or a status probe. */
export async function putChunk(exchange: Exchange): Promise<Reply> {
  const upload = requireSession(exchange);
  const range = chunkRange(exchange.headers['content-range']);
  const stored = storedBytes(exchange, upload);
  if (upload.detail.finished !== undefined) {
    await receiveText(exchange);
    return finishedReply(exchange, upload, upload.detail.finished);
  }
  if (range !== undefined && range.start === undefined) {
    await receiveText(exchange);
    return range.total === stored ? finish(exchange, upload) : incomplete(stored);
  }
  const start = range?.start ?? 0;
  if (start > stored) {
    await receive(exchange, () => {}, {});
    return incomplete(stored);
  }
  const isLast = range === undefined || range.end === range.total;
  if (!isLast && ((range.end ?? 0) - start) % UNIT_BYTES !== 0) {
    throw refusal('InvalidArgument', `Every chunk but the last must be a multiple of ${UNIT_BYTES} bytes.`);
  }
  await storeChunk(exchange, upload, stored - start);
  const now = storedBytes(exchange, requireSession(exchange));
  return isLast && (range === undefined || now === range.total) ? finish(exchange, upload) : incomplete(now);
}

function storedBytes(exchange: Exchange, upload: Upload): number {
  return segmentsOf(exchange, upload).reduce((sum, { size }) => sum + size, 0);
}

function segmentsOf(exchange: Exchange, upload: Upload): readonly Segment[] {
  return exchange.store.uploads.parts(upload, 0, -1).map(({ blob, size }) => ({ blob, size }));
}

/** Appends the body, without the first `skip` bytes, which are here already. */
async function storeChunk(exchange: Exchange, upload: Upload, skip: number): Promise<void> {
  const { blobs } = exchange.store;
  const writer = blobs.create();
  let left = skip;
  let size = 0;
  const write = (chunk: Buffer) => {
    const fresh = chunk.subarray(Math.min(left, chunk.length));
    left -= chunk.length - fresh.length;
    size += fresh.length;
    return fresh.length === 0 ? undefined : writer.write(fresh);
  };
  let failure: unknown;
  try {
    await receive(exchange, write, {});
  } catch (error) {
    failure = error;
    if (!isCutShort(error)) {
      await writer.discard();
      throw error;
    }
    size -= size % UNIT_BYTES;
  }
  if (size === 0) await writer.discard();
  else append(exchange, upload, { blob: await writer.finish(), size });
  if (failure !== undefined) throw failure;
}

function append(exchange: Exchange, upload: Upload, segment: Segment): void {
  const { store } = exchange;
  const current = store.uploads.find(upload.id);
  if (current === undefined || current.detail.finished !== undefined) {
    store.blobs.remove(segment.blob);
    throw refusal('NoSuchUpload');
  }
  const number = (store.uploads.parts(current, 0, -1).at(-1)?.number ?? 0) + 1;
  store.uploads.putPart(current, { ...segment, number, md5: '', crc32c: 0, updatedMs: Date.now() });
}

async function finish(exchange: Exchange, upload: Upload): Promise<Reply> {
  const { store } = exchange;
  const segments = segmentsOf(exchange, upload);
  const received = await digestsOf(exchange, segments);
  const atEnd = declaredDigests(exchange);
  const atStart = upload.detail.digests ?? {};
  checkDigests({ md5: atEnd.md5 ?? atStart.md5, crc32c: atEnd.crc32c ?? atStart.crc32c }, received);
  const { size, md5, crc32c: crc } = received;
  const content = { segments, size, etag: md5.toString('hex'), md5: md5.toString('base64'), crc32c: crc };
  const record = store.atomically(() => {
    const current = requireSession(exchange);
    const bucket = requireBucket(exchange);
    checkConditions(current.detail.conditions, store.objects.findLive(bucket, current.name));
    const published = store.objects.publish(bucket, current.name, content, current.detail.attributes);
    store.uploads.removeParts(current);
    store.uploads.update(current, { ...current.detail, finished: published.generation });
    return published;
  });
  return { status: 200, headers: writtenHeaders(record) };
}

/** A running digest does not survive a restart: the bytes are read once more. */
async function digestsOf(exchange: Exchange, segments: readonly Segment[]): Promise<Received> {
  const size = segments.reduce((sum, segment) => sum + segment.size, 0);
  const md5 = createHash('md5');
  let crc = 0;
  for await (const chunk of exchange.store.blobs.stream(segments, 0, size)) {
    md5.update(chunk);
    crc = crc32c(chunk, crc);
  }
  return { size, md5: md5.digest(), crc32c: crc };
}

function finishedReply(exchange: Exchange, upload: Upload, generation: number): Reply {
  const record: ObjectRecord | undefined = exchange.store.objects.findGeneration(
    requireBucket(exchange),
    upload.name,
    generation,
  );
  return { status: 200, headers: record === undefined ? {} : writtenHeaders(record) };
}

function incomplete(stored: number): Reply {
  return { status: 308, headers: stored === 0 ? {} : { Range: `bytes=0-${stored - 1}` } };
}
