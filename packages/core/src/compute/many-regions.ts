/** Listings of several regions. Requests overlap inside one call, also in a blocking call. */
import { countOf, describe } from '../arguments.ts';
import { type CloudError, type CloudFailure, invalidArgument, isCloudError } from '../errors.ts';
import type { Operation } from '../operations/operation.ts';
import { withTimeout } from '../operations/timeout.ts';
import { parallel } from '../steps/flow-steps.ts';
import { idOf } from './arguments.ts';
import type { Node } from './models.ts';
import type { ListNodesOptions } from './options.ts';

/** Options of listings of several regions. */
export interface ListNodesInRegionsOptions extends Omit<ListNodesOptions, 'prefetch'> {
  /** Time limit for each region, retries included, in milliseconds. Default: that of the call. */
  readonly regionTimeoutMs?: number;
  /** Number of regions that must answer; then the others are cancelled. Default: all. */
  readonly enough?: number;
}

/** Nodes of several regions: those of each region that answered, and the error of each that failed. */
export interface RegionalNodes<Machine extends Node = Node> {
  /** In the order of the regions requested. */
  readonly answered: readonly { readonly region: string; readonly nodes: readonly Machine[] }[];
  readonly failed: readonly { readonly region: string; readonly error: CloudFailure }[];
  /** Regions that were cancelled because enough others had answered. */
  readonly cancelled: readonly string[];
}

/** Regions, as models or ids. */
type Regions = readonly ({ readonly id: string } | string)[];

/** Maximum number of regions that are asked at once. */
const maxConcurrentRegions = 16;

/**
 * Lists several regions. One that fails does not hide the others.
 *
 * @param all Lists all regions, when the caller names none.
 * @param list Lists the nodes of a region.
 */
export function* listNodesInRegions<Machine extends Node>(
  all: () => Operation<Regions>,
  list: (region: string) => Operation<Machine[]>,
  regions: Regions | undefined,
  { enough, regionTimeoutMs }: ListNodesInRegionsOptions = {},
): Operation<RegionalNodes<Machine>> {
  if (enough !== undefined) countOf('enough', enough, 1);
  if (regionTimeoutMs !== undefined) countOf('regionTimeoutMs', regionTimeoutMs, 1);
  if (regions !== undefined && !Array.isArray(regions)) {
    throw invalidArgument('regions', `must be an array of regions or ids, not ${describe(regions)}`);
  }
  const ids = [...new Set((regions ?? (yield* all())).map((region) => idOf(region, 'regions')))];
  const answered = new Map<string, Machine[]>();
  const failed = new Map<string, CloudError>();

  function* listOne(region: string): Operation<void> {
    // Wrong options are wrong in every region.
    const listing = list(region);
    try {
      answered.set(region, yield* regionTimeoutMs === undefined ? listing : withTimeout(listing, regionTimeoutMs));
    } catch (failure) {
      // Wrong credentials fail in every region. Anything but a CloudError is the caller's own error or a cancellation.
      if (!isCloudError(failure) || failure.code === 'unauthenticated') throw failure;
      failed.set(region, failure);
    }
  }

  const isEnough = () => answered.size >= (enough ?? Number.POSITIVE_INFINITY);
  yield* parallel(ids.map(listOne), maxConcurrentRegions, isEnough);
  return {
    answered: ids.flatMap((region) => {
      const nodes = answered.get(region);
      return nodes ? [{ region, nodes }] : [];
    }),
    failed: [...failed].map(([region, error]) => ({ region, error: error.toJSON() })),
    cancelled: ids.filter((region) => !answered.has(region) && !failed.has(region)),
  };
}
