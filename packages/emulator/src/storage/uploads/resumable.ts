/**
 * Resumable uploads: a session URI that needs no signature, chunks in order, and a status probe. Bytes that arrived
 * before a connection broke are kept, in whole units.
 *
 * @see https://cloud.google.com/storage/docs/performing-resumable-uploads
 */
import { createHash } from 'node:crypto';
import { crc32c } from '../../crc32c.ts';
import { refusal } from '../../errors.ts';
import type { Reply } from '../../front/reply.ts';
import type { Segment } from '../../store/blobs.ts';
import type { ObjectRecord, Upload } from '../../store/records.ts';
import { authorizeBucket } from '../access.ts';
import { checkObjectName } from '../address.ts';
import { checkDigests, declaredDigests, isCutShort, type Received, receive } from '../body.ts';
import { type Exchange, objectName, requireBucket } from '../exchange.ts';
import { checkConditions, readAttributes, readConditions, writtenHeaders } from '../objects/headers.ts';
import { defaultsOf, publishBlob } from '../objects/objects.ts';

/** Every chunk but the last is a multiple of this. */
const UNIT_BYTES = 256 * 1024;

/** Answers `POST /bucket/object` with `x-goog-resumable: start`. */
export async function startResumable(exchange: Exchange): Promise<Reply> {
  const name = objectName(exchange);
  const { store, headers } = exchange;
  const bucket = authorizeBucket(exchange, 'storage.objects.create', 'WRITE');
  checkObjectName(name);
  const attributes = readAttributes(exchange, defaultsOf(bucket));
  const conditions = readConditions(exchange);
  checkConditions(conditions, store.objects.findLive(bucket, name));
  // Digests here are those of the object, not of this empty body.
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
export async function cancelSession(exchange: Exchange): Promise<Reply> {
  const { uploads } = exchange.store;
  return uploads.inTurn(requireSession(exchange), async () => {
    uploads.remove(requireSession(exchange));
    return { status: 204, headers: {} };
  });
}

/** A Content-Range; `start` is absent for a status probe, `total` while it is not known. */
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

/**
 * Answers `PUT` to a session: a chunk, the whole body, or a status probe. Requests to one session may overlap: their
 * bodies are received concurrently, then stored and published one after the other.
 */
export async function putChunk(exchange: Exchange): Promise<Reply> {
  const upload = requireSession(exchange);
  const range = chunkRange(exchange.headers['content-range']);
  const stored = sizeOf(segmentsOf(exchange, upload));
  const start = range === undefined ? 0 : range.start;
  const { uploads } = exchange.store;
  if (upload.detail.finished !== undefined || start === undefined || start > stored) {
    await receive(exchange, () => {}, {});
    return uploads.inTurn(upload, () => answerState(exchange, start === undefined ? range?.total : undefined));
  }
  const isLast = range === undefined || range.end === range.total;
  if (!isLast && ((range.end ?? 0) - start) % UNIT_BYTES !== 0) {
    throw refusal('InvalidArgument', `Every chunk but the last must be a multiple of ${UNIT_BYTES} bytes.`);
  }
  const { segment, size, failure } = await receiveChunk(exchange, stored - start);
  return uploads.inTurn(upload, async () => {
    if (segment !== undefined) append(exchange, stored, segment);
    if (failure !== undefined) throw failure;
    return answerState(exchange, isLast ? (range?.total ?? size) : undefined);
  });
}

/** Answers with the state of the session. Publishes the object first if all its `wholeBytes` are stored. */
async function answerState(exchange: Exchange, wholeBytes: number | undefined): Promise<Reply> {
  const upload = requireSession(exchange);
  const { finished } = upload.detail;
  if (finished !== undefined) return finishedReply(exchange, upload, finished);
  const segments = segmentsOf(exchange, upload);
  const stored = sizeOf(segments);
  if (stored === wholeBytes) return publish(exchange, upload, segments);
  return { status: 308, headers: stored === 0 ? {} : { Range: `bytes=0-${stored - 1}` } };
}

function segmentsOf(exchange: Exchange, upload: Upload): readonly Segment[] {
  return exchange.store.uploads.parts(upload, 0, -1).map(({ blob, size }) => ({ blob, size }));
}

function sizeOf(segments: readonly Segment[]): number {
  return segments.reduce((sum, { size }) => sum + size, 0);
}

/** A received body. */
interface Chunk {
  /** The bytes that the session did not have yet; absent when there are none. */
  readonly segment?: Segment;
  /** Bytes in the body. */
  readonly size: number;
  /** Why the body broke off. The bytes before are kept, in whole units. */
  readonly failure?: unknown;
}

/** Receives a body whose first `skip` bytes are already stored. */
async function receiveChunk(exchange: Exchange, skip: number): Promise<Chunk> {
  const writer = exchange.store.blobs.create();
  let size = 0;
  const write = (chunk: Buffer) => {
    const fresh = chunk.subarray(Math.min(Math.max(skip - size, 0), chunk.length));
    size += chunk.length;
    return fresh.length === 0 ? undefined : writer.write(fresh);
  };
  let failure: unknown;
  try {
    await receive(exchange, write, {});
  } catch (error) {
    failure = error;
  }
  const received = Math.max(size - skip, 0);
  const kept = failure === undefined ? received : isCutShort(failure) ? received - (received % UNIT_BYTES) : 0;
  if (kept > 0) return { segment: { blob: await writer.finish(), size: kept }, size, failure };
  await writer.discard();
  return { size, failure };
}

/** Stores a segment at an offset. Drops it if another request has stored bytes there in the meantime. */
function append(exchange: Exchange, offset: number, segment: Segment): void {
  const { uploads, blobs } = exchange.store;
  publishBlob(exchange, segment.blob, () => {
    const current = requireSession(exchange);
    const parts = uploads.parts(current, 0, -1);
    if (current.detail.finished !== undefined || sizeOf(parts) !== offset) return blobs.remove(segment.blob);
    const number = (parts.at(-1)?.number ?? 0) + 1;
    uploads.putPart(current, { ...segment, number, md5: '', crc32c: 0, updatedMs: Date.now() });
  });
}

async function publish(exchange: Exchange, upload: Upload, segments: readonly Segment[]): Promise<Reply> {
  const { store } = exchange;
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

/** Reads the bytes again, because a running digest does not survive a restart. */
async function digestsOf(exchange: Exchange, segments: readonly Segment[]): Promise<Received> {
  const { blobs } = exchange.store;
  const size = sizeOf(segments);
  const md5 = createHash('md5');
  let crc = 0;
  // The bucket may be deleted in the meantime.
  const unpin = blobs.pin(segments);
  try {
    for await (const chunk of blobs.stream(segments, 0, size)) {
      md5.update(chunk);
      crc = crc32c(chunk, crc);
    }
  } finally {
    unpin();
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
