/**
 * One download under way, whatever becomes of its bytes: what is asked for next, whether it can go on after a broken
 * connection (by a range, pinned to the same generation), and whether what arrived is what the service keeps.
 *
 * @see https://cloud.google.com/storage/docs/xml-api/get-object-download
 */
import {
  type ByteRange,
  CloudError,
  cleanUp,
  type DownloadedFile,
  type DownloadOptions,
  type HttpResponse,
  invalidArgument,
  isCloudError,
  type ObjectLocation,
  type ObjectReference,
  type Operation,
  type ResponseSink,
  release,
} from '@isobar/core/provider';
import { conditionHeaders, type GoogleDownloadOptions } from '../call-options.ts';
import { flagOf } from '../checks.ts';
import { integrityFailure } from '../failures.ts';
import { formatCrc32c, storedHashes, storedSize } from '../models.ts';
import { checkedVersion, refuseOtherGeneration } from '../objects.ts';
import { type Scope, send } from '../requests.ts';

/** How far a download has come, and what it must end with. */
export interface Progress {
  readonly location: ObjectLocation;
  readonly range: ByteRange | undefined;
  /** Bytes delivered so far. */
  doneBytes: number;
  crc: number;
  /** The version that was asked for. */
  readonly generation: string | undefined;
  /** Preconditions, as headers. */
  readonly conditions: Readonly<Record<string, string>>;
  /** Whether an object that is stored as gzip is to be decoded. */
  readonly decompress: boolean;
  /** Known from the first answer on. */
  expected?: Expected;
}

/** What a download must come to, by the first answer. */
export interface Expected {
  readonly sizeBytes: number;
  /** Of the whole object; a range cannot be compared with them. */
  readonly hashes: Hashes;
  /** Size of the whole object, also when only a range of it is downloaded. */
  readonly wholeBytes: number;
  /** What the service tells of the whole object's checksums, also when only a range of it is downloaded. */
  readonly wholeHashes: Hashes;
  readonly generation: string | undefined;
}

/** Checksums as Google writes them. */
type Hashes = ReturnType<typeof storedHashes>;

/** A download that has not begun. */
export function begin(object: ObjectReference, range: ByteRange | undefined, options: GoogleDownloadOptions): Progress {
  const { decompress = false } = options;
  if (flagOf('decompress', decompress) && range) {
    throw invalidArgument(
      'decompress',
      'cannot be true for a range: a part of a gzip stream cannot be decoded by itself',
    );
  }
  const { container, name, generation } = checkedVersion(object, options);
  const conditions = conditionHeaders(options);
  return { location: { container, name }, range, doneBytes: 0, crc: 0, generation, conditions, decompress };
}

/** Asks for what is still missing. Bytes come as they are stored, unless they are to be decoded. */
export function* ask(
  scope: Scope,
  progress: Progress,
  options: DownloadOptions,
  sink?: ResponseSink,
): Operation<HttpResponse> {
  const { container, name } = progress.location;
  const { onProgress } = options;
  const before = progress.doneBytes;
  const generation = progress.expected?.generation ?? progress.generation;
  const range = missingRange(progress);
  const response = yield* send(scope, {
    method: 'GET',
    container,
    object: name,
    ...(generation !== undefined && { query: { generation } }),
    headers: progress.conditions,
    unsigned: { 'accept-encoding': 'gzip', ...(range !== undefined && { range }) },
    ...(sink ? { sink } : { maxBodyBytes: Number.POSITIVE_INFINITY }),
    ...(progress.decompress && { decode: 'gzip' }),
    idempotent: true,
    ...(onProgress && {
      onProgress: (bytes) => onProgress({ transferredBytes: before + bytes, ...total(progress) }),
    }),
  });
  try {
    checkAnswer(progress, response, { generation, range });
    progress.expected ??= expectation(progress, response);
  } catch (failure) {
    if (response.stream) yield* cleanUp(release(response.stream));
    throw failure;
  }
  return response;
}

/**
 * Refuses an answer that is not what was asked for: another range, or another version.
 *
 * @param asked The generation and the range that were asked for.
 */
function checkAnswer(
  progress: Progress,
  response: HttpResponse,
  asked: { readonly generation: string | undefined; readonly range: string | undefined },
): void {
  const subject = subjectOf(progress);
  const isPart = response.status === 206;
  if (asked.range === undefined ? isPart : !(isPart && isRangeFrom(response, startOf(progress)))) {
    throw new CloudError('malformed-response', 'the service sent another range than was asked for', subject);
  }
  refuseOtherGeneration(subject, asked.generation, response.headers['x-goog-generation']);
}

function missingRange(progress: Progress): string | undefined {
  const { doneBytes, range } = progress;
  if (!range && doneBytes === 0) return undefined;
  return `bytes=${startOf(progress)}-${range?.endBytes === undefined ? '' : range.endBytes - 1}`;
}

function startOf({ doneBytes, range }: Progress): number {
  return (range?.startBytes ?? 0) + doneBytes;
}

/** Whether a part of an object begins where it was asked to. */
function isRangeFrom(response: HttpResponse, start: number): boolean {
  return (response.headers['content-range'] ?? '').startsWith(`bytes ${start}-`);
}

/** What the download must come to, by the first answer. */
function expectation({ range }: Progress, response: HttpResponse): Expected {
  const wholeBytes = sizeOfWhole(response);
  const start = range?.startBytes ?? 0;
  const wholeHashes = storedHashes(response.headers);
  return {
    sizeBytes: Math.min(range?.endBytes ?? wholeBytes, wholeBytes) - start,
    hashes: range ? {} : wholeHashes,
    wholeBytes,
    wholeHashes,
    generation: response.headers['x-goog-generation'],
  };
}

/** Of a range only its own header tells the size of the whole, unless the service is Google's. */
function sizeOfWhole({ headers, status }: HttpResponse): number {
  const total = status === 206 ? /\/(\d+)$/.exec(headers['content-range'] ?? '')?.[1] : undefined;
  return total === undefined ? storedSize(headers) : Number(total);
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

/**
 * Compares what was delivered with what it must be: by CRC32C, else by MD5, else by size.
 *
 * @param md5 The MD5 of what was delivered, where that is known.
 */
export function verify(progress: Progress, md5?: string): DownloadedFile['verified'] {
  const { crc, doneBytes, expected } = progress;
  const subject = subjectOf(progress);
  if (!expected || doneBytes !== expected.sizeBytes) {
    throw integrityFailure(subject, `${doneBytes} bytes arrived instead of ${expected?.sizeBytes}`);
  }
  const { hashes } = expected;
  const kind = hashes.crc32c !== undefined ? 'crc32c' : md5 !== undefined && hashes.md5 !== undefined ? 'md5' : 'size';
  if (kind === 'size') return kind;
  const checksum = kind === 'crc32c' ? formatCrc32c(crc) : md5;
  if (checksum === hashes[kind]) return kind;
  const name = kind.toUpperCase();
  throw integrityFailure(subject, `the bytes that arrived have ${name} ${checksum}, stored is ${hashes[kind]}`);
}

/** Whether only an MD5 can tell that the bytes are right. */
export function needsMd5({ expected }: Progress): boolean {
  return expected?.hashes.crc32c === undefined && expected?.hashes.md5 !== undefined;
}

/** Which object a failure is about. */
export function subjectOf({ location }: Progress): { container: string; object: string } {
  return { container: location.container, object: location.name };
}
