/** The work of `compareTrees` and `verifyTree`: which objects are the same. */
import { type CloudFailure, immediate, type Operation } from '@isobar/core/provider';
import { byChecksum, type Charge, type Comparison, compareContents } from './contents.ts';
import { type EntryReader, readSides } from './entries.ts';
import { type Filters, filtersOf } from './filters.ts';
import type { ComparedObject, TreeEntry } from './models.ts';
import type { CompareTreesOptions } from './options.ts';
import { nextPairs, type Pair } from './pairs.ts';
import type { Found, Job, RunTools, Work } from './run.ts';
import type { Side } from './sides.ts';
import { isSameByTime, isUpToDate } from './times.ts';

/** How two objects of one name and size are compared. */
export type CompareBy = 'time' | 'size' | 'checksum';

type FoundObject = Found<ComparedObject>;

/** The work of a comparison. */
export class ComparisonWork implements Work<ComparedObject> {
  readonly #from: Side;
  readonly #to: Side;
  readonly #by: CompareBy;
  readonly #filters: Filters;
  readonly #readers: readonly [EntryReader, EntryReader];
  readonly #wantsExtras: boolean;
  #charge: Charge | undefined;

  constructor(from: Side, to: Side, by: CompareBy, options: CompareTreesOptions<ComparedObject>) {
    this.#from = from;
    this.#to = to;
    this.#by = by;
    this.#filters = filtersOf(options);
    const { entries, sortListings: sorted = false } = options;
    const checksums = by === 'checksum';
    this.#wantsExtras = entries === undefined;
    this.#readers = readSides(from, to, entries, { after: undefined, checksums: [checksums, checksums], sorted });
  }

  *begin({ charge }: RunTools): Operation<void> {
    this.#charge = charge;
    yield* immediate(undefined);
  }

  *more(): Operation<readonly FoundObject[] | undefined> {
    for (;;) {
      const pairs = yield* nextPairs(...this.#readers, this.#wantsExtras);
      if (!pairs) return undefined;
      const found = pairs.filter((pair) => this.#takesPart(pair)).map((pair) => this.#compare(pair));
      if (found.length > 0) return found;
    }
  }

  *nextPhase(): Operation<boolean> {
    return yield* immediate(false);
  }

  #takesPart({ name, source }: Pair): boolean {
    if (!source) return this.#wantsExtras && this.#filters.allowsName(name);
    return this.#filters.allowsName(name) && this.#filters.allowsEntry(source);
  }

  #compare({ name, source, target }: Pair): FoundObject {
    if (!source) return { result: { name, outcome: 'extra', sizeBytes: target.sizeBytes } };
    const { sizeBytes } = source;
    if (!target) return { result: { name, outcome: 'missing', sizeBytes } };
    if (sizeBytes !== target.sizeBytes)
      return { result: resultOf(source, { isSame: false, reason: 'size', verified: 'size' }) };
    if (this.#by === 'size') return { result: resultOf(source, { isSame: true, verified: 'size' }) };
    if (this.#by === 'time') {
      if (isUpToDate(source, target)) return { result: { name, outcome: 'same', sizeBytes } };
      return { job: this.#job(source, () => isSameByTime(this.#from, source, this.#to, target)) };
    }
    const known = byChecksum(source.checksums, target.checksums);
    if (known) return { result: resultOf(source, known) };
    const [one, other] = [
      { side: this.#from, entry: source },
      { side: this.#to, entry: target },
    ];
    return { job: this.#job(source, () => compareContents(one, other, this.#charge as Charge)) };
  }

  #job(source: TreeEntry, compare: () => Operation<Comparison | boolean>): Job<ComparedObject> {
    const { name, sizeBytes } = source;
    return {
      sizeBytes,
      objects: 1,
      *run() {
        const compared = yield* compare();
        if (typeof compared !== 'boolean') return [resultOf(source, compared)];
        return [
          { name, outcome: compared ? 'same' : 'different', ...(!compared && { reason: 'time' as const }), sizeBytes },
        ];
      },
      failed: (error: CloudFailure) => [{ name, outcome: 'failed', error }],
    };
  }
}

function resultOf({ name, sizeBytes }: TreeEntry, { isSame, reason, verified }: Comparison): ComparedObject {
  return { name, outcome: isSame ? 'same' : 'different', ...(reason && { reason }), sizeBytes, verified };
}
