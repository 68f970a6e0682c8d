/**
 * The test cloud's service: authentication, regions and their latency, limits, and then the routes.
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { decodeComponent, parseQuery, splitTarget } from '../front/query.ts';
import type { Reply } from '../front/reply.ts';
import type { Backend } from '../front/server.ts';
import type { Cloud } from './cloud/cloud.ts';
import { regionDocument } from './cloud/regions.ts';
import { openApi } from './openapi.ts';
import { findRoutes } from './routes.ts';
import { asProblem, jsonReply, Problem, problemReply } from './routing/problem.ts';
import { readJson, readQuery, StatusInBody } from './routing/request.ts';
import type { Answer, Call, Route } from './routing/route.ts';
import { check } from './routing/schema.ts';

/** How the test cloud is set up. */
export interface ComputeOptions {
  readonly user: string;
  readonly password: string;
  readonly cloud: Cloud;
}

const BASE = '/compute';

/** Builds the service. */
export function createCompute({ user, password, cloud }: ComputeOptions): Backend {
  const expected = digest(`Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`);
  const isAllowed = (request: IncomingMessage) =>
    timingSafeEqual(digest(request.headers.authorization ?? ''), expected) || isOpenApi(request);
  return {
    service: 'compute',
    claims: () => false,
    failWith,
    answer: async (request, proceed, bodyFault) => {
      try {
        if (!isAllowed(request)) throw unauthenticated();
        proceed();
        return await answer(cloud, request, () => readJson(request, bodyFault));
      } catch (error) {
        return error instanceof StatusInBody ? failWith(error.status) : problemReply(asProblem(error));
      }
    },
  };
}

/** The reply for the status of a fault rule. */
function failWith(status: number): Reply {
  const code = status === 429 ? 'rate-limited' : 'unavailable';
  return jsonReply(status, { error: { code, message: 'A requested fault.' } });
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

function unauthenticated(): Problem {
  return new Problem('unauthenticated', 'This service needs Basic authentication with a user and a password.', {
    headers: { 'WWW-Authenticate': 'Basic realm="test cloud"' },
  });
}

function isOpenApi(request: IncomingMessage): boolean {
  return splitTarget(request.url ?? '/').path === `${BASE}/openapi.json`;
}

async function answer(cloud: Cloud, request: IncomingMessage, body: () => Promise<unknown>): Promise<Reply> {
  const { path } = splitTarget(request.url ?? '/');
  const [, first, ...segments] = path.split('/').map(decodeComponent);
  if (`/${first}` !== BASE) throw new Problem('not-found', `There is no route ${path}.`);
  if (segments.length === 1 && segments[0] === 'openapi.json') {
    allow(request, ['GET']);
    return jsonReply(200, openApi());
  }
  if (segments[0] === 'regions' && segments.length < 3) return answerRegions(cloud, request, segments[1]);
  const { regionId, routes } = findRoutes(segments);
  if (routes.length === 0) throw new Problem('not-found', `There is no route ${path}.`);
  const method = allow(
    request,
    routes.map(({ route }) => route.method),
  );
  const { route, params } = routes.find((candidate) => candidate.route.method === method) as (typeof routes)[number];
  const region = cloud.regions.find(regionId);
  if (region === undefined) throw new Problem('not-found', `There is no region ${regionId}.`);
  // The latency applies to errors too.
  await pause(region.latencyMs);
  cloud.regions.reach(regionId);
  cloud.limits.count(regionId, cloud.clock.now());
  const query = readQuery(route.query, parseQuery(splitTarget(request.url ?? '/').query));
  const content = route.body === undefined ? {} : await body();
  if (route.body !== undefined) check(route.body, content, '');
  return replyOf(await answerRoute(route, { cloud, region, nowMs: cloud.clock.now(), params, query, body: content }));
}

async function pause(milliseconds: number): Promise<void> {
  if (milliseconds > 0) await sleep(milliseconds);
}

function answerRegions(cloud: Cloud, request: IncomingMessage, id: string | undefined): Reply {
  allow(request, ['GET']);
  readQuery({}, parseQuery(splitTarget(request.url ?? '/').query));
  if (id === undefined) return jsonReply(200, cloud.regions.list().map(regionDocument));
  const region = cloud.regions.find(id);
  if (region === undefined) throw new Problem('not-found', `There is no region ${id}.`);
  return jsonReply(200, regionDocument(region));
}

/** A HEAD is a GET whose body is not sent. */
function allow(request: IncomingMessage, methods: readonly Route['method'][]): Route['method'] {
  const method = request.method === 'HEAD' ? 'GET' : request.method;
  const known = methods.find((candidate) => candidate === method);
  if (known !== undefined) return known;
  const all = methods.flatMap((candidate) => (candidate === 'GET' ? ['GET', 'HEAD'] : [candidate]));
  throw new Problem('method-not-allowed', `${request.method} is not allowed here; ${all.join(', ')} are.`, {
    headers: { Allow: all.join(', ') },
  });
}

function answerRoute(route: Route, call: Call): Answer | Promise<Answer> {
  return route.method === 'GET' ? route.answer(call) : call.cloud.atomically(() => route.answer(call));
}

function replyOf({ status, value, text, headers }: Answer): Reply {
  if (text !== undefined) return { status, headers: { 'Content-Type': 'text/plain; charset=utf-8' }, body: text };
  return value === undefined ? { status, headers: { ...headers } } : jsonReply(status, value, headers);
}
