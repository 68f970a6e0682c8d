/**
 * Parity: the same operation makes the same exchanges, in the same order, and ends in the same way, in every design and
 * colour. A face that asks one request more, or signs another header, differs from the first one here.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isCloudError } from '@isobar/core';
import { afterAll, describe, expect, test } from 'vitest';
import type {
  AnyCompute,
  AnyStorage,
  ComputeFaceUnderTest,
  FaceMembers,
  FaceUnderTest,
  StorageFaceUnderTest,
} from './face.ts';
import { fastRetry } from './kit.ts';
import { computeScripts } from './parity/compute-scripts.ts';
import type { Scene, Script } from './parity/script.ts';
import { storageScripts } from './parity/storage-scripts.ts';
import { removeContainer, uniqueText } from './storage/storage-kit.ts';
import type { FaultControl, LoggedRequest, RequestLog } from './test-server.ts';

/** What parity tests need, whatever the service. */
export interface ParitySetup<Face extends FaceMembers> {
  readonly provider: string;
  /** The faces to compare; the first one is what the others are compared with. */
  readonly faces: readonly FaceUnderTest<Face>[];
  /** A server that tells what it was asked, and that fails on request if it can. */
  readonly server: { readonly requests: RequestLog; readonly faults?: FaultControl };
  /** Scripts for what only this provider does. */
  readonly extraScripts?: readonly Script<Face>[];
  /** Takes out of a request's target what differs from run to run, such as the id of an upload. */
  readonly normalise?: (target: string) => string;
}

/** One face's part of a comparison. */
export interface Transcript {
  /** Method, target, status and signed headers of each request. */
  readonly exchanges: readonly string[];
  /** What the script gave back, or how it failed. */
  readonly outcome: unknown;
}

/** Registers a test for each operation of storage: all faces make the same exchanges. */
export function storageParity(
  setup: Omit<ParitySetup<AnyStorage>, 'faces'> & { readonly faces: readonly StorageFaceUnderTest[] },
): void {
  const container = `isobar-parity-${uniqueText()}`;
  registerParity<AnyStorage>({
    setup: setup as unknown as ParitySetup<AnyStorage>,
    scripts: [...storageScripts, ...(setup.extraScripts ?? [])],
    scene: { container, wrong: { secret: 'not-the-right-secret-0123456789' } },
    tidy: (face) => removeContainer(face, container),
  });
}

/** Registers a test for each operation of compute: all faces make the same exchanges. */
export function computeParity(
  setup: Omit<ParitySetup<AnyCompute>, 'faces'> & { readonly faces: readonly ComputeFaceUnderTest[] },
): void {
  registerParity<AnyCompute>({
    setup: setup as unknown as ParitySetup<AnyCompute>,
    scripts: [...computeScripts, ...(setup.extraScripts ?? [])],
    scene: { container: '', wrong: { secret: 'not-the-right-secret-0123456789' } },
    tidy: async () => undefined,
  });
}

interface Registration<Face extends FaceMembers> {
  readonly setup: ParitySetup<Face>;
  readonly scripts: readonly Script<Face>[];
  readonly scene: Omit<Scene<Face>, 'folder' | 'open'>;
  readonly tidy: (face: Face) => Promise<void>;
}

const TIMEOUT_MS = 60_000;

function registerParity<Face extends FaceMembers>(registration: Registration<Face>): void {
  const { setup, scripts } = registration;
  describe(`${setup.provider} > parity`, () => {
    const opened = new Map<FaceUnderTest<Face>, Face>();
    afterAll(async () => {
      for (const face of opened.values()) await face.close();
    });
    for (const script of scripts) {
      test(script.title, { timeout: TIMEOUT_MS }, async (context) => {
        if (script.faults && !setup.server.faults) context.skip('the test server has no "faults"');
        let reference: Transcript | undefined;
        for (const under of setup.faces) {
          const face = opened.get(under) ?? under.open(fastRetry);
          opened.set(under, face);
          const transcript = await transcribe(registration, script, under, face);
          const name = `${under.design} × ${under.colour}`;
          reference ??= transcript;
          expect(transcript.exchanges, `exchanges of ${name}`).toEqual(reference.exchanges);
          expect(transcript.outcome, `outcome of ${name}`).toEqual(reference.outcome);
        }
      });
    }
  });
}

/** Runs one script in one face, and tells what the server saw meanwhile. */
async function transcribe<Face extends FaceMembers>(
  { setup, scene, tidy }: Registration<Face>,
  script: Script<Face>,
  under: FaceUnderTest<Face>,
  face: Face,
): Promise<Transcript> {
  const { faults, requests } = setup.server;
  const folder = await mkdtemp(join(tmpdir(), 'isobar-parity-'));
  const others: Face[] = [];
  const open = (options: Readonly<Record<string, unknown>>): Face => {
    const other = under.open(options);
    others.push(other);
    return other;
  };
  const full: Scene<Face> = { ...scene, folder, open };
  try {
    await script.prepare?.(face, full);
    await requests.clear();
    if (script.faults) await faults?.inject(script.faults.fault, script.faults.times);
    const outcome = await outcomeOf(async () => await script.run(face, full));
    const exchanges = (await requests.read()).map((request) => lineOf(request, setup.normalise));
    return { exchanges: script.unordered ? exchanges.toSorted() : exchanges, outcome };
  } finally {
    await faults?.clear();
    for (const other of others) await other.close();
    await tidy(face);
    await rm(folder, { recursive: true, force: true });
  }
}

function lineOf(request: LoggedRequest, normalise: (target: string) => string = (target) => target): string {
  const signed = request.signedHeaders ? ` signed: ${request.signedHeaders.join(' ')}` : '';
  return `${request.method} ${normalise(request.target)} ${request.status}${signed}`;
}

/** A result as it is, a failure as what programs see of it: the same in every face. */
async function outcomeOf(run: () => Promise<unknown>): Promise<unknown> {
  try {
    return await run();
  } catch (failure) {
    if (!isCloudError(failure)) throw failure;
    const { requestId: _, ...details } = failure.details;
    return { code: failure.code, message: failure.message, details, hasCause: failure.cause !== undefined };
  }
}
