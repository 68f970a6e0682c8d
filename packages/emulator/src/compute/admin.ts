/**
 * The emulator's own routes for the test cloud: its clock, regions, limits, and states of nodes.
 */
import type { IncomingMessage } from 'node:http';
import { decodeComponent } from '../front/query.ts';
import type { Reply } from '../front/reply.ts';
import { timestamp } from './cloud/clock.ts';
import type { Cloud } from './cloud/cloud.ts';
import type { RegionChange } from './cloud/regions.ts';
import { forceState, nodeDocument, stateSchema } from './nodes/nodes.ts';
import { asProblem, jsonReply, problemReply } from './routing/problem.ts';
import { readJson } from './routing/request.ts';
import { found } from './routing/route.ts';
import { check, objectSchema, type Schema } from './routing/schema.ts';

/** One admin route: takes the last part of the path and the JSON body, returns the JSON of the response. */
interface AdminRoute {
  readonly route: RegExp;
  readonly body?: Schema;
  act(cloud: Cloud, id: string, body: unknown): unknown;
}

const count: Schema = { type: 'integer', minimum: 0, maximum: 1_000_000_000 };

const clockSchema: Schema = objectSchema(
  {},
  { frozen: { type: 'boolean' }, advance_ms: { ...count, maximum: 1_000_000_000_000 } },
);
const regionSchema: Schema = objectSchema({}, { down: { type: 'boolean' }, latency_ms: { ...count, maximum: 60_000 } });
const quotaSchema: Schema = objectSchema({}, { nodes: {}, volumes: {} });
const rateLimitSchema: Schema = objectSchema({
  requests_per_second: { ...count, minimum: 1 },
  burst: { ...count, minimum: 1 },
});
const stateChange: Schema = objectSchema({ state: stateSchema });

const routes: readonly AdminRoute[] = [
  { route: /^GET clock$/, act: showClock },
  {
    route: /^POST clock$/,
    body: clockSchema,
    act(cloud, _id, body) {
      const { frozen, advance_ms: advance } = body as { readonly frozen?: boolean; readonly advance_ms?: number };
      if (frozen !== undefined) cloud.clock.freeze(frozen);
      if (advance !== undefined) cloud.clock.advance(advance);
      return showClock(cloud);
    },
  },
  { route: /^GET regions$/, act: (cloud) => cloud.regions.list().map(({ id }) => showRegion(cloud, id)) },
  {
    route: /^PUT regions\/([^/]+)$/,
    body: regionSchema,
    act(cloud, id, body) {
      found(cloud.regions.find(id), `region ${id}`);
      cloud.regions.change(id, body as RegionChange);
      return showRegion(cloud, id);
    },
  },
  { route: /^GET quotas$/, act: (cloud) => cloud.limits.quotas() },
  {
    route: /^PUT quotas$/,
    body: quotaSchema,
    act(cloud, _id, body) {
      for (const [name, value] of Object.entries(body as object)) if (value !== null) check(count, value, name);
      cloud.limits.setQuotas(body as object);
      return cloud.limits.quotas();
    },
  },
  { route: /^GET rate-limit$/, act: (cloud) => cloud.limits.rateLimit() },
  {
    route: /^PUT rate-limit$/,
    act(cloud, _id, body) {
      if (body !== null) check(rateLimitSchema, body, '');
      cloud.limits.setRateLimit(body as { readonly requests_per_second: number; readonly burst: number } | null);
      return cloud.limits.rateLimit();
    },
  },
  {
    route: /^PUT nodes\/([^/]+)$/,
    body: stateChange,
    act(cloud, id, body) {
      const nowMs = cloud.clock.now();
      const node = found(cloud.nodes.findAnywhere(id, nowMs), `node ${id}`);
      return nodeDocument(forceState(cloud, node, (body as { readonly state: string }).state, nowMs), nowMs);
    },
  },
];

/**
 * Answers an admin route of the cloud; `undefined` for any other route.
 *
 * @param name Such as `PUT regions/us-east`.
 */
export async function answerCloudAdmin(
  cloud: Cloud,
  request: IncomingMessage,
  name: string,
): Promise<Reply | undefined> {
  const known = routes.find(({ route }) => route.test(name));
  if (known === undefined) return undefined;
  try {
    const id = decodeComponent(known.route.exec(name)?.[1] ?? '');
    const body = request.method === 'GET' ? undefined : await readJson(request, undefined);
    if (known.body !== undefined) check(known.body, body, '');
    return jsonReply(
      200,
      cloud.atomically(() => known.act(cloud, id, body)),
    );
  } catch (error) {
    return problemReply(asProblem(error));
  }
}

function showClock({ clock }: Cloud): object {
  const nowMs = clock.now();
  return { now: timestamp(nowMs), now_ms: nowMs, frozen: clock.isFrozen };
}

function showRegion({ regions }: Cloud, id: string): object {
  const region = regions.find(id);
  return { id, down: region?.isDown, latency_ms: region?.latencyMs };
}
