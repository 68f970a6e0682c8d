/**
 * The journal of a run: a file of lines in JSON that only grows. The first line says which run it is of. Each other line has up to
 * which name everything is done, which names after that one are done, and which failed. A line that a crash cut off is ignored.
 */
import {
  append,
  CloudError,
  cleanUp,
  compareNames,
  invalidArgument,
  type Operation,
  readFile,
  removeFile,
} from '@isobar/core/provider';

/** Far more than the journal of a billion objects has. */
const maxJournalBytes = 1024 * 1024 * 1024;
/** How often lines are written, in milliseconds: what a crash can cost. */
const writeEveryMs = 1000;
/** How many names may be done before they are written. */
const maxUnwritten = 1000;
const format = 'isobar-journal-1';

/** What an interrupted run left. */
export interface Resumed {
  /** Everything up to this name is done, except what failed. */
  readonly after: string | undefined;
  /** Names after that one that are done. */
  readonly done: ReadonlySet<string>;
  /** Names that failed. */
  readonly failed: readonly string[];
}

interface Line {
  readonly upTo?: string;
  readonly done?: readonly string[];
  readonly failed?: readonly string[];
  readonly repaired?: readonly string[];
  readonly finished?: true;
}

/** A name that was found and is not known to be done. */
interface Found {
  readonly name: string;
  isDone: boolean;
}

/** The journal of a run. */
export class Journal {
  readonly #path: string;
  readonly #header: string;
  /** In the order in which they were found, from the first that is not done. */
  readonly #open: Found[] = [];
  #upTo: string | undefined;
  #unwritten: { done: string[]; failed: string[]; repaired: string[] } = { done: [], failed: [], repaired: [] };
  #hasNews = false;
  #writtenMs: number | undefined;
  #isWriting = false;

  /** @param run What must be equal for a journal to be of this run: plain data. */
  constructor(path: string, run: object) {
    this.#path = path;
    this.#header = JSON.stringify({ [format]: run });
  }

  /**
   * Reads what an interrupted run left, or begins a new journal.
   *
   * @throws {CloudError} `invalid-argument` when the file is the journal of another run, or none.
   */
  *open(): Operation<Resumed | undefined> {
    const bytes = yield* readFile(this.#path, { maxBytes: maxJournalBytes });
    const lines = bytes?.length ? new TextDecoder().decode(bytes).split('\n') : [];
    if (lines.length === 0) {
      yield* append(this.#path, encode(this.#header), { sync: true });
      return undefined;
    }
    this.#checkHeader(lines[0] as string);
    // What a crash cut off has no line break at its end.
    const parsed = lines.slice(1, -1).map((line) => parseLine(line, this.#path));
    if (parsed.at(-1)?.finished) {
      yield* removeFile(this.#path);
      yield* append(this.#path, encode(this.#header), { sync: true });
      return undefined;
    }
    if (lines.at(-1) !== '') yield* append(this.#path, encode(''), { sync: true });
    return resumedFrom(parsed);
  }

  #checkHeader(line: string): void {
    if (line === this.#header) return;
    const isJournal = line.startsWith(`{"${format}":`);
    const problem = isJournal
      ? `is the journal of another run (${line.slice(0, 500)}); name another file, or remove it`
      : 'is not a journal; name another file';
    throw invalidArgument('journal', `${problem}: ${this.#path}`, { path: this.#path });
  }

  /** Names that were found, in order. The returned functions say what became of each. */
  found(name: string): (isFailed: boolean) => void {
    const found: Found = { name, isDone: false };
    this.#open.push(found);
    return (isFailed) => {
      found.isDone = true;
      this.#hasNews = true;
      this.#unwritten[isFailed ? 'failed' : 'done'].push(name);
      let count = 0;
      while (this.#open[count]?.isDone) count += 1;
      if (count === 0) return;
      this.#upTo = (this.#open[count - 1] as Found).name;
      this.#open.splice(0, count);
    };
  }

  /** A name that failed before is done now. */
  repaired(name: string): void {
    this.#hasNews = true;
    this.#unwritten.repaired.push(name);
  }

  /** Names that are found but not done: they are in memory. */
  get openNames(): number {
    return this.#open.length;
  }

  /** Writes what is new, if it is time to. */
  *tick(nowMs: number): Operation<void> {
    this.#writtenMs ??= nowMs;
    const { done } = this.#unwritten;
    if (!this.#hasNews || this.#isWriting) return;
    if (nowMs - this.#writtenMs < writeEveryMs && done.length < maxUnwritten) return;
    this.#writtenMs = nowMs;
    yield* this.#write({});
  }

  /** Writes what is new. */
  *flush(): Operation<void> {
    if (this.#hasNews) yield* cleanUp(this.#write({}));
  }

  /** Says that the run has ended, if it has no failures. */
  *finish(hasFailed: boolean): Operation<void> {
    yield* this.#write(hasFailed ? {} : { finished: true });
  }

  *#write(more: Line): Operation<void> {
    const { done, failed, repaired } = this.#unwritten;
    const upTo = this.#upTo;
    this.#unwritten = { done: [], failed: [], repaired: [] };
    this.#hasNews = false;
    // Names up to the mark need not be named.
    const after = done.filter((name) => upTo === undefined || compareNames(name, upTo) > 0);
    const line: Line = {
      ...(upTo !== undefined && { upTo }),
      ...(after.length > 0 && { done: after }),
      ...(failed.length > 0 && { failed }),
      ...(repaired.length > 0 && { repaired }),
      ...more,
    };
    this.#isWriting = true;
    try {
      yield* append(this.#path, encode(JSON.stringify(line)), { sync: true });
    } finally {
      this.#isWriting = false;
    }
  }
}

function encode(line: string): Uint8Array {
  return new TextEncoder().encode(`${line}\n`);
}

function parseLine(line: string, path: string): Line {
  try {
    return line === '' ? {} : (JSON.parse(line) as Line);
  } catch {
    // Cut off by a crash, and continued by the run after it.
    if (line.startsWith('{')) return {};
    throw new CloudError('invalid-argument', `\`journal\`: ${path} has a line that is not JSON`, {
      field: 'journal',
      path,
    });
  }
}

function resumedFrom(lines: readonly Line[]): Resumed {
  let after: string | undefined;
  const done = new Set<string>();
  const failed = new Set<string>();
  for (const line of lines) {
    after = line.upTo ?? after;
    for (const name of line.done ?? []) done.add(name);
    for (const name of line.failed ?? []) failed.add(name);
    for (const name of line.repaired ?? []) failed.delete(name);
  }
  for (const name of done) if (after !== undefined && compareNames(name, after) <= 0) done.delete(name);
  // Those after it are found again.
  const passed = [...failed].filter((name) => after !== undefined && compareNames(name, after) <= 0);
  return { after, done, failed: passed };
}
