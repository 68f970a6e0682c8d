/** What a cell's process is given and what it answers, one line of JSON each; and the measurements that cells make up. */
import type { Experiment } from '../report/model.ts';

/** The work of one process. */
export interface CellInput {
  /** Module in `tasks/`. */
  readonly task: string;
  readonly contender: string;
  /** Calls in flight. */
  readonly at?: number;
  readonly settings: Readonly<Record<string, string | number>>;
  readonly warmUpMs: number;
  readonly measureMs: number;
  /** How often the cell waits for its turn, when cells take turns; its first turn is for warming up. */
  readonly turns?: number;
  readonly services: Services;
}

/** The servers that a cell may talk to. */
export interface Services {
  readonly origin: string;
  /** An origin over TLS, and the path of the authority of its certificate. */
  readonly tlsOrigin: string;
  readonly authority: string;
  /** Origins that wait before each answer, by how many milliseconds. */
  readonly slowOrigins: Readonly<Record<number, string>>;
  /** The emulator's services, with their credentials. */
  readonly storage: string;
  readonly compute: string;
  readonly key: string;
  readonly secret: string;
  readonly user: string;
  readonly password: string;
  /** Compute services at different distances. */
  readonly regions: readonly string[];
  /** A folder for files; removed when the run ends. */
  readonly folder: string;
}

/** What a cell found out: samples by metric, or something else that its asker knows the type of. */
export type CellResult =
  | {
      readonly kind: 'samples';
      readonly samples: Readonly<Record<string, readonly number[]>>;
      readonly peakBytes?: number;
      readonly note?: string;
    }
  | { readonly kind: 'found'; readonly found: unknown }
  | { readonly kind: 'unsupported' | 'failed'; readonly why: string };

/** A task: what a cell's process does. It throws when a result is wrong. */
export type Task = (input: CellInput) => CellResult | Promise<CellResult>;

/** A variation of a cell. */
export interface Point {
  readonly series?: string;
  /** Calls in flight. */
  readonly at?: number;
  readonly settings?: Readonly<Record<string, string | number>>;
  /** The metrics that it gives; absent: all. */
  readonly metrics?: readonly string[];
  /** Left out of quick runs. */
  readonly isFullOnly?: boolean;
}

/** An experiment of the report, filled from one metric of the cells. */
export interface ExperimentPlan extends Omit<Experiment, 'cells'> {
  readonly metric: string;
}

/** One measurement: a set of cells that run interleaved. */
export interface Measurement {
  /** What `--only` selects. */
  readonly id: string;
  /** Module in `tasks/`. */
  readonly task: string;
  readonly contenders: readonly string[];
  readonly points: readonly Point[];
  /** Processes of each cell: in a quick run (0 for none, and none of rivals), in a full run, and of rivals in a full run. */
  readonly rounds: { readonly quick: number; readonly full: number; readonly rivals: number };
  /**
   * Turns of each process. All processes of a round run at the same time, and one after another measures once, so that each
   * ratio compares what ran within the same second. Absent: processes run one after another.
   */
  readonly turns?: number;
  /** How long a process may take. Default a minute. */
  readonly limitMs?: number;
  readonly experiments: readonly ExperimentPlan[];
}
