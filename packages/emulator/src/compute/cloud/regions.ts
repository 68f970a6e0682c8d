/**
 * The cloud's regions, their latencies, and whether they are up.
 */
import { Problem } from '../routing/problem.ts';
import { objectSchema, type Schema } from '../routing/schema.ts';
import type { Settings } from './settings.ts';

/** The fixed data of a region. */
interface Site {
  readonly id: string;
  readonly name: string;
  readonly country: string;
  /** Its latency as a share of that of the farthest region. */
  readonly distance: number;
  /** The letters of its locations, one each. */
  readonly locations: string;
}

const sites: readonly Site[] = [
  { id: 'us-east', name: 'US East', country: 'US', distance: 0.1, locations: 'abc' },
  { id: 'us-west', name: 'US West', country: 'US', distance: 0.3, locations: 'ab' },
  { id: 'ca-central', name: 'Canada Central', country: 'CA', distance: 0.15, locations: 'ab' },
  { id: 'sa-east', name: 'South America East', country: 'BR', distance: 0.55, locations: 'ab' },
  { id: 'eu-west', name: 'Europe West', country: 'IE', distance: 0.35, locations: 'abc' },
  { id: 'eu-central', name: 'Europe Central', country: 'DE', distance: 0.4, locations: 'ab' },
  { id: 'eu-north', name: 'Europe North', country: 'SE', distance: 0.45, locations: 'a' },
  { id: 'af-south', name: 'Africa South', country: 'ZA', distance: 0.95, locations: 'a' },
  { id: 'ap-south', name: 'Asia Pacific South', country: 'IN', distance: 0.8, locations: 'ab' },
  { id: 'ap-northeast', name: 'Asia Pacific Northeast', country: 'JP', distance: 0.7, locations: 'abc' },
  { id: 'ap-southeast', name: 'Asia Pacific Southeast', country: 'AU', distance: 1, locations: 'ab' },
];

/** The account's home region, which `/compute` stands for. */
export const HOME_REGION = 'us-east';

/** The current state of a region. */
export interface Region {
  readonly id: string;
  readonly name: string;
  readonly country: string;
  /** Its place in the list, which is part of its nodes' addresses. */
  readonly index: number;
  readonly isDown: boolean;
  /** Delay before each response, in real milliseconds. */
  readonly latencyMs: number;
  readonly locations: readonly { readonly id: string; readonly name: string; readonly country: string }[];
}

/** What an admin route changes in a region. */
export interface RegionChange {
  readonly down?: boolean;
  readonly latency_ms?: number;
}

/** The regions of one cloud. */
export interface Regions {
  list(): readonly Region[];
  find(id: string): Region | undefined;
  /** @throws {Problem} `not-found`, `region-down`. */
  reach(id: string): Region;
  change(id: string, change: RegionChange): void;
}

/** The regions from the settings; `farthestMs` is the latency of the farthest. */
export function createRegions(settings: Settings, farthestMs: number): Regions {
  const describe = ({ id, name, country, distance, locations }: Site, index: number): Region => {
    const change = settings.get<RegionChange>(`region:${id}`) ?? {};
    return {
      id,
      name,
      country,
      index,
      isDown: change.down ?? false,
      latencyMs: change.latency_ms ?? Math.round(distance * farthestMs),
      locations: [...locations].map((letter) => ({
        id: `${id}-${letter}`,
        name: `${name} ${letter.toUpperCase()}`,
        country,
      })),
    };
  };
  const find = (id: string) => {
    const index = sites.findIndex((site) => site.id === id);
    return index < 0 ? undefined : describe(sites[index] as Site, index);
  };
  return {
    list: () => sites.map(describe),
    find,
    reach(id) {
      const region = find(id);
      if (region === undefined) throw new Problem('not-found', `There is no region ${id}.`);
      if (region.isDown) throw new Problem('region-down', `Region ${id} is down.`);
      return region;
    },
    change(id, change) {
      const name = `region:${id}`;
      settings.set(name, { ...settings.get<RegionChange>(name), ...change });
    },
  };
}

/** A region, as in responses. */
export function regionDocument({ id, name, country, isDown }: Region): object {
  return { id, name, country, status: isDown ? 'down' : 'up' };
}

/** The schema of {@link regionDocument}. */
export const regionSchema: Schema = objectSchema({
  id: { type: 'string' },
  name: { type: 'string' },
  country: { type: 'string', pattern: '^[A-Z]{2}$', description: 'ISO 3166-1 code' },
  status: { type: 'string', enum: ['up', 'down'] },
});
