/**
 * All routes of the test cloud, and the look-up of a request's route.
 */
import { locationSchema, sizeSchema, sizesOf } from './cloud/catalogue.ts';
import { HOME_REGION, regionSchema } from './cloud/regions.ts';
import { imageRoutes, imageSchema } from './images.ts';
import { keyPairRoutes, keyPairSchema } from './key-pairs/key-pairs.ts';
import { nodeRoutes } from './nodes/node-routes.ts';
import { nodeSchema } from './nodes/nodes.ts';
import { reportRoutes, reportSchema } from './reports.ts';
import { answerArrayPage, pageParameters } from './routing/paging.ts';
import { invalid } from './routing/problem.ts';
import type { Call, Route } from './routing/route.ts';
import type { Schema } from './routing/schema.ts';
import { snapshotRoutes } from './volumes/snapshot-routes.ts';
import { volumeRoutes } from './volumes/volume-routes.ts';
import { snapshotSchema, volumeSchema } from './volumes/volumes.ts';

/** Schemas of responses, by name. */
export const documentSchemas: Readonly<Record<string, Schema>> = {
  Region: regionSchema,
  Size: sizeSchema,
  Location: locationSchema,
  Image: imageSchema,
  Node: nodeSchema,
  KeyPair: keyPairSchema,
  Volume: volumeSchema,
  Snapshot: snapshotSchema,
  Report: reportSchema,
};

const placeQuery = { ...pageParameters, location: { type: 'string' } } satisfies Route['query'];

function listReply(name: string): Route['replies'] {
  return {
    200: { description: 'A page.', schema: { type: 'array', items: { $ref: `#/components/schemas/${name}` } } },
  };
}

const catalogueRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: '/sizes',
    operationId: 'listSizes',
    summary: 'Sizes of nodes, in the region or in one of its locations.',
    query: placeQuery,
    replies: listReply('Size'),
    isPaged: true,
    answer: (call) => answerArrayPage(call, sizesOf(call.region, locationOf(call)), (size) => size),
  },
  {
    method: 'GET',
    path: '/locations',
    operationId: 'listLocations',
    summary: 'Locations of the region.',
    query: pageParameters,
    replies: listReply('Location'),
    isPaged: true,
    answer: (call) => answerArrayPage(call, call.region.locations, (location) => location),
  },
];

function locationOf({ region, query }: Call): string | undefined {
  const { location } = query;
  if (location === undefined || region.locations.some(({ id }) => id === location)) return location as string;
  throw invalid('location', `must be one of ${region.locations.map(({ id }) => id).join(', ')}`);
}

/** Every route under a region's base path. */
export const regionalRoutes: readonly Route[] = [
  ...nodeRoutes,
  ...catalogueRoutes,
  ...imageRoutes,
  ...keyPairRoutes,
  ...volumeRoutes,
  ...snapshotRoutes,
  ...reportRoutes,
];

/** The region of a request, and the routes that match its path, one per method. */
export interface RouteMatch {
  readonly regionId: string;
  readonly routes: readonly { readonly route: Route; readonly params: Readonly<Record<string, string>> }[];
}

const parsed = regionalRoutes.map((route) => ({ route, parts: route.path.slice(1).split('/') }));

/** Finds the routes of a path: the decoded segments after `/compute`. */
export function findRoutes(segments: readonly string[]): RouteMatch {
  const isNamed = segments[0] === 'regions' && segments.length > 2;
  const rest = isNamed ? segments.slice(2) : segments;
  const routes = parsed.flatMap(({ route, parts }) => {
    const params = matchParts(parts, rest);
    return params === undefined ? [] : [{ route, params }];
  });
  return { regionId: isNamed ? (segments[1] as string) : HOME_REGION, routes };
}

function matchParts(parts: readonly string[], segments: readonly string[]): Record<string, string> | undefined {
  if (parts.length !== segments.length) return undefined;
  const params: Record<string, string> = {};
  for (const [index, part] of parts.entries()) {
    const segment = segments[index] as string;
    if (part.startsWith('{')) params[part.slice(1, -1)] = segment;
    else if (part !== segment) return undefined;
  }
  return params;
}
