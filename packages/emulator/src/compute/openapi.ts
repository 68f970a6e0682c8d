/**
 * The OpenAPI document of the test cloud, generated from the table of routes.
 */

import { HOME_REGION } from './cloud/regions.ts';
import { documentSchemas, regionalRoutes } from './routes.ts';
import { CURSOR_HEADER } from './routing/paging.ts';
import { type ProblemCode, problemStatuses } from './routing/problem.ts';
import type { Route } from './routing/route.ts';
import { objectSchema, type Schema } from './routing/schema.ts';

const problemSchema: Schema = objectSchema({
  error: objectSchema(
    { code: { type: 'string' }, message: { type: 'string' } },
    { field: { type: 'string', description: 'The wrong parameter or field.' } },
  ),
});

/** Errors that any route can return. */
const always: readonly ProblemCode[] = ['invalid-argument', 'unauthenticated', 'rate-limited', 'region-down'];

/** The document. */
export function openApi(): object {
  const regional = regionalRoutes.map((route) => ({ route, path: `/compute${route.path}`, base: 'home' as const }));
  const named = regionalRoutes.map((route) => ({
    route,
    path: `/compute/regions/{region}${route.path}`,
    base: 'region' as const,
  }));
  const paths: Record<string, Record<string, object>> = {
    '/compute/openapi.json': { get: openApiOperation },
    '/compute/regions': { get: regionsOperation },
    '/compute/regions/{region}': { get: regionOperation },
  };
  for (const { route, path, base } of [...regional, ...named]) {
    paths[path] ??= {};
    paths[path][route.method.toLowerCase()] = operation(route, path, base);
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'The test cloud',
      version: '1.0.0',
      description: `Every route exists twice: for the account's home region (${HOME_REGION}), and for any region by its id.`,
    },
    servers: [{ url: '/' }],
    security: [{ basic: [] }],
    paths,
    components: {
      securitySchemes: { basic: { type: 'http', scheme: 'basic' } },
      schemas: { ...documentSchemas, Problem: problemSchema },
    },
  };
}

function operation(route: Route, path: string, base: 'home' | 'region'): object {
  const hasQuery = Object.keys(route.query ?? {}).length > 0;
  return {
    operationId: base === 'home' ? route.operationId : `${route.operationId}InRegion`,
    summary: route.summary,
    ...(hasQuery || path.includes('{') ? { parameters: [...pathParameters(path), ...queryParameters(route)] } : {}),
    ...(route.body !== undefined && {
      requestBody: {
        required: (route.body.required ?? []).length > 0,
        content: { 'application/json': { schema: route.body } },
      },
    }),
    responses: { ...successes(route), ...failures(refusedBy(route, path)) },
  };
}

/** A path with a parameter can be not found; a body can be late. */
function refusedBy({ refuses = [], body }: Route, path: string): readonly ProblemCode[] {
  const codes: ProblemCode[] = [...always, ...refuses];
  if (path.includes('{')) codes.push('not-found');
  if (body !== undefined) codes.push('request-timeout');
  return codes;
}

function pathParameters(path: string): object[] {
  return [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }));
}

function queryParameters({ query = {} }: Route): object[] {
  return Object.entries(query).map(([name, { description, ...schema }]) => ({
    name,
    in: 'query',
    ...(description !== undefined && { description }),
    ...(schema.type === 'array' && { style: 'form', explode: false }),
    schema,
  }));
}

function successes(route: Route): Record<string, object> {
  const cursor = {
    [CURSOR_HEADER]: { description: 'The cursor of the next page, if there is one.', schema: { type: 'string' } },
  };
  return Object.fromEntries(
    Object.entries(route.replies).map(([status, { description, schema }]) => [
      status,
      { description, ...(route.isPaged === true && { headers: cursor }), ...contentOf(Number(status), schema) },
    ]),
  );
}

function contentOf(status: number, schema: Schema | undefined): object {
  if (status === 204) return {};
  if (schema === undefined) return { content: { 'text/plain': { schema: { type: 'string' } } } };
  return { content: { 'application/json': { schema } } };
}

function failures(codes: readonly ProblemCode[]): Record<string, object> {
  const statuses = [...new Set(codes.map((code) => problemStatuses[code]))].sort();
  return Object.fromEntries(
    statuses.map((status) => [
      status,
      {
        description: codes.filter((code) => problemStatuses[code] === status).join(', '),
        ...(status === 401 && { headers: { 'WWW-Authenticate': { schema: { type: 'string' } } } }),
        ...(status === 429 && { headers: { 'Retry-After': { schema: { type: 'integer' } } } }),
        ...contentOf(status, { $ref: '#/components/schemas/Problem' }),
      },
    ]),
  );
}

const regionReply = { $ref: '#/components/schemas/Region' };

const openApiOperation = {
  operationId: 'getOpenApi',
  summary: 'This document.',
  security: [],
  responses: { 200: { description: 'The document.', content: { 'application/json': { schema: { type: 'object' } } } } },
};

const regionsOperation = {
  operationId: 'listRegions',
  summary: 'All regions, the home region first.',
  responses: {
    200: {
      description: 'The regions.',
      content: { 'application/json': { schema: { type: 'array', items: regionReply } } },
    },
    ...failures(['invalid-argument', 'unauthenticated']),
  },
};

const regionOperation = {
  operationId: 'getRegion',
  summary: 'A region.',
  parameters: pathParameters('{region}'),
  responses: {
    200: { description: 'The region.', content: { 'application/json': { schema: regionReply } } },
    ...failures(['invalid-argument', 'unauthenticated', 'not-found']),
  },
};
