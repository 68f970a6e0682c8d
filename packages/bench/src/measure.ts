/**
 * Times contenders in interleaved rounds: each round runs every contender, in another order, so that a busy moment of
 * the machine falls on all of them. What a call returns is checked, so that none can be fast by doing nothing.
 */

/** One way of doing the same thing. */
export interface Contender {
  readonly name: string;
  /** Does it once. @returns A number that is the same for all contenders, such as a count of bytes. */
  run(): number | Promise<number>;
}

/** How much is measured. */
export interface Plan {
  readonly rounds: number;
  readonly calls: number;
}

/** What came out for one contender, in microseconds per call. */
export interface Measured {
  readonly name: string;
  readonly median: number;
  readonly p10: number;
  readonly p90: number;
}

/** Measures contenders after one round of warm-up. */
export async function measure(contenders: readonly Contender[], plan: Plan): Promise<Measured[]> {
  const samples = new Map<Contender, number[]>(contenders.map((contender) => [contender, []]));
  const [first] = contenders;
  const expected = await first?.run();
  for (let round = -1; round < plan.rounds; round += 1) {
    for (let turn = 0; turn < contenders.length; turn += 1) {
      const contender = contenders[(turn + round + 1) % contenders.length] as Contender;
      for (let call = 0; call < plan.calls; call += 1) {
        const startedMs = performance.now();
        const result = contender.run();
        const outcome = typeof result === 'number' ? result : await result;
        const microseconds = (performance.now() - startedMs) * 1000;
        if (outcome !== expected) throw new Error(`${contender.name} returned ${outcome} instead of ${expected}`);
        if (round >= 0) samples.get(contender)?.push(microseconds);
      }
    }
  }
  return [...samples].map(([contender, times]) => summarise(contender.name, times));
}

function summarise(name: string, times: number[]): Measured {
  const sorted = times.toSorted((one, other) => one - other);
  const quantile = (share: number): number => sorted[Math.floor(share * (sorted.length - 1))] ?? Number.NaN;
  return { name, median: quantile(0.5), p10: quantile(0.1), p90: quantile(0.9) };
}
