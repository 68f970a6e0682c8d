/** Where access keys are found. */
import { CloudError, type RetryPolicy } from '@isobar/core/provider';
import { networkFailure, ScriptedWorld } from '@isobar/core/testing';
import { describe, expect, test } from 'vitest';
import { type AwsSource, awsCredentials, wordsOf } from './chain.ts';
import type { AwsKeys } from './keys.ts';
import { parse } from './profiles.ts';

const policy: RetryPolicy = { attempts: 2, baseDelayMs: 100, maxDelayMs: 1000, budgetMs: 60_000 };
const keys = { accessKeyId: 'AKID', secretAccessKey: 'sec/ret+' };
const json = JSON.stringify;

/** A world with an environment and files. */
function worldWith(variables: Record<string, string> = {}, files: Record<string, string> = {}): ScriptedWorld {
  const world = new ScriptedWorld();
  world.environment = { ...world.environment, variables };
  for (const [path, text] of Object.entries(files)) world.disk.files.set(path, Buffer.from(text));
  return world;
}

function keysOf(world: ScriptedWorld, source: AwsSource = 'default'): AwsKeys | undefined {
  return world.run(awsCredentials(source, policy).keys(world.nowMs));
}

function failureOf(world: ScriptedWorld, source: AwsSource = 'default'): unknown {
  return world.failureOf(awsCredentials(source, policy).keys(world.nowMs));
}

const environment = { AWS_ACCESS_KEY_ID: 'AKID', AWS_SECRET_ACCESS_KEY: 'sec/ret+\n' };
const files = {
  '/home/jane/.aws/credentials': `
[default]
aws_access_key_id = FILE
aws_secret_access_key = of#file # a comment
[base]
aws_access_key_id=BASE
aws_secret_access_key=of base
`,
  '/home/jane/.aws/config': `
; a comment
[default]
region = eu-north-1
s3 =
  max_concurrent_requests = 20
[profile program]
credential_process = /opt/keys "with space" --for=jane
[profile role]
role_arn = arn:aws:iam::1:role/app
source_profile = default
external_id = outside
[profile loop]
role_arn = arn:aws:iam::1:role/app
source_profile = loop2
[profile loop2]
role_arn = arn:aws:iam::1:role/app
source_profile = loop
[profile sso]
sso_session = work
`,
};
const assumed = (action: string) => ({
  body: `<${action}Response><${action}Result><Credentials><AccessKeyId>TEMP</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken><Expiration>2026-01-15T11:30:00Z</Expiration></Credentials></${action}Result></${action}Response>`,
});
const temporary = {
  accessKeyId: 'TEMP',
  secretAccessKey: 's',
  sessionToken: 't',
  expiresMs: Date.UTC(2026, 0, 15, 11, 30),
};

test('the environment comes first', () => {
  expect(keysOf(worldWith(environment, files))).toMatchObject(keys);
});

test('a part of a key in the environment is an error, and never mixed with a profile', () => {
  const failure = failureOf(worldWith({ AWS_ACCESS_KEY_ID: 'AKID' }, files));
  expect(failure).toMatchObject({ code: 'unauthenticated', message: expect.stringContaining('AWS_SECRET_ACCESS_KEY') });
});

test('then the profile', () => {
  expect(keysOf(worldWith({}, files))).toMatchObject({ accessKeyId: 'FILE', secretAccessKey: 'of#file' });
  expect(keysOf(worldWith(environment, files), { profile: 'default' })).toMatchObject({ accessKeyId: 'FILE' });
});

test.each([
  ['a missing profile', { profile: 'nobody' }, 'unauthenticated', 'there is no profile nobody in'],
  ['profiles that name each other', { profile: 'loop' }, 'unauthenticated', 'name each other'],
  ['SSO without the package', { profile: 'sso' }, 'not-installed', '@aws-sdk/credential-providers'],
] as const)('%s is an error', (_, source, code, message) => {
  expect(failureOf(worldWith({}, files), source)).toMatchObject({ code, message: expect.stringContaining(message) });
});

test('a profile may name a program, which is run without a shell', () => {
  const world = worldWith({}, files);
  world.programs.set('/opt/keys', (args) => {
    expect(args).toEqual(['with space', '--for=jane']);
    const output = json({
      Version: 1,
      AccessKeyId: 'AKID',
      SecretAccessKey: 'sec/ret+',
      Expiration: '2026-01-15T11:00:00Z',
    });
    return { exitCode: 0, output, errorOutput: '' };
  });
  expect(keysOf(world, { profile: 'program' })).toMatchObject(keys);
  world.programs.set('/opt/keys', () => ({ exitCode: 3, output: 'secret', errorOutput: 'secret' }));
  const failure = failureOf(world, { profile: 'program' });
  expect(failure).toMatchObject({ code: 'unauthenticated', message: expect.stringContaining('exit code 3') });
  expect(String(failure)).not.toContain('secret');
});

test('a profile may name a role, which is assumed with the keys of another profile', () => {
  const world = worldWith({}, files);
  world.service.on('POST', '/', assumed('AssumeRole'));
  expect(keysOf(world, { profile: 'role' })).toEqual(temporary);
  const [request] = world.service.requests;
  expect(request?.origin).toBe('https://sts.us-east-1.amazonaws.com');
  expect(request?.headers.authorization).toContain('Credential=FILE/20260115/us-east-1/sts/aws4_request');
  expect(String(Buffer.from(request?.body as Uint8Array))).toContain('ExternalId=outside');
});

test('then a web identity, whose file is read each time', () => {
  const variables = {
    AWS_WEB_IDENTITY_TOKEN_FILE: '/token',
    AWS_ROLE_ARN: 'arn:aws:iam::1:role/app',
    AWS_REGION: 'eu-west-1',
  };
  const world = worldWith(variables, { '/token': 'jwt\n' });
  world.service.on('POST', '/', assumed('AssumeRoleWithWebIdentity'));
  expect(keysOf(world)).toEqual(temporary);
  const [request] = world.service.requests;
  expect([request?.origin, request?.headers.authorization]).toEqual(['https://sts.eu-west-1.amazonaws.com', undefined]);
  expect(String(Buffer.from(request?.body as Uint8Array))).toMatch(/WebIdentityToken=jwt$/);
});

test('a refused web identity says why, without the token', () => {
  const variables = { AWS_WEB_IDENTITY_TOKEN_FILE: '/token', AWS_ROLE_ARN: 'arn:aws:iam::1:role/app' };
  const world = worldWith(variables, { '/token': 'the-jwt' });
  const body =
    '<ErrorResponse><Error><Code>InvalidIdentityToken</Code><Message>No provider.</Message></Error></ErrorResponse>';
  world.service.on('POST', '/', { status: 400, body });
  const failure = failureOf(world) as CloudError;
  expect(failure).toMatchObject({ code: 'unauthenticated', details: { reason: 'InvalidIdentityToken' } });
  expect(failure.message).not.toContain('the-jwt');
});

describe("a container's server", () => {
  const answer = {
    body: json({ AccessKeyId: 'AKID', SecretAccessKey: 'sec/ret+', Token: 't', Expiration: '2026-01-15T11:00:00Z' }),
  };

  test('of ECS', () => {
    const world = worldWith({ AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: '/v2/creds?id=1' });
    world.service.on('GET', '/v2/creds?id=1', answer);
    expect(keysOf(world)).toMatchObject({ ...keys, sessionToken: 't' });
    expect(world.service.requests[0]?.origin).toBe('http://169.254.170.2');
  });

  test('of EKS, with the token in a file', () => {
    const variables = {
      AWS_CONTAINER_CREDENTIALS_FULL_URI: 'http://169.254.170.23/v1/credentials',
      AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: '/token',
      AWS_CONTAINER_AUTHORIZATION_TOKEN: 'not this one',
    };
    const world = worldWith(variables, { '/token': 'Bearer x\n' });
    world.service.on('GET', '/v1/credentials', networkFailure(), answer);
    expect(keysOf(world)).toMatchObject(keys);
    expect(world.service.requests[1]?.headers.authorization).toBe('Bearer x');
  });

  test.each(['http://evil.example/', 'ftp://127.0.0.1/', 'nonsense'])('never gets a token at %s', (url) => {
    const world = worldWith({ AWS_CONTAINER_CREDENTIALS_FULL_URI: url, AWS_CONTAINER_AUTHORIZATION_TOKEN: 't' });
    expect([failureOf(world), world.service.asked]).toEqual([expect.objectContaining({ code: 'unauthenticated' }), []]);
  });
});

describe("a machine's metadata server", () => {
  const folder = '/latest/meta-data/iam/security-credentials/';

  test('is asked with a token', () => {
    const world = worldWith();
    world.service
      .on('PUT', '/latest/api/token', { body: 'TOKEN' })
      .on('GET', folder, { body: 'app\n' })
      .on('GET', `${folder}app`, {
        body: json({
          Code: 'Success',
          AccessKeyId: 'AKID',
          SecretAccessKey: 'sec/ret+',
          Token: 't',
          Expiration: '2026-01-15T16:00:00Z',
        }),
      });
    expect(keysOf(world)).toMatchObject(keys);
    expect(world.service.requests.map(({ headers }) => headers['x-aws-ec2-metadata-token'])).toEqual([
      undefined,
      'TOKEN',
      'TOKEN',
    ]);
  });

  test('an answer that is no success is an error', () => {
    const world = worldWith();
    world.service
      .on('PUT', '/latest/api/token', { body: 'TOKEN' })
      .on('GET', folder, { body: 'app' })
      .on('GET', `${folder}app`, { body: json({ Code: 'AssumeRoleUnauthorizedAccess' }) });
    expect(failureOf(world)).toMatchObject({
      code: 'unauthenticated',
      message: expect.stringContaining('AssumeRoleUnauthorizedAccess'),
    });
  });

  test.each([
    ['it is not there', {}, networkFailure()],
    ['it has only version 1', {}, { status: 404 }],
    ['it is switched off', { AWS_EC2_METADATA_DISABLED: 'true' }, undefined],
  ])('where %s, the error says what was tried', (_, variables, answer) => {
    const world = worldWith(variables);
    if (answer) world.service.on('PUT', '/latest/api/token', answer);
    const failure = failureOf(world) as CloudError;
    expect(failure.code).toBe('unauthenticated');
    for (const tried of ['AWS_ACCESS_KEY_ID', '~/.aws', 'AWS_ROLE_ARN', 'container', 'metadata server']) {
      expect(failure.message).toContain(tried);
    }
  });
});

describe('a function', () => {
  test('gives keys', () => {
    expect(keysOf(worldWith(), () => ({ ...keys, expiration: new Date(Date.UTC(2026, 0, 16)) }))).toMatchObject(keys);
  });
  test.each([[undefined], [{}], [{ ...keys, expiration: 'tomorrow' }]])('that gives %j is refused', (given) => {
    const failure = failureOf(worldWith(), () => given as never);
    expect(failure).toMatchObject({ code: 'invalid-argument', details: { field: 'credentials' } });
  });
  test('that throws is the caller’s own error', () => {
    const own = new Error('mine');
    const source = () => {
      throw own;
    };
    expect(failureOf(worldWith(), source)).toBe(own);
  });
});

test('keys are fetched once, renewed before they expire, and used on while the source is out of order', () => {
  const world = worldWith();
  const given = { ...keys, expiration: new Date(world.nowMs + 3_600_000) };
  let calls = 0;
  let isBroken = false;
  const credentials = awsCredentials(() => {
    calls += 1;
    if (isBroken) throw new CloudError('unavailable', 'out of order');
    return given;
  }, policy);
  const at = (minutes: number) => {
    world.nowMs = Date.UTC(2026, 0, 15, 10, 30) + minutes * 60_000;
    return world.run(credentials.keys(world.nowMs))?.accessKeyId;
  };
  expect([at(0), at(30), calls]).toEqual(['AKID', 'AKID', 1]);
  isBroken = true;
  expect([at(58), at(58.1), calls]).toEqual(['AKID', 'AKID', 2]);
  world.nowMs = Date.UTC(2026, 0, 15, 11, 31);
  expect(world.failureOf(credentials.keys(world.nowMs))).toMatchObject({ code: 'unavailable' });
});

test('anonymous has no keys', () => {
  expect(keysOf(worldWith(environment), 'anonymous')).toBeUndefined();
});

test.each([
  ['a b', ['a', 'b']],
  [`"a b" 'c d'e`, ['a b', 'c de']],
  ['"a\\"b" "c\\\\"', ['a"b', 'c\\']],
  ['', []],
])('the words of %j', (line, words) => expect(wordsOf(line)).toEqual(words));

test('a file of profiles may have comments, nested settings and sections twice', () => {
  const text = '# c\n[a]\nX = 1\n  nested = 2\nb=2=3\n[a]\nc = "3" ; c\n';
  expect([...parse(text)]).toEqual([['a', { x: '1', b: '2=3', c: '"3"' }]]);
});

describe('a function of a module', () => {
  const given = { ...keys, sessionToken: 'TOKEN', expiration: new Date('2030-01-01') };

  test("gives keys, at once or by the function that it returns, as Amazon's package does for SSO", () => {
    const world = worldWith({}, files);
    world.modules.set('@aws-sdk/credential-providers', {
      fromSSO:
        ({ profile }: { profile: string }) =>
        () => ({ ...given, sessionToken: profile }),
    });
    world.modules.set('./keys.js', { default: () => given });
    const expected = { ...keys, expiresMs: given.expiration.getTime() };
    expect(keysOf(world, { profile: 'sso' })).toEqual({ ...expected, sessionToken: 'sso' });
    expect(keysOf(world, { module: './keys.js', export: 'default' })).toEqual({ ...expected, sessionToken: 'TOKEN' });
  });

  test.for([
    ['gives something else', () => ({ accessKeyId: 'AKID' }), 'invalid-argument', 'must return { accessKeyId'],
    [
      'fails',
      () => {
        throw new Error('sign in again');
      },
      'unauthenticated',
      'get of keys failed: sign in again',
    ],
  ] as const)('%s', ([, get, code, message]) => {
    const world = worldWith();
    world.modules.set('keys', { get });
    const failure = failureOf(world, { module: 'keys', export: 'get' });
    expect(failure).toMatchObject({ code, message: expect.stringContaining(message) });
  });
});
