/** What parity tests run in every driver. */
import type { Capability } from '../capabilities.ts';
import type { Fault } from '../test-server.ts';

/** Where a script runs. Everything but the folder and its name is the same in each driver. */
export interface Scene<Driver> {
  /** Name of a container, the same in each driver; removed after the script. */
  readonly container: string;
  /** An empty folder. */
  readonly folder: string;
  /** Options with which the service refuses every call. */
  readonly wrong: Readonly<Record<string, unknown>>;
  /** Opens another driver of the same design and kind; closed after the script. */
  readonly open: (options: Readonly<Record<string, unknown>>) => Driver;
}

/** A few calls whose exchanges are compared. */
export interface Script<Driver> {
  readonly title: string;
  /** A capability without which the script is left out. */
  readonly needs?: Capability;
  /** True when requests overlap, so that their order says nothing. */
  readonly unordered?: boolean;
  /** How the first requests fail. */
  readonly faults?: { readonly fault: Fault; readonly times: number };
  /** What happens before the comparison begins. */
  prepare?(driver: Driver, scene: Scene<Driver>): unknown;
  /** Gives back what must be the same in each driver. */
  run(driver: Driver, scene: Scene<Driver>): unknown;
}
