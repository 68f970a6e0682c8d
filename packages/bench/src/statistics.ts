/**
 * Medians with bootstrap intervals. Samples come in rounds, one process each. A resample draws rounds first and samples
 * within them second, so that differences from process to process widen the interval too.
 */
import { median as medianOrNone, quantile, shuffler } from 'd3-array';
import { randomLcg } from 'd3-random';

/** A number from 0 up to 1. */
export type Random = () => number;

/** An estimate with the ends of its 95 % interval. */
export interface Estimate {
  readonly median: number;
  readonly low: number;
  readonly high: number;
}

/** Samples of one cell: those of each round. */
export type Rounds = readonly (readonly number[])[];

const resamples = 500;

/** Gives the same numbers for the same seed. */
export function seededRandom(seed: number): Random {
  return randomLcg(seed);
}

/** A copy in random order. */
export function shuffled<Item>(items: readonly Item[], random: Random): Item[] {
  return shuffler(random)([...items]);
}

/** The middle value, or the mean of the two middle ones; NaN of nothing. */
export function median(values: readonly number[]): number {
  return medianOrNone(values) ?? Number.NaN;
}

/** The median of all samples with its bootstrap interval. */
export function estimateMedian(rounds: Rounds, random: Random): Estimate {
  const medians = Array.from({ length: resamples }, () =>
    median(resample(rounds, drawRounds(rounds.length, random), random)),
  );
  return { median: median(rounds.flat()), ...interval(medians) };
}

/** The ratio of two medians with its bootstrap interval. Rounds that both have are drawn together: they ran close to each other. */
export function estimateRatio(rounds: Rounds, floor: Rounds, random: Random): Estimate {
  const isPaired = rounds.length === floor.length;
  const ratios = Array.from({ length: resamples }, () => {
    const drawn = drawRounds(rounds.length, random);
    const drawnFloor = isPaired ? drawn : drawRounds(floor.length, random);
    return median(resample(rounds, drawn, random)) / median(resample(floor, drawnFloor, random));
  });
  return { median: median(rounds.flat()) / median(floor.flat()), ...interval(ratios) };
}

/** The median of the ratios of what was measured in the same turn, with its bootstrap interval. */
export function estimateRatioOfTurns(rounds: Rounds, floor: Rounds, random: Random): Estimate {
  const ratios = rounds.map((samples, round) => {
    const floors = floor[round] ?? [];
    return samples.flatMap((sample, turn) => (floors[turn] === undefined ? [] : sample / floors[turn]));
  });
  return estimateMedian(ratios, random);
}

/** Whether an interval is wider than a quarter of its median: the number shows an order of magnitude only. */
export function isWide({ median: middle, low, high }: Estimate): boolean {
  return high - low > Math.abs(middle) / 4;
}

function drawRounds(count: number, random: Random): number[] {
  return Array.from({ length: count }, () => Math.floor(random() * count));
}

function resample(rounds: Rounds, drawn: readonly number[], random: Random): number[] {
  return drawn.flatMap((index) => {
    const samples = rounds[index] ?? [];
    return samples.map(() => samples[Math.floor(random() * samples.length)] as number);
  });
}

function interval(values: readonly number[]): { low: number; high: number } {
  return { low: quantile(values, 0.025) ?? Number.NaN, high: quantile(values, 0.975) ?? Number.NaN };
}
