/** Compares and copies a million objects that exist only in listings, and prints the memory that it took, in MiB. */
import { compareTrees, copyTree } from '@isobar/transfer';
import { listsMany } from './strange-providers.ts';

const count = Number(process.argv[2]);
const from = { driver: listsMany(count).driver, container: 'box' };
const to = { driver: listsMany(count).driver, container: 'box' };
let peakBytes = 0;
let reports = 0;
const onProgress = (): void => {
  reports += 1;
  if (reports % 3 !== 0) return;
  // What is not yet collected says nothing about what is held.
  globalThis.gc?.();
  peakBytes = Math.max(peakBytes, process.memoryUsage().heapUsed);
};
const compared = await compareTrees(from, to, { onProgress }).report();
const planned = await copyTree(
  from,
  { driver: listsMany(0).driver, container: 'box' },
  { dryRun: true, onProgress },
).report();
console.log(JSON.stringify({ same: compared.same, copied: planned.copied, peakMiB: peakBytes / 2 ** 20 }));
