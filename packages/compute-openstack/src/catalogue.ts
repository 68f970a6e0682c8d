/** Sizes and locations: Nova's flavors and availability zones. */
import { drain, idOf, invalidArgument, type NodeLocation, type Operation } from '@isobar/core/provider';
import * as z from '@isobar/core/schema';
import type { OpenStackSize } from './models.ts';
import { getJson, listPages, type Scope } from './requests.ts';

const count = z.nullish(z.union([z.number(), z.string()]));
const wireFlavor = z.object({
  id: z.string(),
  name: z.string(),
  ram: z.number(),
  disk: z.number(),
  vcpus: z.number(),
  // An empty text for none.
  swap: count,
  'OS-FLV-EXT-DATA:ephemeral': count,
  'os-flavor-access:is_public': z.nullish(z.boolean()),
  'OS-FLV-DISABLED:disabled': z.nullish(z.boolean()),
});
const wireFlavors = z.object({ flavors: z.array(wireFlavor) });
const wireZones = z.object({
  availabilityZoneInfo: z.array(z.object({ zoneName: z.string(), zoneState: z.object({ available: z.boolean() }) })),
});

/** All sizes. Those of a location are all too: OpenStack has no others. One exchange a page, one more for a location. */
export function* listSizes(scope: Scope, location: NodeLocation | string | undefined): Operation<OpenStackSize[]> {
  yield* checkLocation(scope, location);
  const request = { service: 'compute', path: '/flavors/detail' } as const;
  return yield* drain(listPages(scope, request, wireFlavors, ({ flavors }) => flavors.map(toSize)));
}

/** The zones that take nodes. One exchange. */
export function* listLocations(scope: Scope): Operation<NodeLocation[]> {
  const request = { service: 'compute', path: '/os-availability-zone' } as const;
  const { availabilityZoneInfo: zones } = yield* getJson(scope, wireZones, request);
  const available = zones.filter(({ zoneState }) => zoneState.available);
  return available.map(({ zoneName }) => ({ id: zoneName, name: zoneName, country: '' }));
}

/** Refuses a location that does not exist. One exchange; none without a location. */
export function* checkLocation(scope: Scope, location: NodeLocation | string | undefined): Operation<void> {
  if (location === undefined) return;
  const wanted = idOf(location, 'location');
  const known = (yield* listLocations(scope)).map(({ id }) => id);
  if (!known.includes(wanted)) throw invalidArgument('location', `must be one of ${known.join(', ')}`);
}

function toSize(wire: z.infer<typeof wireFlavor>): OpenStackSize {
  return {
    id: wire.id,
    name: wire.name,
    ramMb: wire.ram,
    diskGb: wire.disk,
    cpus: wire.vcpus,
    extra: {
      ephemeralGb: Number(wire['OS-FLV-EXT-DATA:ephemeral'] ?? 0),
      swapMb: Number(wire.swap ?? 0),
      isPublic: wire['os-flavor-access:is_public'] ?? true,
    },
  };
}
