/**
 * The test cloud: a small compute service with Basic authentication, JSON replies, and one slow call (the report).
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseQuery, splitTarget } from '../front/query.ts';
import type { Reply } from '../front/reply.ts';
import type { Backend } from '../front/server.ts';
import { initialNodes } from './nodes.ts';

/** How the test cloud is set up. */
export interface ComputeOptions {
  readonly user: string;
  readonly password: string;
  /** How long a report takes to write. */
  readonly reportMs: number;
}

const REPORT = 'Around the ragged rocks, the ragged rascal ran. \r\n';
/** A request may ask for a slower report, within reason. */
const LONGEST_REPORT_MS = 60_000;

/** Builds the service. */
export function createCompute(options: ComputeOptions): Backend {
  const expected = digest(`Basic ${Buffer.from(`${options.user}:${options.password}`).toString('base64')}`);
  return {
    service: 'compute',
    claims: () => false,
    failWith: (status) => problem(status, status === 429 ? 'rate-limited' : 'unavailable', 'A fault was asked for.'),
    answer: async (request, proceed) => {
      if (!timingSafeEqual(digest(request.headers.authorization ?? ''), expected)) return unauthenticated();
      proceed();
      try {
        return await answer(request, options);
      } catch (error) {
        return problem(400, 'invalid-argument', error instanceof Error ? error.message : 'Bad request.');
      }
    },
  };
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

async function answer(request: IncomingMessage, options: ComputeOptions): Promise<Reply> {
  const { path, query } = splitTarget(request.url ?? '/');
  const id = /^\/compute\/nodes\/([^/]+)$/.exec(path)?.[1];
  const known = path === '/compute/nodes' || path === '/compute/report_data' || id !== undefined;
  if (!known) return problem(404, 'not-found', `No such route: ${path}`);
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    const refused = problem(405, 'method-not-allowed', `${request.method} is not allowed on ${path}.`);
    return { ...refused, headers: { ...refused.headers, Allow: 'GET, HEAD' } };
  }
  if (path === '/compute/nodes') return json(200, initialNodes);
  if (id !== undefined) {
    const node = initialNodes.find((candidate) => candidate.id === decodeURIComponent(id));
    return node === undefined ? problem(404, 'not-found', `No such node: ${id}`) : json(200, node);
  }
  const asked = Number(parseQuery(query).get('delay-ms') ?? options.reportMs);
  await sleep(Math.min(Number.isFinite(asked) ? asked : 0, LONGEST_REPORT_MS));
  return { status: 200, headers: { 'Content-Type': 'text/plain; charset=utf-8' }, body: REPORT };
}

function unauthenticated(): Reply {
  const refused = problem(
    401,
    'unauthenticated',
    'This service needs Basic authentication with a user and a password.',
  );
  return { ...refused, headers: { ...refused.headers, 'WWW-Authenticate': 'Basic realm="test cloud"' } };
}

function json(status: number, value: unknown): Reply {
  return { status, headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(value) };
}

function problem(status: number, code: string, message: string): Reply {
  return json(status, { error: { code, message } });
}
