/** Operations on several regions. */
import {
  clock,
  drain,
  type ListNodesInRegionsOptions,
  listNodesInRegions,
  type Operation,
} from '@isobar/core/provider';
import type { OpenStackRegion, RegionalNodes } from './models.ts';
import { iterateNodes } from './nodes.ts';
import { type Scope, sessionOf } from './requests.ts';
import { regionsOf } from './session.ts';

/** The regions of the catalogue. No exchange once there is a token. */
export function* listRegions(scope: Scope): Operation<OpenStackRegion[]> {
  return regionsOf(yield* sessionOf(scope, yield* clock())).map((id) => ({ id }));
}

/** Nodes of some or all regions, at most 16 regions at once. One token opens all. */
export function* listNodesIn(
  scope: Scope,
  regions: readonly (OpenStackRegion | string)[] | undefined,
  options: ListNodesInRegionsOptions = {},
): Operation<RegionalNodes> {
  return yield* listNodesInRegions(
    () => listRegions(scope),
    (region) => drain(iterateNodes({ ...scope, region }, options)),
    regions,
    options,
  );
}
