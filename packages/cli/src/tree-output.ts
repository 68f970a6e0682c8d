/** Shows the runs on trees: progress, what became of each object, and the counts at the end. */
import { CloudError, isCloudError } from '@isobar/core';
import type {
  AsyncTreeRun,
  ComparedObject,
  ComparisonReport,
  TransferReport,
  TransferredObject,
  TreeProgress,
} from '@isobar/transfer';
import type { CommandContext } from './command-context.ts';
import { someFailed } from './exit-codes.ts';
import { countText, durationText, sizeText } from './sizes.ts';

/** The callbacks of a run. */
interface Callbacks<Item> {
  readonly signal: AbortSignal;
  readonly onProgress: (progress: TreeProgress) => void;
  readonly onResult: (result: Item) => void;
}

/** Shows a transfer. @param source Where there must be something. @returns The exit code. */
export async function showTransfer(
  context: CommandContext,
  start: (callbacks: Callbacks<TransferredObject>) => AsyncTreeRun<TransferredObject, TransferReport>,
  source?: string,
): Promise<number> {
  const { isQuiet, isVerbose, output } = context;
  // Beside a progress line, what goes well is not worth a line.
  const showsAll = isVerbose || (!isQuiet && !(output.isTerminal && output.isResultTerminal));
  const report = await shown(context, start, (result) => {
    const { error, name, outcome, reason } = result;
    if (outcome === 'failed') output.say(`failed   ${name}: ${error?.message}`);
    if (output.isJson) output.result('', result);
    else if (showsAll && outcome !== 'failed' && (isVerbose || outcome !== 'skipped')) {
      output.result(`${outcome.padEnd(8)} ${name}${isVerbose && reason ? ` (${reason})` : ''}`, result);
    }
  });
  const { copied, failed, moved, skipped } = report;
  if (source !== undefined && copied + moved + skipped + failed === 0) {
    throw new CloudError('not-found', `there is no object at ${source} that matches`);
  }
  for (const note of report.notes) output.say(`isobar: ${note}`);
  const lost = Object.entries(report.notKept);
  if (lost.length > 0) {
    output.say(
      `isobar: the destination cannot hold ${lost.map(([field, count]) => `${field} (${countText(count)} objects)`).join(', ')}`,
    );
  }
  if (!isQuiet && !output.isJson) output.say(summaryOf(report));
  if (output.isJson) {
    const { bytes, deleted, dryRun, notKept, notes } = report;
    output.result('', { copied, moved, skipped, deleted, failed, bytes, dryRun, notKept, notes });
  }
  const isIncomplete = report.notes.some((note) => note.startsWith('Nothing was deleted'));
  return report.failed > 0 || isIncomplete ? someFailed : 0;
}

function summaryOf({ bytes, copied, deleted, dryRun, failed, moved, skipped }: TransferReport): string {
  const parts = [
    moved > 0 ? `moved ${countText(moved)}` : `copied ${countText(copied)}`,
    `(${sizeText(bytes)}),`,
    `skipped ${countText(skipped)},`,
    `deleted ${countText(deleted)},`,
    `failed ${countText(failed)}`,
  ];
  return `${dryRun ? 'dry run, nothing was changed: ' : ''}${parts.join(' ')}`;
}

/** Shows a comparison. @returns The exit code. */
export async function showComparison(
  context: CommandContext,
  ignoresExtra: boolean,
  start: (callbacks: Callbacks<ComparedObject>) => AsyncTreeRun<ComparedObject, ComparisonReport>,
): Promise<number> {
  const { isQuiet, isVerbose, output } = context;
  const report = await shown(context, start, (result) => {
    const { error, name, outcome, reason } = result;
    if (outcome === 'extra' && ignoresExtra) return;
    if (outcome === 'same' && !isVerbose && !output.isJson) return;
    const why = error?.message ?? reason;
    output.result(`${outcome.padEnd(9)} ${name}${why ? ` (${why})` : ''}`, result);
  });
  const { bytes, different, extra, failed, missing, notes, same } = report;
  if (output.isJson) output.result('', { same, different, missing, extra, failed, bytes, notes });
  else if (!isQuiet) {
    output.say(
      `same ${countText(same)} (${sizeText(bytes)}), different ${countText(different)}, missing ${countText(missing)}, extra ${countText(extra)}, failed ${countText(failed)}`,
    );
  }
  return different + missing + failed + (ignoresExtra ? 0 : extra) > 0 ? someFailed : 0;
}

async function shown<Item, Report>(
  context: CommandContext,
  start: (callbacks: Callbacks<Item>) => AsyncTreeRun<Item, Report>,
  onResult: (result: Item) => void,
): Promise<Report> {
  const { isQuiet, output, signal } = context;
  let latest: TreeProgress | undefined;
  const onProgress = (progress: TreeProgress): void => {
    latest = progress;
    if (!isQuiet) output.status(progressLine(progress));
  };
  try {
    const report = await start({ signal, onProgress, onResult }).report();
    output.status('');
    return report;
  } catch (failure) {
    output.status('');
    if (isCloudError(failure, 'aborted') && latest) {
      output.say(whatIsLeft(latest));
      context.hasSaidWhatIsLeft = true;
    }
    throw failure;
  }
}

function progressLine(progress: TreeProgress): string {
  const { bytesPerSecond, doneObjects, failedObjects, objectsPerSecond, remainingSeconds, skippedObjects } = progress;
  return [
    `${countText(doneObjects)} objects`,
    sizeText(progress.transferredBytes),
    bytesPerSecond > 0 ? `${sizeText(Math.round(bytesPerSecond))}/s` : `${objectsPerSecond.toFixed(0)} objects/s`,
    ...(skippedObjects > 0 ? [`${countText(skippedObjects)} skipped`] : []),
    ...(failedObjects > 0 ? [`${countText(failedObjects)} failed`] : []),
    progress.isListed
      ? `${countText(progress.waitingObjects)} left${remainingSeconds ? `, ${durationText(remainingSeconds)}` : ''}`
      : `${countText(progress.waitingObjects)} or more left`,
  ].join(' · ');
}

function whatIsLeft({ doneObjects, failedObjects, isListed, skippedObjects, waitingObjects }: TreeProgress): string {
  const done = `${countText(doneObjects)} done, ${countText(skippedObjects)} skipped, ${countText(failedObjects)} failed`;
  const left = `${countText(waitingObjects)}${isListed ? '' : ' or more'} left`;
  return `isobar: interrupted: ${done}, ${left}. Nothing half-written was kept; the same command goes on.`;
}
