/** Tokens, the catalogue, and where services are. */
import { describe, expect, test } from 'vitest';
import {
  catalogueOf,
  json,
  password,
  refusal,
  scriptOpenStack,
  sentTo,
  tokenAnswer,
  tokenPath,
  wireServer,
} from '../testing/scripted-openstack.ts';

const servers = json({ servers: [wireServer()] });
const list = /^\/v2\.1\/servers\/detail/;
const unauthorized = json(
  { error: { code: 401, title: 'Unauthorized', message: 'The request you have made requires authentication.' } },
  { status: 401 },
);

describe('a token', () => {
  test('is asked for once, for concurrent calls too, and sent to services', () => {
    const { cloud, world } = scriptOpenStack();
    world.service.always('GET', list, servers);
    world.run(cloud.listNodes());
    world.run(cloud.listNodes());
    expect(sentTo(world, tokenPath)).toEqual([
      {
        auth: {
          identity: {
            methods: ['password'],
            password: { user: { name: 'jane', domain: { id: 'default' }, password: 'hunter2-secret' } },
          },
          scope: { project: { name: 'web', domain: { id: 'default' } } },
        },
      },
    ]);
    expect(world.service.requests.at(-1)?.headers).toMatchObject({
      'x-auth-token': 'token-1',
      'openstack-api-version': 'compute 2.46',
    });
  });

  test('that was refused is replaced once', () => {
    const { cloud, world } = scriptOpenStack(password, { answers: [tokenAnswer('old'), tokenAnswer('new')] });
    world.service.on('GET', list, unauthorized, servers);
    expect(world.run(cloud.listNodes())).toHaveLength(1);
    const sent = world.service.requests
      .filter(({ path }) => list.test(path))
      .map(({ headers }) => headers['x-auth-token']);
    expect(sent).toEqual(['old', 'new']);
  });

  test('that is refused again ends the call', () => {
    const { cloud, world } = scriptOpenStack(password, { answers: [tokenAnswer('old'), tokenAnswer('new')] });
    world.service.on('GET', list, unauthorized, unauthorized);
    expect(world.failureOf(cloud.listNodes())).toMatchObject({ code: 'unauthenticated', details: { status: 401 } });
  });

  test('is renewed before it expires, by the time that it lasts and not by the clock of the cloud', () => {
    const wrongClock = { issued_at: '2031-01-01T00:00:00.000000Z', expires_at: '2031-01-01T01:00:00.000000Z' };
    const { cloud, world } = scriptOpenStack(password, {
      answers: [tokenAnswer('old', wrongClock), tokenAnswer('new')],
    });
    world.service.always('GET', list, servers);
    world.run(cloud.listNodes());
    world.nowMs += 55 * 60_000;
    world.run(cloud.listNodes());
    expect(world.service.requests.at(-1)?.headers['x-auth-token']).toBe('old');
    world.nowMs += 2 * 60_000;
    world.run(cloud.listNodes());
    expect(world.service.requests.at(-1)?.headers['x-auth-token']).toBe('new');
  });

  test.each([
    [401, unauthorized, 'unauthenticated'],
    [
      404,
      json({ error: { code: 404, message: 'Could not find Application Credential: 1.' } }, { status: 404 }),
      'unauthenticated',
    ],
    [404, { status: 404, body: '<html>nginx</html>' }, 'invalid-argument'],
    [301, { status: 301, headers: { location: 'https://elsewhere.example/v3' } }, 'invalid-argument'],
    [429, { status: 429 }, 'rate-limited'],
  ])('that Keystone does not give (%s) is a clear error without the password', (_, answer, code) => {
    const { cloud, world } = scriptOpenStack(password, { attempts: 1, answers: [answer] });
    const failure = world.failureOf(cloud.listNodes()) as Error;
    expect(failure).toMatchObject({ code });
    expect(JSON.stringify(failure) + failure.message).not.toContain(password.password);
  });

  test('of a user without a project opens no service', () => {
    const { cloud, world } = scriptOpenStack(password, {
      answers: [tokenAnswer('t', { project: null, catalog: null })],
    });
    expect(world.failureOf(cloud.listNodes())).toMatchObject({
      code: 'invalid-argument',
      details: { field: 'project' },
    });
  });
});

describe('credentials', () => {
  const { authUrl } = password;
  test.each([
    [
      'an application credential has no scope',
      { authUrl, applicationCredentialId: 'ac', applicationCredentialSecret: 's' },
      { identity: { methods: ['application_credential'], application_credential: { id: 'ac', secret: 's' } } },
    ],
    [
      'a user and a project by ids',
      { authUrl, userId: 'u', password: 'p', projectId: 'q' },
      {
        identity: { methods: ['password'], password: { user: { id: 'u', password: 'p' } } },
        scope: { project: { id: 'q' } },
      },
    ],
    [
      'the project is in the domain of the user',
      { authUrl, username: 'jane', password: 'p', project: 'web', userDomain: 'staff' },
      {
        identity: {
          methods: ['password'],
          password: { user: { name: 'jane', domain: { name: 'staff' }, password: 'p' } },
        },
        scope: { project: { name: 'web', domain: { name: 'staff' } } },
      },
    ],
    [
      'a token is exchanged for one of the project',
      { authUrl, token: 'gAAAA', projectId: 'q' },
      { identity: { methods: ['token'], token: { id: 'gAAAA' } }, scope: { project: { id: 'q' } } },
    ],
  ])('%s', (_, options, auth) => {
    const { cloud, world } = scriptOpenStack(options);
    world.service.on('GET', list, servers);
    world.run(cloud.listNodes());
    expect(sentTo(world, tokenPath)).toEqual([{ auth }]);
  });

  test('a token of the user is described, and used as it is', () => {
    const { cloud, world } = scriptOpenStack({ authUrl, token: 'gAAAA' });
    world.service.on('GET', tokenPath, { ...tokenAnswer(), status: 200, headers: {} }).on('GET', list, servers);
    world.run(cloud.listNodes());
    expect(world.service.requests.at(-1)?.headers['x-auth-token']).toBe('gAAAA');
  });
});

describe('the catalogue', () => {
  const sent = (answer: object, options = {}): unknown => {
    const { cloud, world } = scriptOpenStack({ ...password, ...options }, { answers: [tokenAnswer('t', answer)] });
    world.service.always('GET', /servers\/detail/, servers);
    try {
      world.run(cloud.listNodes());
    } catch (failure) {
      return failure;
    }
    const last = world.service.requests.at(-1);
    return `${last?.origin}${last?.path.split('?', 1)[0]}`;
  };
  const compute = (...urls: string[]) => ({
    catalog: [{ type: 'compute', endpoints: urls.map((url) => ({ interface: 'public', region: 'west', url })) }],
  });

  test.each([
    ['https://nova.example/v2.1/', 'https://nova.example/v2.1/servers/detail'],
    ['https://nova.example/compute/v2/abc', 'https://nova.example/compute/v2.1/abc/servers/detail'],
  ])('the address %s', (url, expected) => {
    expect(sent(compute(url))).toBe(expected);
  });

  test('the interface and the region are chosen by the options', () => {
    const catalog = catalogueOf('west', 'east');
    expect(sent({ catalog }, { region: 'east', interface: 'internal' })).toBe(
      'https://nova.internal/v2.1/servers/detail',
    );
  });

  test.each([
    [
      'several regions and none named',
      { catalog: catalogueOf('west', 'east') },
      {},
      'invalid-argument',
      'region',
      'west, east',
    ],
    [
      'a region that is not there',
      { catalog: catalogueOf('west') },
      { region: 'north' },
      'invalid-argument',
      'region',
      'must be one of west',
    ],
    ['no such service', { catalog: [] }, {}, 'unsupported', undefined, 'no compute service'],
    [
      'plain HTTP',
      compute('http://nova.example/v2.1'),
      {},
      'invalid-argument',
      'allowPlainHttp',
      'http://nova.example',
    ],
  ] as const)('%s is refused', (_, answer, options, code, field, message) => {
    const expected = { code, message: expect.stringContaining(message) };
    expect(sent(answer, options)).toMatchObject(field === undefined ? expected : { ...expected, details: { field } });
  });

  test('has regions, which are listed together; one that fails does not hide the others', () => {
    const [west, east] = ['west', 'east'].map((region) => ({
      interface: 'public',
      region_id: region,
      url: `https://nova-${region}.example/v2.1`,
    }));
    const catalog = [{ type: 'compute', endpoints: [west, east] }];
    const { cloud, world } = scriptOpenStack(password, { answers: [tokenAnswer('t', { catalog })], attempts: 1 });
    world.service.always('GET', list, ({ origin }) =>
      origin.includes('west') ? servers : refusal(503, 'serviceUnavailable', 'down'),
    );
    expect(world.run(cloud.exListNodesInRegions())).toMatchObject({
      answered: [{ region: 'west', nodes: [{ id: 'n-1', region: 'west' }] }],
      failed: [{ region: 'east', error: { code: 'unavailable' } }],
    });
  });
});
