/** Where credentials come from. */
import { ScriptedWorld } from '@isobar/core/testing';
import { describe, expect, test } from 'vitest';
import type { CheckedOpenStackOptions } from '../options.ts';
import { load } from '../yaml.ts';
import { findSettings } from './settings.ts';

const home = '/home/jane/.config/openstack';

function worldWith(variables: Record<string, string>, files: Record<string, string> = {}): ScriptedWorld {
  const world = new ScriptedWorld();
  world.environment = { ...world.environment, homeFolder: '/home/jane', variables };
  world.modules.set('@isobar/compute-openstack/yaml', { load });
  for (const [path, text] of Object.entries(files)) world.disk.files.set(path, Buffer.from(text));
  return world;
}

const find = (world: ScriptedWorld, options: Partial<CheckedOpenStackOptions> = {}) =>
  world.run(findSettings({ allowPlainHttp: false, ...options }));
const failure = (world: ScriptedWorld, options: Partial<CheckedOpenStackOptions> = {}) =>
  world.failureOf(findSettings({ allowPlainHttp: false, ...options }));

const clouds = `
# Two clouds that share settings.
defaults: &defaults
  interface: internal
clouds:
  one:
    <<: *defaults
    auth:
      auth_url: https://one.example:5000
      username: jane
      project_name: web
      user_domain_name: Default
    region_name: west
  two:
    profile: vendor
    auth: { application_credential_id: 'ac', application_credential_secret: "s", project_name: ignored }
`;
const secure = 'clouds:\n  one:\n    auth:\n      password: 0123\n';
const vendors =
  'public-clouds:\n  vendor:\n    auth:\n      auth_url: https://vendor.example/v3\n    region_name: north\n';
const files = {
  [`${home}/clouds.yaml`]: clouds,
  [`${home}/secure.yaml`]: secure,
  [`${home}/clouds-public.yaml`]: vendors,
};

const variables = {
  OS_AUTH_URL: 'https://env.example',
  OS_USERNAME: 'joe',
  OS_PASSWORD: 'of-joe',
  OS_TENANT_NAME: 'old-name',
  OS_REGION_NAME: 'south',
};

describe('a cloud of clouds.yaml', () => {
  test('has its secrets in secure.yaml, and what it shares through YAML', () => {
    expect(find(worldWith({}, files), { cloud: 'one' })).toEqual({
      credentials: {
        authUrl: 'https://one.example:5000',
        username: 'jane',
        password: '0123',
        userDomain: 'Default',
        project: 'web',
      },
      region: 'west',
      interface: 'internal',
    });
  });

  test('has a profile; an application credential has its own project', () => {
    const settings = find(worldWith({ OS_CLOUD: 'two' }, files));
    expect(settings).toMatchObject({
      region: 'north',
      interface: 'public',
      credentials: { authUrl: 'https://vendor.example/v3' },
    });
  });

  test('is the one that is named, then that of OS_CLOUD; variables are not mixed in, but for the region', () => {
    const world = worldWith({ ...variables, OS_CLOUD: 'two' }, files);
    expect(find(world, { cloud: 'one' })).toMatchObject({ region: 'south', credentials: { username: 'jane' } });
    expect(find(world).credentials).toMatchObject({ applicationCredentialId: 'ac' });
    expect(find(world, { cloud: 'one', region: 'mine' }).region).toBe('mine');
  });

  test('is the only one when nothing is named', () => {
    const only = 'clouds: { only: { auth: { auth_url: "https://a", token: t } } }';
    expect(find(worldWith({}, { '/etc/openstack/clouds.yaml': only })).credentials).toEqual({
      authUrl: 'https://a',
      token: 't',
    });
  });

  test.each([
    ['several and none named', {}, files, {}, 'one, two'],
    ['one that is not there', {}, files, { cloud: 'three' }, 'there is no cloud three'],
    ['no file', {}, {}, {}, 'OS_AUTH_URL'],
    ['a file that is named and not there', { OS_CLIENT_CONFIG_FILE: '/nowhere' }, files, { cloud: 'one' }, '/nowhere'],
    ['text that is not YAML', {}, { [`${home}/clouds.yaml`]: 'clouds:\n  a: [' }, { cloud: 'a' }, 'is not YAML'],
    ['a missing password', {}, { [`${home}/clouds.yaml`]: clouds }, { cloud: 'one' }, 'password is missing'],
    [
      'plain HTTP',
      {},
      { [`${home}/clouds.yaml`]: 'clouds: { a: { auth: { auth_url: "http://a", token: t } } }' },
      {},
      'https',
    ],
  ] as const)('%s: a clear error', (_, environment, present, options, message) => {
    const expected = { code: 'unauthenticated', message: expect.stringContaining(message) };
    expect(failure(worldWith(environment, present), options)).toMatchObject(expected);
  });

  test.each(['verify: false', 'insecure: true'])('does not switch the check of certificates off: %s', (line) => {
    const text = `clouds:\n  a:\n    ${line}\n    auth: { auth_url: "https://a", token: t }\n`;
    expect(failure(worldWith({}, { [`${home}/clouds.yaml`]: text }))).toMatchObject({ code: 'unsupported' });
  });
});

test('variables form a cloud of their own, with older names too', () => {
  expect(find(worldWith(variables))).toEqual({
    credentials: { authUrl: 'https://env.example', username: 'joe', password: 'of-joe', project: 'old-name' },
    region: 'south',
    interface: 'public',
  });
  const incomplete = { OS_AUTH_URL: 'https://env.example', OS_USERNAME: 'joe' };
  expect(failure(worldWith(incomplete))).toMatchObject({
    code: 'unauthenticated',
    message: expect.stringContaining('password'),
  });
});

test('options come before everything, and nothing else is read', () => {
  const world = worldWith({ ...variables, OS_CLOUD: 'one' }, files);
  const options = { authUrl: 'https://a', token: 't' };
  expect(find(world, options)).toMatchObject({ credentials: options, region: undefined });
});

describe('certificates', () => {
  const pem = '-----BEGIN CERTIFICATE-----\n';
  const withLine = (line: string) => ({
    ...files,
    [`${home}/clouds.yaml`]: clouds.replace('    region_name: west', `    region_name: west\n${line}`),
    '/etc/ca.pem': pem,
    '/home/jane/own.pem': pem,
    '/home/jane/own.key': pem,
    '/home/jane/notes.txt': 'call Joe',
  });

  test.each([
    ['    cacert: /etc/ca.pem', { ca: '/etc/ca.pem' }],
    ['    cert: ~/own.pem', { cert: '/home/jane/own.pem', key: '/home/jane/own.pem' }],
    ['    cert: ~/own.pem\n    key: ~/own.key', { cert: '/home/jane/own.pem', key: '/home/jane/own.key' }],
    ["    cacert: ''", undefined],
  ])('of a cloud: %j', (line, tls) => {
    expect(find(worldWith({}, withLine(line)), { cloud: 'one' }).tls).toEqual(tls);
  });

  test.each([
    ['    cacert: /no/such.pem', 'cacert names /no/such.pem, which does not exist'],
    ['    cacert: ~/notes.txt', 'cacert names /home/jane/notes.txt, which is no PEM file'],
    ['    key: ~/own.key', 'cert is missing beside key'],
  ])('that cannot be used are refused: %j', (line, problem) => {
    const message = expect.stringMatching(`the cloud one of .*${problem}`);
    expect(failure(worldWith({}, withLine(line)), { cloud: 'one' })).toMatchObject({
      code: 'unauthenticated',
      message,
    });
  });

  test('of the variables are used with the credentials of the variables, and with no others', () => {
    const own = { ...variables, OS_CACERT: '/etc/ca.pem', OS_CERT: '~/own.pem', OS_KEY: '~/own.key' };
    const all = { ca: '/etc/ca.pem', cert: '/home/jane/own.pem', key: '/home/jane/own.key' };
    expect(find(worldWith(own, withLine(''))).tls).toEqual(all);
    expect(find(worldWith(own, withLine('')), { cloud: 'one' }).tls).toBeUndefined();
    const given = { authUrl: 'https://own.example', token: 'given' };
    expect(find(worldWith(own, withLine('')), given).tls).toBeUndefined();
    expect(failure(worldWith({ ...own, OS_CACERT: '/no/such.pem' }))).toMatchObject({
      message: expect.stringContaining('the variables OS_*: OS_CACERT names /no/such.pem'),
    });
  });
});
