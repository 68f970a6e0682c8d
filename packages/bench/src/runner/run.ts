/**
 * Runs a measurement: in each round every cell once, in random order, each in a fresh process. A cell that fails is not
 * run again, says why, and costs the others nothing.
 */
import { contenderOf, isInstalled } from '../contenders.ts';
import type { Cell, Experiment, Outcome } from '../report/model.ts';
import { estimateMedian, estimateRatio, isWide, median, type Random, shuffled } from '../statistics.ts';
import type { CellInput, CellResult, Services } from './cell.ts';
import type { ExperimentPlan, Kind, Measurement, Point } from './measurement.ts';

/** What a run has at hand. */
export interface Context {
  readonly kind: Kind;
  readonly random: Random;
  readonly services: Services;
  readonly signal: AbortSignal;
  /** Runs one cell. */
  perform(input: CellInput, limitMs: number): Promise<CellResult>;
  /** Told before each process. */
  progress(done: number, of: number, contender: string): void;
}

interface Slot {
  readonly contender: string;
  readonly point: Point;
  readonly rounds: number;
  readonly results: Extract<CellResult, { kind: 'samples' }>[];
  /** The end of a cell that is not run again. */
  end?: Exclude<CellResult, { kind: 'samples' }>;
}

const defaultLimitMs = 60_000;
const budgets = { quick: { warmUpMs: 200, measureMs: 300 }, full: { warmUpMs: 300, measureMs: 600 } };

/** Runs a measurement to its end. */
export async function runMeasurement(measurement: Measurement, context: Context): Promise<Experiment[]> {
  const slots = slotsOf(measurement, context.kind);
  const total = slots.reduce((sum, { rounds }) => sum + rounds, 0);
  const most = Math.max(0, ...slots.map(({ rounds }) => rounds));
  let done = 0;
  for (let round = 0; round < most; round += 1) {
    for (const slot of shuffled(slots, context.random)) {
      if (round >= slot.rounds) continue;
      context.signal.throwIfAborted();
      context.progress(done, total, slot.contender);
      done += 1;
      if (slot.end) continue;
      const result = await context.perform(inputOf(measurement, slot, context), measurement.limitMs ?? defaultLimitMs);
      context.signal.throwIfAborted();
      if (result.kind === 'samples') slot.results.push(result);
      else slot.end = result;
    }
  }
  return measurement.experiments.map((plan) => experimentOf(plan, slots, context.random));
}

function slotsOf(measurement: Measurement, kind: Kind): Slot[] {
  return measurement.contenders.flatMap((contender) => {
    const isRival = contenderOf(contender).role === 'rival';
    const rounds = ((isRival && measurement.rivalRounds) || measurement.rounds)[kind];
    if (rounds === 0 || !isInstalled(contender)) return [];
    const points = measurement.points.filter(({ only, rivalsOnly = only }) => {
      const wanted = isRival ? rivalsOnly : only;
      return wanted === undefined || wanted === kind;
    });
    return points.map((point): Slot => ({ contender, point, rounds, results: [], ...refusalOf(contender, point) }));
  });
}

/** What needs no process to be known. */
function refusalOf(contender: string, { at = 1 }: Point): Pick<Slot, 'end'> {
  if (at === 1 || contenderOf(contender).kind !== 'blocking') return {};
  return { end: { kind: 'unsupported', why: 'a blocked thread has one call in flight' } };
}

function inputOf({ task }: Measurement, { contender, point }: Slot, { kind, services }: Context): CellInput {
  const { series, at, settings = {} } = point;
  return {
    task,
    contender,
    ...(series !== undefined && { series }),
    ...(at !== undefined && { at }),
    settings,
    ...budgets[kind],
    ...(point.warmUpMs !== undefined && { warmUpMs: point.warmUpMs }),
    services,
  };
}

function experimentOf({ metric, ...plan }: ExperimentPlan, slots: readonly Slot[], random: Random): Experiment {
  const cells = slots.flatMap((slot) => cellsOf(metric, plan.unit, slot, floorOf(plan.floor, slot, slots), random));
  return { ...plan, cells };
}

/** The floor's cell at the same point. */
function floorOf(floor: string | undefined, slot: Slot, slots: readonly Slot[]): Slot | undefined {
  if (floor === undefined || floor === slot.contender) return undefined;
  return slots.find(({ contender, point }) => contender === floor && point === slot.point);
}

/** Times differ from time to time; one or two of them tell nothing of that. */
function isTime(unit: Experiment['unit']): boolean {
  return unit !== 'bytes' && unit !== 'count';
}

function cellsOf(
  metric: string,
  unit: Experiment['unit'],
  slot: Slot,
  floor: Slot | undefined,
  random: Random,
): Cell[] {
  const { contender, point, end } = slot;
  const { series, at, metrics } = point;
  if (metrics && !metrics.includes(metric)) return [];
  const cell = (outcome: Outcome, more: { series?: string } = {}): Cell => ({
    contender,
    ...(series !== undefined && { series }),
    ...more,
    ...(at !== undefined && { at }),
    outcome,
  });
  if (end?.kind === 'outcomes') {
    return Object.entries(end.outcomes).flatMap(([key, outcome]) => {
      const slash = key.indexOf('/');
      if ((slash < 0 ? key : key.slice(0, slash)) !== metric) return [];
      return [cell(outcome, slash < 0 ? {} : { series: key.slice(slash + 1) })];
    });
  }
  if (end) return [cell(end)];
  const rounds = roundsOf(slot, metric);
  if (rounds.flat().length === 0) return [];
  const estimate = estimateMedian(rounds, random);
  const floorRounds = floor ? roundsOf(floor, metric) : [];
  const [cpuMs, peakBytes] = [medianOf(slot, 'cpuMs'), medianOf(slot, 'peakBytes')];
  const note = slot.results.find((result) => result.note !== undefined)?.note;
  return [
    cell({
      kind: 'measured',
      samples: rounds.flat(),
      ...estimate,
      ...(floorRounds.flat().length > 0 && { ratio: estimateRatio(rounds, floorRounds, random) }),
      ...(cpuMs !== undefined && { cpuMs }),
      ...(peakBytes !== undefined && { peakBytes }),
      isWide: isWide(estimate) || (isTime(unit) && rounds.flat().length < 3),
      ...(note !== undefined && { note }),
    }),
  ];
}

function roundsOf(slot: Slot, metric: string): (readonly number[])[] {
  return slot.results.map(({ samples }) => samples[metric] ?? []);
}

function medianOf(slot: Slot, field: 'cpuMs' | 'peakBytes'): number | undefined {
  const values = slot.results.flatMap((result) => result[field] ?? []);
  if (field === 'cpuMs' && values.length === 0) {
    const cpu = slot.results.flatMap(({ samples }) => samples.cpu ?? []);
    return cpu.length === 0 ? undefined : median(cpu) / 1000;
  }
  return values.length === 0 ? undefined : median(values);
}
