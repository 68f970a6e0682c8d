import { expect, test } from 'vitest';
import type { TreeProgress } from './models.ts';
import { Progress } from './progress.ts';

test('reports at most ten times a second, with rates of the last seconds and the time that is left', () => {
  const seen: TreeProgress[] = [];
  const progress = new Progress((report) => seen.push(report));
  Object.assign(progress.counts, { foundBytes: 10_000, waitingObjects: 10 });
  for (let nowMs = 0; nowMs <= 5_000; nowMs += 10) {
    progress.counts.transferredBytes = nowMs;
    progress.counts.doneObjects = nowMs / 1000;
    progress.tick(nowMs);
  }
  expect(seen).toHaveLength(51);
  expect(seen.at(-1)).toMatchObject({ bytesPerSecond: 1000, objectsPerSecond: 1, transferredBytes: 5000 });
  expect(seen.at(-1)).not.toHaveProperty('remainingSeconds');
  progress.counts.isListed = true;
  progress.report();
  // Ten objects at one a second take longer than 5,000 bytes at 1,000 a second.
  expect(seen.at(-1)).toMatchObject({ remainingSeconds: 10 });
  progress.counts.waitingObjects = 0;
  progress.report();
  expect(seen.at(-1)).toMatchObject({ remainingSeconds: 0 });
});
