/** The passes over the chunks of a plan: which there are, how far they have come, and which one is next. */
import { CloudError } from '@isobar/core/provider';
import type { Chunk, ChunkResult, Pass, PassKind, PassStatus } from './models.ts';
import type { PlanFolder } from './plan-folder.ts';

/** The chunks of a pass. */
export function chunksOf({ chunks: some }: Pass, all: readonly Chunk[]): readonly Chunk[] {
  if (!some) return all;
  const wanted = new Set(some);
  return all.filter(({ number }) => wanted.has(number));
}

/** The passes that copy a chunk, in order. */
export function copiesOf(chunk: number, passes: readonly Pass[]): readonly Pass[] {
  return passes.filter(({ chunks, kind }) => kind === 'copy' && (!chunks || chunks.includes(chunk)));
}

/** How far a pass has come. */
export function passStatus(pass: Pass, all: readonly Chunk[], results: readonly ChunkResult[]): PassStatus {
  const chunks = new Map(chunksOf(pass, all).map((chunk) => [chunk.number, chunk]));
  let [bytes, failedChunks, objects, doneObjects] = [0, 0, 0, 0];
  for (const chunk of chunks.values()) objects += chunk.objects;
  for (const result of results) {
    bytes += result.bytes;
    if (result.error) failedChunks += 1;
    doneObjects += chunks.get(result.chunk)?.objects ?? 0;
  }
  const counts = sumOf(results);
  const { kind, name } = pass;
  return {
    name,
    kind,
    chunks: chunks.size,
    doneChunks: results.length,
    failedChunks,
    objects,
    doneObjects,
    counts,
    bytes,
  };
}

/**
 * Begins another pass, unless the last one of the kind has not ended. One that copies is about the chunks that have failures; if
 * there are none, none begins.
 *
 * @throws {CloudError} `conflict` when another pass has not ended.
 */
export async function beginPass(folder: PlanFolder, kind: PassKind): Promise<void> {
  const { chunks } = await folder.open();
  const passes = await folder.passes();
  const results = new Map<string, readonly ChunkResult[]>();
  for (const { name } of passes) results.set(name, await folder.results(name));
  const left = (pass: Pass): number => chunksOf(pass, chunks).length - (results.get(pass.name)?.length ?? 0);
  const unfinished = passes.find((pass) => left(pass) > 0);
  if (unfinished) {
    if (unfinished.kind === kind && unfinished.name !== passes[0]?.name) return;
    const message = `plan ${folder.label}: ${left(unfinished)} chunks are not done in the pass ${unfinished.name}; let workers end it first`;
    throw new CloudError('conflict', message);
  }
  const name = `${kind}-${passes.length + 1}`;
  if (kind === 'verify') {
    await folder.beginPass({ name, kind });
    return;
  }
  /** What became of each chunk in the last pass that copied it. */
  const last = new Map<number, ChunkResult>();
  for (const pass of passes) {
    if (pass.kind === 'copy') for (const result of results.get(pass.name) ?? []) last.set(result.chunk, result);
  }
  const failed = [...last.values()].filter(({ counts, error }) => error || (counts.failed ?? 0) > 0);
  if (failed.length > 0) await folder.beginPass({ name, kind, chunks: failed.map(({ chunk }) => chunk) });
}

/** How many objects ended how. */
export function sumOf(results: readonly Pick<ChunkResult, 'counts'>[]): Record<string, number> {
  const sum: Record<string, number> = {};
  for (const { counts } of results) {
    for (const [outcome, count] of Object.entries(counts)) sum[outcome] = (sum[outcome] ?? 0) + count;
  }
  return sum;
}
