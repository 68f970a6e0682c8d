/**
 * Application default credentials: the places where they are looked up, their order, and the error when there are none.
 */
import { inspect } from 'node:util';
import { type CloudError, type HttpRequest, parallel } from '@isobar/core/provider';
import { forbidIo, networkFailure, silence } from '@isobar/core/testing';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { exampleAccount } from '../../testing/example-account.ts';
import { errorAnswer, scriptStorageWith } from '../../testing/scripted-storage.ts';

forbidIo({ beforeEach, afterEach });

const found = { headers: { 'content-length': '5' } };
const token = { body: '{"access_token":"ya29.t","expires_in":3599}' };
const fromMetadataServer = { headers: { 'metadata-flavor': 'Google' } };
const tokenPath = /^\/computeMetadata\/v1\/instance\/service-accounts\/default\/token\?scopes=/;
const user = { type: 'authorized_user', client_id: 'id', client_secret: 'hunter2', refresh_token: '1//refresh' };
const wellKnown = '/home/jane/.config/gcloud/application_default_credentials.json';

function storageIn(variables: Record<string, string>, files: Record<string, unknown>, platform = 'linux') {
  const { storage, world } = scriptStorageWith({ credentials: 'application-default' });
  world.environment = { variables, homeFolder: '/home/jane', platform };
  for (const [path, content] of Object.entries(files)) {
    world.disk.files.set(path, Buffer.from(typeof content === 'string' ? content : JSON.stringify(content)));
  }
  world.service.always('HEAD', '/demo-bucket/a', found);
  return { lookUp: () => storage.getObject('demo-bucket', 'a'), storage, world };
}

const formOf = ({ body }: HttpRequest) =>
  Object.fromEntries(new URLSearchParams(Buffer.from(body as never).toString()));

describe('the file of GOOGLE_APPLICATION_CREDENTIALS', () => {
  const variables = { GOOGLE_APPLICATION_CREDENTIALS: '/keys/mine.json' };
  test('comes before gcloud’s file', () => {
    const { lookUp, world } = storageIn(variables, { '/keys/mine.json': exampleAccount, [wellKnown]: user });
    world.service.on('POST', '/token', token);
    world.run(lookUp());
    expect(formOf(world.service.requests[0] as HttpRequest)).toHaveProperty('assertion');
  });
  test('may be the key of a service account, which can sign URLs', () => {
    const { storage, world } = storageIn(variables, { '/keys/mine.json': exampleAccount });
    const url = world.run(storage.presignObjectUrl({ container: 'demo-bucket', name: 'a' }));
    expect(url).toContain('GOOG4-RSA-SHA256');
  });
  test('that is missing ends the search', () => {
    const { lookUp, world } = storageIn(variables, { [wellKnown]: user });
    const failure = world.failureOf(lookUp()) as CloudError;
    expect(failure.code).toBe('unauthenticated');
    expect(failure.message).toContain('GOOGLE_APPLICATION_CREDENTIALS names /keys/mine.json, which does not exist');
  });
  test('that is missing because its name has a trailing line break gets a hint', () => {
    const { lookUp, world } = storageIn({ GOOGLE_APPLICATION_CREDENTIALS: '/keys/mine.json\n' }, {});
    const failure = world.failureOf(lookUp()) as CloudError;
    expect(failure.message).toContain('/keys/mine.json, which does not exist; it starts or ends with white space');
  });
  test.each(['external_account', 'impersonated_service_account', 'external_account_authorized_user'])(
    'of type %s is refused, and the error names the type',
    (type) => {
      const { lookUp, world } = storageIn(variables, { '/keys/mine.json': { type, secret: 'hunter2' } });
      const failure = world.failureOf(lookUp()) as CloudError;
      expect(failure).toMatchObject({ code: 'unsupported', message: expect.stringContaining(`type ${type};`) });
      expect(inspect(failure, { depth: 9 })).not.toContain('hunter2');
    },
  );
  test.each([
    ['invalid JSON', 'hunter2', 'does not hold a JSON object'],
    ['a user without a refresh token', { ...user, refresh_token: undefined }, '`refresh_token` is missing'],
    ['a user with an endpoint over plain http', { ...user, token_uri: 'http://x.example/' }, '`token_uri` must be'],
    ['an account without a key', { ...exampleAccount, private_key: 'hunter2' }, '`private_key` must be'],
  ])('with %s is unauthenticated, and not quoted', (_, content, message) => {
    const { lookUp, world } = storageIn(variables, { '/keys/mine.json': content });
    const failure = world.failureOf(lookUp()) as CloudError;
    expect(failure).toMatchObject({ code: 'unauthenticated', message: expect.stringContaining(message) });
    expect(inspect(failure, { depth: 9 })).not.toContain('hunter2');
  });
});

describe("gcloud's file", () => {
  test.each<[string, string, Record<string, string>, string]>([
    ['in the home folder', 'linux', {}, wellKnown],
    ['in the home folder, ignoring APPDATA', 'darwin', { APPDATA: '/appdata' }, wellKnown],
    ['of Windows', 'win32', { APPDATA: 'C:\\Data' }, 'C:\\Data/gcloud/application_default_credentials.json'],
    ['in CLOUDSDK_CONFIG', 'linux', { CLOUDSDK_CONFIG: '/sdk' }, '/sdk/application_default_credentials.json'],
    [
      'in CLOUDSDK_CONFIG, also on Windows',
      'win32',
      { APPDATA: 'C:\\Data', CLOUDSDK_CONFIG: 'D:\\sdk' },
      'D:\\sdk/application_default_credentials.json',
    ],
  ])('%s is found on %s', (_, platform, variables, path) => {
    const { lookUp, world } = storageIn(variables, { [path]: user }, platform);
    world.service.on('POST', '/token', token);
    world.run(lookUp());
    expect(formOf(world.service.requests[0] as HttpRequest)).toEqual({
      grant_type: 'refresh_token',
      client_id: 'id',
      client_secret: 'hunter2',
      refresh_token: '1//refresh',
    });
    expect(world.service.requests[1]?.headers.authorization).toBe('Bearer ya29.t');
  });
  test('of a user cannot sign URLs', () => {
    const { storage, world } = storageIn({}, { [wellKnown]: user });
    const failure = world.failureOf(storage.presignObjectUrl({ container: 'demo-bucket', name: 'a' }));
    expect(failure).toMatchObject({ code: 'unsupported', message: expect.stringContaining("user's login") });
  });
  test('of a user whose login was revoked is unauthenticated, with the endpoint’s message', () => {
    const { lookUp, world } = storageIn({}, { [wellKnown]: user });
    const body = '{"error":"invalid_grant","error_description":"Token revoked: 1//refresh"}';
    world.service.on('POST', '/token', { status: 400, body });
    const failure = world.failureOf(lookUp()) as CloudError;
    expect(failure).toMatchObject({ code: 'unauthenticated', details: { reason: 'invalid_grant' } });
    expect(failure.message).toContain('invalid_grant: Token revoked: …');
  });
});

describe('the metadata server', () => {
  test('is used when there is no file', () => {
    const { lookUp, world } = storageIn({}, {});
    world.service.on('GET', '/', fromMetadataServer).on('GET', tokenPath, token);
    world.run(lookUp());
    expect(
      world.service.requests.slice(0, 2).map(({ headers, origin }) => [origin, headers['metadata-flavor']]),
    ).toEqual([
      ['http://169.254.169.254', 'Google'],
      ['http://169.254.169.254', 'Google'],
    ]);
  });
  test.each([
    ['GCE_METADATA_HOST', { GCE_METADATA_HOST: '127.0.0.1:9897', GCE_METADATA_IP: '10.0.0.1' }, '127.0.0.1:9897'],
    ['GCE_METADATA_IP', { GCE_METADATA_IP: '10.0.0.1' }, '10.0.0.1'],
  ])('is at the address in %s', (_, variables, host) => {
    const { lookUp, world } = storageIn(variables, {});
    world.service.on('GET', '/', fromMetadataServer).on('GET', tokenPath, token);
    world.run(lookUp());
    expect(world.service.requests[1]).toMatchObject({ origin: `http://${host}`, headers: { host } });
  });
  test('is looked up once, also by concurrent operations', () => {
    const { lookUp, world } = storageIn({}, {});
    world.service.on('GET', '/', fromMetadataServer).on('GET', tokenPath, token);
    world.run(parallel([lookUp(), lookUp(), lookUp()], 3));
    world.run(lookUp());
    expect(world.service.asked.filter((asked) => asked.startsWith('GET'))).toHaveLength(2);
  });
  test.each([
    ['there is none', networkFailure({ unsent: true }), 'no metadata server at 169.254.169.254'],
    ['it does not respond', silence, 'no metadata server at 169.254.169.254'],
    ['another server responds', { body: 'hello' }, "169.254.169.254 is not Google's metadata server"],
  ])('when %s: the error lists what was tried and what to do, after one exchange', (_, reply, problem) => {
    const { lookUp, world } = storageIn({}, {});
    world.service.on('GET', '/', reply);
    const failure = world.failureOf(lookUp()) as CloudError;
    expect(failure.code).toBe('unauthenticated');
    for (const part of ['GOOGLE_APPLICATION_CREDENTIALS is not set', wellKnown, problem, 'gcloud auth']) {
      expect(failure.message).toContain(part);
    }
    expect(world.service.requests).toHaveLength(reply === silence ? 0 : 1);
    expect(world.sleeps).toEqual(reply === silence ? [3000] : []);
  });
  test.each(['a/b', 'user@host', 'host:port', ' '])('is not looked up at %j', (host) => {
    const { lookUp, world } = storageIn({ GCE_METADATA_HOST: host }, {});
    expect(world.failureOf(lookUp())).toMatchObject({ code: 'unauthenticated' });
    expect(world.service.requests).toEqual([]);
  });
});

describe("credentials: 'metadata-server'", () => {
  const machine = (options: object = {}) => scriptStorageWith({ credentials: 'metadata-server', ...options });
  test('fetches a token with the scopes, without looking elsewhere first', () => {
    const { storage, world } = machine({ scopes: ['https://a.example/x', 'b'] });
    world.service
      .on(
        'GET',
        `/computeMetadata/v1/instance/service-accounts/default/token?scopes=https%3A%2F%2Fa.example%2Fx,b`,
        token,
      )
      .on('HEAD', '/demo-bucket/a', found);
    world.run(storage.getObject('demo-bucket', 'a'));
    expect(world.service.unasked).toEqual([]);
  });
  test('fetches a new token after a 401', () => {
    const { storage, world } = machine();
    world.service.on('GET', tokenPath, token, { body: '{"access_token":"ya29.new","expires_in":5}' });
    world.service.on('HEAD', '/demo-bucket/a', errorAnswer(401, 'AuthenticationRequired'), found);
    world.run(storage.getObject('demo-bucket', 'a'));
    expect(world.service.requests.at(-1)?.headers.authorization).toBe('Bearer ya29.new');
  });
  test('knows the project, and fetches it once', () => {
    const { storage, world } = machine();
    const listed = { body: '<ListAllMyBucketsResult><Buckets/></ListAllMyBucketsResult>' };
    world.service
      .on('GET', tokenPath, token)
      .on('GET', '/computeMetadata/v1/project/project-id', { body: 'demo-project' })
      .on('GET', '/', listed, listed);
    world.run(storage.listContainers());
    world.run(storage.listContainers());
    expect(world.service.requests.at(-1)?.headers['x-goog-project-id']).toBe('demo-project');
  });
  test('on a machine without a service account is unauthenticated', () => {
    const { storage, world } = machine();
    world.service.on('GET', tokenPath, { status: 404, body: 'Not found' });
    expect(world.failureOf(storage.getObject('demo-bucket', 'a'))).toMatchObject({
      code: 'unauthenticated',
      message: expect.stringContaining('metadata server 169.254.169.254 responded with 404'),
    });
  });
});
