/** Plans: lists the source and writes the manifests of the chunks. */
import { CloudError, compareNames, containerNameOf } from '@isobar/core/provider';
import { type AsyncTree, entryMatcher, type TreeEntry } from '@isobar/transfer';
import { type KeyRange, listRanges } from './key-ranges.ts';
import type { Chunk, PlanProgress, PlanRecord } from './models.ts';
import type { PlanFolder } from './plan-folder.ts';

/** How to cut a source into chunks. */
export interface ChunkRules {
  readonly maxChunkObjects: number;
  readonly maxChunkBytes: number;
  /** Objects of more bytes are chunks by themselves. */
  readonly maxSharedBytes: number;
  readonly concurrency: number;
  readonly sortListings: boolean;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: PlanProgress) => void) | undefined;
}

/** What a range has listed and not written. */
interface Buffer {
  /** The names come after this one. */
  after: string | undefined;
  entries: TreeEntry[];
  bytes: number;
}

/**
 * Lists what no manifest covers yet, and writes manifests for it.
 *
 * @param known The chunks of an interrupted call.
 * @returns All chunks, by number.
 * @throws {CloudError} `conflict` when another process plans at the same time; those of listings and uploads.
 */
export async function writeManifests(
  folder: PlanFolder,
  record: PlanRecord,
  from: AsyncTree,
  known: readonly Chunk[],
  rules: ChunkRules,
): Promise<Chunk[]> {
  const { filters, id, to } = record;
  const allows = entryMatcher(filters);
  const { chunks, gaps } = accepted(known);
  const buffers = new Map<KeyRange, Buffer>();
  let lastNumber = known.reduce((last, { number }) => Math.max(last, number), 0);
  let listings = 0;
  let [objects, bytes] = [0, 0];
  const count = (chunk: Chunk): void => {
    objects += chunk.objects;
    bytes += chunk.bytes;
  };
  const report = (): void => rules.onProgress?.({ chunks: chunks.length, objects, bytes, listings });
  for (const chunk of chunks) count(chunk);
  const isPlan = planNames(folder, from, record.from.prefix);

  async function write(buffer: Buffer, upTo: string | undefined): Promise<void> {
    const { after, entries } = buffer;
    if (entries.length === 0) return;
    lastNumber += 1;
    const chunk = {
      number: lastNumber,
      objects: entries.length,
      bytes: buffer.bytes,
      ...(after !== undefined && { after }),
      ...(upTo !== undefined && { upTo }),
    };
    Object.assign(buffer, { after: upTo, entries: [], bytes: 0 });
    const written = await folder.writeManifest(id, chunk, entries);
    if (!written) {
      const message = `plan ${folder.label}: another process plans it at the same time; let it end, or stop it and repeat this call`;
      throw new CloudError('conflict', message, { container: to.container });
    }
    chunks.push(written);
    count(written);
    report();
  }

  await listRanges(
    from,
    gaps,
    {
      async onEntries(range, entries) {
        const buffer = buffers.get(range) ?? { after: range.after, entries: [], bytes: 0 };
        buffers.set(range, buffer);
        for (const entry of entries) {
          if (isPlan(entry.name) || !allows(entry)) continue;
          const isLarge = entry.sizeBytes > rules.maxSharedBytes;
          const last = buffer.entries.at(-1);
          if (isLarge && last) await write(buffer, last.name);
          buffer.entries.push(entry);
          buffer.bytes += entry.sizeBytes;
          const isFull = buffer.entries.length >= rules.maxChunkObjects || buffer.bytes >= rules.maxChunkBytes;
          if (isLarge || isFull) await write(buffer, entry.name);
        }
      },
      async onEnd(range) {
        const buffer = buffers.get(range);
        if (buffer) await write(buffer, range.upTo);
        buffers.delete(range);
      },
    },
    {
      concurrency: rules.concurrency,
      minEntries: rules.maxChunkObjects,
      sortListings: rules.sortListings,
      signal: rules.signal,
      onListings(count) {
        listings = count;
        report();
      },
    },
  );
  return chunks.sort((one, other) => one.number - other.number);
}

/** Names of the plan itself, if it is in the source. */
function planNames({ place }: PlanFolder, { container, driver }: AsyncTree, prefix: string): (name: string) => boolean {
  const isHere = driver === place.driver && containerNameOf(container) === place.container;
  const isInside = isHere && place.prefix.startsWith(prefix);
  const own = place.prefix.slice(prefix.length);
  return (name) => isInside && name.startsWith(own);
}

/**
 * Which manifests of an interrupted call count, and what none of them covers. One may overlap with others, if it arrived late: then
 * those with lower numbers count.
 */
export function accepted(known: readonly Chunk[]): { readonly chunks: Chunk[]; readonly gaps: KeyRange[] } {
  const chunks: Chunk[] = [];
  for (const chunk of known.toSorted((one, other) => compareNames(one.after ?? '', other.after ?? ''))) {
    const before = chunks.at(-1);
    const isFree = !before || (before.upTo !== undefined && compareNames(before.upTo, chunk.after ?? '') <= 0);
    if (isFree) chunks.push(chunk);
    else if (chunk.number < before.number) chunks[chunks.length - 1] = chunk;
  }
  const gaps: KeyRange[] = [];
  let covered: string | undefined;
  let isOpen = true;
  for (const { after, upTo } of chunks) {
    if (after !== covered) gaps.push({ after: covered, upTo: after });
    covered = upTo;
    if (upTo === undefined) isOpen = false;
  }
  if (isOpen) gaps.push({ after: covered, upTo: undefined });
  return { chunks, gaps };
}
