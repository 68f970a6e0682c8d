/**
 * A test as data. Cases know nothing of the test runner: `register.ts` gives them one, the kit's own tests run them
 * against drivers that are broken on purpose.
 */
import type { Capability } from './capabilities.ts';
import type { Kind } from './driver.ts';
import type { TestServer } from './test-server.ts';

/**
 * What most providers have: `credentials`, the options `key` and `secret` of `connect`, which the service checks; `http`, a
 * server at an `endpoint`, so that connections can fail and responses have a status.
 */
export type Trait = 'credentials' | 'http';

/** One thing that every driver must do. */
export interface Case<Kit> {
  /** Reads after the suite's title: `follows pages`. */
  readonly title: string;
  /** The case is skipped without this capability. */
  readonly needs?: Capability;
  /**
   * With `needs`: passing shows that the capability is there. A provider that does not declare it fails the kit when
   * this case passes.
   */
  readonly proof?: boolean;
  /** The case is skipped where the provider does not have this. */
  readonly about?: Trait;
  /** True for what a design can get wrong: the case runs for every design. Other cases run once for each kind. */
  readonly everyDesign?: true;
  /** The only kind that the case applies to. */
  readonly kind?: Kind;
  /** True when the case needs both kinds at once. It is skipped where the design does not give `openBoth`. */
  readonly bothKinds?: true;
  /** The case is skipped unless the test server has these abilities. */
  readonly server?: readonly (keyof TestServer)[];
  /** How long the case may take. Default 30 seconds. */
  readonly timeoutMs?: number;
  run(kit: Kit): Promise<void>;
}

/** Cases about one subject. */
export interface Suite<Kit> {
  readonly title: string;
  readonly cases: readonly Case<Kit>[];
}

/** Makes every case of a suite need a capability. */
export function needing<Kit>(capability: Capability, suite: Suite<Kit>): Suite<Kit> {
  return { ...suite, cases: suite.cases.map((entry) => ({ needs: capability, ...entry })) };
}
