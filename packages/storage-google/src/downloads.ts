/**
 * Downloads. Whatever the sink, it is one plan: ask for the bytes, go on with a range pinned to the same generation when
 * the connection breaks, and compare the whole with the checksum that the service keeps.
 *
 * @see https://cloud.google.com/storage/docs/xml-api/get-object-download
 */
import {
  type ByteRange,
  type ByteStream,
  CloudError,
  crc32c,
  type DownloadedFile,
  type DownloadFileOptions,
  type DownloadOptions,
  discard,
  type HttpResponse,
  isCloudError,
  makeByteStream,
  type ObjectLocation,
  type ObjectReference,
  type Operation,
  publish,
  type ResponseSink,
  type ResponseStream,
  read,
  release,
  resolveDestination,
  type StagedFile,
  stage,
} from '@isobar/core/provider';
import { integrityFailure } from './failures.ts';
import { formatCrc32c, storedHashes, storedSize } from './models.ts';
import { checkedLocation } from './names.ts';
import { type Scope, send } from './requests.ts';

/** How far a download has come, and what it must end with. */
interface Progress {
  readonly location: ObjectLocation;
  readonly range: ByteRange | undefined;
  /** Bytes delivered so far. */
  doneBytes: number;
  crc: number;
  /** Known from the first answer on. */
  expected?: Expected;
}

interface Expected {
  readonly sizeBytes: number;
  /** Of the whole object; a range cannot be compared with it. */
  readonly crc32c: string | undefined;
  readonly generation: string | undefined;
}

/** Downloads into memory. One exchange; a broken one is repeated as a whole. */
export function* readObject(
  scope: Scope,
  object: ObjectReference,
  options: DownloadOptions = {},
): Operation<Uint8Array> {
  const progress = begin(object, undefined);
  const response = yield* ask(scope, progress, options);
  progress.doneBytes = response.body.length;
  progress.crc = crc32c(response.body);
  verify(progress);
  return response.body;
}

/** Downloads into a file, all of the object or a range of it. */
export function* downloadToFile(
  scope: Scope,
  object: ObjectReference,
  destinationPath: string,
  range: ByteRange | undefined,
  options: DownloadFileOptions = {},
): Operation<DownloadedFile> {
  const progress = begin(object, range);
  const overwrite = options.overwriteExisting === true;
  const path = yield* resolveDestination(destinationPath, progress.location.name, overwrite);
  const file = yield* stage(path);
  let isPublished = false;
  try {
    yield* fill(scope, progress, file, options);
    const verified = verify(progress);
    yield* publish(file, { overwrite });
    isPublished = true;
    return { path, sizeBytes: progress.doneBytes, verified };
  } finally {
    if (!isPublished) yield* discard(file);
  }
}

/** Writes the bytes into a file; goes on as long as each try brings some. */
function* fill(scope: Scope, progress: Progress, file: StagedFile, options: DownloadOptions): Operation<void> {
  for (let fruitless = 0; ; ) {
    const sink: ResponseSink = { kind: 'file', file, startBytes: progress.doneBytes, crc32c: progress.crc };
    const { interrupted, passed } = yield* ask(scope, progress, options, sink);
    progress.doneBytes += passed?.sizeBytes ?? 0;
    progress.crc = passed?.crc32c ?? progress.crc;
    if (!interrupted || isAllThere(progress)) return;
    fruitless = passed?.sizeBytes ? 0 : fruitless + 1;
    const failure = new CloudError(interrupted.code, interrupted.message, subjectOf(progress));
    if (fruitless >= scope.retry.attempts || !canResume(progress, failure, scope)) throw failure;
  }
}

/** Downloads piece by piece. */
export function downloadAsStream(
  scope: Scope,
  object: ObjectReference,
  range: ByteRange | undefined,
  options: DownloadOptions = {},
): ByteStream {
  return makeByteStream(() => {
    const progress = begin(object, range);
    let stream: ResponseStream | undefined;
    let fruitless = 0;
    function* next(): Operation<Uint8Array | undefined> {
      for (;;) {
        stream ??= (yield* ask(scope, progress, {}, { kind: 'stream' })).stream as ResponseStream;
        try {
          const piece = yield* read(stream);
          if (piece === undefined) return void verify(progress);
          fruitless = 0;
          return pass(progress, piece, options);
        } catch (failure) {
          if (isAllThere(progress)) return void verify(progress);
          fruitless += 1;
          if (fruitless >= scope.retry.attempts || !canResume(progress, failure, scope)) throw failure;
        }
        yield* close();
      }
    }
    function* close(): Operation<void> {
      if (stream) yield* release(stream);
      stream = undefined;
    }
    return { next, close };
  });
}

function pass(progress: Progress, piece: Uint8Array, options: DownloadOptions): Uint8Array {
  progress.doneBytes += piece.length;
  progress.crc = crc32c(piece, progress.crc);
  options.onProgress?.({ transferredBytes: progress.doneBytes, totalBytes: progress.expected?.sizeBytes ?? 0 });
  return piece;
}

function begin(object: ObjectReference, range: ByteRange | undefined): Progress {
  return { location: checkedLocation(object), range, doneBytes: 0, crc: 0 };
}

/** Asks for what is still missing. Bytes come as they are stored: never decoded on the way. */
function* ask(
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
  return {
    sizeBytes: Math.min(range?.endBytes ?? wholeBytes, wholeBytes) - start,
    crc32c: range ? undefined : storedHashes(response.headers).crc32c,
    generation: response.headers['x-goog-generation'],
  };
}

function total(progress: Progress): { totalBytes?: number } {
  return progress.expected ? { totalBytes: progress.expected.sizeBytes } : {};
}

/**
 * Whether a broken download can go on: only when the service told a generation, so that no bytes of two versions mix.
 */
function canResume(progress: Progress, failure: unknown, scope: Scope): boolean {
  const isTransient = isCloudError(failure, 'network') || isCloudError(failure, 'timeout');
  return isTransient && scope.retry.attempts > 1 && progress.expected?.generation !== undefined;
}

/** Whether only the end of the answer was lost, and no byte of it. */
function isAllThere({ doneBytes, expected }: Progress): boolean {
  return expected !== undefined && doneBytes === expected.sizeBytes;
}

/** Compares what was delivered with what it must be. */
function verify(progress: Progress): DownloadedFile['verified'] {
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

function subjectOf({ location }: Progress): { container: string; object: string } {
  return { container: location.container, object: location.name };
}
