/** Whether two objects of one size are the same by their times. */
import type { Operation } from '@isobar/core/provider';
import { contentTime } from './kept-fields.ts';
import type { TreeEntry } from './models.ts';
import type { Side } from './sides.ts';

/** Times that differ by less are the same: not every disk and service keeps milliseconds. */
const sameTimeMs = 1000;

/** Whether the destination's object is as new as the source's, as listings tell. */
export function isUpToDate({ lastModified: ofSource }: TreeEntry, { lastModified: ofTarget }: TreeEntry): boolean {
  return ofSource !== undefined && ofTarget !== undefined && ofTarget >= ofSource;
}

/**
 * Whether the destination's object is as new as the source's, or its content has the same time, which objects in clouds keep in
 * their metadata. Exchanges: none in the first case, else one or two.
 */
export function* isSameByTime(from: Side, source: TreeEntry, to: Side, target: TreeEntry): Operation<boolean> {
  if (isUpToDate(source, target)) return true;
  const one = yield* timeOfContent(from, source);
  const other = yield* timeOfContent(to, target);
  return one !== undefined && other !== undefined && Math.abs(one.getTime() - other.getTime()) < sameTimeMs;
}

function* timeOfContent(
  { capabilities, container, operations, prefix }: Side,
  { lastModified, name }: TreeEntry,
): Operation<Date | undefined> {
  if (capabilities.modificationTimes) return lastModified;
  return contentTime(yield* operations.getObject(container, prefix + name));
}
