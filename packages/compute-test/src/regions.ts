/** Operations on several regions. Requests overlap inside one call, also in a blocking call. */
import {
  type CloudError,
  describe,
  drain,
  idOf,
  invalidArgument,
  isCloudError,
  type ListNodesOptions,
  type Operation,
  parallel,
  withTimeout,
} from '@isobar/core/provider';
import { maxConcurrentRequests } from './limits.ts';
import type { RegionalNodes, TestNode, TestRegion } from './models.ts';
import { iterateNodes } from './nodes.ts';
import { type Scope, scopeOf, send } from './requests.ts';
import { readRegions } from './wire/catalogue.ts';

/** Options of `exListNodesInRegions`. */
export interface ListNodesInRegionsOptions extends Omit<ListNodesOptions, 'prefetch'> {
  /** Time limit for each region, retries included, in milliseconds. Default: that of the call. */
  readonly regionTimeoutMs?: number;
  /** Number of regions that must answer; then the others are cancelled. Default: all. */
  readonly enough?: number;
}

/** All regions. One exchange: the cloud returns them on one page. */
export function* listRegions(scope: Scope): Operation<TestRegion[]> {
  const home = { ...scope, region: undefined };
  const { body } = yield* send(home, { method: 'GET', path: '/regions', idempotent: true });
  return readRegions(body);
}

/** Nodes of some or all regions, at most 16 regions at once. */
export function* listNodesInRegions(
  scope: Scope,
  regions?: readonly (TestRegion | string)[],
  options: ListNodesInRegionsOptions = {},
): Operation<RegionalNodes> {
  const { enough = Number.POSITIVE_INFINITY, regionTimeoutMs } = options;
  checkCount('enough', enough);
  if (regionTimeoutMs !== undefined) checkCount('regionTimeoutMs', regionTimeoutMs);
  if (regions !== undefined && !Array.isArray(regions)) {
    throw invalidArgument('regions', `must be an array of regions or ids, not ${describe(regions)}`);
  }
  const ids = [...new Set((regions ?? (yield* listRegions(scope))).map((region) => idOf(region, 'regions')))];
  const answered = new Map<string, TestNode[]>();
  const failed = new Map<string, CloudError>();

  function* list(region: string): Operation<void> {
    const listing = drain(iterateNodes(scopeOf(scope, region), options));
    try {
      answered.set(region, yield* regionTimeoutMs === undefined ? listing : withTimeout(listing, regionTimeoutMs));
    } catch (failure) {
      // Wrong credentials fail in every region. Anything but a CloudError is the caller's own error or a cancellation.
      if (!isCloudError(failure) || failure.code === 'unauthenticated') throw failure;
      failed.set(region, failure);
    }
  }

  yield* parallel(ids.map(list), maxConcurrentRequests, () => answered.size >= enough);
  return {
    answered: ids.flatMap((region) => {
      const nodes = answered.get(region);
      return nodes ? [{ region, nodes }] : [];
    }),
    failed: [...failed].map(([region, error]) => ({ region, error: error.toJSON() })),
    cancelled: ids.filter((region) => !answered.has(region) && !failed.has(region)),
  };
}

function checkCount(field: string, value: number): void {
  if (typeof value === 'number' && value >= 1) return;
  throw invalidArgument(field, `must be a number of at least 1, not ${describe(value)}`);
}
