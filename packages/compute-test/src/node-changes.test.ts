/** Creating and changing nodes: requests and retries. */
import type { CloudError, NodeAuth } from '@isobar/core/provider';
import { forbidIo, networkFailure } from '@isobar/core/testing';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { json, refusal, scriptCloud, sentJson, wireNode } from '../testing/scripted-cloud.ts';

forbidIo({ beforeEach, afterEach });

const randomToken = '80'.repeat(16);
const created = json({ ...wireNode, state: 'PENDING' }, { status: 201 });

describe('createNode', () => {
  test('sends name, size, image and a random token', () => {
    const { cloud, world } = scriptCloud();
    world.service.on('POST', '/compute/nodes', created);
    expect(world.run(cloud.createNode('web', 'small', 'debian-12'))).toMatchObject({ id: 'n-1', state: 'pending' });
    expect(sentJson(world)).toEqual({ name: 'web', size: 'small', image: 'debian-12', client_token: randomToken });
    expect(world.service.requests[0]?.headers).toMatchObject({ 'content-type': 'application/json' });
  });
  test('takes models in place of ids', () => {
    const { cloud, world } = scriptCloud();
    world.service.on('POST', '/compute/nodes', created);
    const size = { id: 's', name: 'S', ramMb: 1, diskGb: 1, extra: {} };
    const options = { location: { id: 'l', name: 'L', country: 'DE' } };
    world.run(cloud.createNode('web', size, { id: 'i', name: 'I', extra: {} }, options));
    expect(sentJson(world)).toMatchObject({ size: 's', image: 'i', location: 'l' });
  });
  test('sends the data to attach and the boot to simulate', () => {
    const { cloud, world } = scriptCloud();
    world.service.on('POST', '/compute/nodes', created);
    const exSimulate = { outcome: 'error', bootMs: 5, addresses: 'ipv6', addressDelayMs: 7 } as const;
    world.run(cloud.createNode('web', 's', 'i', { extra: { owner: 'joe' }, exSimulate, clientToken: 't' }));
    const simulate = { outcome: 'error', boot_ms: 5, addresses: 'ipv6', address_delay_ms: 7 };
    expect(sentJson(world)).toEqual({
      name: 'web',
      size: 's',
      image: 'i',
      extra: { owner: 'joe' },
      simulate,
      client_token: 't',
    });
  });
  test.each([
    ['a lost connection', networkFailure()],
    ['a 503', { status: 503 }],
  ])('retries after %s with the same token', (_, failure) => {
    const { cloud, world } = scriptCloud();
    world.service.on('POST', '/compute/nodes', failure, created);
    world.randomBytes = [1, 2, 3, 4, 5];
    world.run(cloud.createNode('web', 's', 'i'));
    expect([sentJson(world, 1), world.service.requests.length]).toEqual([sentJson(world, 0), 2]);
  });
  test.each<[string, NodeAuth, object]>([
    ['a public key', { sshPublicKey: ' ssh-ed25519 AAAA me@home\n' }, { ssh_public_key: 'ssh-ed25519 AAAA me@home' }],
    ['the name of a key pair', { keyPair: 'k' }, { key_pair: 'k' }],
    ['a key pair', { keyPair: { name: 'k', publicKey: '', fingerprint: '' } }, { key_pair: 'k' }],
    ['a password', { password: 'hunter2' }, { password: 'hunter2' }],
    ['a password to generate', { generatePassword: true }, { generate_password: true }],
  ])('sends %s as the way to log in', (_, auth, wire) => {
    const { cloud, world } = scriptCloud();
    world.service.on('POST', '/compute/nodes', created);
    world.run(cloud.createNode('web', 's', 'i', { auth }));
    expect(sentJson(world)).toMatchObject({ auth: wire });
  });
  test('returns the password that the cloud generated', () => {
    const { cloud, world } = scriptCloud();
    world.service.on('POST', '/compute/nodes', json({ ...wireNode, generated_password: 'secret-1' }));
    const node = world.run(cloud.createNode('web', 's', 'i', { auth: { generatePassword: true } }));
    expect(node.generatedPassword).toBe('secret-1');
  });
  test.each<[string, unknown]>([
    ['nothing', {}],
    ['two ways', { password: 'hunter2', keyPair: 'k' }],
    ['an unknown way', { fingerprint: 'hunter2' }],
    ['an inherited property', { toString: 'hunter2' }],
    ['an empty password', { password: '' }],
    ['a private key', { sshPublicKey: '-----BEGIN OPENSSH PRIVATE KEY-----\nhunter2' }],
    ['a string that is not a key', { sshPublicKey: 'hunter2' }],
    ['no password to generate', { generatePassword: false }],
    ['a string', 'hunter2'],
    ['null', null],
  ])('refuses %s as the way to log in, without quoting it', (_, auth) => {
    const { cloud, world } = scriptCloud();
    const failure = world.failureOf(cloud.createNode('web', 's', 'i', { auth: auth as NodeAuth })) as CloudError;
    expect(failure).toMatchObject({ code: 'invalid-argument', details: { field: 'auth' } });
    expect(JSON.stringify(failure)).not.toContain('hunter2');
    expect(world.service.requests).toEqual([]);
  });
  test.each<[string, unknown[], string]>([
    ['no name', ['', 's', 'i'], 'name'],
    ['no size', ['web', undefined, 'i'], 'size'],
    ['an image without an id', ['web', 's', {}], 'image'],
    ['an empty token', ['web', 's', 'i', { clientToken: '' }], 'clientToken'],
    ['an empty location', ['web', 's', 'i', { location: '' }], 'location'],
  ])('sends nothing for %s', (_, args, field) => {
    const { cloud, world } = scriptCloud();
    const [name, size, image, options] = args as Parameters<typeof cloud.createNode>;
    const failure = world.failureOf(cloud.createNode(name, size, image, options)) as CloudError;
    expect([failure.code, failure.details.field]).toEqual(['invalid-argument', field]);
    expect(world.service.requests).toEqual([]);
  });
  test.each<[Parameters<typeof refusal>, string, string | undefined]>([
    [[403, 'quota-exceeded'], 'quota-exceeded', undefined],
    [[403, 'other'], 'permission-denied', undefined],
    [[409, 'client-token-reused'], 'conflict', undefined],
    [[400, 'invalid-argument', 'client_token'], 'invalid-argument', 'clientToken'],
    [[400, 'invalid-argument', 'auth.key_pair'], 'invalid-argument', 'auth'],
    [[400, 'invalid-argument', 'source_region'], 'invalid-argument', 'sourceRegion'],
    [[400, 'invalid-argument', 'image_id'], 'invalid-argument', 'image'],
    [[500, 'quota-exceeded'], 'unavailable', undefined],
  ])('maps %j to %s', (answer, code, field) => {
    const { cloud, world } = scriptCloud({ attempts: 1 });
    world.service.on('POST', '/compute/nodes', refusal(...answer));
    const failure = world.failureOf(cloud.createNode('web', 's', 'i')) as CloudError;
    expect([failure.code, failure.details.field, failure.details.reason]).toEqual([code, field, answer[1]]);
  });
});

describe.each(['reboot', 'start', 'stop'] as const)('%sNode', (action) => {
  const path = `/compute/nodes/n-1/${action}`;
  test('is one request without a body', () => {
    const { cloud, world } = scriptCloud();
    world.service.on('POST', path, json(wireNode, { status: 202 }));
    expect(world.run(cloud[`${action}Node`]('n-1'))).toBeUndefined();
    expect(world.service.requests[0]?.body).toBeUndefined();
  });
  test('fails with wrong-state when the state does not allow it', () => {
    const { cloud, world } = scriptCloud();
    world.service.on('POST', path, refusal(409, 'wrong-state'));
    expect(world.failureOf(cloud[`${action}Node`]('n-1'))).toMatchObject({
      code: 'wrong-state',
      details: { node: 'n-1', status: 409, reason: 'wrong-state' },
    });
  });
  test('is not retried when the response is lost', () => {
    const { cloud, world } = scriptCloud();
    world.service.on('POST', path, networkFailure());
    expect(world.failureOf(cloud[`${action}Node`]('n-1'))).toMatchObject({ code: 'network' });
  });
  test('is retried when it was not sent', () => {
    const { cloud, world } = scriptCloud();
    world.service.on('POST', path, networkFailure({ unsent: true }), {});
    world.run(cloud[`${action}Node`]('n-1'));
    expect(world.service.requests).toHaveLength(2);
  });
});

describe('destroyNode', () => {
  test('is retried when the response is lost', () => {
    const { cloud, world } = scriptCloud();
    world.service.on('DELETE', '/compute/nodes/n-1', networkFailure(), json(wireNode));
    world.run(cloud.destroyNode('n-1'));
    expect(world.service.requests).toHaveLength(2);
  });
  test('goes to the region that the node names', () => {
    const { cloud, world } = scriptCloud();
    world.service.on('GET', '/compute/regions/eu/nodes?limit=1000', json([wireNode]));
    world.service.on('DELETE', '/compute/regions/eu/nodes/n-1', json(wireNode, { status: 202 }));
    const [node] = world.run(cloud.exListNodesInRegions(['eu'])).answered[0]?.nodes ?? [];
    world.run(cloud.destroyNode(node ?? ''));
    expect(world.service.unasked).toEqual([]);
  });
  test('fails with not-found when there is no such node', () => {
    const { cloud, world } = scriptCloud();
    world.service.on('DELETE', '/compute/nodes/n-1', refusal(404, 'not-found'));
    expect(world.failureOf(cloud.destroyNode('n-1'))).toMatchObject({ code: 'not-found', details: { node: 'n-1' } });
  });
});

describe('waiting', () => {
  const one = '/compute/nodes?ids=a%2Cb&limit=250';
  test('asks for all nodes in one request, then for those that are not ready', () => {
    const { cloud, world } = scriptCloud();
    const [a, b] = ['a', 'b'].map((id) => ({ ...wireNode, id, state: 'PENDING' }));
    world.service.on('GET', one, json([{ ...a, state: 'RUNNING' }, b]));
    world.service.on('GET', '/compute/nodes?ids=b&limit=250', json([{ ...b, state: 'RUNNING' }]));
    const ready = world.run(cloud.waitUntilRunning(['a', 'b']));
    expect(ready.map(({ addresses, node }) => `${node.id} ${addresses}`)).toEqual(['a 203.0.113.7', 'b 203.0.113.7']);
    expect([world.service.unasked, world.sleeps.length]).toEqual([[], 1]);
  });
  test('asks for 250 nodes per request, in parallel', () => {
    const { cloud, world } = scriptCloud();
    const ids = Array.from({ length: 600 }, (_, index) => `n-${index}`);
    world.service.always('GET', /ids=/, (request) => {
      const asked = decodeURIComponent(/ids=([^&]*)/.exec(request.path)?.[1] ?? '').split(',');
      return json(asked.map((id) => ({ ...wireNode, id })));
    });
    expect(world.run(cloud.waitForNodes(ids)).map(({ id }) => id)).toEqual(ids);
    expect(world.service.requests).toHaveLength(3);
    expect(world.steps.filter((kind) => kind === 'parallel')).toHaveLength(1);
  });
  test('asks each region for its own nodes', () => {
    const { cloud, world } = scriptCloud();
    const home = { ...wireNode, id: 'a' };
    world.service.on('GET', '/compute/nodes?limit=1000', json([home]));
    world.service.on('GET', '/compute/regions/eu/nodes?limit=1000', json([wireNode]));
    world.service.on('GET', '/compute/nodes?ids=a&limit=250', json([home]));
    world.service.on('GET', '/compute/regions/eu/nodes?ids=n-1&limit=250', json([wireNode]));
    const abroad = world.run(cloud.exListNodesInRegions(['eu'])).answered.flatMap(({ nodes }) => nodes);
    const nodes = world.run(cloud.waitForNodes([...world.run(cloud.listNodes()), ...abroad]));
    expect(nodes.map(({ id, region }) => `${id} ${region}`)).toEqual(['a undefined', 'n-1 eu']);
  });
  test('fails with the node that is in state error', () => {
    const { cloud, world } = scriptCloud();
    world.service.on('GET', /ids=/, json([{ ...wireNode, state: 'ERROR' }]));
    expect(world.failureOf(cloud.waitForNodes(['n-1']))).toMatchObject({
      code: 'wrong-state',
      details: { node: 'n-1', state: 'error' },
    });
  });
  test('polls again after a transient failure', () => {
    const { cloud, world } = scriptCloud();
    world.service.on('GET', /ids=/, { status: 503 }, json([{ ...wireNode, state: 'RUNNING' }]));
    expect(world.run(cloud.waitForNodes(['n-1']))).toHaveLength(1);
  });
});
