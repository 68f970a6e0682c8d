/** Operations on several regions at once: overlapping inside one call, so also for a caller who blocks. */
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
  withinTime,
} from '@isobar/core/provider';
import { regionsAtOnce } from './limits.ts';
import type { RegionalNodes, TestNode, TestRegion } from './models.ts';
import { iterateNodes } from './nodes.ts';
import { type Scope, scopeOf, send } from './requests.ts';
import { readRegions } from './wire/catalogue.ts';

/** Which nodes to list, and how long to bother with a region. */
export interface ListNodesInRegionsOptions extends Omit<ListNodesOptions, 'prefetch'> {
  /** Time for each region, retries included, in milliseconds; then it counts as failed. Default: that of the call. */
  readonly regionTimeoutMs?: number;
  /** With how many regions' answers to be content; the others are cancelled then. Default: all. */
  readonly enough?: number;
}

/** All regions. One exchange: the cloud does not page them. */
export function* listRegions(scope: Scope): Operation<TestRegion[]> {
  const home = { ...scope, region: undefined };
  const { body } = yield* send(home, { method: 'GET', path: '/regions', idempotent: true });
  return readRegions(body);
}

/** Leaves the parallel listings when enough regions have answered, which cancels the rest. Never seen by callers. */
class Enough extends Error {
  override readonly name = 'Enough';
}

/** Nodes of several regions, or of all, as many at once as is polite. */
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
  const whenEnough = new Enough('enough regions have answered');

  function* ask(region: string): Operation<void> {
    const listing = drain(iterateNodes(scopeOf(scope, region), options));
    try {
      answered.set(region, yield* regionTimeoutMs === undefined ? listing : withinTime(listing, regionTimeoutMs));
    } catch (failure) {
      // Credentials that are wrong are wrong everywhere; what is no CloudError is a mistake in a program.
      if (!isCloudError(failure) || failure.code === 'unauthenticated') throw failure;
      failed.set(region, failure);
    }
    if (answered.size >= enough) throw whenEnough;
  }

  try {
    yield* parallel(ids.map(ask), regionsAtOnce);
  } catch (failure) {
    if (failure !== whenEnough) throw failure;
  }
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
  throw invalidArgument(field, `must be a number from 1, not ${describe(value)}`);
}
