/**
 * Creates resources once, on a cloud without tokens for that: what is created carries a mark, which is looked for when an answer
 * is lost. Nothing is sent twice blindly.
 */
import { CloudError, clientTokenOf, isCloudError, nodeCrypto, type Operation, sleep } from '@isobar/core/provider';
import type { Scope } from './requests.ts';

/** How long after a lost answer the mark is looked for again, in milliseconds: a slow service may still be at work. */
const secondLookMs = 10_000;

/** A resource that carries a mark. */
interface Marked {
  readonly id: string;
  readonly createdAt?: Date;
}

/** How a resource is created and found. */
export interface Creation<Item extends Marked> {
  /** Whether a resource is the one that this call asks for. */
  isWanted(item: Item): boolean;
  /** Finds what carries the mark. */
  look(): Operation<readonly Item[]>;
  /** Sends the request. */
  create(): Operation<Item>;
  /** Removes one that is too many. */
  remove(item: Item): Operation<void>;
}

/** The mark of a token: the same for the same token, and short enough for every service. */
function markOf(token: string): string {
  return `isobar-${nodeCrypto().hash('sha256', new TextEncoder().encode(token), 'hex').slice(0, 32)}`;
}

/** The name under which a mark is metadata. */
export const markName = 'isobar-token';

/**
 * Creates a resource, or gives the one that a token has created. One exchange; with a token of the caller two more; after a lost
 * answer one or more to find out.
 *
 * @throws {CloudError} `conflict` when the token has created something else.
 */
export function* createOnce<Item extends Marked>(
  scope: Scope,
  options: { readonly clientToken?: string },
  creationOf: (mark: string) => Creation<Item>,
): Operation<Item> {
  // Other processes may use the caller's token too.
  const isShared = options.clientToken !== undefined;
  const creation = creationOf(markOf(yield* clientTokenOf(options)));
  if (isShared) {
    const [present] = yield* found(creation);
    if (present) return present;
  }
  for (let attempt = 1; ; attempt += 1) {
    let made: Item;
    try {
      made = yield* creation.create();
    } catch (failure) {
      if (!isLost(failure)) throw failure;
      const [present] = yield* foundSoon(creation);
      if (present) return present;
      if (attempt >= scope.retry.attempts) throw failure;
      continue;
    }
    if (attempt === 1 && !isShared) return made;
    return yield* oldest(creation, made, isShared);
  }
}

/** Whether the service may have done what it was asked to. */
function isLost(failure: unknown): boolean {
  if (!isCloudError(failure) || failure.details.unsent || failure.details.permanent) return false;
  return failure.code === 'network' || failure.code === 'timeout' || failure.code === 'unavailable';
}

function* foundSoon<Item extends Marked>(creation: Creation<Item>): Operation<Item[]> {
  const now = yield* found(creation);
  if (now.length > 0) return now;
  yield* sleep(secondLookMs);
  return yield* found(creation);
}

/** What carries the mark, the oldest first. */
function* found<Item extends Marked>({ isWanted, look }: Creation<Item>): Operation<Item[]> {
  const all = [...(yield* look())].sort(
    (left, right) => Number(left.createdAt ?? 0) - Number(right.createdAt ?? 0) || (left.id < right.id ? -1 : 1),
  );
  if (all.every(isWanted)) return all;
  throw new CloudError('conflict', '`clientToken` has created another one, with other arguments');
}

/**
 * The oldest with the mark. Of a mark that only this call knows the others are removed. Of a shared one only what this call has
 * made: another process may have given its own to its caller.
 */
function* oldest<Item extends Marked>(creation: Creation<Item>, made: Item, isShared: boolean): Operation<Item> {
  const [first = made, ...others] = yield* found(creation);
  const tooMany = isShared ? others.filter(({ id }) => id === made.id) : others;
  for (const one of tooMany) yield* creation.remove(one);
  return first.id === made.id ? made : first;
}
