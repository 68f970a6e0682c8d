/** Copies one object between any two drivers. */
import type { AsyncStorageDriver, StorageDriver } from '@isobar/core';
import {
  type Algorithm,
  argument,
  type CallOptions,
  type Cancellable,
  type ContainerReference,
  checkedLater,
  countOf,
  flagOf,
  functionOf,
  invalidArgument,
  type MethodTable,
  method,
  methodsOn,
  millisecondsOf,
  type Operation,
  type OptionChecks,
  type StorageObject,
  textOf,
} from '@isobar/core/provider';
import { copyOne } from './copy-one.ts';
import type { KeptField, TreeEntry } from './models.ts';
import { byteLimit } from './pace.ts';
import { type Side, sideOf } from './sides.ts';

/** An object and the driver that reads or writes it. */
interface PlaceOf<Driver> {
  readonly driver: Driver;
  readonly container: ContainerReference;
  readonly name: string;
}

/** An object of an asynchronous driver. */
export interface AsyncPlace extends PlaceOf<AsyncStorageDriver> {}

/** An object of a blocking driver. */
export interface BlockingPlace extends PlaceOf<StorageDriver> {}

/** Options of `copyObject`. */
export interface CopyObjectOptions extends CallOptions {
  /** Only if the destination has no object of that name. Default: it is replaced. */
  readonly ifAbsent?: true;
  /** See the option of `copyTree`. Default true. */
  readonly keepMetadata?: boolean;
  /** See the option of `copyTree`. Default: if both have the same driver. */
  readonly serverSide?: boolean;
  /** Maximum number of bytes per second. Default: no limit. */
  readonly maxBytesPerSecond?: number;
  /** Called as bytes pass. In a blocking call it runs on the blocked thread. */
  readonly onProgress?: (progress: { readonly transferredBytes: number }) => void;
}

/** A copy. */
export interface CopiedObject {
  readonly object: StorageObject;
  /** How the bytes were verified at the destination. */
  readonly verified: Algorithm | 'size';
  /** What the destination could not keep. */
  readonly notKept: readonly KeptField[];
}

interface CopyOperations {
  copyObject(from: AnyPlace, to: AnyPlace, options?: CopyObjectOptions): Operation<CopiedObject>;
}

type AnyPlace = AsyncPlace | BlockingPlace;

const checks: OptionChecks<CopyObjectOptions> = {
  timeoutMs: millisecondsOf,
  ifAbsent: flagOf,
  keepMetadata: flagOf,
  serverSide: flagOf,
  maxBytesPerSecond: (field, value) => countOf(field, value, 1),
  onProgress: functionOf,
};

const methods: MethodTable<CopyOperations> = {
  copyObject: method('operation', [argument('from', checkedLater), argument('to', checkedLater)], checks),
};

/**
 * Copies an object from one driver to another, verified at both ends, in bounded memory.
 *
 * @throws {CloudError} `not-found` when the object or the destination's container does not exist; `precondition-failed`;
 * `integrity`.
 *
 * @example
 * await copyObject({ driver: s3, container: 'a', name: 'x.bin' }, { driver: gcs, container: 'b', name: 'x.bin' });
 */
export function copyObject(
  from: AsyncPlace,
  to: AsyncPlace,
  options?: CopyObjectOptions & Cancellable,
): Promise<CopiedObject>;
export function copyObject(from: BlockingPlace, to: BlockingPlace, options?: CopyObjectOptions): CopiedObject;
export function copyObject(from: AnyPlace, to: AnyPlace, options: CopyObjectOptions = {}): unknown {
  const own = methodsOn<CopyOperations>((from as Partial<AnyPlace> | undefined)?.driver, {
    id: 'transfer',
    operations: { copyObject: copyBetween },
    methods,
  });
  return (own.copyObject as typeof copyObject)(from as AsyncPlace, to as AsyncPlace, { timeoutMs: 0, ...options });
}

function* copyBetween(from: AnyPlace, to: AnyPlace, options: CopyObjectOptions = {}): Operation<CopiedObject> {
  const [source, sourceName] = placeOf('from', from);
  const [target, targetName] = placeOf('to', to);
  if (source.driver === target.driver && source.container === target.container && sourceName === targetName) {
    throw invalidArgument('to', 'is the object itself');
  }
  const { ifAbsent, keepMetadata = true, maxBytesPerSecond, onProgress } = options;
  const { serverSide = source.driver === target.driver } = options;
  const entry: TreeEntry = { name: sourceName, sizeBytes: 0 };
  const charge = byteLimit(maxBytesPerSecond);
  const context = { from: source, to: target, serverSide, keepMetadata, charge, note: () => {}, unconditionalBytes: 1 };
  const task = { source: entry, target: undefined, targetName, replacesAnything: ifAbsent !== true, mustHold: true };
  const { notKept, object, verified } = yield* copyOne(context, task, (transferredBytes) =>
    onProgress?.({ transferredBytes }),
  );
  return { object, verified, notKept };
}

function placeOf(field: 'from' | 'to', place: AnyPlace): readonly [Side, string] {
  const { name, ...tree } = (place ?? {}) as AnyPlace;
  return [sideOf(field, tree), textOf(`${field}.name`, name)];
}
