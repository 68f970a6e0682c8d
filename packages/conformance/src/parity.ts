/**
 * Parity: the same operation makes the same exchanges, in the same order, and ends in the same way, in every design and
 * kind. A driver that asks one request more, signs another header, drops an option, lacks a method or answers in the
 * wrong kind is found here.
 */
import { afterAll, describe, expect, test } from 'vitest';
import type {
  AnyCompute,
  AnyStorage,
  ComputeFaceUnderTest,
  FaceMembers,
  FaceUnderTest,
  StorageFaceUnderTest,
} from './face.ts';
import { Comparison, type ComparisonSetup } from './parity/compare.ts';
import { computeScripts } from './parity/compute-scripts.ts';
import type { Script } from './parity/script.ts';
import { storageScripts } from './parity/storage-scripts.ts';
import { removeContainer, uniqueText } from './storage/storage-kit.ts';
import type { FaultControl, RequestLog } from './test-server.ts';

/** What parity tests need, whatever the service. */
export interface ParitySetup<Face extends FaceMembers> {
  readonly provider: string;
  /** The faces to compare; the first one is what the others are compared with. */
  readonly faces: readonly FaceUnderTest<Face>[];
  /** A server that tells what it was asked, and that fails on request if it can. */
  readonly server: { readonly requests: RequestLog; readonly faults?: FaultControl };
  /** Scripts for what only this provider does. Every method of a driver needs one. */
  readonly extraScripts?: readonly Script<Face>[];
  /** Takes out of a request's target what differs from run to run, such as the id of an upload. */
  readonly normalise?: (target: string) => string;
}

/** Registers a test for each operation of storage: all faces make the same exchanges. */
export function storageParity(
  setup: Omit<ParitySetup<AnyStorage>, 'faces'> & { readonly faces: readonly StorageFaceUnderTest[] },
): void {
  const container = `isobar-parity-${uniqueText()}`;
  registerParity(setup as unknown as ParitySetup<AnyStorage>, storageScripts, {
    scene: { container, wrong: { secret: 'not-the-right-secret-0123456789' } },
    tidy: (face) => removeContainer(face, container),
  });
}

/** Registers a test for each operation of compute: all faces make the same exchanges. */
export function computeParity(
  setup: Omit<ParitySetup<AnyCompute>, 'faces'> & { readonly faces: readonly ComputeFaceUnderTest[] },
): void {
  registerParity(setup as unknown as ParitySetup<AnyCompute>, computeScripts, {
    scene: { container: '', wrong: { secret: 'not-the-right-secret-0123456789' } },
    tidy: async () => undefined,
  });
}

const TIMEOUT_MS = 60_000;

function registerParity<Face extends FaceMembers>(
  setup: ParitySetup<Face>,
  portable: readonly Script<Face>[],
  { scene, tidy }: Pick<ComparisonSetup<Face>, 'scene' | 'tidy'>,
): void {
  const { faces, normalise = (target) => target, provider, server } = setup;
  const scripts = [...portable, ...(setup.extraScripts ?? [])];
  describe(`${provider} > parity`, () => {
    const comparison = new Comparison({ drivers: faces, server, normalise, scene, tidy });
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
    test('compares every method', (context) => {
      if (run < scripts.length) context.skip('not all scripts were run');
      expect(comparison.uncalled(), 'methods that no script calls').toEqual([]);
    });
  });
}
