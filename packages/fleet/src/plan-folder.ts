/**
 * The folder of a plan in storage, which has the truth about it: manifests, ledger, passes and reports. Everything that decides
 * something is written once, on condition that it does not exist. The README has the layout.
 */
import { type AsyncStorageDriver, CloudError, isCloudError } from '@isobar/core';
import { containerNameOf, invalidArgument, recordOf, textOf } from '@isobar/core/provider';
import type { AsyncTree, TreeEntry } from '@isobar/transfer';
import { decodeLines, encodeLines, type Lines, sha256Of } from './json-lines.ts';
import type { Chunk, ChunkResult, Pass, PlanRecord, PlanSummary } from './models.ts';
import type { QueuedChunk } from './queue.ts';

/** Version of the format of all objects of a plan. */
export const planFormat = 1;
/** Every number of a chunk has so many digits in names, so that they sort. */
const digits = 7;
/** Enough for the first line of a manifest or a ledger object. */
const headBytes = 16 * 1024;
/** First lines read at the same time. */
const headsAtOnce = 32;
const maxManifestBytes = 256 * 1024 * 1024;

/** The first line of `plan.jsonl`. */
export interface PlanHead extends PlanRecord, Omit<PlanSummary, 'id'> {}

/** A planned plan. */
export interface FinishedPlan {
  readonly plan: PlanHead;
  readonly chunks: readonly Chunk[];
}

/** The folder of a plan. */
export class PlanFolder {
  readonly #driver: AsyncStorageDriver;
  readonly #container: string;
  readonly #prefix: string;

  /** @param tree Where the plan is: its prefix is its name. */
  constructor(tree: AsyncTree) {
    const { container, driver, prefix } = recordOf('plan', tree, [
      'driver',
      'container',
      'prefix',
    ]) as Partial<AsyncTree>;
    if (typeof driver?.writeObject !== 'function') {
      throw invalidArgument('plan.driver', 'must be an asynchronous driver for storage');
    }
    this.#driver = driver;
    this.#container = containerNameOf(container as string, 'plan.container');
    this.#prefix = `${textOf('plan.prefix', prefix).replace(/\/$/, '')}/`;
  }

  /** As it is named in messages. */
  get label(): string {
    return `${this.#container}/${this.#prefix.slice(0, -1)}`;
  }

  /** The driver, the container, and the prefix with a slash at its end. */
  get place(): Required<AsyncTree> {
    return { driver: this.#driver, container: this.#container, prefix: this.#prefix };
  }

  /**
   * Begins a plan, or goes on with one that an earlier call has begun.
   *
   * @throws {CloudError} `already-exists` for another plan of this name; `unsupported` when the service keeps no conditions.
   */
  async begin(record: PlanRecord): Promise<PlanRecord> {
    const text = encodeLines([record]);
    if (await this.#writeOnce('start.json', text)) {
      // A service that does not know conditions may ignore them.
      if (await this.#writeOnce('start.json', text)) {
        await this.#driver.deleteObject(this.#at('start.json'));
        throw this.#failure(
          'unsupported',
          'its service ignores the condition `ifAbsent`, so no plan can be kept there',
        );
      }
      return record;
    }
    const begun = (await this.#startRecord()) as PlanRecord;
    if (identityOf(begun) !== identityOf(record)) {
      throw this.#failure(
        'already-exists',
        `is the name of another plan (from ${placeText(begun.from)} to ${placeText(begun.to)}, of ${begun.createdAt.toISOString()}); choose another name, or repeat its call unchanged`,
      );
    }
    if (await this.#read('plan.jsonl')) {
      throw this.#failure('already-exists', 'is planned already; let workers work on it, or choose another name');
    }
    return begun;
  }

  /** Writes the list of chunks: from now on the plan is finished. */
  async finish(record: PlanRecord, chunks: readonly Chunk[]): Promise<PlanHead> {
    const sum = (field: 'objects' | 'bytes'): number => chunks.reduce((total, chunk) => total + chunk[field], 0);
    const head = { ...record, chunks: chunks.length, objects: sum('objects'), bytes: sum('bytes') };
    if (await this.#writeOnce('plan.jsonl', encodeLines([head, ...chunks]))) return head;
    throw this.#failure('conflict', 'another process has finished this plan at the same moment');
  }

  /**
   * Reads a finished plan.
   *
   * @throws {CloudError} `not-found`; `conflict` when it has not been finished; `unsupported` when it has another format.
   */
  async open(): Promise<FinishedPlan> {
    const text = await this.#read('plan.jsonl');
    if (text === undefined) {
      const start = await this.#startRecord();
      if (!start) throw this.#failure('not-found', 'there is no plan of this name');
      throw this.#failure('conflict', 'planning has not ended; if it was interrupted, repeat its call');
    }
    const { head, items } = linesOf<PlanHead, Chunk>(text, `${this.label}/plan.jsonl`);
    this.#checkFormat(head);
    if (items.length === head.chunks) return { plan: head, chunks: items };
    throw this.#failure('integrity', `plan.jsonl has ${items.length} chunks, not ${head.chunks}; it was changed`);
  }

  async #startRecord(): Promise<PlanRecord | undefined> {
    const text = await this.#read('start.json');
    if (text === undefined) return undefined;
    const { head } = linesOf<PlanRecord, never>(text, `${this.label}/start.json`);
    this.#checkFormat(head);
    return head;
  }

  #checkFormat({ format }: { readonly format: unknown }): void {
    if (format === planFormat) return;
    const problem = `is a plan of format ${String(format)}, and this version of @isobar/fleet knows ${planFormat}; run the version that made it on all machines`;
    throw this.#failure('unsupported', problem);
  }

  /** Writes a manifest. @returns Whether it is the first of its number. */
  async writeManifest(
    plan: string,
    chunk: Omit<Chunk, 'sha256'>,
    entries: readonly TreeEntry[],
  ): Promise<Chunk | undefined> {
    const body = encodeLines(entries);
    const whole: Chunk = { ...chunk, sha256: sha256Of(body) };
    const head = encodeLines([{ format: planFormat, plan, ...whole }]);
    return (await this.#writeOnce(manifestName(chunk.number), head + body)) ? whole : undefined;
  }

  /** The chunks of all manifests that are there, by number. */
  async chunks(plan: string, signal?: AbortSignal): Promise<Chunk[]> {
    const heads = await this.#heads<Chunk & { readonly plan: string }>('manifests/', signal);
    return heads
      .filter((head) => head.plan === plan)
      .map(({ number, objects, bytes, sha256, after, upTo }) => ({
        number,
        objects,
        bytes,
        sha256,
        ...(after !== undefined && { after }),
        ...(upTo !== undefined && { upTo }),
      }));
  }

  /**
   * Reads the objects of a chunk.
   *
   * @throws {CloudError} `not-found`; `integrity` when the manifest was changed.
   */
  async readManifest(plan: string, { chunk, sha256 }: Omit<QueuedChunk, 'pass'>): Promise<readonly TreeEntry[]> {
    const name = manifestName(chunk);
    const text = await this.#read(name);
    if (text === undefined) throw this.#failure('not-found', `its manifest ${name} is missing`);
    const body = text.slice(text.indexOf('\n') + 1);
    if (sha256Of(body) !== sha256) throw this.#failure('integrity', `its manifest ${name} was changed`);
    const { head, items } = linesOf<{ readonly plan?: string; readonly number?: number }, TreeEntry>(text, name);
    if (head.plan === plan && head.number === chunk) return items;
    throw this.#failure('integrity', `its manifest ${name} was changed`);
  }

  /** Writes what became of a chunk. @returns Whether it is the first result of the chunk in this pass. */
  async writeResult(plan: string, result: ChunkResult, objects: readonly object[]): Promise<boolean> {
    const lines = encodeLines([{ format: planFormat, plan, ...result }, ...objects]);
    return await this.#writeOnce(resultName(result), lines);
  }

  /** Whether a chunk is done in a pass. */
  async isDone(chunk: Pick<QueuedChunk, 'chunk' | 'pass'>): Promise<boolean> {
    return await this.#driver.objectExists(this.#container, this.#prefix + resultName(chunk));
  }

  /** Numbers of the chunks that are done in a pass. */
  async doneChunks(pass: string): Promise<Set<number>> {
    const names = await this.#names(`ledger/${pass}/`);
    return new Set(names.map((name) => Number.parseInt(name, 10)));
  }

  /** The first lines of the results of a pass. */
  async results(pass: string, signal?: AbortSignal): Promise<ChunkResult[]> {
    return await this.#heads<ChunkResult>(`ledger/${pass}/`, signal);
  }

  /** What became of a chunk and its objects in a pass, if it is done. */
  async readResult<Item>(pass: string, chunk: number): Promise<Lines<ChunkResult, Item> | undefined> {
    const name = resultName({ pass, chunk });
    const text = await this.#read(name);
    return text === undefined ? undefined : linesOf<ChunkResult, Item>(text, name);
  }

  /** The passes, in the order in which they began. */
  async passes(): Promise<Pass[]> {
    const names = await this.#names('passes/');
    const later = await Promise.all(
      names.map(async (name) => linesOf<Pass, never>((await this.#read(`passes/${name}`)) ?? '', name).head),
    );
    return [{ name: 'copy-1', kind: 'copy' } as const, ...later].toSorted(
      (one, other) => numberOf(one) - numberOf(other),
    );
  }

  /** Begins a pass, unless another process has just begun it. */
  async beginPass(pass: Pass): Promise<void> {
    await this.#writeOnce(`passes/${pass.name}.json`, encodeLines([pass]));
  }

  async isCancelled(): Promise<boolean> {
    return await this.#driver.objectExists(this.#container, `${this.#prefix}cancelled.json`);
  }

  async cancel(): Promise<void> {
    await this.#writeOnce('cancelled.json', encodeLines([{ cancelledAt: new Date() }]));
  }

  /** Writes a file of a report, which replaces that of an earlier one. @returns Its name in the container. */
  async writeReport(name: string, lines: AsyncIterable<Uint8Array>): Promise<string> {
    const { name: written } = await this.#driver.uploadObjectViaStream(
      lines,
      this.#container,
      `${this.#prefix}report/${name}`,
      { contentType: 'application/jsonl' },
    );
    return written;
  }

  #at(name: string): { readonly container: string; readonly name: string } {
    return { container: this.#container, name: this.#prefix + name };
  }

  async #read(name: string): Promise<string | undefined> {
    try {
      return await this.#driver.readText(this.#at(name));
    } catch (failure) {
      if (isCloudError(failure, 'not-found')) return undefined;
      throw failure;
    }
  }

  /** Writes an object unless there is one of the name. @returns Whether it was written. */
  async #writeOnce(name: string, text: string): Promise<boolean> {
    if (text.length > maxManifestBytes)
      throw this.#failure('invalid-argument', `${name} is too large; make the chunks smaller`);
    try {
      const contentType = name.endsWith('.json') ? 'application/json' : 'application/jsonl';
      await this.#driver.writeObject(text, this.#container, this.#prefix + name, { ifAbsent: true, contentType });
      return true;
    } catch (failure) {
      if (isCloudError(failure, 'precondition-failed')) return false;
      if (!isCloudError(failure, 'unsupported')) throw failure;
      throw this.#failure(
        'unsupported',
        'its service keeps no conditions (`ifAbsent`), so no plan can be kept there',
        failure,
      );
    }
  }

  /** Names below a folder, without it. */
  async #names(folder: string): Promise<string[]> {
    const prefix = this.#prefix + folder;
    const objects = await this.#driver.listContainerObjects(this.#container, { prefix });
    return objects.map(({ name }) => name.slice(prefix.length)).filter((name) => name !== '');
  }

  /** The first lines of the objects below a folder. */
  async #heads<Head>(folder: string, signal: AbortSignal | undefined): Promise<Head[]> {
    const names = await this.#names(folder);
    const heads: Head[] = [];
    const rest = names.entries();
    const read = async (): Promise<void> => {
      for (const [index, name] of rest) {
        signal?.throwIfAborted();
        heads[index] = await this.#head<Head>(folder + name);
      }
    };
    await Promise.all(Array.from({ length: headsAtOnce }, read));
    return heads;
  }

  async #head<Head>(name: string): Promise<Head> {
    const decoder = new TextDecoder();
    let text = '';
    for await (const piece of this.#driver.downloadObjectRangeAsStream(this.#at(name), 0, headBytes)) {
      text += decoder.decode(piece, { stream: true });
    }
    const end = text.indexOf('\n');
    const line = end < 0 ? ((await this.#read(name)) ?? '').split('\n', 1)[0] : text.slice(0, end);
    return linesOf<Head, never>(line ?? '', name).head;
  }

  #failure(code: CloudError['code'], problem: string, cause?: unknown): CloudError {
    const about = { container: this.#container, object: this.#prefix };
    return new CloudError(code, `plan ${this.label}: ${problem}`, about, { ...(cause !== undefined && { cause }) });
  }
}

/** A place of a plan, for messages. */
export function placeText({ container, prefix, provider }: PlanRecord['from']): string {
  return `${provider}:${container}/${prefix}`;
}

/** What two calls must have in common to be about the same plan. */
function identityOf({ filters, from, maxBytesPerSecond, rules, to }: PlanRecord): string {
  return JSON.stringify({ from, to, rules, filters, maxBytesPerSecond });
}

function manifestName(chunk: number): string {
  return `manifests/${numberText(chunk)}.jsonl`;
}

function resultName({ chunk, pass }: Pick<QueuedChunk, 'chunk' | 'pass'>): string {
  return `ledger/${pass}/${numberText(chunk)}.jsonl`;
}

function numberText(chunk: number): string {
  return String(chunk).padStart(digits, '0');
}

function numberOf({ name }: Pass): number {
  return Number(name.slice(name.indexOf('-') + 1));
}

function linesOf<Head, Item>(text: string, name: string): Lines<Head, Item> {
  try {
    const [head, ...items] = decodeLines(text);
    if (typeof head === 'object' && head !== null) return { head: head as Head, items: items as Item[] };
  } catch {
    // What was read may be long, and is no help.
  }
  throw new CloudError('integrity', `${name} is not what a plan has there; it was changed`, { object: name });
}
