/** Listings: one page of 1,000 objects over and over, or a long one from beginning to end, once. */
import type { Listed } from '../clients/client.ts';
import { listedName } from '../origin/listings.ts';
import type { Task } from '../runner/cell.ts';
import { cpuNow, measureCalls, peakBytes } from './load.ts';
import { clientOf } from './service.ts';

const pageLength = 1000;

/** Times a page of 1,000 objects, or a whole long listing, in microseconds; the number and the last name are compared. */
export const run: Task = async (input) => {
  const client = await clientOf(input);
  const length = Number(input.settings.objects);
  const container = `list-${length}`;
  if (length === pageLength) {
    const check = checkListed(length);
    return measureCalls(input, () => {
      const listed = client.listPage(container);
      return listed instanceof Promise ? listed.then(check) : check(listed);
    });
  }
  // Once for a shorter one, so that code is compiled and the connection made.
  checkListed(5 * pageLength)(await client.list(`list-${5 * pageLength}`));
  const [started, cpuBefore] = [performance.now(), cpuNow()];
  checkListed(length)(await client.list(container));
  const wall = [(performance.now() - started) * 1000];
  return { kind: 'samples', samples: { wall, cpu: [(cpuNow() - cpuBefore) * 1000] }, peakBytes: peakBytes() };
};

function checkListed(length: number): (listed: Listed) => void {
  return ({ count, last }) => {
    if (count === length && last === listedName(length - 1)) return;
    throw new Error(`wrong result: ${count} objects up to ${last} instead of ${length}`);
  };
}
