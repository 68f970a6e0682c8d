/**
 * Client tokens: the same request with the same token makes one thing, however often it is sent.
 */
import { createHash } from 'node:crypto';
import type { Resource, ResourceTable } from '../cloud/resources.ts';
import { Problem } from './problem.ts';
import type { Call } from './route.ts';

/** What a thing that was made with a token keeps of its request. */
export interface TokenDetail {
  readonly requestHash?: string;
}

/**
 * What this request has made before, if it had a token.
 *
 * @throws {Problem} `client-token-reused` when that was another request.
 */
export function madeBefore<Detail extends TokenDetail>(
  call: Call,
  table: ResourceTable<Detail>,
  token: string | undefined,
): Resource<Detail> | undefined {
  if (token === undefined) return undefined;
  const made = table.findByToken(call.region.id, token, call.nowMs);
  if (made !== undefined && made.detail.requestHash !== requestHash(call)) {
    throw new Problem('client-token-reused', 'This client_token was sent with another request.', {
      field: 'client_token',
    });
  }
  return made;
}

/** A hash of what a request is about and of its body, whatever the order of the fields. */
export function requestHash({ params, body }: Call): string {
  return createHash('sha256')
    .update(JSON.stringify(sorted([params, body])))
    .digest('base64url');
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, item]) => [name, sorted(item)]),
  );
}
