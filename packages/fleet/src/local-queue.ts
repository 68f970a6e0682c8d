/** A queue in the memory of one process. What is done is beside the plan, so that another process can go on. */
import type { ActiveChunk } from './models.ts';
import { type FleetQueue, type QueuedChunk, retryDelayMs } from './queue.ts';

interface Waiting {
  readonly chunk: QueuedChunk;
  readonly attempts: number;
  readonly readyMs: number;
}

/** How often it looks whether a chunk that waits can be tried again, in milliseconds. */
const pollMs = 50;

/** Opens a queue in memory. */
export function openLocalQueue(): FleetQueue {
  let waiting: Waiting[] = [];
  let active: ActiveChunk | undefined;
  let isPaused = false;
  let maxBytesPerSecond: number | undefined;

  /** Takes the first chunk that is ready. */
  function take(): Waiting | undefined {
    const nowMs = performance.now();
    const index = isPaused ? -1 : waiting.findIndex(({ readyMs }) => readyMs <= nowMs);
    return index < 0 ? undefined : waiting.splice(index, 1)[0];
  }

  return {
    async add(chunks) {
      const known = new Set(waiting.map(({ chunk: { chunk, pass } }) => `${pass} ${chunk}`));
      for (const chunk of chunks) {
        if (!known.has(`${chunk.pass} ${chunk.chunk}`)) waiting.push({ chunk, attempts: 0, readyMs: 0 });
      }
    },
    async work(handle, { isFinished, signal, worker }) {
      while (!signal.aborted) {
        if (waiting.length === 0 && (await isFinished())) return;
        const taken = take();
        if (!taken) {
          await new Promise((resolve) => setTimeout(resolve, pollMs));
          continue;
        }
        const { chunk } = taken;
        const attempts = taken.attempts + 1;
        active = { pass: chunk.pass, chunk: chunk.chunk, worker, doneObjects: 0, bytes: 0 };
        try {
          const ended = await handle(chunk, {
            number: attempts,
            lost: 0,
            report(progress) {
              active = { pass: chunk.pass, chunk: chunk.chunk, worker, ...progress };
            },
          });
          if (ended === 'later') waiting.push({ chunk, attempts, readyMs: performance.now() + retryDelayMs(attempts) });
        } finally {
          active = undefined;
        }
      }
    },
    async control(command) {
      if (command === 'cancel') waiting = [];
      else if (typeof command === 'object') maxBytesPerSecond = command.maxBytesPerSecond;
      else isPaused = command === 'pause';
    },
    async counts() {
      const nowMs = performance.now();
      const delayed = waiting.filter(({ readyMs }) => readyMs > nowMs).length;
      return {
        waiting: waiting.length - delayed,
        delayed,
        active: active ? [active] : [],
        isPaused,
        ...(maxBytesPerSecond !== undefined && { maxBytesPerSecond }),
      };
    },
    async close() {},
  };
}
