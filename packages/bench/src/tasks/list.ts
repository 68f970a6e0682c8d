/** Listings: one page of 1,000 objects over and over, or a long one from beginning to end, once. */
import type { Listed } from '../clients/client.ts';
import { listedName } from '../origin/listings.ts';
import type { Task } from '../runner/cell.ts';
import { clientOf, costOf, measureCalls, measureTimes } from './load.ts';

const pageLength = 1000;

/** Times a page of 1,000 objects, or a whole long listing, in microseconds. The length and the last name are compared. */
export const run: Task = async (input) => {
  const client = await clientOf(input);
  const length = Number(input.settings.objects);
  const container = `list-${length}`;
  if (length === pageLength) {
    const check = checkListed(length);
    // A page takes long to be compiled.
    return measureCalls({ ...input, warmUpMs: 700 }, () => {
      const listed = client.listPage(container);
      return listed instanceof Promise ? listed.then(check) : check(listed);
    });
  }
  const list = async (objects: number): Promise<void> => checkListed(objects)(await client.list(`list-${objects}`));
  // A shorter listing first: code is compiled and the connection made.
  return measureTimes(
    input,
    1,
    () => list(5 * pageLength),
    () => costOf(() => list(length)),
  );
};

function checkListed(length: number): (listed: Listed) => void {
  return ({ count, last }) => {
    if (count === length && last === listedName(length - 1)) return;
    throw new Error(`wrong result: ${count} objects up to ${last} instead of ${length}`);
  };
}
