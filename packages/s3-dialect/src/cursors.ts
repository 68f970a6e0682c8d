/** Cursors of listings whose pages start after two markers: a name, and an id or generation within that name. */
import { describe, invalidArgument } from '@isobar/core/provider';

/**
 * The two markers in a cursor, which holds them as JSON.
 *
 * @throws {CloudError} `invalid-argument` for any other string.
 */
export function pairOf(cursor: string | undefined): readonly [string, string] | undefined {
  if (cursor === undefined) return undefined;
  let markers: unknown;
  try {
    markers = JSON.parse(cursor);
  } catch {}
  const [first, second] = Array.isArray(markers) ? (markers as unknown[]) : [];
  if (typeof first === 'string' && typeof second === 'string') return [first, second];
  throw invalidArgument('cursor', `must be a cursor from this listing, not ${describe(cursor)}`);
}
