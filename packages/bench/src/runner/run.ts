/**
 * Runs a measurement: in each round every cell once, in random order, each in a fresh process. A cell that fails is not
 * run again, reports why, and does not affect the others.
 */
import { contenderOf, isInstalled } from '../contenders.ts';
import type { Cell, Experiment, Mode, Outcome } from '../report/model.ts';
import {
  estimateMedian,
  estimateRatio,
  estimateRatioOfTurns,
  isWide,
  median,
  type Random,
  shuffled,
} from '../statistics.ts';
import type { CellInput, CellResult, ExperimentPlan, Measurement, Point, Services } from './cell.ts';
import type { RunningCell } from './cell-process.ts';

/** What a run works with. */
export interface Context {
  readonly mode: Mode;
  readonly random: Random;
  readonly services: Services;
  readonly signal: AbortSignal;
  /** Runs one cell. */
  perform(input: CellInput, limitMs: number): Promise<CellResult>;
  /** Starts a cell that waits for turns. */
  start(input: CellInput, limitMs: number): RunningCell;
  /** Called before each process. */
  progress(done: number, of: number, contender: string): void;
}

interface Slot {
  readonly contender: string;
  readonly point: Point;
  readonly rounds: number;
  readonly results: Extract<CellResult, { kind: 'samples' }>[];
  /** The result of a cell that is not run again. */
  end?: Exclude<CellResult, { kind: 'samples' }>;
}

const defaultLimitMs = 60_000;
const budgets = { quick: { warmUpMs: 200, measureMs: 300 }, full: { warmUpMs: 300, measureMs: 600 } };
/** Fewer times say nothing about how much times vary. */
const minSamples = 3;

/** Runs a measurement to its end. */
export async function runMeasurement(measurement: Measurement, context: Context): Promise<Experiment[]> {
  const slots = slotsOf(measurement, context.mode);
  const total = slots.reduce((sum, { rounds }) => sum + rounds, 0);
  const maxRounds = Math.max(0, ...slots.map(({ rounds }) => rounds));
  let done = 0;
  for (let round = 0; round < maxRounds; round += 1) {
    if (measurement.turns !== undefined) {
      await runTogether(
        measurement,
        slots.filter((slot) => round < slot.rounds && !slot.end),
        context,
      );
      continue;
    }
    for (const slot of shuffled(slots, context.random)) {
      if (round >= slot.rounds) continue;
      context.signal.throwIfAborted();
      context.progress(done, total, slot.contender);
      done += 1;
      if (slot.end) continue;
      const result = await context.perform(inputOf(measurement, slot, context), measurement.limitMs ?? defaultLimitMs);
      context.signal.throwIfAborted();
      keep(slot, result);
    }
  }
  return measurement.experiments.map(({ metric, ...plan }) => ({
    ...plan,
    cells: slots.flatMap(
      (slot) => cellOf(metric, plan, slot, slots, context.random, measurement.turns !== undefined) ?? [],
    ),
  }));
}

/** Runs the processes of a round at the same time. In each turn all measure, one after another, in random order. */
async function runTogether(measurement: Measurement, slots: readonly Slot[], context: Context): Promise<void> {
  const { limitMs = defaultLimitMs, turns = 0 } = measurement;
  const cells = slots.map((slot) => {
    const input = { ...inputOf(measurement, slot, context), turns };
    return { slot, running: context.start(input, limitMs * slots.length) };
  });
  for (let turn = 0; turn <= turns; turn += 1) {
    context.progress(turn, turns, `${slots.length} in turns`);
    for (const { running } of shuffled(cells, context.random)) {
      context.signal.throwIfAborted();
      await running.turn();
    }
  }
  for (const { slot, running } of cells) keep(slot, await running.result);
}

function keep(slot: Slot, result: CellResult): void {
  if (result.kind === 'samples') slot.results.push(result);
  else slot.end = result;
}

/** The input of a process that measures nothing for a fixed time. */
export function inputOf(
  { task }: Pick<Measurement, 'task'>,
  { contender, point }: Pick<Slot, 'contender' | 'point'>,
  { mode, services }: Pick<Context, 'mode' | 'services'>,
): CellInput {
  const { at, settings = {} } = point;
  return { task, contender, ...(at !== undefined && { at }), settings, ...budgets[mode], services };
}

function slotsOf({ contenders, points, rounds }: Measurement, mode: Mode): Slot[] {
  return contenders.filter(isInstalled).flatMap((contender) => {
    const { role, kind } = contenderOf(contender);
    const count = mode === 'full' && role === 'rival' ? rounds.rivals : rounds[mode];
    const wanted = points.filter(({ isFullOnly }) => count > 0 && (mode === 'full' || isFullOnly !== true));
    return wanted.map((point): Slot => {
      const isRefused = kind === 'blocking' && (point.at ?? 1) > 1;
      const end = { kind: 'unsupported', why: 'a blocked thread has one call in flight' } as const;
      return { contender, point, rounds: count, results: [], ...(isRefused && { end }) };
    });
  });
}

function cellOf(
  metric: string,
  { unit, floor }: Omit<ExperimentPlan, 'metric'>,
  slot: Slot,
  slots: readonly Slot[],
  random: Random,
  hasTurns: boolean,
): Cell | undefined {
  const { contender, point, end, results } = slot;
  const { series, at, metrics } = point;
  if (metrics && !metrics.includes(metric)) return undefined;
  const cell = (outcome: Outcome): Cell => ({
    contender,
    ...(series !== undefined && { series }),
    ...(at !== undefined && { at }),
    outcome,
  });
  if (end?.kind === 'failed' || end?.kind === 'unsupported') return cell(end);
  const rounds = roundsOf(slot, metric);
  const samples = rounds.flat();
  if (samples.length === 0) return undefined;
  const estimate = estimateMedian(rounds, random);
  const floorSlot =
    floor === contender ? undefined : slots.find((other) => other.contender === floor && other.point === point);
  const floorRounds = floorSlot ? roundsOf(floorSlot, metric) : [];
  const toFloor = hasTurns ? estimateRatioOfTurns : estimateRatio;
  const peaks = results.flatMap(({ peakBytes }) => peakBytes ?? []);
  const note = results.find((result) => result.note !== undefined)?.note;
  const isTime = unit !== 'bytes' && unit !== 'count';
  return cell({
    kind: 'measured',
    samples,
    ...estimate,
    ...(floorRounds.flat().length > 0 && { ratio: toFloor(rounds, floorRounds, random) }),
    ...(peaks.length > 0 && { peakBytes: median(peaks) }),
    isWide: isWide(estimate) || (isTime && samples.length < minSamples),
    ...(note !== undefined && { note }),
  });
}

function roundsOf(slot: Slot, metric: string): (readonly number[])[] {
  return slot.results.map(({ samples }) => samples[metric] ?? []);
}
