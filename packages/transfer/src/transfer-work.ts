/** The work of `copyTree`, `syncTree` and `moveTree`: what is copied, and what is deleted at the end. */
import {
  CloudError,
  type CloudFailure,
  immediate,
  invalidArgument,
  isCloudError,
  type Operation,
  type StorageObject,
} from '@isobar/core/provider';
import { byChecksum, compareContents } from './contents.ts';
import { type CopyContext, copyOne, type WatchBytes } from './copy-one.ts';
import { type EntryReader, entryOf, readSides } from './entries.ts';
import { type Filters, filtersOf } from './filters.ts';
import { Journal, type Resumed } from './journal.ts';
import type { Difference, TransferredObject, TreeEntry } from './models.ts';
import type { SyncTreeOptions } from './options.ts';
import { nextPairs, type Pair } from './pairs.ts';
import type { Found, Job, RunTools, Work } from './run.ts';
import { labelOf, refuseOverlap, type Side } from './sides.ts';
import { isSameByTime, isUpToDate } from './times.ts';

/** Which of the three it is. */
export type TransferKind = 'copyTree' | 'syncTree' | 'moveTree';

/** Objects that one request deletes, where the service can. */
const deletionBatch = 1000;

type FoundObject = Found<TransferredObject>;

/** The work of a transfer. */
export class TransferWork implements Work<TransferredObject> {
  readonly #kind: TransferKind;
  readonly #from: Side;
  readonly #to: Side;
  readonly #options: SyncTreeOptions<TransferredObject>;
  readonly #filters: Filters;
  readonly #journal: Journal | undefined;
  #context: CopyContext | undefined;
  #resumed: Resumed | undefined;
  /** Names that failed in the run before and are tried again. */
  #again: readonly string[] = [];
  #readers: readonly [EntryReader, EntryReader] | undefined;
  #phase: 'copy' | 'count' | 'delete' | 'done' = 'copy';
  #sourceCount = 0;
  /** Objects that only the destination has. */
  #extraCount = 0;

  constructor(kind: TransferKind, from: Side, to: Side, options: SyncTreeOptions<TransferredObject>) {
    refuseOverlap(from, to);
    this.#kind = kind;
    this.#from = from;
    this.#to = to;
    this.#options = options;
    this.#filters = filtersOf(options);
    if (options.maxDeletions !== undefined && !options.delete) {
      throw invalidArgument('maxDeletions', 'is about deletions; set `delete` too');
    }
    const { dryRun, entries, journal } = options;
    if (entries && (options.delete || journal !== undefined)) {
      throw invalidArgument('entries', 'cannot be combined with `delete` or `journal`');
    }
    if (journal !== undefined && dryRun) throw invalidArgument('journal', 'cannot be combined with `dryRun`');
    if (journal !== undefined) this.#journal = new Journal(journal, identityOf(kind, from, to, options));
  }

  get openNames(): number {
    return this.#journal?.openNames ?? 0;
  }

  *begin({ charge, note }: RunTools): Operation<void> {
    const { keepMetadata = true, partStore, serverSide = this.#from.driver === this.#to.driver } = this.#options;
    this.#context = {
      from: this.#from,
      to: this.#to,
      serverSide,
      keepMetadata,
      charge,
      note,
      unconditionalBytes: Number.POSITIVE_INFINITY,
      partStore,
    };
    this.#resumed = this.#journal && (yield* this.#journal.open());
    this.#again = this.#resumed?.failed ?? [];
    this.#readers = this.#read(this.#resumed?.after);
  }

  #read(after?: string): readonly [EntryReader, EntryReader] {
    const { compare, entries, sortListings: sorted = false } = this.#options;
    const byContents = compare === 'checksum' || this.#kind === 'moveTree';
    const isDisk = ({ capabilities }: Side): boolean => capabilities.modificationTimes === true;
    // On a disk a checksum means reading the file.
    const forCopies = this.#context?.serverSide === true && !isDisk(this.#from);
    const checksums = this.#phase === 'copy' && byContents;
    return readSides(this.#from, this.#to, entries, {
      after,
      sorted,
      checksums: [checksums || (this.#phase === 'copy' && forCopies), checksums],
    });
  }

  *more(): Operation<readonly FoundObject[] | undefined> {
    if (this.#phase === 'done') return undefined;
    if (this.#again.length > 0) return yield* this.#findAgain();
    const [from, to] = this.#readers as readonly [EntryReader, EntryReader];
    for (;;) {
      const pairs = yield* nextPairs(from, to, this.#options.delete === true);
      if (!pairs) return undefined;
      const found = this.#phase === 'copy' ? pairs.flatMap((pair) => this.#toCopy(pair)) : this.#toDelete(pairs);
      if (found.length > 0) return found;
    }
  }

  *tick(nowMs: number): Operation<void> {
    if (this.#journal) yield* this.#journal.tick(nowMs);
  }

  *end(how: 'done' | 'failed', counts: ReadonlyMap<string, number>): Operation<void> {
    if (how === 'failed') yield* this.#journal?.flush() ?? immediate(undefined);
    else if (this.#journal) yield* this.#journal.finish((counts.get('failed') ?? 0) > 0);
  }

  /** What to do about the objects of one name. */
  #toCopy({ name, source, target }: Pair): FoundObject[] {
    if (!source) {
      if (this.#filters.allowsName(name)) this.#extraCount += 1;
      return [];
    }
    this.#sourceCount += 1;
    if (!this.#filters.allowsName(name) || !this.#filters.allowsEntry(source)) return [];
    if (this.#resumed?.done.has(name)) return [];
    const settle = this.#journal?.found(name);
    const found = this.#decide(source, target);
    if (!settle) return [found];
    if (!found.job) {
      settle(false);
      return [found];
    }
    return [{ job: settled(found.job, settle) }];
  }

  #decide(source: TreeEntry, target: TreeEntry | undefined): FoundObject {
    const { compare = 'time', overwrite = 'different' } = this.#options;
    const copy = (reason: TransferredObject['reason']): FoundObject => ({
      job: this.#copyJob(source, target, reason, () => immediate(undefined)),
    });
    if (!target) return copy('absent');
    if (this.#kind === 'moveTree' && overwrite !== 'always') return { job: this.#lookJob(source, target, 'checksum') };
    if (overwrite === 'always') return copy('exists');
    if (overwrite === 'never') return skipped(source, 'exists');
    const isNotOlder = isUpToDate(source, target);
    if (overwrite === 'older' && isNotOlder) return skipped(source, 'newer');
    if (source.sizeBytes !== target.sizeBytes) return copy('size');
    if (compare === 'size' || (compare === 'time' && isNotOlder)) return skipped(source, 'same');
    const known = compare === 'checksum' ? byChecksum(source.checksums, target.checksums) : undefined;
    if (known) return known.isSame ? skipped(source, 'same') : copy('checksum');
    return { job: this.#lookJob(source, target, compare === 'time' ? 'time' : 'checksum') };
  }

  /** A job that looks closer first: listings do not tell whether the objects are the same. */
  #lookJob(source: TreeEntry, target: TreeEntry, by: 'time' | 'checksum'): Job<TransferredObject> {
    const { overwrite } = this.#options;
    const context = this.#context as CopyContext;
    const isMove = this.#kind === 'moveTree';
    const [from, to] = [this.#from, this.#to];
    function* look(): Operation<Difference | 'same'> {
      if (by === 'time') return (yield* isSameByTime(from, source, to, target)) ? 'same' : 'time';
      const one = { side: from, entry: source };
      const { isSame, reason } = yield* compareContents(one, { side: to, entry: target }, context.charge);
      return isSame ? 'same' : (reason as Difference);
    }
    return this.#copyJob(source, target, by, function* () {
      const difference = yield* look();
      if (difference === 'same') return 'same';
      if (isMove && overwrite === 'never') return 'exists';
      return isMove && overwrite === 'older' && isUpToDate(source, target) ? 'newer' : undefined;
    });
  }

  /** @param skip Why it need not be copied after all. */
  #copyJob(
    source: TreeEntry,
    target: TreeEntry | undefined,
    reason: TransferredObject['reason'],
    skip: () => Operation<TransferredObject['reason']>,
  ): Job<TransferredObject> {
    const { name, sizeBytes } = source;
    const isMove = this.#kind === 'moveTree';
    const { dryRun = false } = this.#options;
    const context = this.#context as CopyContext;
    const outcome = isMove ? 'moved' : 'copied';
    const run = function* (watch: WatchBytes): Operation<readonly TransferredObject[]> {
      const skipReason = yield* skip();
      if (skipReason !== undefined && !(isMove && skipReason === 'same')) {
        return [{ name, outcome: 'skipped', reason: skipReason, sizeBytes }];
      }
      if (dryRun) return [{ name, outcome, ...(reason && { reason }), sizeBytes }];
      if (skipReason === 'same') {
        yield* removeSource(context.from, name, source.version);
        return [{ name, outcome, reason: 'already-there', sizeBytes }];
      }
      const copied = yield* copyOne(context, { source, target, targetName: name }, watch);
      if (isMove) yield* removeSource(context.from, name, copied.source.version);
      const { notKept, object, verified } = copied;
      return [
        {
          name,
          outcome,
          ...(reason && { reason }),
          sizeBytes: object.sizeBytes,
          verified,
          ...(object.checksums && { checksums: object.checksums }),
          ...(notKept.length > 0 && { notKept }),
        },
      ];
    };
    return { sizeBytes: dryRun ? 0 : sizeBytes, objects: 1, run, failed: (error) => [failedCopy(source, error)] };
  }

  /** Names that failed in the run before, looked up again. */
  *#findAgain(): Operation<readonly FoundObject[]> {
    const names = this.#again.slice(0, deletionBatch);
    this.#again = this.#again.slice(names.length);
    const [from, to] = [this.#from, this.#to];
    const journal = this.#journal as Journal;
    const jobs = names.map((name): FoundObject => {
      let job: Job<TransferredObject> | undefined;
      const decide = (source: TreeEntry, target: TreeEntry | undefined): FoundObject => this.#decide(source, target);
      return {
        job: {
          sizeBytes: 0,
          objects: 1,
          *run(watch) {
            const source = yield* lookUp(from, name);
            const found = source && decide(source, yield* lookUp(to, name));
            job = found?.job;
            const gone: TransferredObject = { name, outcome: 'skipped', reason: 'absent' };
            const results = job ? yield* job.run(watch) : [found?.result ?? gone];
            journal.repaired(name);
            return results;
          },
          failed: (error) => job?.failed(error) ?? [{ name, outcome: 'failed', error }],
        },
      };
    });
    return jobs;
  }

  *nextPhase(counts: ReadonlyMap<string, number>): Operation<boolean> {
    const wants = this.#kind === 'syncTree' && this.#options.delete === true;
    if (this.#phase === 'done' || this.#phase === 'delete' || !wants) return false;
    // A run that went on has seen a part of the names only.
    const isCounted = this.#phase === 'count' || this.#resumed?.after === undefined;
    if (this.#phase === 'copy' && (counts.get('failed') ?? 0) > 0) {
      return this.#refuse('Nothing was deleted, because some objects failed.');
    }
    if (!isCounted) {
      this.#phase = 'count';
      [this.#sourceCount, this.#extraCount] = [0, 0];
    } else if (this.#extraCount === 0) return false;
    else if (this.#sourceCount === 0) {
      return this.#refuse('Nothing was deleted, because the source has no objects.');
    } else if (this.#extraCount > (this.#options.maxDeletions ?? Number.POSITIVE_INFINITY)) {
      return this.#refuse(`Nothing was deleted, because ${this.#extraCount} objects would be.`);
    } else this.#phase = 'delete';
    this.#readers = this.#read();
    return yield* immediate(true);
  }

  #refuse(note: string): false {
    this.#context?.note(note);
    this.#phase = 'done';
    return false;
  }

  /** What to delete of some pairs, or in the phase that only counts: nothing. */
  #toDelete(pairs: readonly Pair[]): FoundObject[] {
    const extras = pairs.filter(({ name, source }) => !source && this.#filters.allowsName(name));
    if (this.#phase === 'count') {
      this.#extraCount += extras.length;
      this.#sourceCount += pairs.filter(({ source }) => source).length;
      return [];
    }
    if (this.#options.dryRun) return extras.map(({ name }) => ({ result: deleted(name) }));
    const batches = Array.from({ length: Math.ceil(extras.length / deletionBatch) }, (_, index) =>
      extras.slice(index * deletionBatch, (index + 1) * deletionBatch).map(({ name }) => name),
    );
    return batches.map((names) => ({ job: deletionJob(this.#to, names) }));
  }
}

function skipped({ name, sizeBytes }: TreeEntry, reason: TransferredObject['reason']): FoundObject {
  return { result: { name, outcome: 'skipped', ...(reason && { reason }), sizeBytes } };
}

function deleted(name: string): TransferredObject {
  return { name, outcome: 'deleted', reason: 'extra' };
}

/** What became of an object that was not copied. Objects that stand for folders have no place on a disk. */
function failedCopy({ name, sizeBytes }: TreeEntry, error: CloudFailure): TransferredObject {
  if (error.code === 'invalid-argument' && name.endsWith('/') && sizeBytes === 0) {
    return { name, outcome: 'skipped', reason: 'folder', sizeBytes };
  }
  return { name, outcome: 'failed', error };
}

/** A job that tells the journal what became of it. */
function settled(job: Job<TransferredObject>, settle: (isFailed: boolean) => void): Job<TransferredObject> {
  return {
    ...job,
    *run(watch) {
      const results = yield* job.run(watch);
      settle(false);
      return results;
    },
    failed(error) {
      const results = job.failed(error);
      settle(results.some(({ outcome }) => outcome === 'failed'));
      return results;
    },
  };
}

function* lookUp(side: Side, name: string): Operation<TreeEntry | undefined> {
  try {
    const object: StorageObject = yield* side.operations.getObject(side.container, side.prefix + name);
    return entryOf(object, side);
  } catch (failure) {
    if (isCloudError(failure, 'not-found')) return undefined;
    throw failure;
  }
}

/** Deletes an object that has been moved, unless it was changed meanwhile. */
function* removeSource(
  { container, operations, prefix }: Side,
  name: string,
  version: string | undefined,
): Operation<void> {
  const object = { container, name: prefix + name };
  try {
    yield* operations.deleteObject(object, version === undefined ? {} : { ifVersion: version });
  } catch (failure) {
    if (!isCloudError(failure, 'unsupported') || version === undefined) throw failure;
    // A service without conditions is asked just before.
    const now = yield* operations.getObject(container, object.name);
    if (now.version !== version) {
      const message = `object ${JSON.stringify(object.name)} in ${container}: it was changed while it was moved; both stay`;
      throw new CloudError('precondition-failed', message, { container, object: object.name });
    }
    yield* operations.deleteObject(object);
  }
}

function deletionJob({ container, operations, prefix }: Side, names: readonly string[]): Job<TransferredObject> {
  return {
    sizeBytes: 0,
    objects: names.length,
    *run() {
      const objects = names.map((name) => ({ container, name: prefix + name }));
      const { failed } = yield* operations.deleteObjects(objects);
      const errors = new Map(failed.map(({ error, name }) => [name, error]));
      return names.map((name) => {
        const error = errors.get(prefix + name);
        return error ? { name, outcome: 'failed' as const, error } : deleted(name);
      });
    },
    failed: (error) => names.map((name) => ({ name, outcome: 'failed' as const, error })),
  };
}

/** What must be equal for a journal to be of the same run. */
function identityOf(kind: TransferKind, from: Side, to: Side, options: SyncTreeOptions<TransferredObject>): object {
  const { compare, exclude, include, maxSizeBytes, minSizeBytes, modifiedAfter, modifiedBefore, overwrite } = options;
  return {
    call: kind,
    from: labelOf(from),
    to: labelOf(to),
    options: { compare, exclude, include, maxSizeBytes, minSizeBytes, modifiedAfter, modifiedBefore, overwrite },
  };
}
