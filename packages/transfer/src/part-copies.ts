/** Copies of large objects that another process can go on with: what is stored of them is written down, part by part. */
import {
  type BegunUpload,
  type ByteStream,
  immediate,
  makeByteStream,
  type Operation,
  type ResumableUpload,
  type StorageObject,
  type StoredPart,
} from '@isobar/core/provider';
import type { Side } from './sides.ts';

/** What is known of a copy that has begun. Plain data. */
export interface SavedCopy {
  /** The version and size of the source whose bytes they are. */
  readonly sourceVersion: string | undefined;
  readonly sizeBytes: number;
  readonly begun: BegunUpload;
}

/** Where the parts of a copy are written down, as operations. */
export interface PartStore {
  /** What was written down, if anything. Parts in any order. */
  load(): Operation<(SavedCopy & { readonly parts: readonly StoredPart[] }) | undefined>;
  /** A copy has begun. It replaces what was written down of an earlier one. */
  begin(copy: SavedCopy): Operation<void>;
  /** A part of it is stored. */
  add(copy: SavedCopy, part: StoredPart): Operation<void>;
  /** Forgets everything. */
  clear(): Operation<void>;
}

/** What an earlier attempt has stored: the parts from the first on, with none missing between them. */
export interface SavedParts {
  readonly copy: SavedCopy;
  readonly stored: readonly StoredPart[];
}

/** What an earlier attempt has stored of an object, if it is still the same. */
export function* savedParts(store: PartStore, found: StorageObject): Operation<SavedParts | undefined> {
  const saved = yield* store.load();
  if (!saved) return undefined;
  const { parts, ...copy } = saved;
  if (copy.sourceVersion !== found.version || copy.sizeBytes !== found.sizeBytes) {
    yield* store.clear();
    return undefined;
  }
  const byNumber = new Map(parts.map((part) => [part.number, part]));
  const stored: StoredPart[] = [];
  for (let part = byNumber.get(1); part; part = byNumber.get(part.number + 1)) stored.push(part);
  return { copy, stored };
}

/** Bytes of parts. */
export function storedBytes(parts: readonly StoredPart[]): number {
  return parts.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
}

/** The bytes of an object after those that are stored: of the version that was found. */
export function restOf(from: Side, found: StorageObject, stored: readonly StoredPart[]): ByteStream {
  const startBytes = storedBytes(stored);
  if (startBytes === 0) return from.operations.downloadObjectAsStream(found);
  if (startBytes < found.sizeBytes) return from.operations.downloadObjectRangeAsStream(found, startBytes);
  return makeByteStream(() => ({
    object: () => immediate(found),
    next: () => immediate(undefined),
    close: () => immediate(undefined),
  }));
}

/** An upload that writes its parts down. */
export function resumableUpload(
  store: PartStore,
  { sizeBytes, version }: StorageObject,
  saved: SavedParts | undefined,
): ResumableUpload {
  let copy = saved?.copy;
  return {
    begun: saved?.copy.begun,
    stored: saved?.stored ?? [],
    *onBegun(begun) {
      copy = { sourceVersion: version, sizeBytes, begun };
      yield* store.begin(copy);
    },
    *onStored(part) {
      yield* store.add(copy as SavedCopy, part);
    },
  };
}
