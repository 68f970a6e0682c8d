/**
 * Client tokens: the same request with the same token creates one resource, however often it is sent.
 */
import { createHash } from 'node:crypto';
import type { Resource, ResourceTable } from '../cloud/resources.ts';
import { Problem } from './problem.ts';
import type { Call } from './route.ts';

/** What a resource created with a token stores of its request. */
export interface TokenDetail {
  readonly requestHash?: string;
}

/**
 * The resource that an earlier request with the same token created.
 *
 * @throws {Problem} `client-token-reused` when that request was different.
 */
export function createdBefore<Detail extends TokenDetail>(
  call: Call,
  table: ResourceTable<Detail>,
  token: string | undefined,
): Resource<Detail> | undefined {
  if (token === undefined) return undefined;
  const created = table.findByToken(call.region.id, token, call.nowMs);
  if (created !== undefined && created.detail.requestHash !== requestHash(call)) {
    throw new Problem('client-token-reused', 'This client_token was sent with a different request.', {
      field: 'client_token',
    });
  }
  return created;
}

/** A hash of a request's parameters and body, independent of the order of fields. */
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
