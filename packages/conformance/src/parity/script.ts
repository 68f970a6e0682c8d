/** What parity tests run in every face. */
import type { Capability } from '../capabilities.ts';
import type { Fault } from '../test-server.ts';

/** Where a script runs. Everything but the folder and its name is the same in each face. */
export interface Scene<Face> {
  /** Name of a container, the same in each face; removed after the script. */
  readonly container: string;
  /** An empty folder. */
  readonly folder: string;
  /** Options with which the service refuses every call. */
  readonly wrong: Readonly<Record<string, unknown>>;
  /** Opens another face of the same design and colour; closed after the script. */
  readonly open: (options: Readonly<Record<string, unknown>>) => Face;
}

/** A few calls whose exchanges are compared. */
export interface Script<Face> {
  readonly title: string;
  /** A capability without which the script is left out. */
  readonly needs?: Capability;
  /** True when requests overlap, so that their order says nothing. */
  readonly unordered?: boolean;
  /** How the first requests fail. */
  readonly faults?: { readonly fault: Fault; readonly times: number };
  /** What happens before the comparison begins. */
  prepare?(face: Face, scene: Scene<Face>): unknown;
  /** Gives back what must be the same in each face. */
  run(face: Face, scene: Scene<Face>): unknown;
}
