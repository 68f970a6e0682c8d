/**
 * A report of measurements: what `bench-report/report.json` holds, and what the document, the page and the comparison with
 * a baseline are made from. Plain data. `schemaVersion` goes up when the shape changes.
 */

/** Everything that one run of the benchmarks found out. */
export interface Report {
  readonly schemaVersion: 2;
  readonly mode: Mode;
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  readonly durationMs: number;
  readonly machine: Machine;
  /** Package → version. */
  readonly versions: Readonly<Record<string, string>>;
  /** How it was measured, in sentences. */
  readonly method: readonly string[];
  readonly experiments: readonly Experiment[];
  readonly targets: readonly Target[];
  /** What differs between the designs; empty when it was not asked for. */
  readonly decisions: readonly DecisionRow[];
  /** Which functions the designs call; empty when it was not asked for. */
  readonly calledFunctions: readonly CalledFunctions[];
  /** Scripts of the parity test that passed; absent when it did not run. */
  readonly parityScripts?: number;
  /** The same program, written for each contender. */
  readonly programs: readonly Program[];
}

/** A quick run gives figures; only a full one gives verdicts. */
export type Mode = 'quick' | 'full';

/** Where a run took place. */
export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryBytes: number;
  readonly platform: string;
  readonly node: string;
}

/** What is measured: a floor that does the least possible, Isobar in one kind, or another library. */
export interface Contender {
  readonly id: string;
  readonly name: string;
  readonly role: 'floor' | 'isobar' | 'rival';
  readonly kind: 'blocking' | 'async';
}

/** One question, put to several contenders. In all but `accepted` less is better. */
export interface Experiment {
  readonly id: string;
  readonly title: string;
  readonly question: string;
  /** Unit of samples, medians and intervals. */
  readonly unit: 'ns' | 'µs' | 'ms' | 's' | 'bytes' | 'count' | 'ratio';
  /** Id of the contender that ratios refer to. */
  readonly floor?: string;
  readonly plot: 'intervals' | 'curve';
  readonly cells: readonly Cell[];
}

/** What one contender did in one experiment. */
export interface Cell {
  readonly contender: string;
  /** Tells several lines of a contender apart, such as `20 ms link`. */
  readonly series?: string;
  /** Calls in flight. */
  readonly at?: number;
  readonly outcome: Outcome;
}

/** What came out of a cell: `unsupported` when the contender cannot do it, `failed` when it crashed, hung or was wrong. */
export type Outcome = Measured | { readonly kind: 'unsupported' | 'failed'; readonly why: string };

/** Numbers, in the experiment's unit. */
export interface Measured extends Interval {
  readonly kind: 'measured';
  readonly samples: readonly number[];
  /** To the experiment's floor at the same series and number of calls in flight. */
  readonly ratio?: Interval;
  /** Highest resident memory of the client's process. */
  readonly peakBytes?: number;
  /** The interval is wide or the samples are few: the number shows an order of magnitude only. */
  readonly isWide: boolean;
  readonly note?: string;
}

/** A median with the ends of its bootstrap 95 % interval. */
export interface Interval {
  readonly median: number;
  readonly low: number;
  readonly high: number;
}

/** A target of the project beside what was seen, with what limits it. */
export interface Target {
  readonly id: string;
  readonly what: string;
  readonly target: string;
  readonly floor: string;
  readonly seen: string;
  readonly isMet: boolean;
  readonly limit: string;
}

/** A design. */
export type Design = 'session' | 'mixin' | 'flag';

/** One question about the designs. */
export interface DecisionRow {
  readonly id: string;
  readonly question: string;
  readonly answers: Readonly<Record<Design, string>>;
  /** The answers are equal, or numbers within 10 %. */
  readonly isSame: boolean;
}

/** The functions of core, connection, provider and undici that ran during one call. */
export interface CalledFunctions {
  readonly call: string;
  readonly kind: Contender['kind'];
  /** How many ran in every design, equally often. */
  readonly shared: number;
  /** The others. */
  readonly differing: readonly string[];
  /** How many functions of a design's own package ran. */
  readonly own: number;
}

/** The code of one program as one contender's users write it. */
export interface Program {
  readonly contender: string;
  /** Such as `ts` or `python`. */
  readonly language: string;
  readonly source: string;
  /** Lines and tokens, without comments and blank lines. */
  readonly lines: number;
  readonly tokens: number;
}
