/** What parity tests run in every driver. */
import type { Capability } from '../capabilities.ts';
import type { Fault } from '../test-server.ts';

/** Where a script runs. Everything but the folder and its name is the same in each driver. */
export interface Scene<Driver> {
  /** Name of a container, the same in each driver; removed after the script. */
  readonly container: string;
  /** An empty folder. */
  readonly folder: string;
  /** Options that make the service refuse every call. */
  readonly wrong: Readonly<Record<string, unknown>>;
  /** Opens another driver of the same design and kind; closed after the script. */
  readonly open: (options: Readonly<Record<string, unknown>>) => Driver;
}

/** A few calls whose exchanges are compared. */
export interface Script<Driver> {
  readonly title: string;
  /** The script is skipped without this capability. */
  readonly needs?: Capability;
  /** True when requests overlap, so their order does not matter. */
  readonly unordered?: boolean;
  /** The fault of the first requests. */
  readonly faults?: { readonly fault: Fault; readonly times: number };
  /** Runs before the comparison begins. */
  prepare?(driver: Driver, scene: Scene<Driver>): unknown;
  /** Returns what must be the same in each driver. */
  run(driver: Driver, scene: Scene<Driver>): unknown;
}
