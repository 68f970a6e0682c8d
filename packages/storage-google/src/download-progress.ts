/**
 * One download under way, whatever becomes of its bytes: what is asked for next, whether it can go on after a broken
 * connection (by a range, pinned to the same generation), and whether what arrived is what the service keeps.
 *
 * @see https://cloud.google.com/storage/docs/xml-api/get-object-download
 */
import {
  type ByteRange,
  CloudError,
  type DownloadedFile,
  type DownloadOptions,
  type HttpResponse,
  isCloudError,
  type ObjectLocation,
  type ObjectReference,
  type Operation,
  type ResponseSink,
  release,
} from '@isobar/core/provider';
import { integrityFailure } from './failures.ts';
import { formatCrc32c, storedHashes, storedSize } from './models.ts';
import { checkedLocation } from './names.ts';
import { type Scope, send } from './requests.ts';

/** How far a download has come, and what it must end with. */
export interface Progress {
  readonly location: ObjectLocation;
  readonly range: ByteRange | undefined;
  /** Bytes delivered so far. */
  doneBytes: number;
  crc: number;
  /** Known from the first answer on. */
  expected?: Expected;
}

/** What a download must come to, by the first answer. */
export interface Expected {
  readonly sizeBytes: number;
  /** Of the whole object; a range cannot be compared with it. */
  readonly crc32c: string | undefined;
  /** Size of the whole object, also when only a range of it is downloaded. */
  readonly wholeBytes: number;
  /** What the service tells of the whole object's checksum, also when only a range of it is downloaded. */
  readonly wholeCrc32c: string | undefined;
  readonly generation: string | undefined;
}

/** A download that has not begun. */
export function begin(object: ObjectReference, range: ByteRange | undefined): Progress {
  return { location: checkedLocation(object), range, doneBytes: 0, crc: 0 };
}

/** Asks for what is still missing. Bytes come as they are stored: never decoded on the way. */
export function* ask(
  scope: Scope,
  progress: Progress,
  options: DownloadOptions,
  sink?: ResponseSink,
): Operation<HttpResponse> {
  const { container, name } = progress.location;
  const { onProgress } = options;
  const before = progress.doneBytes;
  const generation = progress.expected?.generation;
  const range = missingRange(progress);
  const response = yield* send(scope, {
    method: 'GET',
    container,
    object: name,
    ...(generation !== undefined && { query: { generation } }),
    headers: { 'accept-encoding': 'gzip', ...(range !== undefined && { range }) },
    ...(sink && { sink }),
    idempotent: true,
    ...(onProgress && {
      onProgress: (bytes) => onProgress({ transferredBytes: before + bytes, ...total(progress) }),
    }),
  });
  if (range !== undefined && !isRangeFrom(response, startOf(progress))) {
    if (response.stream) yield* release(response.stream);
    throw new CloudError(
      'malformed-response',
      'the service sent another range than was asked for',
      subjectOf(progress),
    );
  }
  progress.expected ??= expectation(progress, response);
  return response;
}

function missingRange(progress: Progress): string | undefined {
  const { doneBytes, range } = progress;
  if (!range && doneBytes === 0) return undefined;
  return `bytes=${startOf(progress)}-${range?.endBytes === undefined ? '' : range.endBytes - 1}`;
}

function startOf({ doneBytes, range }: Progress): number {
  return (range?.startBytes ?? 0) + doneBytes;
}

/** Whether an answer is a range that begins where it was asked to. */
function isRangeFrom(response: HttpResponse, start: number): boolean {
  return response.status === 206 && (response.headers['content-range'] ?? '').startsWith(`bytes ${start}-`);
}

/** What the download must come to, by the first answer. */
function expectation({ range }: Progress, response: HttpResponse): Expected {
  const wholeBytes = storedSize(response.headers);
  const start = range?.startBytes ?? 0;
  const wholeCrc32c = storedHashes(response.headers).crc32c;
  return {
    sizeBytes: Math.min(range?.endBytes ?? wholeBytes, wholeBytes) - start,
    crc32c: range ? undefined : wholeCrc32c,
    wholeBytes,
    wholeCrc32c,
    generation: response.headers['x-goog-generation'],
  };
}

function total(progress: Progress): { totalBytes?: number } {
  return progress.expected ? { totalBytes: progress.expected.sizeBytes } : {};
}

/**
 * Whether a broken download can go on: only when the service told a generation, so that no bytes of two versions mix.
 */
export function canResume(progress: Progress, failure: unknown, scope: Scope): boolean {
  const isTransient = isCloudError(failure, 'network') || isCloudError(failure, 'timeout');
  return isTransient && scope.retry.attempts > 1 && progress.expected?.generation !== undefined;
}

/** Whether only the end of the answer was lost, and no byte of it. */
export function isAllThere({ doneBytes, expected }: Progress): boolean {
  return expected !== undefined && doneBytes === expected.sizeBytes;
}

/** Compares what was delivered with what it must be. */
export function verify(progress: Progress): DownloadedFile['verified'] {
  const { crc, doneBytes, expected } = progress;
  const subject = subjectOf(progress);
  if (!expected || doneBytes !== expected.sizeBytes) {
    throw integrityFailure(subject, `${doneBytes} bytes arrived instead of ${expected?.sizeBytes}`);
  }
  if (expected.crc32c === undefined) return 'size';
  const checksum = formatCrc32c(crc);
  if (checksum === expected.crc32c) return 'crc32c';
  throw integrityFailure(subject, `the bytes that arrived have CRC32C ${checksum}, stored is ${expected.crc32c}`);
}

/** Which object a failure is about. */
export function subjectOf({ location }: Progress): { container: string; object: string } {
  return { container: location.container, object: location.name };
}
