/** Sending: attempts, renewed requests, pages of proxies, and the subject of every error. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { CloudError } from '../errors.ts';
import { immediate } from '../operations/immediate.ts';
import { forbidIo } from '../testing/forbid-io.ts';
import { networkFailure } from '../testing/scripted-service.ts';
import { ScriptedWorld } from '../testing/scripted-world.ts';
import { failureFrom } from './failures.ts';
import type { HttpRequest, HttpResponse } from './http.ts';
import { makeSend, type SendingRules, type SentRequest } from './sending.ts';

forbidIo({ beforeEach, afterEach });

interface Scope {
  token: number;
  readonly retry: { attempts: number; baseDelayMs: number; maxDelayMs: number; budgetMs: number };
}
const subject = { container: 'demo', object: 'a' };
const origin = 'https://storage.example';
const found = { body: 'found' };

function service(more: Partial<SendingRules<Scope, SentRequest>> = {}) {
  const world = new ScriptedWorld();
  const scope: Scope = { token: 1, retry: { attempts: 3, baseDelayMs: 100, maxDelayMs: 1000, budgetMs: 60_000 } };
  const send = makeSend<Scope, SentRequest>({
    makeRequest: ({ token }, _, nowMs) =>
      immediate({ method: 'GET', origin, path: '/a', headers: { time: String(nowMs), token: String(token) } }),
    subjectOf: () => subject,
    failureOf: ({ headers, status }, of, nowMs) => failureFrom({ headers, status, subject: of, nowMs }, {}),
    ...more,
  });
  return {
    world,
    scope,
    answers: (...answers: Parameters<typeof world.service.on>[2][]) => world.service.on('GET', '/a', ...answers),
    get: (request: Partial<SentRequest> = {}) => send(scope, { idempotent: true, ...request }),
    sent: (header: string) => world.service.requests.map(({ headers }) => headers[header]),
  };
}

const renew = (scope: Scope, sent: HttpRequest, { status }: HttpResponse): boolean => {
  if (status !== 401 || sent.headers.token !== String(scope.token)) return false;
  scope.token += 1;
  return true;
};

describe('an attempt', () => {
  test('is made for its time', () => {
    const { answers, get, sent, world } = service();
    world.nowMs = 1000;
    world.randomBytes = [0xff];
    answers({ status: 503 }, found);
    world.run(get());
    expect(sent('time')).toEqual(['1000', '1100']);
  });
  test('is not repeated after a lost response when that is not safe', () => {
    const { answers, get, sent, world } = service();
    answers(networkFailure());
    world.failureOf(get({ idempotent: false }));
    expect(sent('time')).toHaveLength(1);
  });
  test('reads the time and makes one exchange; a retry waits in between', () => {
    const { answers, get, world } = service();
    answers({ status: 503 }, found);
    world.run(get());
    expect(world.steps).toEqual(['clock', 'exchange', 'clock', 'entropy', 'sleep', 'clock', 'exchange']);
  });
});

describe('a renewed request', () => {
  test('is sent once more in the same attempt', () => {
    const { answers, get, sent, world } = service({ renew });
    answers({ status: 401 }, found);
    expect(world.run(get()).status).toBe(200);
    expect([sent('token'), world.sleeps]).toEqual([['1', '2'], []]);
  });
  test('is sent once only', () => {
    const { answers, get, sent, world } = service({ renew });
    answers({ status: 401 }, { status: 401 });
    expect(world.failureOf(get())).toHaveProperty('code', 'unauthenticated');
    expect(sent('token')).toEqual(['1', '2']);
  });
  test('is not sent after success', () => {
    const { answers, get, sent, world } = service({ renew: () => true });
    answers(found);
    world.run(get());
    expect(sent('token')).toEqual(['1']);
  });
  test('may follow any status, such as a redirect to another region', () => {
    const { answers, get, world } = service({ renew: (_, __, { status }) => status === 301 });
    answers({ status: 301 }, found);
    expect(world.run(get()).status).toBe(200);
  });
});

describe('a request that an earlier attempt had already done', () => {
  const alreadyDone = (failure: CloudError) => failure.code === 'not-found';
  test('returns the response that shows it', () => {
    const { answers, get, world } = service();
    answers(networkFailure(), { status: 404 });
    expect(world.run(get({ alreadyDone })).status).toBe(404);
  });
  test('fails when there was no earlier attempt', () => {
    const { answers, get, world } = service();
    answers({ status: 404 });
    expect(world.failureOf(get({ alreadyDone }))).toHaveProperty('code', 'not-found');
  });
});

describe('an HTML page', () => {
  const page = { headers: { 'content-type': 'text/html; charset=utf-8' }, body: '<html>' };
  const ownHeaders = /^x-own-/;
  test('without headers of the service is the page of a proxy', () => {
    const { answers, get, world } = service({ ownHeaders });
    answers(page);
    expect(world.failureOf(get())).toMatchObject({ code: 'malformed-response', details: { status: 200, ...subject } });
  });
  test('of a service that has no own headers is the page of a proxy', () => {
    const { answers, get, world } = service();
    answers({ ...page, headers: { ...page.headers, 'x-own-id': '1' } });
    expect(world.failureOf(get())).toHaveProperty('code', 'malformed-response');
  });
  test('with a header of the service is returned', () => {
    const { answers, get, world } = service({ ownHeaders });
    answers({ ...page, headers: { ...page.headers, 'x-own-id': '1' } });
    expect(world.run(get()).status).toBe(200);
  });
  test('with an unsuccessful status is a failure of that status', () => {
    const { answers, get, world } = service();
    answers({ ...page, status: 404 });
    expect(world.failureOf(get())).toHaveProperty('code', 'not-found');
  });
});

describe('an error names the subject', () => {
  test.each([
    ['of a response', { status: 404 }],
    ['of the transport', networkFailure()],
  ])('%s', (_, answer) => {
    const { answers, get, world } = service();
    answers(answer);
    expect((world.failureOf(get({ idempotent: false })) as CloudError).details).toMatchObject(subject);
  });
});

test('a response is translated', () => {
  const readResponse = (_: Scope, response: HttpResponse) => ({ ...response, headers: { translated: 'yes' } });
  const { answers, get, world } = service({ readResponse });
  answers(found);
  expect(world.run(get()).headers).toEqual({ translated: 'yes' });
});
