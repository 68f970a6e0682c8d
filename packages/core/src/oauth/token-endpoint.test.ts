/** Token endpoints: what is sent, what is read, and what errors do not contain. */
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type CloudError, isCloudError } from '../errors.ts';
import { forbidIo } from '../testing/forbid-io.ts';
import { ScriptedWorld } from '../testing/scripted-world.ts';
import { isTokenUri, requestToken } from './token-endpoint.ts';

forbidIo({ beforeEach, afterEach });

const policy = { attempts: 3, baseDelayMs: 100, maxDelayMs: 1000, budgetMs: 60_000 };
const form = { grant_type: 'client_credentials', client_secret: 'hunter2&=', client_assertion: 'signed.by.me' };

function request(...answers: Parameters<ScriptedWorld['service']['on']>[2][]) {
  const world = new ScriptedWorld();
  world.service.on('POST', '/token?x=1', ...answers);
  return { world, operation: requestToken(policy, 'https://login.example/token?x=1', () => form) };
}

test('a form is sent to the endpoint', () => {
  const { operation, world } = request({ body: '{"access_token":"t","expires_in":60}' });
  expect(world.run(operation)).toEqual({ token: 't', expiresMs: world.nowMs + 60_000 });
  const [sent] = world.service.requests;
  expect(sent).toMatchObject({ origin: 'https://login.example', headers: { host: 'login.example' } });
  expect(Object.fromEntries(new URLSearchParams(new TextDecoder().decode(sent?.body as Uint8Array)))).toEqual(form);
});
test.each(['client_secret', 'client_assertion'] as const)('an error does not repeat the %s', (name) => {
  const body = JSON.stringify({ error: 'bad', error_description: `you said ${form[name]}` });
  const { operation, world } = request({ status: 400, body });
  expect((world.failureOf(operation) as CloudError).message).toMatch(/responded with 400 bad: you said …$/);
});

describe('any body', () => {
  const json = fc.oneof(
    fc.jsonValue(),
    fc.record({ access_token: fc.jsonValue(), expires_in: fc.jsonValue() }),
    fc.record({ error: fc.jsonValue(), error_description: fc.jsonValue() }),
  );
  const body = fc.oneof(
    json.map((value) => JSON.stringify(value)),
    fc.string(),
  );
  test('of a success is a token or malformed', () => {
    fc.assert(
      fc.property(body, (text) => {
        const { operation, world } = request({ body: text });
        try {
          const { expiresMs, token } = world.run(operation);
          expect([/^[!-~]+$/.test(token), Number.isFinite(expiresMs)]).toEqual([true, true]);
        } catch (failure) {
          if (!isCloudError(failure, 'malformed-response')) throw failure;
        }
      }),
    );
  });
  test('of a refusal is an error in printable characters', () => {
    fc.assert(
      fc.property(body, (text) => {
        const { operation, world } = request({ status: 400, body: text });
        const failure = world.failureOf(operation) as CloudError;
        expect(failure.code).toBe('unauthenticated');
        expect(failure.message).toMatch(/^[ -~…]{1,600}$/);
      }),
    );
  });
});

describe('isTokenUri', () => {
  test.each(['https://login.example/token', 'http://127.0.0.1:9897/token', 'http://localhost/token'])(
    'accepts %s',
    (address) => expect(isTokenUri(address)).toBe(true),
  );
  test.each(['http://login.example/token', 'https://user:hunter2@login.example', 'login.example', 'file:///token'])(
    'refuses %s',
    (address) => expect(isTokenUri(address)).toBe(false),
  );
});
