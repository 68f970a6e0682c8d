/** What a cell's process is told and what it answers: one line of JSON each. */
import type { Outcome } from '../report/model.ts';

/** The work of one process. */
export interface CellInput {
  /** Module in `tasks/`. */
  readonly task: string;
  readonly contender: string;
  readonly series?: string;
  readonly at?: number;
  /** Whatever else the task must know. */
  readonly settings: Readonly<Record<string, string | number | boolean>>;
  readonly warmUpMs: number;
  readonly measureMs: number;
  readonly services: Services;
}

/** Addresses of what a cell may talk to. */
export interface Services {
  /** The origin, without and with a delay before each answer. */
  readonly origin: string;
  readonly slowOrigin: string;
  /** The emulator, with the keys that everybody uses. */
  readonly storage: string;
  readonly compute: string;
  readonly key: string;
  readonly secret: string;
  readonly user: string;
  readonly password: string;
  /** Compute services at different distances. */
  readonly regions: readonly string[];
  /** An empty folder for files; it goes when the run ends. */
  readonly folder: string;
}

/** What a cell found out. */
export type CellResult =
  | {
      readonly kind: 'samples';
      /** By metric, such as `wall` and `cpu`. */
      readonly samples: Readonly<Record<string, readonly number[]>>;
      readonly cpuMs?: number;
      readonly peakBytes?: number;
      readonly note?: string;
    }
  /** Ready-made, by metric; keys may be followed by `/` and a series. */
  | { readonly kind: 'outcomes'; readonly outcomes: Readonly<Record<string, Outcome>> }
  | { readonly kind: 'unsupported'; readonly why: string }
  | { readonly kind: 'failed'; readonly why: string };

/** A task: what a cell's process does. It throws when a result is wrong. */
export type Task = (input: CellInput) => CellResult | Promise<CellResult>;
