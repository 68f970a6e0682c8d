/**
 * Parity tests: every design and kind has the same methods, and the same operation makes the same exchanges, in the same
 * order, and ends in the same way. They find a driver that sends one request more, signs another header, drops an
 * option, lacks a method or answers in the wrong kind.
 */
import { afterAll, describe, expect, test } from 'vitest';
import type {
  AnyCompute,
  AnyStorage,
  ComputeDriverUnderTest,
  DriverMembers,
  DriverUnderTest,
  StorageDriverUnderTest,
} from './driver.ts';
import { Comparison, type ComparisonSetup } from './parity/compare.ts';
import { computeScripts } from './parity/compute-scripts.ts';
import type { Script } from './parity/script.ts';
import { storageScripts } from './parity/storage-scripts.ts';
import { removeContainer, uniqueText } from './storage/storage-kit.ts';
import type { FaultControl, RequestLog } from './test-server.ts';

/** What parity tests need, whatever the service. */
export interface ParitySetup<Driver extends DriverMembers> {
  readonly provider: string;
  /** The drivers to compare; the first one is what the others are compared with. */
  readonly drivers: readonly DriverUnderTest<Driver>[];
  /** A server that logs requests and, optionally, injects faults. */
  readonly server: { readonly requests: RequestLog; readonly faults?: FaultControl };
  /** Scripts for what only this provider does. Every method of a driver needs one. */
  readonly extraScripts?: readonly Script<Driver>[];
  /** Removes from a request's target what differs between runs, such as the id of an upload. */
  readonly normalise?: (target: string) => string;
}

/** Registers a test for each operation of storage: all drivers make the same exchanges. */
export function storageParity(
  setup: Omit<ParitySetup<AnyStorage>, 'drivers'> & { readonly drivers: readonly StorageDriverUnderTest[] },
): void {
  const container = `isobar-parity-${uniqueText()}`;
  registerParity(setup as unknown as ParitySetup<AnyStorage>, storageScripts, {
    scene: { container, wrong: { secret: 'not-the-right-secret-0123456789' } },
    tidy: (driver) => removeContainer(driver, container),
  });
}

/** Registers a test for each operation of compute: all drivers make the same exchanges. */
export function computeParity(
  setup: Omit<ParitySetup<AnyCompute>, 'drivers'> & { readonly drivers: readonly ComputeDriverUnderTest[] },
): void {
  registerParity(setup as unknown as ParitySetup<AnyCompute>, computeScripts, {
    scene: { container: '', wrong: { secret: 'not-the-right-secret-0123456789' } },
    tidy: async () => undefined,
  });
}

const TIMEOUT_MS = 60_000;

function registerParity<Driver extends DriverMembers>(
  setup: ParitySetup<Driver>,
  portable: readonly Script<Driver>[],
  { scene, tidy }: Pick<ComparisonSetup<Driver>, 'scene' | 'tidy'>,
): void {
  const { drivers, normalise = (target) => target, provider, server } = setup;
  const scripts = [...portable, ...(setup.extraScripts ?? [])];
  // Of the faults of async designs, this is the one of sources that drift apart.
  describe(`${provider} > parity: sources that drift apart, ${scripts.length} scripts`, () => {
    const comparison = new Comparison({ drivers: drivers, server, normalise, scene, tidy });
    let run = 0;
    afterAll(() => comparison.close());
    for (const script of scripts) {
      test(script.title, { timeout: TIMEOUT_MS }, async (context) => {
        if (script.faults && !server.faults) context.skip('the test server has no "faults"');
        const { needs } = script;
        if (needs && !comparison.declares(needs)) context.skip(`not every driver declares ${needs}`);
        await comparison.run(script);
        run += 1;
      });
    }
    test('all designs and kinds have the same methods', () => {
      expect(comparison.differences()).toEqual([]);
    });
    test('compares every method', (context) => {
      if (run < scripts.length) context.skip('not all scripts were run');
      expect(comparison.uncalled(), 'methods that no script calls').toEqual([]);
    });
  });
}
