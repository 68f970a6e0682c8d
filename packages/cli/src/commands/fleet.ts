/** `isobar fleet …`: one plans, many work. */
import { basename, dirname } from 'node:path';
import { CloudError } from '@isobar/core';
import type { ChunkResult, Fleet, FleetStatus, PassStatus, PlanOptions, WorkOptions, WorkSummary } from '@isobar/fleet';
import type { AsyncTree } from '@isobar/transfer';
import type { CommandContext } from '../command-context.ts';
import { someFailed } from '../exit-codes.ts';
import { written } from '../locations.ts';
import { destinationTree, type Place, placeOf, refuseNested, sourceTree } from '../places.ts';
import { countText, parseSize, sizeText } from '../sizes.ts';
import { type FilterFlags, filterOptions, type TreeOptions } from '../tree-options.ts';
import { usageError } from '../usage-error.ts';

interface QueueFlags {
  readonly queue?: string;
}

/** Options of `fleet plan`. */
interface PlanFlags
  extends QueueFlags,
    FilterFlags,
    Pick<TreeOptions, 'metadata' | 'sort' | 'checksum' | 'sizeOnly' | 'overwrite'> {
  readonly chunkObjects?: number;
  readonly chunkSize?: number;
  readonly listings?: number;
  readonly bandwidth?: number;
}

/** Options of `fleet work`, `verify` and `retry`. */
interface WorkFlags extends QueueFlags {
  readonly concurrency?: number;
  readonly share?: { readonly number: number; readonly of: number };
  readonly name?: string;
}

/** Plans. */
export async function plan(context: CommandContext, args: readonly string[], flags: PlanFlags): Promise<number> {
  const [at, source, destination] = args.map(placeOf) as [Place, Place, Place];
  refuseNested(source, destination);
  const { isQuiet, output, signal } = context;
  const from = await sourceTree(context, source);
  const to = await destinationTree(context, destination, {});
  await using fleet = await fleetOf(context, at, flags, { from, to });
  const { bandwidth, checksum, chunkObjects, chunkSize, listings, metadata, overwrite, sizeOnly, sort } = flags;
  const options: PlanOptions = {
    ...filterOptions(flags),
    labels: { from: written(source), to: written(destination) },
    keepMetadata: metadata ?? destination.kind !== 'disk',
    ...(checksum && { compare: 'checksum' }),
    ...(sizeOnly && { compare: 'size' }),
    ...(overwrite && { overwrite }),
    ...(chunkObjects !== undefined && { maxChunkObjects: chunkObjects }),
    ...(chunkSize !== undefined && { maxChunkBytes: chunkSize }),
    ...(listings !== undefined && { concurrency: listings }),
    ...(bandwidth !== undefined && { maxBytesPerSecond: bandwidth }),
    ...(sort && { sortListings: true }),
    signal,
    onProgress({ bytes, chunks, listings, objects }) {
      const parts = [
        `${countText(objects)} objects`,
        sizeText(bytes),
        `${countText(chunks)} chunks`,
        `${listings} listings`,
      ];
      if (!isQuiet) output.status(parts.join(' · '));
    },
  };
  const summary = await fleet.plan(options);
  output.status('');
  const { bytes, chunks, objects } = summary;
  const text = `planned ${countText(objects)} objects (${sizeText(bytes)}) in ${countText(chunks)} chunks`;
  output.result(text, summary);
  if (!isQuiet) output.say(`isobar: on each machine that shall work: isobar fleet work ${written(at)}`);
  return 0;
}

/** Works. */
export async function work(context: CommandContext, args: readonly string[], flags: WorkFlags): Promise<number> {
  return await workBy(context, args, flags, async (fleet, options) => await fleet.work(options));
}

/** Verifies. */
export async function verify(context: CommandContext, args: readonly string[], flags: WorkFlags): Promise<number> {
  return await workBy(context, args, flags, async (fleet, options) => await fleet.verify(options));
}

/** Copies again what failed. */
export async function retry(context: CommandContext, args: readonly string[], flags: WorkFlags): Promise<number> {
  return await workBy(context, args, flags, async (fleet, options) => await fleet.retry(options));
}

async function workBy(
  context: CommandContext,
  [planText = '']: readonly string[],
  flags: WorkFlags,
  call: (fleet: Fleet, options: WorkOptions) => Promise<WorkSummary>,
): Promise<number> {
  const { isQuiet, output, signal } = context;
  const at = placeOf(planText);
  const { labels } = await (await fleetOf(context, at, {})).record();
  const { from, to } = labels;
  if (!from || !to) throw usageError(`${written(at)} was made by a program, which has to work on it`);
  const sides = {
    from: await sourceTree(context, placeOf(from)),
    to: await destinationTree(context, placeOf(to), {}),
  };
  await using fleet = await fleetOf(context, at, flags, sides);
  const { concurrency, name, share } = flags;
  const summary = await call(fleet, {
    signal,
    ...(concurrency !== undefined && { concurrency }),
    ...(share && { share }),
    ...(name !== undefined && { worker: name }),
    onNotice: (sentence) => output.say(`isobar: ${sentence}`),
    onChunk(result) {
      if (!isQuiet) output.result(chunkText(result), result);
    },
    onProgress({ bytesPerSecond, chunk, doneObjects, objects, objectsPerSecond }) {
      const speed = `${sizeText(Math.round(bytesPerSecond))}/s · ${objectsPerSecond.toFixed(0)} objects/s`;
      if (!isQuiet)
        output.status(`chunk ${chunk}: ${countText(doneObjects)} of ${countText(objects)} objects · ${speed}`);
    },
  });
  output.status('');
  const { bytes, chunks, counts, isComplete } = summary;
  if (output.isJson) output.result('', summary);
  else if (!isQuiet)
    output.say(`this worker did ${countText(chunks)} chunks: ${countsText(counts)} (${sizeText(bytes)})`);
  if (!isComplete)
    output.say('isobar: interrupted. The chunk in progress is for other workers now; the same command goes on.');
  return (counts.failed ?? 0) + (counts.different ?? 0) + (counts.missing ?? 0) > 0 ? someFailed : 0;
}

function chunkText({ bytes, chunk, counts, error, pass }: ChunkResult): string {
  const what = error ? `failed: ${error.message}` : `${countsText(counts)} (${sizeText(bytes)})`;
  return `chunk ${String(chunk).padEnd(6)} ${pass.padEnd(9)} ${what}`;
}

function countsText(counts: Readonly<Record<string, number>>): string {
  const texts = Object.entries(counts).map(([outcome, count]) => `${outcome} ${countText(count)}`);
  return texts.length > 0 ? texts.join(', ') : 'nothing to do';
}

/** Says how far a plan has come. */
export async function status(
  context: CommandContext,
  [planText = '']: readonly string[],
  flags: QueueFlags,
): Promise<number> {
  const { output, signal } = context;
  const at = placeOf(planText);
  await using fleet = await fleetOf(context, at, flags);
  const found = await fleet.status({ signal });
  const { isCancelled, passes, plan: record, queue } = found;
  const { from = record.from.provider, to = record.to.provider } = record.labels;
  const lines = [
    `${written(at)}: from ${from} to ${to}, planned ${record.createdAt.toISOString()}${isCancelled ? ', cancelled' : ''}`,
    ...passes.map(passText),
    ...(queue ? queueTexts(queue) : []),
  ];
  show(output, lines, found);
  return 0;
}

function passText({ bytes, chunks, counts, doneChunks, doneObjects, failedChunks, name, objects }: PassStatus): string {
  const done = `${countText(doneChunks)} of ${countText(chunks)} chunks, ${countText(doneObjects)} of ${countText(objects)} objects`;
  const failed = failedChunks > 0 ? `, ${countText(failedChunks)} chunks failed as a whole` : '';
  return `${name.padEnd(9)} ${done}: ${countsText(counts)} (${sizeText(bytes)})${failed}`;
}

function queueTexts({
  active,
  delayed,
  isPaused,
  maxBytesPerSecond,
  waiting,
}: NonNullable<FleetStatus['queue']>): string[] {
  const limit = maxBytesPerSecond ? `, at most ${sizeText(maxBytesPerSecond)}/s` : '';
  return [
    `queue     ${countText(waiting)} waiting, ${countText(delayed)} to be tried again, ${countText(active.length)} in progress${limit}${isPaused ? ', paused' : ''}`,
    ...active.map(({ bytes, chunk, doneObjects, pass, worker }) => {
      return `  ${worker}: chunk ${chunk} of ${pass}, ${countText(doneObjects)} objects (${sizeText(bytes)})`;
    }),
  ];
}

/** Lets no worker begin another chunk. */
export async function pause(context: CommandContext, args: readonly string[], flags: QueueFlags): Promise<number> {
  const done = 'paused: workers end the chunks in progress and begin no others';
  return await control(context, args, withQueue(context, flags), async (fleet) => await fleet.pause(), done);
}

/** Ends a pause. */
export async function resume(context: CommandContext, args: readonly string[], flags: QueueFlags): Promise<number> {
  return await control(context, args, withQueue(context, flags), async (fleet) => await fleet.resume(), 'resumed');
}

/** Changes the limit. */
export async function limit(context: CommandContext, args: readonly string[], flags: QueueFlags): Promise<number> {
  const bytes = parseSize(args[1] as string);
  if (bytes === undefined) throw usageError(`${args[1]} must be a size, such as 200M, or 0 for no limit`);
  const done = bytes === 0 ? 'no limit' : `at most ${sizeText(bytes)} a second, all workers together`;
  return await control(context, args, withQueue(context, flags), async (fleet) => await fleet.limit(bytes), done);
}

/** Ends a plan. */
export async function cancel(context: CommandContext, args: readonly string[], flags: QueueFlags): Promise<number> {
  const done = 'cancelled: workers end within seconds; what was copied stays';
  return await control(context, args, flags, async (fleet) => await fleet.cancel(), done);
}

async function control(
  context: CommandContext,
  [planText = '']: readonly string[],
  flags: QueueFlags,
  call: (fleet: Fleet) => Promise<void>,
  done: string,
): Promise<number> {
  const { isQuiet, output } = context;
  await using fleet = await fleetOf(context, placeOf(planText), flags);
  await call(fleet);
  if (!isQuiet || output.isJson) output.result(done, { done });
  return 0;
}

/** Writes a report. */
export async function report(
  context: CommandContext,
  [planText = '']: readonly string[],
  flags: QueueFlags,
): Promise<number> {
  const { output } = context;
  const at = placeOf(planText);
  await using fleet = await fleetOf(context, at, flags);
  const made = await fleet.report();
  const { bytes, copied, failed, left, notes, skipped, verified } = made;
  const place = `${written(at).replace(/\/$/, '')}/report`;
  const lines = [
    `copied ${countText(copied)} (${sizeText(bytes)}), skipped ${countText(skipped)}, failed ${countText(failed)}, left ${countText(left)}`,
    ...(verified ? [`verified: ${countsText(verified)}`] : []),
    `${place}/succeeded.jsonl`,
    `${place}/failed.jsonl`,
  ];
  show(output, lines, made);
  for (const note of notes) output.say(`isobar: ${note}`);
  const isBad = failed + left + (verified?.different ?? 0) + (verified?.missing ?? 0) + (verified?.failed ?? 0) > 0;
  return isBad ? someFailed : 0;
}

/** Prints lines of text, or one of JSON. */
function show(output: CommandContext['output'], lines: readonly string[], data: object): void {
  for (const line of output.isJson ? [''] : lines) output.result(line, data);
}

function queueOf({ environment }: CommandContext, { queue }: QueueFlags): string | undefined {
  return queue ?? (environment.ISOBAR_QUEUE || undefined);
}

/** Refuses a command that is for workers on a queue. */
function withQueue(context: CommandContext, flags: QueueFlags): QueueFlags {
  if (queueOf(context, flags) !== undefined) return flags;
  throw usageError(
    'this needs the queue that the workers use: --queue redis://HOST:6379, or the variable ISOBAR_QUEUE',
  );
}

async function fleetOf(
  context: CommandContext,
  at: Place,
  flags: QueueFlags,
  sides: { readonly from?: AsyncTree; readonly to?: AsyncTree } = {},
): Promise<Fleet> {
  const { Fleet, redisQueue } = await import('@isobar/fleet').catch((failure: NodeJS.ErrnoException) => {
    if (failure.code !== 'ERR_MODULE_NOT_FOUND' || !failure.message.includes('@isobar/fleet')) throw failure;
    const message = '@isobar/fleet is not installed; run: npm install -g @isobar/fleet, as @isobar/cli was installed';
    throw new CloudError('not-installed', message);
  });
  const queue = queueOf(context, flags);
  return new Fleet({
    plan: await planTree(context, at),
    ...sides,
    ...(queue !== undefined && { queue: redisQueue(queue) }),
  });
}

/** The folder of a plan, as a tree. */
async function planTree(context: CommandContext, at: Place): Promise<AsyncTree> {
  if (at.kind === 'cloud') {
    if (at.name === '') throw usageError(`${written(at)} needs the name of a plan, such as ${written(at)}/plans/NAME`);
    return await sourceTree(context, at);
  }
  const parent = await destinationTree(context, { ...at, path: dirname(at.path), isFolder: true }, {});
  return { ...parent, prefix: `${parent.prefix ?? ''}${basename(at.path)}` };
}
