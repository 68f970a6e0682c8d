/** Operations on several regions. */
import { drain, type ListNodesInRegionsOptions, listNodesInRegions, type Operation } from '@isobar/core/provider';
import type { RegionalNodes, TestRegion } from './models.ts';
import { iterateNodes } from './nodes.ts';
import { type Scope, scopeOf, send } from './requests.ts';
import { readRegions } from './wire/catalogue.ts';

/** All regions. One exchange: the cloud returns them on one page. */
export function* listRegions(scope: Scope): Operation<TestRegion[]> {
  const home = { ...scope, region: undefined };
  const { body } = yield* send(home, { method: 'GET', path: '/regions', idempotent: true });
  return readRegions(body);
}

/** Nodes of some or all regions, at most 16 regions at once. */
export function* listNodesIn(
  scope: Scope,
  regions?: readonly (TestRegion | string)[],
  options: ListNodesInRegionsOptions = {},
): Operation<RegionalNodes> {
  return yield* listNodesInRegions(
    () => listRegions(scope),
    (region) => drain(iterateNodes(scopeOf(scope, region), options)),
    regions,
    options,
  );
}
