/** Copies one object: within a service, or through this process in bounded memory. Verified at both ends. */
import {
  type Algorithm,
  type ByteReader,
  type ByteSource,
  CloudError,
  type CloudErrorCode,
  type ConditionOptions,
  cleanUp,
  isCloudError,
  makeByteStream,
  type Operation,
  type ResumableOptions,
  resumable,
  type StorageObject,
} from '@isobar/core/provider';
import { byChecksum, type Charge, compareContents } from './contents.ts';
import { entryOf } from './entries.ts';
import { type KeptFields, keptFields, withoutField } from './kept-fields.ts';
import type { KeptField, TreeEntry } from './models.ts';
import { type PartStore, restOf, resumableUpload, savedParts, storedBytes } from './part-copies.ts';
import type { Side } from './sides.ts';

/** What copies of a run share. */
export interface CopyContext {
  readonly from: Side;
  readonly to: Side;
  /** The destination copies by itself. */
  readonly serverSide: boolean;
  readonly keepMetadata: boolean;
  readonly charge: Charge;
  /** Says once what the run cannot guarantee. */
  note(sentence: string): void;
  /** Where the parts of a large copy are written down. */
  readonly partStore?: ((entry: TreeEntry) => PartStore | undefined) | undefined;
  /** Objects of this size or more are written without a condition: the destination has refused one. */
  unconditionalBytes: number;
}

/** An object to copy, to the same name of the other side, or to another one. */
export interface CopyTask {
  readonly source: TreeEntry;
  /** The destination's object that is replaced. Absent: there is none. */
  readonly target: TreeEntry | undefined;
  /** Name in the destination. */
  readonly targetName: string;
  /** Whether {@link target} is unknown: then nothing of what is there is respected. */
  readonly replacesAnything?: boolean;
  /** The caller has asked for the condition: a destination that cannot keep it is refused. */
  readonly mustHold?: boolean;
}

/** A copy that was made. */
export interface Copied {
  /** The source as it was when it was copied. */
  readonly source: Pick<TreeEntry, 'sizeBytes' | 'version' | 'checksums'>;
  readonly object: StorageObject;
  readonly verified: Algorithm | 'size';
  readonly notKept: readonly KeptField[];
}

/** Receives how many bytes of the object have passed. */
export type WatchBytes = (transferredBytes: number) => void;

const noConditions =
  'The destination keeps no conditions for these writes: what others write to it at the same moment may be replaced.';

/**
 * Copies an object. What the destination had is replaced only if it is still the same.
 *
 * @throws {CloudError} `precondition-failed` when the destination's object was changed since it was listed; `integrity`; those
 * of downloads and uploads.
 */
export function* copyOne(context: CopyContext, task: CopyTask, watch: WatchBytes): Operation<Copied> {
  let condition = task.source.sizeBytes < context.unconditionalBytes ? conditionOf(task) : {};
  for (;;) {
    try {
      return yield* copyOn(context, task, condition, watch);
    } catch (failure) {
      const isConditional = Object.keys(condition).length > 0;
      if (!isConditional || task.mustHold || !isCloudError(failure)) throw failure;
      if (failure.code === 'unsupported') {
        context.note(noConditions);
        context.unconditionalBytes = Math.min(context.unconditionalBytes, task.source.sizeBytes);
        condition = {};
        continue;
      }
      const own = failure.code === 'precondition-failed' && (yield* alreadyThere(context, task));
      if (!own) throw failure;
      return own;
    }
  }
}

function conditionOf({ replacesAnything, target }: CopyTask): ConditionOptions {
  if (replacesAnything) return {};
  if (!target) return { ifAbsent: true };
  return target.version === undefined ? {} : { ifVersion: target.version };
}

/** After a condition failed: the copy, if an attempt whose answer was lost has made it. */
function* alreadyThere(context: CopyContext, { source, targetName }: CopyTask): Operation<Copied | undefined> {
  const { charge, from, to } = context;
  let object: StorageObject;
  try {
    object = yield* to.operations.getObject(to.container, to.prefix + targetName);
  } catch (failure) {
    if (isCloudError(failure, 'not-found')) return undefined;
    throw failure;
  }
  const found = yield* from.operations.getObject(from.container, from.prefix + source.name);
  const one = { side: from, entry: entryOf(found, from) };
  const { isSame, verified } = yield* compareContents(one, { side: to, entry: entryOf(object, to) }, charge);
  return isSame ? { source: found, object, verified, notKept: [] } : undefined;
}

function* copyOn(
  context: CopyContext,
  task: CopyTask,
  condition: ConditionOptions,
  watch: WatchBytes,
): Operation<Copied> {
  if (context.serverSide) return yield* copyWithin(context, task, condition);
  const store = context.partStore?.(task.source);
  return yield* store
    ? copyInParts(context, task, condition, watch, store)
    : copyThrough(context, task, condition, watch);
}

/** The service copies, with all that belongs to the object. */
function* copyWithin(
  { from, keepMetadata, to }: CopyContext,
  { source, targetName }: CopyTask,
  condition: ConditionOptions,
): Operation<Copied> {
  const { operations } = from;
  const name = from.prefix + source.name;
  const reference = { container: from.container, name };
  // A listing with checksums has all that the copy is compared with.
  const found = source.checksums ? source : yield* operations.getObject(from.container, name);
  const { lastModified } = found;
  const keepsTime = keepMetadata && to.capabilities.modificationTimes && lastModified;
  const object = yield* to.operations.copyObject(reference, to.container, to.prefix + targetName, {
    ...condition,
    ...(keepsTime && { lastModified }),
    ...(!keepMetadata && { metadata: {} }),
  });
  return { source: found, object, verified: yield* verifyCopy(to, found, object), notKept: [] };
}

/**
 * The bytes pass through this process, with one request at each side if the object is small. Metadata that the destination
 * refuses are left out.
 */
function* copyThrough(
  context: CopyContext,
  task: CopyTask,
  condition: ConditionOptions,
  watch: WatchBytes,
  leaveOut?: KeptField,
): Operation<Copied> {
  const { charge, from, keepMetadata, to } = context;
  const source = { container: from.container, name: from.prefix + task.source.name };
  const reader = from.operations.downloadObjectAsStream(source).open();
  try {
    const found = (yield* reader.object()) as StorageObject;
    const all = keptFields(found, from, to, keepMetadata);
    const kept = leaveOut ? withoutField(all, leaveOut) : all;
    const bytes = countedBytes(reader, charge, watch);
    const object = yield* uploadOnce(to, to.prefix + task.targetName, found, kept, condition, bytes);
    return { source: found, object, verified: yield* verifyCopy(to, found, object), notKept: kept.notKept };
  } catch (failure) {
    const isRefused = isCloudError(failure, 'invalid-argument') && failure.details.field === 'metadata';
    if (!isRefused || leaveOut) throw failure;
  } finally {
    yield* cleanUp(reader.close());
  }
  return yield* copyThrough(context, task, condition, watch, 'metadata');
}

/** Failures of an upload that goes on, which a new one may not meet. */
const refusals: readonly CloudErrorCode[] = ['not-found', 'invalid-argument', 'rejected'];

/** As {@link copyThrough}, from where an earlier attempt has come. */
function* copyInParts(
  context: CopyContext,
  task: CopyTask,
  condition: ConditionOptions,
  watch: WatchBytes,
  store: PartStore,
): Operation<Copied> {
  const { charge, from, keepMetadata, to } = context;
  const found = yield* from.operations.getObject(from.container, from.prefix + task.source.name);
  const saved = yield* savedParts(store, found);
  const reader = restOf(from, found, saved?.stored ?? []).open();
  const bytes = countedBytes(reader, charge, watch, storedBytes(saved?.stored ?? []));
  const kept = keptFields(found, from, to, keepMetadata);
  const options = { [resumable]: resumableUpload(store, found, saved) };
  let object: StorageObject;
  try {
    object = yield* uploadOnce(to, to.prefix + task.targetName, found, kept, condition, bytes, options);
  } catch (failure) {
    if (!isCloudError(failure)) throw failure;
    if (failure.details.field === 'metadata') return yield* copyThrough(context, task, condition, watch, 'metadata');
    // What was stored is of no use any more: somebody else has made the object of it, or it was cleaned up.
    if (!saved || !refusals.includes(failure.code)) throw failure;
    yield* store.clear();
    const own = yield* alreadyThere(context, task);
    return own ?? (yield* copyInParts(context, task, condition, watch, store));
  } finally {
    yield* cleanUp(reader.close());
  }
  yield* store.clear();
  return { source: found, object, verified: yield* verifyCopy(to, found, object), notKept: kept.notKept };
}

/** The rest of a reader, counted. */
function countedBytes(reader: ByteReader, charge: Charge, watch: WatchBytes, startBytes = 0): ByteReader {
  let passedBytes = startBytes;
  return {
    ...reader,
    *next() {
      const piece = yield* reader.next();
      if (!piece) return undefined;
      yield* charge(piece.length);
      passedBytes += piece.length;
      watch(passedBytes);
      return piece;
    },
    // The copy closes it.
    *close() {},
  };
}

function* uploadOnce(
  to: Side,
  name: string,
  { sizeBytes }: StorageObject,
  { headers }: KeptFields,
  condition: ConditionOptions,
  bytes: ByteReader,
  more: ResumableOptions = {},
): Operation<StorageObject> {
  // Operations take streams of other operations too, which callers of drivers cannot have.
  const source = makeByteStream(() => bytes) as unknown as ByteSource;
  const options = { ...headers, ...condition, ...(sizeBytes > 0 && { expectedSizeBytes: sizeBytes }), ...more };
  return yield* to.operations.uploadObjectViaStream(source, to.container, name, options);
}

/**
 * Compares a copy with its source. Each end has verified the bytes already: the download with the source's checksum, the upload
 * with the destination's.
 */
function* verifyCopy(to: Side, source: Copied['source'], object: StorageObject): Operation<Algorithm | 'size'> {
  const compared = byChecksum(source.checksums, object.checksums);
  if (source.sizeBytes === object.sizeBytes && compared?.isSame !== false) {
    const [ofOneEnd] = Object.keys({ ...source.checksums, ...object.checksums }) as Algorithm[];
    return compared?.verified ?? ofOneEnd ?? 'size';
  }
  const { container, name, version } = object;
  const message = `object ${JSON.stringify(name)} in ${container}: the copy differs from its source`;
  if (version !== undefined) yield* cleanUp(to.operations.deleteObject(object, { ifVersion: version }));
  throw new CloudError('integrity', message, { container, object: name });
}
