/**
 * The state of one download, for any destination: what to request next, whether it can resume after a broken connection
 * (with a range of the same version), and whether the received bytes match the stored ones.
 */
import { type Algorithm, type Checksums, checksumOf } from '../../../checksums/checksums.ts';
import { CloudError, invalidArgument, isCloudError } from '../../../errors.ts';
import { cleanUp, type Operation } from '../../../operations/operation.ts';
import type { ByteRange } from '../../arguments.ts';
import type { DownloadedFile, ObjectReference, StorageObject } from '../../models.ts';
import type { DownloadOptions } from '../../options.ts';
import type { GetRequest, Got, StoragePlan, StorageService, VersionedLocation, WholeObject } from '../../service.ts';
import { checkVersion, integrityFailure, subjectOf } from '../stored-objects.ts';
import { checkedTarget } from '../targets.ts';

/** One download, or one range of it. */
export interface Download<Item extends StorageObject = StorageObject> {
  readonly service: StorageService<Item>;
  readonly plan: StoragePlan;
  readonly target: VersionedLocation;
  readonly range: ByteRange | undefined;
  /** Whether to decode an object that is stored as gzip. */
  readonly decompress: boolean;
  readonly onProgress: DownloadOptions['onProgress'];
  /** The checksums in the model that the caller passed. Only a hint: those in the first answer count. */
  readonly hinted: Checksums;
  /** Bytes delivered so far, and their checksums. */
  doneBytes: number;
  checksums: Checksums;
  /** Set by the first answer. */
  whole: WholeObject | undefined;
}

/** Checks the arguments of a download. */
export function startDownload<Item extends StorageObject>(
  service: StorageService<Item>,
  object: ObjectReference,
  range: ByteRange | undefined,
  options: DownloadOptions,
): Download<Item> {
  const { decompress = false, onProgress } = options;
  if (decompress && range) {
    const why = 'cannot be true for a range: a part of a gzip stream cannot be decoded by itself';
    throw invalidArgument('decompress', why);
  }
  const target = checkedTarget(service, object, options);
  const plan = service.plan(target.container);
  const hinted = (object as Partial<StorageObject>).checksums ?? {};
  return {
    service,
    plan,
    target,
    range,
    decompress,
    onProgress,
    hinted,
    doneBytes: 0,
    checksums: {},
    whole: undefined,
  };
}

/** The checksum to compute while bytes arrive: the one that the service has, as far as an earlier answer told it. */
export function firstChecksums({ hinted, plan, whole }: Download): readonly Algorithm[] {
  const told = whole?.checksums ?? hinted;
  const [first] = plan.verifies;
  const known = plan.verifies.find((algorithm) => told[algorithm] !== undefined) ?? first;
  return known === undefined ? none : [known];
}

const none: readonly never[] = [];

/**
 * Gets the bytes that are missing. They arrive as stored unless `decompress` is set.
 *
 * @param onProgress Called with the bytes of this answer.
 * @param maxBytes See {@link GetRequest.maxBytes}.
 */
export function* getMissing<Item extends StorageObject>(
  download: Download<Item>,
  sink: GetRequest['sink'],
  onProgress: DownloadOptions['onProgress'] = download.onProgress,
  maxBytes?: number,
): Operation<Got<Item>> {
  const { decompress, doneBytes, service, target, whole } = download;
  const version = whole?.version ?? target.version;
  const got = yield* service.get(version === target.version ? target : { ...target, version: version as string }, {
    range: missingRange(download),
    sink,
    compute: decompress || typeof sink === 'object' ? firstChecksums(download) : none,
    decode: decompress,
    maxBytes,
    onProgress: onProgress && ((bytes) => onProgress({ transferredBytes: doneBytes + bytes, ...totalOf(download) })),
  });
  try {
    checkVersion(target, version, got.whole.version);
    download.whole ??= got.whole;
  } catch (failure) {
    if (got.pieces) yield* cleanUp(got.pieces.close());
    throw failure;
  }
  return got;
}

function missingRange({ doneBytes, range }: Download): ByteRange | undefined {
  if (!range && doneBytes === 0) return undefined;
  const startBytes = (range?.startBytes ?? 0) + doneBytes;
  return range?.endBytes === undefined ? { startBytes } : { startBytes, endBytes: range.endBytes };
}

/** How many bytes the download has in all; `undefined` before the first answer. */
export function expectedBytes({ range, whole }: Download): number | undefined {
  return whole && Math.min(range?.endBytes ?? whole.sizeBytes, whole.sizeBytes) - (range?.startBytes ?? 0);
}

function totalOf(download: Download): { totalBytes?: number } {
  const totalBytes = expectedBytes(download);
  return totalBytes === undefined ? {} : { totalBytes };
}

/** Whether a broken download can resume. It needs a version, so that bytes of two versions never mix. */
export function canResume({ plan, service, whole }: Download, failure: unknown): boolean {
  const isTransient = isCloudError(failure, 'network') || isCloudError(failure, 'timeout');
  return isTransient && service.retry.attempts > 1 && plan.pinsVersions && whole?.version !== undefined;
}

/** Whether all bytes have arrived, so that only the end of the answer was lost. */
export function isComplete(download: Download): boolean {
  return download.whole !== undefined && download.doneBytes === expectedBytes(download);
}

/**
 * The checksum that the delivered bytes can be compared with; `undefined` when the service tells none, or only a range is
 * downloaded.
 */
export function verifiable({ plan, range, whole }: Download): Algorithm | undefined {
  return range || !whole ? undefined : plan.verifies.find((algorithm) => whole.checksums[algorithm] !== undefined);
}

/**
 * Verifies the delivered bytes by checksum, else by size.
 *
 * @throws {CloudError} `integrity`.
 */
export function verify(download: Download): DownloadedFile['verified'] {
  const { checksums, doneBytes, target, whole } = download;
  const expected = expectedBytes(download);
  if (!whole || doneBytes !== expected) {
    throw integrityFailure(target, `${doneBytes} bytes arrived instead of ${expected}`);
  }
  const algorithm = verifiable(download);
  const received = algorithm && checksums[algorithm];
  if (!algorithm || received === undefined) return 'size';
  if (received === whole.checksums[algorithm]) return algorithm;
  const name = algorithm.toUpperCase();
  const message = `the received bytes have ${name} ${received}, the stored ones ${whole.checksums[algorithm]}`;
  throw integrityFailure(target, message);
}

/** Adds the checksum of bytes that arrived at once. */
export function hashWhole(download: Download, bytes: Uint8Array): void {
  const algorithm = verifiable(download);
  if (algorithm) download.checksums = { [algorithm]: checksumOf(algorithm, bytes) };
}

/** The error that a broken answer stands for. */
export function interruption({ target }: Download, { code, message }: NonNullable<Got['interrupted']>): CloudError {
  return new CloudError(code, message, subjectOf(target));
}
