/**
 * The state of one download, for any destination: what to request next, whether it can resume after a broken connection
 * (with a range of the same generation), and whether the received bytes match the stored ones.
 *
 * @see https://cloud.google.com/storage/docs/xml-api/get-object-download
 */
import {
  type ByteRange,
  CloudError,
  cleanUp,
  type DownloadedFile,
  type DownloadOptions,
  flagOf,
  type HttpResponse,
  integrityFailure,
  invalidArgument,
  isCloudError,
  type ObjectLocation,
  type ObjectReference,
  type Operation,
  type ResponseSink,
  release,
} from '@isobar/core/provider';
import { conditionHeaders, type GoogleDownloadOptions } from '../call-options.ts';
import { formatCrc32c, storedHashes, storedSize } from '../models.ts';
import { checkedVersion, checkGeneration } from '../objects.ts';
import { type Scope, send } from '../requests.ts';

/** The progress of a download, and its expected result. */
export interface Progress {
  readonly location: ObjectLocation;
  readonly range: ByteRange | undefined;
  /** Bytes delivered so far. */
  doneBytes: number;
  crc: number;
  /** The requested version. */
  readonly generation: string | undefined;
  /** Preconditions, as headers. */
  readonly conditions: Readonly<Record<string, string>>;
  /** Whether to decode an object that is stored as gzip. */
  readonly decompress: boolean;
  /** Set by the first response. */
  expected?: Expected;
}

/** The expected result of a download, from the first response. */
export interface Expected {
  readonly sizeBytes: number;
  /** Checksums of the whole object; empty for a range, which cannot be compared with them. */
  readonly hashes: Hashes;
  /** Size of the whole object, also when only a range of it is downloaded. */
  readonly wholeBytes: number;
  /** Checksums of the whole object, also when only a range of it is downloaded. */
  readonly wholeHashes: Hashes;
  readonly generation: string | undefined;
}

/** Checksums as Google writes them. */
type Hashes = ReturnType<typeof storedHashes>;

/** The initial state of a download. */
export function initialProgress(
  object: ObjectReference,
  range: ByteRange | undefined,
  options: GoogleDownloadOptions,
): Progress {
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

/** Requests the bytes that are missing. They arrive as stored unless `decompress` is set. */
export function* requestMissing(
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
    checkResponse(progress, response, { generation, range });
    progress.expected ??= expectedFrom(progress, response);
  } catch (failure) {
    if (response.stream) yield* cleanUp(release(response.stream));
    throw failure;
  }
  return response;
}

/**
 * Refuses a response with another range or version than requested.
 *
 * @param requested The requested generation and range.
 */
function checkResponse(
  progress: Progress,
  response: HttpResponse,
  requested: { readonly generation: string | undefined; readonly range: string | undefined },
): void {
  const subject = subjectOf(progress);
  const isPart = response.status === 206;
  if (requested.range === undefined ? isPart : !(isPart && isRangeFrom(response, startOf(progress)))) {
    throw new CloudError('malformed-response', 'the service sent another range than requested', subject);
  }
  checkGeneration(subject, requested.generation, response.headers['x-goog-generation']);
}

function missingRange(progress: Progress): string | undefined {
  const { doneBytes, range } = progress;
  if (!range && doneBytes === 0) return undefined;
  return `bytes=${startOf(progress)}-${range?.endBytes === undefined ? '' : range.endBytes - 1}`;
}

function startOf({ doneBytes, range }: Progress): number {
  return (range?.startBytes ?? 0) + doneBytes;
}

/** Whether a partial response starts at the requested byte. */
function isRangeFrom(response: HttpResponse, start: number): boolean {
  return (response.headers['content-range'] ?? '').startsWith(`bytes ${start}-`);
}

/** The expected result of a download, from the first response. */
function expectedFrom({ range }: Progress, response: HttpResponse): Expected {
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

/** The size of the whole object. For a range, services other than Google's report it only in `content-range`. */
function sizeOfWhole({ headers, status }: HttpResponse): number {
  const total = status === 206 ? /\/(\d+)$/.exec(headers['content-range'] ?? '')?.[1] : undefined;
  return total === undefined ? storedSize(headers) : Number(total);
}

function total(progress: Progress): { totalBytes?: number } {
  return progress.expected ? { totalBytes: progress.expected.sizeBytes } : {};
}

/**
 * Whether a broken download can resume. It needs a generation, so that bytes of two versions never mix.
 */
export function canResume(progress: Progress, failure: unknown, scope: Scope): boolean {
  const isTransient = isCloudError(failure, 'network') || isCloudError(failure, 'timeout');
  return isTransient && scope.retry.attempts > 1 && progress.expected?.generation !== undefined;
}

/** Whether all bytes have arrived, so that only the end of the response was lost. */
export function isComplete({ doneBytes, expected }: Progress): boolean {
  return expected !== undefined && doneBytes === expected.sizeBytes;
}

/**
 * Verifies the delivered bytes by CRC32C, else by MD5, else by size.
 *
 * @param md5 The MD5 of the delivered bytes, if known.
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
  throw integrityFailure(subject, `the received bytes have ${name} ${checksum}, the stored ones ${hashes[kind]}`);
}

/** Whether the bytes can be verified only by MD5. */
export function needsMd5({ expected }: Progress): boolean {
  return expected?.hashes.crc32c === undefined && expected?.hashes.md5 !== undefined;
}

/** The object that errors name. */
export function subjectOf({ location }: Progress): { container: string; object: string } {
  return { container: location.container, object: location.name };
}
