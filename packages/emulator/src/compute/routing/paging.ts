/**
 * Pages of a listing. A cursor holds the position after which the next page begins, so items that are created or
 * removed in between neither hide an item nor show one twice.
 */
import { invalid } from './problem.ts';
import type { Answer, Call } from './route.ts';
import type { Schema } from './schema.ts';

const DEFAULT_PAGE = 100;
const MAX_PAGE = 1000;

/** The parameters of every listing. */
export const pageParameters: Readonly<Record<'limit' | 'cursor', Schema>> = {
  limit: { type: 'integer', minimum: 1, maximum: MAX_PAGE, default: DEFAULT_PAGE },
  cursor: { type: 'string', description: 'The x-next-cursor header of the previous page.' },
};

/** The header with the next page's cursor. */
export const CURSOR_HEADER = 'x-next-cursor';

const PREFIX = 'after:';

/**
 * Answers one page.
 *
 * @param items Gives at most `limit` items after a position, in order.
 * @param positionOf An item's position: an increasing integer, from 0.
 */
export function answerPage<Item>(
  { query }: Call,
  items: (after: number, limit: number) => readonly Item[],
  positionOf: (item: Item) => number,
  write: (item: Item) => object,
): Answer {
  const limit = (query.limit as number | undefined) ?? DEFAULT_PAGE;
  const taken = items(readCursor(query.cursor as string | undefined), limit + 1);
  const shown = taken.slice(0, limit);
  const last = shown.at(-1);
  const more = taken.length > limit && last !== undefined;
  const headers = more ? { headers: { [CURSOR_HEADER]: writeCursor(positionOf(last)) } } : {};
  return { status: 200, value: shown.map(write), ...headers };
}

/** Answers a page of an array. */
export function answerArrayPage<Item>(call: Call, items: readonly Item[], write: (item: Item) => object): Answer {
  const entries = items.map((item, index) => ({ item, position: index + 1 }));
  return answerPage(
    call,
    (after, limit) => entries.slice(after, after + limit),
    ({ position }) => position,
    ({ item }) => write(item),
  );
}

function writeCursor(position: number): string {
  return Buffer.from(PREFIX + position).toString('base64url');
}

function readCursor(cursor: string | undefined): number {
  if (cursor === undefined) return 0;
  const text = Buffer.from(cursor, 'base64url').toString('latin1');
  const position = /^after:(\d{1,15})$/.exec(text)?.[1];
  if (position === undefined || writeCursor(Number(position)) !== cursor) {
    throw invalid('cursor', 'must be the x-next-cursor of a page of this listing');
  }
  return Number(position);
}
