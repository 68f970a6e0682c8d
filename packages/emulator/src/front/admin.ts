/**
 * The emulator's own routes, the same on both services and without a signature: they exist for tests, and the server
 * listens on loopback unless told otherwise. No bucket can be called `_emulator`.
 */
import type { IncomingMessage } from 'node:http';
import { answerCloudAdmin } from '../compute/admin.ts';
import type { Cloud } from '../compute/cloud.ts';
import { jsonReply as json, Problem, problemReply } from '../compute/problem.ts';
import { readJson } from '../compute/request.ts';
import type { Identity } from '../identity/identity.ts';
import { authorizedUser } from '../identity/token-endpoint.ts';
import { type Faults, parseFaultRules } from './faults.ts';
import type { Journal } from './journal.ts';
import type { Reply } from './reply.ts';

/** What all such paths begin with. */
export const ADMIN_PREFIX = '/_emulator/';

/** What the routes act on. */
export interface AdminTargets {
  readonly faults: Faults;
  readonly journal: Journal;
  readonly identity: Identity;
  readonly cloud: Cloud;
  /** Empties both services. */
  reset(): void;
}

/** Fault rules are small; anything larger is a mistake. */
const LARGEST_BODY_BYTES = 1024 * 1024;

/** Answers one request to an admin route. */
export async function answerAdmin(request: IncomingMessage, targets: AdminTargets): Promise<Reply> {
  const route = `${request.method} ${(request.url ?? '').slice(ADMIN_PREFIX.length).split('?')[0]}`;
  if (route === 'GET health') return json(200, { ready: true });
  if (route === 'GET faults') return json(200, targets.faults.pending());
  if (route === 'GET requests') return json(200, targets.journal.list());
  if (route === 'POST faults') return addFaults(request, targets.faults);
  if (route === 'GET service-account') {
    return json(200, await targets.identity.account.keyFile(`http://${request.headers.host ?? ''}`));
  }
  if (route === 'GET authorized-user') return json(200, authorizedUser);
  if (route === 'DELETE faults') targets.faults.clear();
  else if (route === 'DELETE requests') targets.journal.clear();
  else if (route === 'DELETE tokens') targets.identity.tokens.revokeIssued();
  else if (route === 'POST reset') targets.reset();
  else return answerCloud(request, route, targets.cloud);
  return { status: 204, headers: {} };
}

async function answerCloud(request: IncomingMessage, route: string, cloud: Cloud): Promise<Reply> {
  try {
    const answered = await answerCloudAdmin(cloud, route, () => readJson(request, undefined));
    if (answered !== undefined) return json(200, answered.value);
    throw new Problem('not-found', `No admin route ${route}.`);
  } catch (error) {
    if (error instanceof Problem) return problemReply(error);
    throw error;
  }
}

async function addFaults(request: IncomingMessage, faults: Faults): Promise<Reply> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > LARGEST_BODY_BYTES) break;
    chunks.push(chunk);
  }
  try {
    faults.add(parseFaultRules(Buffer.concat(chunks).toString()));
  } catch (error) {
    return json(400, { error: { code: 'invalid-argument', message: (error as Error).message } });
  }
  return { status: 204, headers: {} };
}
