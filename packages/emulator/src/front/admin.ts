/**
 * The emulator's own routes, the same on both services and without a signature: they are for tests, and the server
 * listens on loopback by default. No bucket can be called `_emulator`.
 */
import type { IncomingMessage } from 'node:http';
import { refusal } from '../errors.ts';
import type { Identity } from '../identity/identity.ts';
import { authorizedUser, TOKEN_PATH } from '../identity/token-endpoint.ts';
import { gatherBody } from './body.ts';
import { type Faults, parseFaultRules } from './faults.ts';
import type { Journal } from './journal.ts';
import type { Reply } from './reply.ts';

/** The prefix of all admin paths. */
export const ADMIN_PREFIX = '/_emulator/';

/** What the routes act on. */
export interface AdminTargets {
  readonly faults: Faults;
  readonly journal: Journal;
  readonly identity: Identity;
  /** Answers a route of the test cloud, such as `POST clock`; `undefined` for any other route. */
  answerCloud(request: IncomingMessage, route: string): Promise<Reply | undefined>;
  /** Creates many objects at once. */
  fill(parameters: URLSearchParams): void;
  /** Empties both services. */
  reset(): void;
}

/** Fault rules are small; anything larger is a mistake. */
const MAX_BODY_BYTES = 1024 * 1024;

/** Answers one request to an admin route. */
export async function answerAdmin(request: IncomingMessage, targets: AdminTargets): Promise<Reply> {
  const route = `${request.method} ${(request.url ?? '').slice(ADMIN_PREFIX.length).split('?')[0]}`;
  if (route === 'GET health') return json(200, { ready: true });
  if (route === 'GET faults') return json(200, targets.faults.pending());
  if (route === 'GET requests') return json(200, targets.journal.list());
  if (route === 'POST faults' || route === 'PUT faults') return takeFaults(request, targets.faults);
  if (route === 'POST objects') return fill(request, targets);
  if (route === 'GET service-account') {
    return json(200, await targets.identity.account.keyFile(`http://${request.headers.host ?? ''}`));
  }
  if (route === 'GET authorized-user') {
    return json(200, { ...authorizedUser, token_uri: `http://${request.headers.host ?? ''}${TOKEN_PATH}` });
  }
  if (route === 'DELETE faults') targets.faults.clear();
  else if (route === 'DELETE requests') targets.journal.clear();
  else if (route === 'DELETE tokens') targets.identity.tokens.revokeIssued();
  else if (route === 'POST reset') targets.reset();
  else {
    const answered = await targets.answerCloud(request, route);
    return answered ?? json(404, { error: { code: 'not-found', message: `No admin route ${route}.` } });
  }
  return { status: 204, headers: {} };
}

function fill(request: IncomingMessage, targets: AdminTargets): Reply {
  try {
    targets.fill(new URLSearchParams((request.url ?? '').split('?')[1]));
  } catch (error) {
    return json(400, { error: { code: 'invalid-argument', message: (error as Error).message } });
  }
  return { status: 204, headers: {} };
}

/** A POST adds rules; a PUT replaces all rules. */
async function takeFaults(request: IncomingMessage, faults: Faults): Promise<Reply> {
  const bytes = await gatherBody(request, (sizeBytes) => {
    if (sizeBytes > MAX_BODY_BYTES) throw refusal('MaxMessageLengthExceeded');
  });
  try {
    const rules = parseFaultRules(bytes.toString());
    if (request.method === 'PUT') faults.clear();
    faults.add(rules);
  } catch (error) {
    return json(400, { error: { code: 'invalid-argument', message: (error as Error).message } });
  }
  return { status: 204, headers: {} };
}

function json(status: number, value: unknown): Reply {
  return { status, headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(value) };
}
