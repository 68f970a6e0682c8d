/**
 * A report of measurements: what `bench-report/report.json` holds and what the page, the tables and the comparison with
 * a baseline are made from. Plain data. `schemaVersion` goes up when the shape changes.
 */

/** Everything that one run of the benchmarks found out. */
export interface Report {
  readonly schemaVersion: 1;
  readonly kind: 'quick' | 'full';
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  readonly durationMs: number;
  readonly machine: Machine;
  /** Package → version, of ours and of every rival that ran. */
  readonly versions: Readonly<Record<string, string>>;
  /** How it was measured, in sentences: rounds, processes, how it was checked that the origin is not the limit. */
  readonly method: readonly string[];
  readonly contenders: readonly Contender[];
  readonly experiments: readonly Experiment[];
  /** The targets of the project, with what was seen in this run. */
  readonly targets: readonly Target[];
  /** The same programs, written for each contender. */
  readonly programs: readonly Program[];
}

/** Where a run took place. */
export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryBytes: number;
  readonly platform: string;
  readonly node: string;
}

/** Who is compared: a floor below which nobody can go, a design in one kind, or somebody else's library. */
export interface Contender {
  readonly id: string;
  /** For people. */
  readonly name: string;
  readonly role: 'floor' | 'design' | 'rival';
  readonly design?: 'session' | 'mixin' | 'flag';
  readonly kind?: 'blocking' | 'async';
}

/** One question, put to several contenders. */
export interface Experiment {
  readonly id: string;
  readonly title: string;
  /** What the numbers answer, as a question in plain English. */
  readonly question: string;
  /** Unit of samples, medians and intervals. */
  readonly unit: 'ns' | 'µs' | 'ms' | 's' | 'bytes' | 'count' | 'ratio';
  readonly better: 'lower' | 'higher' | 'neither';
  /** Id of the contender that ratios refer to. */
  readonly floor?: string;
  readonly plot: 'bars' | 'distribution' | 'curve' | 'timeline' | 'table';
  /** The x axis of a curve, such as calls in flight. */
  readonly parameter?: { readonly name: string; readonly unit: string };
  readonly cells: readonly Cell[];
}

/** What one contender did in one experiment, at one value of its parameter. */
export interface Cell {
  /** Id of a contender. */
  readonly contender: string;
  /** More than one line or group of a contender, such as `20 ms link`. */
  readonly series?: string;
  /** Value of the experiment's parameter. */
  readonly at?: number;
  readonly outcome: Outcome;
}

/** What came out of a cell. */
export type Outcome = Measured | Timeline | Text | Unsupported | Failed;

/** Numbers, in the experiment's unit. */
export interface Measured {
  readonly kind: 'measured';
  /** One for each repetition: raw, in the order in which they were taken. */
  readonly samples: readonly number[];
  readonly median: number;
  /** Ends of the bootstrap 95 % interval of the median. */
  readonly low: number;
  readonly high: number;
  /** To the experiment's floor at the same series and parameter, with its own 95 % interval. */
  readonly ratio?: Ratio;
  /** The client's CPU time for one repetition, all its threads together. */
  readonly cpuMs?: number;
  /** Highest resident memory of the client's process, in bytes. */
  readonly peakBytes?: number;
  /** The interval is too wide to rely on; take the number as an order of magnitude. */
  readonly isWide: boolean;
  readonly note?: string;
}

/** How many times as much as the floor. */
export interface Ratio {
  readonly median: number;
  readonly low: number;
  readonly high: number;
}

/** Who was busy when, in milliseconds from the experiment's beginning. */
export interface Timeline {
  readonly kind: 'timeline';
  readonly spans: readonly Span[];
  /** When a timer that is due every few milliseconds really fired. */
  readonly ticksMs: readonly number[];
  /** The longest time in which the event loop did nothing else. */
  readonly longestStallMs: number;
}

/** One piece of work in a timeline. */
export interface Span {
  readonly label: string;
  readonly startMs: number;
  readonly endMs: number;
}

/** Words, such as what the editor shows or what the linter says. */
export interface Text {
  readonly kind: 'text';
  readonly text: string;
}

/** The contender cannot do it, or not against this server. */
export interface Unsupported {
  readonly kind: 'unsupported';
  readonly why: string;
}

/** It ran, and crashed, hung or gave a wrong result. */
export interface Failed {
  readonly kind: 'failed';
  readonly why: string;
}

/** One aim of the project beside what was seen. */
export interface Target {
  readonly id: string;
  readonly what: string;
  readonly target: string;
  readonly seen: string;
  readonly isMet: boolean;
  readonly note?: string;
}

/** The code of one program as one contender's users write it. */
export interface Program {
  /** The same for all contenders of one program. */
  readonly id: string;
  /** Id of a contender. */
  readonly contender: string;
  readonly title: string;
  /** Such as `ts` or `python`. */
  readonly language: string;
  readonly source: string;
  /** Lines that are neither blank nor comments. */
  readonly lines: number;
  /** Tokens of the language, comments left out. */
  readonly tokens: number;
}
