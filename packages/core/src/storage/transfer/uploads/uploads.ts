/**
 * Uploads of bytes, files and streams. The plan decides how: a small body is one `put`; a larger one goes in concurrent
 * parts (`part-uploads.ts`), or in order where parts do not keep the call's condition (`ordered-uploads.ts`).
 */
import { type ByteReader, type ByteSource, type ByteStream, concatenate } from '../../../bytes.ts';
import { type Checksums, checksumOf } from '../../../checksums/checksums.ts';
import { guessContentType } from '../../../content-type.ts';
import { CloudError, invalidArgument } from '../../../errors.ts';
import { cleanUp, type Operation } from '../../../operations/operation.ts';
import { type FileRange, fileChecksums, stat } from '../../../steps/file-steps.ts';
import { share } from '../../../steps/flow-steps.ts';
import { pull, release } from '../../../steps/local-steps.ts';
import { headerValue, metadataOf, type ObjectLocation } from '../../arguments.ts';
import { conditionOf } from '../../conditions.ts';
import type { Container, StorageObject } from '../../models.ts';
import type { ObjectHeaders, UploadOptions } from '../../options.ts';
import type { CheckedWrite, Put, StoragePlan, StorageService, VersionedLocation } from '../../service.ts';
import { appliedWrite, verifyStored } from '../stored-objects.ts';
import { putFileInOrder, putStreamInOrder } from './ordered-uploads.ts';
import { canResume, partBytes, putFileInParts, putStreamInParts } from './part-uploads.ts';
import { progressOfParts } from './parts-progress.ts';
import {
  fileAlgorithms,
  type PullBytes,
  type ResumableOptions,
  resumable as resumableKey,
  type Upload,
} from './upload.ts';

/** Checks the options of an upload. */
export function checkUpload<Write extends CheckedWrite>(
  service: Pick<StorageService<StorageObject, Container, VersionedLocation, Write>, 'plan' | 'checkWrite'>,
  location: ObjectLocation,
  options: UploadOptions,
): Upload<Write> {
  const plan = planFor(service.plan(location.container), options.expectedSizeBytes);
  const write = service.checkWrite(location, {
    headers: headersFor(location, options, plan),
    storageClass: options.storageClass,
    lastModified: options.lastModified,
    condition: conditionOf(options, plan),
    options,
  });
  return { write, plan, onProgress: options.onProgress, resumable: (options as ResumableOptions)[resumableKey] };
}

/** The plan, with parts that are large enough for a stream of the expected size. */
function planFor(plan: StoragePlan, expectedSizeBytes: number | undefined): StoragePlan {
  const { parts } = plan;
  if (expectedSizeBytes === undefined || !parts) return plan;
  const neededBytes = Math.ceil(expectedSizeBytes / parts.maxCount);
  if (neededBytes <= parts.streamBytes) return plan;
  if (neededBytes > parts.maxBytes) {
    const rule = `must be at most ${parts.maxCount * parts.maxBytes}: the service takes ${parts.maxCount} parts`;
    throw invalidArgument('expectedSizeBytes', rule);
  }
  return { ...plan, parts: { ...parts, streamBytes: Math.min(parts.maxBytes, Math.ceil(neededBytes / MiB) * MiB) } };
}

const MiB = 1024 * 1024;

/** Type, headers and metadata of a new object. */
function headersFor({ name }: ObjectLocation, options: ObjectHeaders, plan: StoragePlan): ObjectHeaders {
  const headers = writtenHeaders(options, plan);
  headers.contentType ??= guessContentType(name);
  return headers;
}

/** The fields of {@link ObjectHeaders}, to be set one by one. */
type WrittenHeaders = { -readonly [Field in keyof ObjectHeaders]: ObjectHeaders[Field] };

const headerFields = [
  'contentType',
  'cacheControl',
  'contentDisposition',
  'contentEncoding',
  'contentLanguage',
] as const;

/** The fields that describe an object. */
export const objectHeaderFields: readonly string[] = [...headerFields, 'metadata'];

/** The fields of {@link ObjectHeaders} that are set, checked. Metadata has lower-case keys. */
export function writtenHeaders(options: ObjectHeaders, { maxMetadataBytes }: StoragePlan): WrittenHeaders {
  const headers: WrittenHeaders = {};
  for (const field of headerFields) {
    const value = options[field];
    if (value !== undefined) headers[field] = headerValue(field, value);
  }
  if (options.metadata !== undefined) headers.metadata = metadataOf(options.metadata, maxMetadataBytes);
  return headers;
}

/** Uploads bytes with one `put`. */
export function* putBytes<Item extends StorageObject>(
  service: StorageService<Item>,
  { onProgress, plan, write }: Upload,
  data: Uint8Array,
): Operation<Item> {
  const sizeBytes = data.length;
  const checksums = checksumsOf(plan, data);
  let stored: Put<Item>;
  try {
    stored = yield* service.put(write, data, { checksums, compute: none });
  } catch (failure) {
    return yield* appliedUpload(service, write, failure, sizeBytes, checksums);
  }
  yield* verifyStored(service, write.location, stored, { sizeBytes, checksums });
  onProgress?.({ transferredBytes: sizeBytes, totalBytes: sizeBytes });
  return stored.object;
}

const none: readonly never[] = [];

/** The checksum of bytes that the plan asks for. */
function checksumsOf({ checksum }: StoragePlan, data: Uint8Array): Checksums {
  return checksum ? { [checksum.algorithm]: checksumOf(checksum.algorithm, data) } : {};
}

/** Uploads a file. */
export function* putFile<Item extends StorageObject>(
  service: StorageService<Item>,
  upload: Upload,
  filePath: string,
): Operation<Item> {
  const file = yield* wholeFile(filePath);
  if (file.endBytes <= upload.plan.maxPutBytes) return yield* putWhole(service, upload, file);
  if (usesParts(service, upload)) return yield* putFileInParts(service, upload, file);
  return yield* putFileInOrder(service, upload, file);
}

/** Whether a large body goes in parts. Else it goes in order. @throws {CloudError} `unsupported` when neither can be. */
function usesParts(service: StorageService, { plan, write }: Upload): boolean {
  if (service.parts && plan.parts && (!write.isConditional || plan.parts.conditions)) return true;
  if (service.ordered) return false;
  const what = write.isConditional
    ? 'a condition on an object that is sent in parts'
    : 'an object that needs several requests';
  throw new CloudError('unsupported', `this service cannot take ${what}; its maximum is ${plan.maxPutBytes} bytes`);
}

/**
 * The range of a whole file, pinned to its current version: it must not change before it has been read.
 *
 * @param filePath A checked path, see `pathOf`.
 * @throws {CloudError} `invalid-argument` when it does not exist or is not a file.
 */
export function* wholeFile(filePath: string): Operation<FileRange> {
  const file = yield* stat(filePath, 'filePath');
  if (!file) throw invalidArgument('filePath', `does not exist: ${filePath}`);
  const { kind, ...version } = file;
  if (kind !== 'file') throw invalidArgument('filePath', `is a ${kind}, not a file: ${filePath}`);
  return { path: filePath, startBytes: 0, endBytes: version.sizeBytes, version };
}

/** Sends a file with one `put`, and compares what is stored with the bytes that were read. */
function* putWhole<Item extends StorageObject>(
  service: StorageService<Item>,
  { onProgress, plan, write }: Upload,
  file: FileRange,
): Operation<Item> {
  const { endBytes: sizeBytes } = file;
  const algorithms = fileAlgorithms(plan);
  const known = plan.checksum?.when === 'before' ? yield* fileChecksums(file, algorithms) : {};
  let stored: Put<Item>;
  try {
    stored = yield* service.put(write, file, {
      checksums: known,
      compute: plan.checksum?.when === 'during' ? algorithms : none,
      onProgress: progressOfParts(onProgress, () => sizeBytes)(0),
    });
  } catch (failure) {
    return yield* appliedUpload(service, write, failure, sizeBytes, file);
  }
  yield* verifyStored(service, write.location, stored, { sizeBytes, checksums: { ...known, ...stored.sent } });
  return stored.object;
}

/**
 * Uploads a caller's source. It is read ahead, to find out whether it is short. A source that fails leaves no object behind.
 */
export function* putStream<Item extends StorageObject>(
  service: StorageService<Item>,
  upload: Upload,
  source: ByteSource,
  field: string,
): Operation<Item> {
  try {
    return yield* putPulled(service, upload, (byteCount) => pull(source, byteCount, field));
  } finally {
    yield* cleanUp(release(source));
  }
}

/** Uploads the bytes of another download, which may be of another provider: one pass over them. */
export function* putReader<Item extends StorageObject>(
  service: StorageService<Item>,
  upload: Upload,
  bytes: ByteStream,
): Operation<Item> {
  const reader = bytes.open();
  try {
    return yield* putPulled(service, upload, pullFrom(reader));
  } finally {
    yield* cleanUp(reader.close());
  }
}

/** Pulls exact amounts of bytes from a reader. Concurrent pulls take their turns, in the order in which they began. */
export function pullFrom(reader: Pick<ByteReader, 'next'>): PullBytes {
  let pieces: Uint8Array[] = [];
  let bufferedBytes = 0;
  return function* (byteCount) {
    let pulled: Uint8Array | undefined;
    // Whoever comes while another pulls waits for it, and then pulls itself.
    while (!pulled) {
      yield* share(
        reader,
        (function* (): Operation<void> {
          pulled = yield* pullNext(byteCount);
        })(),
      );
    }
    return pulled;
  };

  function* pullNext(byteCount: number): Operation<Uint8Array> {
    while (bufferedBytes < byteCount) {
      const piece = yield* reader.next();
      if (!piece) break;
      pieces.push(piece);
      bufferedBytes += piece.length;
    }
    const all = concatenate(pieces, bufferedBytes);
    const rest = all.subarray(byteCount);
    pieces = rest.length > 0 ? [rest] : [];
    bufferedBytes = rest.length;
    return all.subarray(0, byteCount);
  }
}

/** Uploads bytes of unknown length. */
export function* putPulled<Item extends StorageObject>(
  service: StorageService<Item>,
  upload: Upload,
  pullBytes: PullBytes,
): Operation<Item> {
  const { plan, resumable } = upload;
  if (resumable && !canResume(service, upload)) {
    return yield* putPulled(service, { ...upload, resumable: undefined }, pullBytes);
  }
  const earlier = resumable?.stored.length ?? 0;
  const firstBytes = plan.parts
    ? partBytes(plan.parts, earlier + 1)
    : (service.ordered?.streamBytes ?? plan.maxPutBytes);
  const first = yield* pullBytes(firstBytes);
  if (first.length < firstBytes && earlier === 0) return yield* putBytes(service, upload, first);
  if (usesParts(service, upload)) return yield* putStreamInParts(service, upload, pullBytes, first);
  return yield* putStreamInOrder(service, upload, pullBytes, first);
}

/** The stored object, if an earlier attempt of a conditional upload was applied; see {@link appliedWrite}. */
function* appliedUpload<Item extends StorageObject>(
  service: StorageService<Item>,
  write: CheckedWrite,
  failure: unknown,
  sizeBytes: number,
  content: Checksums | FileRange,
): Operation<Item> {
  return yield* appliedWrite(service, write, failure, function* () {
    const { checksum } = service.plan(write.location.container);
    const isFile = (value: Checksums | FileRange): value is FileRange => 'path' in value;
    const checksums = isFile(content) ? (checksum ? yield* fileChecksums(content, [checksum.algorithm]) : {}) : content;
    return { sizeBytes, checksums, headers: write.headers };
  });
}
