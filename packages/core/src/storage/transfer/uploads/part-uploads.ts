/**
 * Uploads in concurrent parts. Parts of a file are read from disk as they are sent and never held in memory; a part of a
 * stream is held until it is stored, so that it can be sent again. After any failure, including one of the caller's source,
 * the upload is aborted.
 */
import {
  type Checksums,
  checksumOf,
  combineChecksums,
  combines,
  runningChecksums,
} from '../../../checksums/checksums.ts';
import { CloudError, isCloudError } from '../../../errors.ts';
import { cleanUp, type Operation } from '../../../operations/operation.ts';
import { type FileRange, fileChecksums } from '../../../steps/file-steps.ts';
import { parallel } from '../../../steps/flow-steps.ts';
import type { StorageObject } from '../../models.ts';
import type { BegunUpload, Body, PartPlan, PartUploads, StorageService, StoredPart } from '../../service.ts';
import { type Sent, verifyWhole } from '../stored-objects.ts';
import { progressOfParts } from './parts-progress.ts';
import { fileAlgorithms, type PullBytes, type Upload } from './upload.ts';

/** The size of a part of a stream: small at first, so that a short stream needs little memory. */
export function partBytes({ equal, maxBytes, maxCount, streamBytes }: PartPlan, number: number): number {
  if (equal) return streamBytes;
  return Math.min(maxBytes, streamBytes * 2 ** Math.floor((number - 1) / Math.ceil(maxCount / 10)));
}

/** The size of the parts of a file. */
export function filePartBytes({ fileBytes, maxCount }: PartPlan, sizeBytes: number): number {
  return Math.max(fileBytes, Math.ceil(sizeBytes / maxCount));
}

/** Uploads a file in parts. */
export function* putFileInParts<Item extends StorageObject>(
  service: StorageService<Item>,
  upload: Upload,
  file: FileRange,
): Operation<Item> {
  const { endBytes: sizeBytes } = file;
  const stepBytes = filePartBytes(partsOf(upload), sizeBytes);
  const ranges: FileRange[] = [];
  for (let startBytes = 0; startBytes < sizeBytes; startBytes += stepBytes) {
    ranges.push({ ...file, startBytes, endBytes: Math.min(startBytes + stepBytes, sizeBytes) });
  }
  const watch = progressOfParts(upload.onProgress, () => sizeBytes);
  return yield* inParts(
    service,
    upload,
    (put) => ranges.map((range, index) => put(index + 1, range.startBytes, range, watch(index))),
    wholeOf,
  );
}

/** Size and checksums of all parts together. */
function wholeOf([first, ...others]: readonly StoredPart[]): Sent {
  let whole: Sent = first ?? { sizeBytes: 0, checksums: {} };
  for (const { checksums, sizeBytes } of others) {
    whole = {
      sizeBytes: whole.sizeBytes + sizeBytes,
      checksums: combineChecksums(whole.checksums, checksums, sizeBytes),
    };
  }
  return whole;
}

/**
 * Whether another process can go on with an upload.
 *
 * @throws {CloudError} `unsupported` when only uploads that it cannot go on with keep the condition.
 */
export function canResume(service: StorageService, { plan: { checksum, parts }, write }: Upload): boolean {
  if (!service.parts || !parts || (checksum && !combines(checksum.algorithm))) return false;
  if (!write.isConditional || parts.conditions) return true;
  throw new CloudError('unsupported', 'this service keeps no conditions for uploads in parts');
}

/** Uploads a stream in parts. @param first Bytes of the first part to send, which are already read. */
export function* putStreamInParts<Item extends StorageObject>(
  service: StorageService<Item>,
  upload: Upload,
  pullBytes: PullBytes,
  first: Uint8Array,
): Operation<Item> {
  const plan = partsOf(upload);
  const { checksum } = upload.plan;
  // Checksums of parts that cannot be combined are of no use for the whole.
  const running = checksum && !combines(checksum.algorithm) ? runningChecksums([checksum.algorithm]) : undefined;
  const earlier = upload.resumable?.stored ?? [];
  let sizeBytes = earlier.reduce((sum, part) => sum + part.sizeBytes, 0);
  let storedBytes = sizeBytes;
  let hasEnded = false;
  function* next(put: PutPart, number: number): Operation<StoredPart | undefined> {
    const wanted = partBytes(plan, number);
    const data = number === earlier.length + 1 ? first : yield* pullBytes(wanted);
    if (data.length < wanted) hasEnded = true;
    if (data.length === 0) return undefined;
    if (number > plan.maxCount) {
      const held = plan.equal ? `${plan.maxCount} parts of ${wanted} bytes` : `${plan.maxCount} parts`;
      const message = `the source is longer than ${held} can hold; pass \`expectedSizeBytes\`, its size or more, for larger parts`;
      throw new CloudError('invalid-argument', message, { field: 'source' });
    }
    running?.update(data);
    const startBytes = sizeBytes;
    sizeBytes += data.length;
    const part = yield* put(number, startBytes, data);
    storedBytes += data.length;
    upload.onProgress?.({ transferredBytes: storedBytes });
    return part;
  }
  // Made when there is room for it. The last ones may find nothing left to send.
  function* operations(put: PutPart): Generator<Operation<StoredPart | undefined>> {
    for (let number = earlier.length + 1; !hasEnded; number += 1) yield next(put, number);
  }
  return yield* inParts(service, upload, operations, (parts) =>
    running ? { sizeBytes, checksums: running.digest() } : wholeOf(parts),
  );
}

function partsOf({ plan }: Upload): PartPlan {
  if (!plan.parts) throw new Error('the plan has no parts');
  return plan.parts;
}

/** Uploads one part. */
type PutPart = (
  number: number,
  startBytes: number,
  body: Body,
  onProgress?: (transferredBytes: number) => void,
) => Operation<StoredPart>;

/**
 * Uploads an object in parts.
 *
 * @param operations Makes the operations that upload the parts, lazily. One returns `undefined` when nothing is left.
 * @param sent Returns what was sent; called when all parts are stored.
 */
function* inParts<Item extends StorageObject>(
  service: StorageService<Item>,
  upload: Upload,
  operations: (put: PutPart) => Iterable<Operation<StoredPart | undefined>>,
  sent: (parts: readonly StoredPart[]) => Sent,
): Operation<Item> {
  const { plan, resumable, write } = upload;
  const uploads = service.parts as PartUploads;
  const begun = resumable?.begun ?? (yield* uploads.begin(write));
  if (resumable && !resumable.begun) yield* resumable.onBegun(begun);
  const put: PutPart = function* (...part) {
    const stored = yield* putPart(uploads, upload, begun, ...part);
    if (resumable) yield* resumable.onStored(stored);
    return stored;
  };
  let stored: readonly StoredPart[];
  let version: string | undefined;
  let isComplete = false;
  try {
    const sentNow = (yield* parallel(operations(put), plan.concurrency)).filter((part) => part !== undefined);
    stored = resumable ? [...resumable.stored, ...sentNow] : sentNow;
    version = yield* uploads.complete(begun, stored, write);
    isComplete = true;
  } finally {
    if (!isComplete && !resumable) yield* cleanUp(tryAbort(uploads, begun));
  }
  return yield* verifyWhole(service, write.location, sent(stored), version);
}

function* putPart(
  uploads: PartUploads,
  { plan }: Upload,
  begun: BegunUpload,
  number: number,
  startBytes: number,
  body: Body,
  onProgress?: (transferredBytes: number) => void,
): Operation<StoredPart> {
  const { checksum } = plan;
  const algorithms = fileAlgorithms(plan);
  const isFile = !(body instanceof Uint8Array);
  let checksums: Checksums = {};
  if (checksum && !isFile) checksums = { [checksum.algorithm]: checksumOf(checksum.algorithm, body) };
  else if (isFile && checksum?.when === 'before') checksums = yield* fileChecksums(body, algorithms);
  const compute = isFile && checksum?.when === 'during' ? algorithms : [];
  const { sent, tag } = yield* uploads.put(begun, { number, startBytes }, body, { checksums, compute, onProgress });
  const sizeBytes = isFile ? body.endBytes - body.startBytes : body.length;
  return { number, tag, sizeBytes, checksums: { ...checksums, ...sent } };
}

/** Aborts an upload. Ignores a failure, which would hide the reason why the upload failed. */
function* tryAbort(uploads: PartUploads, begun: BegunUpload): Operation<void> {
  try {
    yield* uploads.abort(begun);
  } catch (failure) {
    if (!isCloudError(failure)) throw failure;
  }
}
