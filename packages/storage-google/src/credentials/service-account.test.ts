/** Service accounts: assertions, tokens that are fetched when needed, and URLs signed with the same key. */
import { createHash, verify } from 'node:crypto';
import { inspect } from 'node:util';
import { type CloudError, type HttpRequest, parallel } from '@isobar/core/provider';
import { forbidIo, networkFailure, type Reply } from '@isobar/core/testing';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { exampleAccount, examplePublicKey, openJwt } from '../../testing/example-account.ts';
import { errorAnswer, scriptStorageWith } from '../../testing/scripted-storage.ts';

forbidIo({ beforeEach, afterEach });

const found = { headers: { 'content-length': '5' } };
const refused = errorAnswer(401, 'AuthenticationRequired');
const grant = (token: string, lifeSeconds = 3599) => ({
  body: JSON.stringify({ access_token: token, expires_in: lifeSeconds, token_type: 'Bearer' }),
});

/** A driver for the account, whose token endpoint returns the replies, or else token-1, token-2, … */
function storageOf(options: object = {}, ...replies: Reply[]) {
  const { storage, world } = scriptStorageWith({ serviceAccount: exampleAccount, ...options });
  let given = 0;
  if (replies.length > 0) world.service.on('POST', '/token', ...replies);
  else world.service.always('POST', '/token', () => grant(`token-${++given}`));
  world.service.always('HEAD', '/demo-bucket/a', found);
  const lookUp = () => storage.getObject('demo-bucket', 'a');
  const tokenRequests = () => world.service.requests.filter(({ method }) => method === 'POST');
  return { lookUp, storage, tokenRequests, world };
}

const formOf = ({ body }: HttpRequest) =>
  Object.fromEntries(new URLSearchParams(Buffer.from(body as never).toString()));

describe('a token', () => {
  test('is requested with an assertion for one hour, signed with the account’s key', () => {
    const { lookUp, tokenRequests, world } = storageOf();
    world.run(lookUp());
    const [request] = tokenRequests();
    expect(request).toMatchObject({
      origin: 'https://oauth2.googleapis.com',
      path: '/token',
      headers: { host: 'oauth2.googleapis.com', 'content-type': 'application/x-www-form-urlencoded' },
    });
    const { assertion = '', grant_type } = formOf(request as HttpRequest);
    expect(grant_type).toBe('urn:ietf:params:oauth:grant-type:jwt-bearer');
    const { claims, header } = openJwt(assertion);
    expect(header).toEqual({ alg: 'RS256', typ: 'JWT', kid: '0123abcd' });
    const iat = Date.UTC(2026, 0, 15, 10, 30) / 1000;
    expect(claims).toEqual({
      iss: exampleAccount.client_email,
      scope: 'https://www.googleapis.com/auth/devstorage.full_control',
      aud: exampleAccount.token_uri,
      iat,
      exp: iat + 3600,
    });
  });
  test('is requested with the scopes in the options', () => {
    const { lookUp, tokenRequests, world } = storageOf({ scopes: ['one', 'two'] });
    world.run(lookUp());
    const { assertion = '' } = formOf(tokenRequests()[0] as HttpRequest);
    expect(openJwt(assertion).claims.scope).toBe('one two');
  });
  test('is sent with requests, and cached until 225 seconds before it expires', () => {
    const { lookUp, tokenRequests, world } = storageOf();
    world.run(lookUp());
    world.nowMs += 3_599_000 - 225_000 - 1;
    world.run(lookUp());
    expect(tokenRequests()).toHaveLength(1);
    world.nowMs += 1;
    world.run(lookUp());
    expect(world.service.requests.map(({ headers }) => headers.authorization)).toEqual(
      [undefined, 'Bearer token-1', 'Bearer token-1', undefined, 'Bearer token-2'].map((value) => value),
    );
  });
  test('is requested once for concurrent operations', () => {
    const { lookUp, tokenRequests, world } = storageOf();
    world.run(parallel([lookUp(), lookUp(), lookUp(), lookUp()], 4));
    expect(tokenRequests()).toHaveLength(1);
  });
  test('is not requested before the operation is driven', () => {
    const { lookUp, world } = storageOf();
    lookUp();
    expect(world.steps).toEqual([]);
  });
  test('is renewed once when it is refused', () => {
    const { storage, world } = scriptStorageWith({ serviceAccount: exampleAccount });
    world.service.on('POST', '/token', grant('old'), grant('new')).on('HEAD', '/demo-bucket/a', refused, found);
    world.run(storage.getObject('demo-bucket', 'a'));
    expect(world.service.asked).toEqual(['POST /token', 'HEAD /demo-bucket/a', 'POST /token', 'HEAD /demo-bucket/a']);
    expect(world.service.requests[3]?.headers.authorization).toBe('Bearer new');
  });
  test('that was refused does not replace one that another operation renewed', () => {
    const { storage, world } = scriptStorageWith({ serviceAccount: exampleAccount });
    world.service.on('POST', '/token', grant('old'), grant('new'));
    world.service.always('HEAD', /./, ({ headers }) => (headers.authorization === 'Bearer old' ? refused : found));
    const lookUp = (name: string) => storage.getObject('demo-bucket', name);
    world.run(parallel([lookUp('a'), lookUp('b'), lookUp('c')], 3));
    expect(world.service.unasked).toEqual([]);
  });
  test('is requested within the retry policy, which is not applied twice', () => {
    const { lookUp, tokenRequests, world } = storageOf({}, ...Array<Reply>(9).fill({ status: 503 }));
    const failure = world.failureOf(lookUp());
    expect(failure).toMatchObject({ code: 'unavailable', details: { status: 503, attempts: 3 } });
    expect(tokenRequests()).toHaveLength(3);
  });
  test('is fetched after a broken connection', () => {
    const { lookUp, tokenRequests, world } = storageOf({}, networkFailure(), { status: 429 }, grant('t'));
    world.run(lookUp());
    expect(tokenRequests()).toHaveLength(3);
  });
  test('is requested with a new assertion in each attempt', () => {
    const { lookUp, tokenRequests, world } = storageOf(
      {},
      { status: 503, headers: { 'retry-after': '5' } },
      grant('t'),
    );
    world.run(lookUp());
    const times = tokenRequests().map((request) => openJwt(formOf(request).assertion ?? '').claims.iat);
    expect(Number(times[1]) - Number(times[0])).toBe(5);
  });
  test('is requested from the key’s endpoint', () => {
    const token_uri = 'http://127.0.0.1:9897/o/oauth2/token?x=1';
    const { storage, world } = scriptStorageWith({ serviceAccount: { ...exampleAccount, token_uri } });
    world.service.on('POST', '/o/oauth2/token?x=1', grant('t')).on('HEAD', '/demo-bucket/a', found);
    world.run(storage.getObject('demo-bucket', 'a'));
    expect(world.service.requests[0]).toMatchObject({ origin: 'http://127.0.0.1:9897' });
  });
});

describe('an endpoint that refuses', () => {
  const refusal = (status: number, body: string) => {
    const { lookUp, tokenRequests, world } = storageOf({}, { status, body });
    const failure = world.failureOf(lookUp()) as CloudError;
    return { failure, form: formOf(tokenRequests()[0] as HttpRequest) };
  };
  test('is quoted', () => {
    const { failure } = refusal(400, '{"error":"invalid_grant","error_description":"Invalid JWT Signature."}');
    expect(failure).toMatchObject({ code: 'unauthenticated', details: { status: 400, reason: 'invalid_grant' } });
    expect(failure.message).toContain(
      'https://oauth2.googleapis.com/token responded with 400 invalid_grant: Invalid JWT',
    );
  });
  test.each(['', 'not json', '{}', '{"error":5}', '[]', 'null'])(
    'with the body %j is reported by its status',
    (body) => {
      expect(refusal(403, body).failure.message).toMatch(/responded with 403$/);
    },
  );
  test('and echoes the assertion does not expose it in the message', () => {
    const { lookUp, tokenRequests, world } = storageOf({}, (request: HttpRequest) => ({
      status: 400,
      body: JSON.stringify({ error: 'bad', error_description: `you said ${formOf(request).assertion}` }),
    }));
    const failure = world.failureOf(lookUp()) as CloudError;
    const { assertion = '-' } = formOf(tokenRequests()[0] as HttpRequest);
    expect(inspect(failure, { depth: 9 })).not.toContain(assertion);
    expect(failure.message).toContain('bad: you said …');
  });
  test.each([
    ['invalid JSON', 'ya29.secret'],
    ['no token', '{"expires_in":5}'],
    ['no lifetime', '{"access_token":"ya29.secret"}'],
    ['a token with white space', '{"access_token":"ya29.secret\\r\\nx: y","expires_in":5}'],
  ])('to send a valid token: %s', (_, body) => {
    const { failure } = refusal(200, body);
    expect(failure.code).toBe('malformed-response');
    expect(inspect(failure, { depth: 9 })).not.toContain('ya29');
  });
});

describe('a signed URL', () => {
  test('is signed with the account’s key, without an exchange', () => {
    const { storage, world } = storageOf();
    const url = world.run(storage.presignObjectUrl({ container: 'demo-bucket', name: 'dir/a b' }));
    expect(world.steps).toEqual(['clock']);
    const [, query = '', signature = ''] = /\?(.*)&X-Goog-Signature=([0-9a-f]{512})$/.exec(url) ?? [];
    expect(query).toContain('X-Goog-Algorithm=GOOG4-RSA-SHA256');
    expect(query).toContain(
      `X-Goog-Credential=${encodeURIComponent(exampleAccount.client_email)}%2F20260115%2Fauto%2Fstorage%2Fgoog4_request`,
    );
    const lines = [
      'GET',
      '/demo-bucket/dir/a%20b',
      query,
      'host:storage.googleapis.com',
      '',
      'host',
      'UNSIGNED-PAYLOAD',
    ];
    const digest = createHash('sha256').update(lines.join('\n')).digest('hex');
    const text = ['GOOG4-RSA-SHA256', '20260115T103000Z', '20260115/auto/storage/goog4_request', digest].join('\n');
    const isGenuine = verify('RSA-SHA256', Buffer.from(text), examplePublicKey, Buffer.from(signature, 'hex'));
    expect(isGenuine).toBe(true);
  });
});

describe('the project', () => {
  const listed = { body: '<ListAllMyBucketsResult><Buckets/></ListAllMyBucketsResult>' };
  test.each([
    ['in the key', {}, 'demo-project'],
    ['in the options', { project: 'other' }, 'other'],
  ])('is the one %s', (_, options, project) => {
    const { storage, world } = storageOf(options);
    world.service.on('GET', '/', listed);
    world.run(storage.listContainers());
    expect(world.service.requests.at(-1)?.headers['x-goog-project-id']).toBe(project);
  });
});

describe('a key file', () => {
  const path = '/keys/robot.json';
  const fileOf = (content: string | undefined) => {
    const scripted = storageOf({ serviceAccount: path });
    if (content !== undefined) scripted.world.disk.files.set(path, Buffer.from(content));
    return scripted;
  };
  test('is read before the first exchange, and never again', () => {
    const { lookUp, world } = fileOf(JSON.stringify(exampleAccount));
    world.run(lookUp());
    world.disk.files.clear();
    world.run(lookUp());
    expect(world.steps.filter((kind) => kind === 'readFile')).toHaveLength(1);
  });
  test('can sign URLs', () => {
    const { storage, world } = fileOf(JSON.stringify(exampleAccount));
    const url = world.run(storage.presignObjectUrl({ container: 'demo-bucket', name: 'a' }));
    expect(url).toContain('GOOG4-RSA-SHA256');
  });
  test.each([
    ['is missing', undefined, 'does not exist'],
    ['is not JSON', `${JSON.stringify(exampleAccount)} hunter2`, 'does not hold a JSON object'],
    ['is a list', '[]', 'does not hold a JSON object'],
    ['is too large', ' '.repeat(65_537), 'too large'],
    ['belongs to a user', '{"type":"authorized_user"}', "`credentials: 'application-default'`"],
    ['lacks a key', '{"type":"service_account","client_email":"a@b"}', '`private_key` is missing'],
    [
      'has an invalid key',
      '{"type":"service_account","client_email":"a","private_key":"hunter2"}',
      '`private_key` must be',
    ],
    [
      'has a plain http endpoint',
      JSON.stringify({ ...exampleAccount, token_uri: 'http://oauth2.example/token' }),
      '`token_uri` must be an https address',
    ],
  ])('that %s is refused, and read again by the next call', (_, content, message) => {
    const { lookUp, world } = fileOf(content);
    const failure = world.failureOf(lookUp()) as CloudError;
    expect(failure).toMatchObject({ code: 'invalid-argument', details: { field: 'serviceAccount' } });
    expect(failure.message).toContain(message);
    expect(inspect(failure, { depth: 9 })).not.toMatch(/hunter2|BEGIN PRIVATE|MII/);
    expect(world.service.requests).toEqual([]);
    world.disk.files.set(path, Buffer.from(JSON.stringify(exampleAccount)));
    world.run(lookUp());
  });
});
