/** Whether two objects have the same bytes: by checksums that both services tell, else by reading one side. */
import {
  type Algorithm,
  type Checksums,
  cleanUp,
  type Operation,
  parallel,
  runningChecksums,
} from '@isobar/core/provider';
import { entryOf } from './entries.ts';
import type { TreeEntry } from './models.ts';
import type { Side } from './sides.ts';

/** An object of a side. */
export interface Located {
  readonly side: Side;
  readonly entry: TreeEntry;
}

/** How the bytes of two objects compare. */
export interface Comparison {
  readonly isSame: boolean;
  readonly reason?: 'size' | 'checksum';
  readonly verified: Algorithm | 'size';
}

/** Waits before bytes are read, where they are limited. */
export type Charge = (byteCount: number) => Operation<void>;

/** Compares the bytes of two objects. Exchanges: none if both listings tell a checksum in common; else up to two, and a read. */
export function* compareContents(one: Located, other: Located, charge: Charge): Operation<Comparison> {
  if (one.entry.sizeBytes !== other.entry.sizeBytes) return { isSame: false, reason: 'size', verified: 'size' };
  const known = byChecksum(one.entry.checksums, other.entry.checksums);
  if (known) return known;
  const [first, second] = (yield* parallel([checksumsOf(one), checksumsOf(other)], 2)) as [Checksums, Checksums];
  const told = byChecksum(first, second);
  if (told) return told;
  // The disk is read, if there is one. The other side's service tells what the bytes must be.
  const readsSecond = other.side.capabilities.modificationTimes && !one.side.capabilities.modificationTimes;
  const [read, kept, keptSums] = readsSecond ? [other, one, first] : [one, other, second];
  const algorithm = algorithmsIn(keptSums)[0];
  if (algorithm) return byChecksum(yield* readChecksum(read, algorithm, charge), keptSums) as Comparison;
  const [ofOne, ofOther] = (yield* parallel(
    [readChecksum(read, 'crc32c', charge), readChecksum(kept, 'crc32c', charge)],
    2,
  )) as [Checksums, Checksums];
  return byChecksum(ofOne, ofOther) as Comparison;
}

/** Compares by a checksum that both have; `undefined` when there is none. */
export function byChecksum(one: Checksums = {}, other: Checksums = {}): Comparison | undefined {
  const algorithm = algorithmsIn(one).find((candidate) => other[candidate] !== undefined);
  if (!algorithm) return undefined;
  const isSame = one[algorithm] === other[algorithm];
  return { isSame, verified: algorithm, ...(!isSame && { reason: 'checksum' as const }) };
}

function algorithmsIn(checksums: Checksums): Algorithm[] {
  return (Object.keys(checksums) as Algorithm[]).filter((algorithm) => checksums[algorithm] !== undefined);
}

/** The checksums that the listing or the object tells. */
function* checksumsOf({ entry, side }: Located): Operation<Checksums> {
  if (entry.checksums) return entry.checksums;
  const object = yield* side.operations.getObject(side.container, side.prefix + entry.name);
  return entryOf(object, side).checksums ?? {};
}

/** Reads an object for a checksum of its bytes. */
function* readChecksum({ entry, side }: Located, algorithm: Algorithm, charge: Charge): Operation<Checksums> {
  const running = runningChecksums([algorithm]);
  const name = side.prefix + entry.name;
  const reader = side.operations.downloadObjectAsStream({ container: side.container, name }).open();
  try {
    for (let piece = yield* reader.next(); piece; piece = yield* reader.next()) {
      running.update(piece);
      yield* charge(piece.length);
    }
  } finally {
    yield* cleanUp(reader.close());
  }
  return running.digest();
}
