/** Counts what a run has done, and how fast. */
import type { TreeProgress } from './models.ts';

/** Progress is reported this often, in milliseconds. */
const reportEveryMs = 100;
/** Rates are those of this time, in milliseconds. */
const windowMs = 10_000;
/** How often a rate is sampled, in milliseconds. */
const sampleEveryMs = 500;

type Counts = {
  -readonly [Name in keyof Omit<
    TreeProgress,
    'bytesPerSecond' | 'objectsPerSecond' | 'remainingSeconds'
  >]: TreeProgress[Name];
};

/** The progress of a run. */
export class Progress {
  readonly counts: Counts = {
    doneObjects: 0,
    skippedObjects: 0,
    failedObjects: 0,
    waitingObjects: 0,
    transferredBytes: 0,
    foundBytes: 0,
    isListed: false,
  };
  readonly #report: ((progress: TreeProgress) => void) | undefined;
  readonly #samples: { readonly atMs: number; readonly bytes: number; readonly objects: number }[] = [];
  #nowMs = 0;
  #reportedMs = Number.NEGATIVE_INFINITY;

  constructor(report: ((progress: TreeProgress) => void) | undefined) {
    this.#report = report;
  }

  /** Takes the time, and reports if it is time to. */
  tick(nowMs: number): void {
    this.#nowMs = nowMs;
    const last = this.#samples.at(-1);
    if (!last || nowMs - last.atMs >= sampleEveryMs) {
      const { doneObjects: objects, transferredBytes: bytes } = this.counts;
      this.#samples.push({ atMs: nowMs, bytes, objects });
      while ((this.#samples[1]?.atMs ?? nowMs) < nowMs - windowMs) this.#samples.shift();
    }
    if (nowMs - this.#reportedMs < reportEveryMs) return;
    this.report();
  }

  report(): void {
    this.#reportedMs = this.#nowMs;
    this.#report?.(this.#current());
  }

  #current(): TreeProgress {
    const { counts } = this;
    const first = this.#samples[0] ?? { atMs: this.#nowMs, bytes: 0, objects: 0 };
    const seconds = Math.max(this.#nowMs - first.atMs, 1) / 1000;
    const bytesPerSecond = Math.max(0, (counts.transferredBytes - first.bytes) / seconds);
    const objectsPerSecond = Math.max(0, (counts.doneObjects - first.objects) / seconds);
    const remaining = remainingSeconds(counts, bytesPerSecond, objectsPerSecond);
    return {
      ...counts,
      bytesPerSecond,
      objectsPerSecond,
      ...(remaining !== undefined && { remainingSeconds: remaining }),
    };
  }
}

/** The longer of what the bytes and the objects that are left take. */
function remainingSeconds(counts: Counts, bytesPerSecond: number, objectsPerSecond: number): number | undefined {
  if (!counts.isListed) return undefined;
  if (counts.waitingObjects === 0) return 0;
  const leftBytes = Math.max(0, counts.foundBytes - counts.transferredBytes);
  const forBytes = bytesPerSecond > 0 ? leftBytes / bytesPerSecond : 0;
  const forObjects = objectsPerSecond > 0 ? counts.waitingObjects / objectsPerSecond : 0;
  return forBytes + forObjects > 0 ? Math.max(forBytes, forObjects) : undefined;
}
