/** The report of a plan: which objects succeeded and which failed, as files beside the plan. */
import { PassThrough } from 'node:stream';
import type { TransferredObject } from '@isobar/transfer';
import { encodeLines } from './json-lines.ts';
import type { ChunkResult, FleetReport, Pass } from './models.ts';
import { copiesOf, sumOf } from './passes.ts';
import type { FinishedPlan, PlanFolder } from './plan-folder.ts';

/** What became of a chunk in all passes that copy. */
interface ChunkReport {
  readonly objects: readonly TransferredObject[];
  readonly bytes: number;
  readonly notes: readonly string[];
  /** When none of its objects was worked on. */
  readonly error?: ChunkResult['error'];
}

/** Writes the report. */
export async function writeReport(folder: PlanFolder, { chunks, plan }: FinishedPlan): Promise<FleetReport> {
  const passes = await folder.passes();
  const totals = { copied: 0, skipped: 0, failed: 0, left: 0, bytes: 0 };
  const notes = new Set<string>();
  const [succeeded, failed] = [new PassThrough(), new PassThrough()];

  async function writeLines(): Promise<void> {
    for (const { number: chunk, objects } of chunks) {
      const report = await chunkReport(folder, passes, chunk);
      if (!report) {
        totals.left += objects;
        continue;
      }
      const lines = report.objects.map((object) => ({ ...object, chunk }));
      const [bad, good] = [lines.filter(isFailed), lines.filter((line) => !isFailed(line))];
      const lost = report.error ? objects - lines.length : 0;
      totals.failed += bad.length + lost;
      totals.skipped += good.filter(({ outcome }) => outcome === 'skipped').length;
      totals.copied += good.filter(({ outcome }) => outcome !== 'skipped').length;
      totals.bytes += report.bytes;
      for (const note of report.notes) notes.add(note);
      const ofChunk = report.error ? [{ chunk, objects: lost, outcome: 'failed', error: report.error }] : [];
      await write(succeeded, encodeLines(good));
      await write(failed, encodeLines([...bad, ...ofChunk]));
    }
    succeeded.end();
    failed.end();
  }

  const [succeededFile, failedFile] = await Promise.all([
    folder.writeReport('succeeded.jsonl', succeeded),
    folder.writeReport('failed.jsonl', failed),
    writeLines().catch((failure: Error) => {
      // Neither file appears.
      succeeded.destroy(failure);
      failed.destroy(failure);
      throw failure;
    }),
  ]);
  const verification = passes.findLast(({ kind }) => kind === 'verify');
  return {
    plan,
    chunks: chunks.length,
    objects: chunks.reduce((total, chunk) => total + chunk.objects, 0),
    ...totals,
    ...(verification && { verified: sumOf(await folder.results(verification.name)) }),
    notes: [...notes],
    succeededFile,
    failedFile,
  };
}

function isFailed({ outcome }: TransferredObject): boolean {
  return outcome === 'failed';
}

/** Writes to a stream that is uploaded meanwhile, not faster than that. */
async function write(stream: PassThrough, text: string): Promise<void> {
  if (text === '' || stream.write(text)) return;
  await new Promise<void>((resolve) => {
    stream.once('drain', resolve);
    stream.once('close', resolve);
  });
}

/** What became of a chunk: later passes say more about what failed in earlier ones. `undefined`: it is not done. */
async function chunkReport(
  folder: PlanFolder,
  passes: readonly Pass[],
  chunk: number,
): Promise<ChunkReport | undefined> {
  const objects = new Map<string, TransferredObject>();
  let report: ChunkReport | undefined;
  for (const { name } of copiesOf(chunk, passes)) {
    const result = await folder.readResult<TransferredObject>(name, chunk);
    if (!result) continue;
    const { bytes, error, notes } = result.head;
    for (const object of result.items) objects.set(object.name, object);
    report = {
      objects: [],
      bytes: (report?.bytes ?? 0) + bytes,
      notes: [...(report?.notes ?? []), ...notes],
      ...(error && { error }),
    };
  }
  return report && { ...report, objects: [...objects.values()] };
}
