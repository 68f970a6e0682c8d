/** What a measurement is: who does which task at which points, how often, and which experiments of the report come of it. */
import type { Experiment } from '../report/model.ts';

/** A quick run is a look; a full one is for publication. */
export type Kind = 'quick' | 'full';

/** One thing that is varied besides the contender. */
export interface Point {
  readonly series?: string;
  readonly at?: number;
  readonly settings?: Readonly<Record<string, string | number | boolean>>;
  /** The metrics that it gives; absent: all. */
  readonly metrics?: readonly string[];
  /** Longer than usual, for work that takes long to be compiled. */
  readonly warmUpMs?: number;
  /** Absent: in both kinds of run. */
  readonly only?: Kind;
  /** The same for rivals. */
  readonly rivalsOnly?: Kind;
}

/** An experiment of the report, filled from one metric of the cells. */
export interface ExperimentPlan extends Omit<Experiment, 'cells'> {
  /** Name of the metric in a cell's result. */
  readonly metric: string;
}

/** One measurement: a set of cells that run interleaved. */
export interface Measurement {
  /** What `--only` selects. */
  readonly id: string;
  readonly what: string;
  /** Module in `tasks/`. */
  readonly task: string;
  readonly contenders: readonly string[];
  readonly points: readonly Point[];
  /** Processes of each cell; 0 for not in this kind of run. */
  readonly rounds: Readonly<Record<Kind, number>>;
  /** The same for rivals, when there are fewer. */
  readonly rivalRounds?: Readonly<Record<Kind, number>>;
  /** How long a process may take. Default a minute. */
  readonly limitMs?: number;
  readonly experiments: readonly ExperimentPlan[];
}
