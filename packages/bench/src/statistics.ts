/**
 * Medians with bootstrap intervals. Samples come in rounds, one process each; a resample draws rounds first and samples
 * within them second, so that what differs from process to process widens the interval too.
 */

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

/** The same numbers for the same seed. Mulberry32. */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A copy in random order. */
export function shuffled<Item>(items: readonly Item[], random: Random): Item[] {
  const order = [...items];
  for (let last = order.length - 1; last > 0; last -= 1) {
    const other = Math.floor(random() * (last + 1));
    [order[last], order[other]] = [order[other] as Item, order[last] as Item];
  }
  return order;
}

/** The middle value, or the mean of the two middle ones; NaN of nothing. */
export function median(values: readonly number[]): number {
  const sorted = Float64Array.from(values).sort();
  const middle = sorted.length / 2;
  if (sorted.length === 0) return Number.NaN;
  return sorted.length % 2 === 1
    ? (sorted[Math.floor(middle)] as number)
    : ((sorted[middle - 1] as number) + (sorted[middle] as number)) / 2;
}

/** The median of all samples with its bootstrap interval. */
export function estimateMedian(rounds: Rounds, random: Random): Estimate {
  const medians = Array.from({ length: resamples }, () =>
    median(resample(rounds, drawRounds(rounds.length, random), random)),
  );
  return { median: median(rounds.flat()), ...interval(medians) };
}

/**
 * The ratio of two medians with its bootstrap interval. Rounds that both have are drawn together, since they ran close
 * to each other.
 */
export function estimateRatio(rounds: Rounds, floor: Rounds, random: Random): Estimate {
  const isPaired = rounds.length === floor.length;
  const ratios = Array.from({ length: resamples }, () => {
    const drawn = drawRounds(rounds.length, random);
    const drawnFloor = isPaired ? drawn : drawRounds(floor.length, random);
    return median(resample(rounds, drawn, random)) / median(resample(floor, drawnFloor, random));
  });
  return { median: median(rounds.flat()) / median(floor.flat()), ...interval(ratios) };
}

/** Whether an interval is wider than a quarter of its median, so that the number tells no more than its magnitude. */
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
  const sorted = Float64Array.from(values).sort();
  const at = (share: number): number => sorted[Math.round(share * (sorted.length - 1))] ?? Number.NaN;
  return { low: at(0.025), high: at(0.975) };
}
