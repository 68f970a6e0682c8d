/** Cursors of listings whose next page starts after two markers: a name, and something that tells those of a name apart. */
import { describe, invalidArgument } from '@isobar/core/provider';

/**
 * The two markers of a cursor that was made of them as JSON.
 *
 * @throws {CloudError} `invalid-argument` for any other text.
 */
export function pairOf(cursor: string | undefined): readonly [string, string] | undefined {
  if (cursor === undefined) return undefined;
  let markers: unknown;
  try {
    markers = JSON.parse(cursor);
  } catch {}
  const [first, second] = Array.isArray(markers) ? (markers as unknown[]) : [];
  if (typeof first === 'string' && typeof second === 'string') return [first, second];
  throw invalidArgument('cursor', `must be one that this listing gave, not ${describe(cursor)}`);
}
