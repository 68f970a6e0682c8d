/** Nodes: pages, filters, states and addresses. */
import { NodeState } from '@isobar/core/provider';
import { describe, expect, test } from 'vitest';
import { json, refusal, scriptOpenStack, wireServer } from '../testing/scripted-openstack.ts';
import { nodeState } from './states.ts';

const list = /^\/v2\.1\/servers\/detail/;
const page = (ids: readonly string[], next?: string) =>
  json({
    servers: ids.map((id) => wireServer({ id })),
    ...(next !== undefined && {
      servers_links: [{ rel: 'next', href: `http://internal:8774/v2.1/servers/detail?limit=2&marker=${next}` }],
    }),
  });

describe('pages', () => {
  test('are followed by their marker, on the host of the catalogue', () => {
    const { cloud, world } = scriptOpenStack();
    world.service.on('GET', list, page(['a', 'b'], 'b'), page([]));
    expect(world.run(cloud.listNodes({ pageSize: 2 })).map(({ id }) => id)).toEqual(['a', 'b']);
    const sent = world.service.requests.filter(({ path }) => list.test(path));
    expect(sent.map(({ origin, path }) => `${origin}${path}`)).toEqual([
      'https://nova.example/v2.1/servers/detail?limit=2',
      'https://nova.example/v2.1/servers/detail?limit=2&marker=b',
    ]);
  });

  test('go on after the last item that is still there', () => {
    const { cloud, world } = scriptOpenStack();
    const gone = (id: string) => refusal(400, 'badRequest', `marker [${id}] not found`);
    world.service.on('GET', list, page(['a', 'b', 'c'], 'c'), gone('c'), gone('b'), page(['d']));
    expect(world.run(cloud.listNodes()).map(({ id }) => id)).toEqual(['a', 'b', 'c', 'd']);
    const markers = world.service.requests.flatMap(({ path }) => /marker=(\w+)/.exec(path)?.[1] ?? []);
    expect(markers).toEqual(['c', 'b', 'a']);
  });

  test('end with an error when no such item is there, which is not taken for a missing node', () => {
    const { cloud, world } = scriptOpenStack();
    const gone = refusal(400, 'badRequest', 'marker not found');
    world.service.on('GET', list, page(['a', 'b'], 'b'), gone, gone);
    expect(world.failureOf(cloud.listNodes())).toMatchObject({ code: 'conflict', details: { status: 400 } });
  });

  test('have no item again that was among the last', () => {
    const { cloud, world } = scriptOpenStack();
    world.service.on('GET', list, page(['a', 'b'], 'b'), page(['c', 'b'], 'b'), page(['a', 'c', 'd']));
    expect(world.run(cloud.listNodes()).map(({ id }) => id)).toEqual(['a', 'b', 'c', 'd']);
  });

  test('have a cursor that stays short', () => {
    const { cloud, world } = scriptOpenStack();
    const ids = Array.from({ length: 1000 }, (_, index) => `${index}`.padStart(36, '0'));
    world.service.on('GET', list, page(ids, ids.at(-1)));
    const { cursor } = world.run(cloud.iterateNodes().page());
    expect(cursor?.split(',')).toEqual(ids.slice(-8).reverse());
  });
});

describe('filters', () => {
  test('a prefix is sent as an expression that means it literally, and compared again', () => {
    const { cloud, world } = scriptOpenStack();
    world.service.on('GET', list, json({ servers: [wireServer({ name: 'a.b[1]' }), wireServer({ name: 'A.B[2]' })] }));
    expect(world.run(cloud.listNodes({ namePrefix: 'a.b[' })).map(({ name }) => name)).toEqual(['a.b[1]']);
    const query = new URL(world.service.requests.at(-1)?.path ?? '', 'https://a').searchParams;
    expect(query.get('name')).toBe('^a\\.b\\[');
  });

  test.each([
    ['pending', 'BUILD'],
    ['running', null],
  ] as const)('the state %s is sent as the status %s, and compared again', (state, status) => {
    const { cloud, world } = scriptOpenStack();
    const servers = [wireServer({ status: 'BUILD' }), wireServer({ status: 'ACTIVE' })];
    world.service.on('GET', list, json({ servers }));
    expect(world.run(cloud.listNodes({ state })).map((node) => node.state)).toEqual([state]);
    expect(new URL(world.service.requests.at(-1)?.path ?? '', 'https://a').searchParams.get('status')).toBe(status);
  });
});

test('a server of a part of the cloud that is down is a node in an unknown state', () => {
  const { cloud, world } = scriptOpenStack();
  world.service.on('GET', list, json({ servers: [{ id: 'n-1', status: 'UNKNOWN', created: '2026-01-15T10:30:00Z' }] }));
  expect(world.run(cloud.listNodes())).toMatchObject([{ id: 'n-1', name: '', state: 'unknown', publicIps: [] }]);
});

test('addresses are public when they float or all networks share them', () => {
  const { cloud, world } = scriptOpenStack();
  const address = (addr: string, type = 'fixed') => ({ version: 4, addr, 'OS-EXT-IPS:type': type });
  const addresses = {
    private: [address('fd20::1'), address('10.0.0.7'), address('10.9.9.9', 'floating')],
    other: [
      address('203.0.113.7'),
      address('2001:db8::7'),
      address('172.32.0.1'),
      address('172.31.0.1'),
      address('100.64.0.1'),
    ],
  };
  world.service.on('GET', '/v2.1/servers/n-1', json({ server: wireServer({ addresses }) }));
  expect(world.run(cloud.getNode('n-1'))).toMatchObject({
    publicIps: ['10.9.9.9', '203.0.113.7', '2001:db8::7', '172.32.0.1'],
    privateIps: ['fd20::1', '10.0.0.7', '172.31.0.1', '100.64.0.1'],
  });
});

test.each([
  ['ACTIVE', 'deleting', NodeState.STOPPING],
  ['BUILD', 'spawning', NodeState.PENDING],
  ['ACTIVE', null, NodeState.RUNNING],
  ['ACTIVE', 'image_uploading', NodeState.RUNNING],
  ['ACTIVE', 'powering-off', NodeState.STOPPING],
  ['ACTIVE', 'shelving_image_uploading', NodeState.STOPPING],
  ['SHUTOFF', 'powering-on', NodeState.STARTING],
  ['SHUTOFF', null, NodeState.STOPPED],
  ['HARD_REBOOT', 'rebooting_hard', NodeState.REBOOTING],
  ['PAUSED', null, NodeState.PAUSED],
  ['SUSPENDED', 'resuming', NodeState.STARTING],
  ['SHELVED_OFFLOADED', null, NodeState.STOPPED],
  ['VERIFY_RESIZE', null, NodeState.RECONFIGURING],
  ['REBUILD', 'rebuilding', NodeState.UPDATING],
  ['MIGRATING', 'migrating', NodeState.MIGRATING],
  ['RESCUE', null, NodeState.RUNNING],
  ['ERROR', null, NodeState.ERROR],
  ['SOFT_DELETED', null, NodeState.TERMINATED],
  ['DELETED', 'deleting', NodeState.TERMINATED],
  ['SOMETHING_NEW', null, NodeState.UNKNOWN],
] as const)('a server that is %s and %s is %s', (status, task, state) => {
  expect(nodeState(status, task)).toBe(state);
});

test('ids that could be other paths are refused before anything is sent', () => {
  const { cloud, world } = scriptOpenStack();
  for (const odd of ['..', '.', 'a/b', 'a?b', ' a', '%2e']) {
    expect(world.failureOf(cloud.getNode(odd))).toMatchObject({
      code: 'invalid-argument',
      details: { field: 'nodeId' },
    });
  }
  expect(world.service.requests).toEqual([]);
});

test('many nodes are looked up by a listing, a few one by one', () => {
  const { cloud, world } = scriptOpenStack();
  const ids = Array.from({ length: 9 }, (_, index) => `n-${index}`);
  world.service.on('GET', list, page([...ids, 'another']));
  expect(world.run(cloud.waitForNodes(ids))).toHaveLength(9);
  world.service.always('GET', /^\/v2\.1\/servers\/n-/, ({ path }) =>
    json({ server: wireServer({ id: path.split('/').at(-1) }) }),
  );
  expect(world.run(cloud.waitForNodes(['n-1', 'n-2']))).toHaveLength(2);
});

test('a public key is given to cloud-init of the image', () => {
  const { cloud, world } = scriptOpenStack();
  const key = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f me@home';
  world.service.on('POST', '/v2.1/servers', json({ server: { id: 'n-1' } }, { status: 202 }));
  world.run(cloud.createNode('web', '1', 'i-1', { auth: { sshPublicKey: key } }));
  const body = world.service.requests.at(-1)?.body as Uint8Array;
  const { user_data: data } = JSON.parse(new TextDecoder().decode(body)).server;
  expect(Buffer.from(data, 'base64').toString()).toBe(`#cloud-config\nssh_authorized_keys:\n  - "${key}"\n`);
  const both = cloud.createNode('web', '1', 'i-1', { auth: { sshPublicKey: key }, exUserData: '#!/bin/sh' });
  expect(world.failureOf(both)).toMatchObject({ code: 'invalid-argument', details: { field: 'auth' } });
});
