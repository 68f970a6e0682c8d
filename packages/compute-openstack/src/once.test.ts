/** Lost answers of requests that create something. */
import { networkFailure } from '@isobar/core/testing';
import { describe, expect, test } from 'vitest';
import { json, refusal, scriptOpenStack, sentTo, wireServer } from '../testing/scripted-openstack.ts';

const look = /^\/v2\.1\/servers\/detail\?.*tags=isobar-[0-9a-f]{32}$/;
const created = json({ server: { id: 'n-1', adminPass: 'generated-by-nova' } }, { status: 202 });
const found = (...servers: object[]) => json({ servers });
const none = found();

describe('a node without a token', () => {
  test('is created by one request, which carries a mark in a tag and in metadata', () => {
    const { cloud, world } = scriptOpenStack();
    world.service.on('POST', '/v2.1/servers', created);
    const node = world.run(cloud.createNode('web-1', '1', 'i-1'));
    expect(node).toMatchObject({ id: 'n-1', name: 'web-1', size: '1', image: 'i-1', state: 'pending' });
    expect(node).not.toHaveProperty('generatedPassword');
    const [sent] = sentTo(world, '/v2.1/servers') as { server: { tags: string[]; metadata: Record<string, string> } }[];
    expect(sent?.server).toMatchObject({ networks: 'auto', flavorRef: '1', imageRef: 'i-1' });
    expect(sent?.server.tags).toEqual([sent?.server.metadata['isobar-token']]);
  });

  test.each([
    ['a broken connection', networkFailure()],
    ['an error of the server', refusal(500, 'computeFault', 'Unexpected API Error.')],
    ['a proxy that gave up', { status: 504 }],
  ])('is looked for after %s, and not created again', (_, lost) => {
    const { cloud, world } = scriptOpenStack();
    world.service.on('POST', '/v2.1/servers', lost).on('GET', look, found(wireServer()));
    expect(world.run(cloud.createNode('web-1', '1', 'i-1'))).toMatchObject({ id: 'n-1', state: 'running' });
    expect(sentTo(world, '/v2.1/servers')).toHaveLength(1);
    expect(world.sleeps).toEqual([]);
  });

  test('is looked for again after ten seconds, because a slow service may still be at work', () => {
    const { cloud, world } = scriptOpenStack();
    world.service.on('POST', '/v2.1/servers', networkFailure()).on('GET', look, none, found(wireServer()));
    expect(world.run(cloud.createNode('web-1', '1', 'i-1'))).toMatchObject({ id: 'n-1' });
    expect(world.sleeps).toEqual([10_000]);
  });

  test('is created again with the same mark once it is not found twice; of two the oldest stays', () => {
    const { cloud, world } = scriptOpenStack();
    const late = wireServer({ id: 'n-0', created: '2026-01-15T10:29:00Z' });
    world.service
      .on('POST', '/v2.1/servers', networkFailure(), created)
      .on('GET', look, none, none, found(wireServer(), late))
      .on('DELETE', '/v2.1/servers/n-1', { status: 204 });
    expect(world.run(cloud.createNode('web-1', '1', 'i-1'))).toMatchObject({ id: 'n-0' });
    const [first, second] = sentTo(world, '/v2.1/servers') as { server: { tags: string[] } }[];
    expect(second?.server.tags).toEqual(first?.server.tags);
  });

  test('is not looked for after a refusal, nor when nothing was sent', () => {
    const { cloud, world } = scriptOpenStack();
    world.service.on(
      'POST',
      '/v2.1/servers',
      networkFailure({ unsent: true }),
      refusal(403, 'forbidden', 'Quota exceeded for cores'),
    );
    expect(world.failureOf(cloud.createNode('web-1', '1', 'i-1'))).toMatchObject({ code: 'quota-exceeded' });
    expect(world.service.requests.some(({ path }) => look.test(path))).toBe(false);
  });

  test('fails with the lost answer when its attempts are used up', () => {
    const { cloud, world } = scriptOpenStack(undefined, { attempts: 1 });
    world.service.on('POST', '/v2.1/servers', networkFailure()).on('GET', look, none, none);
    expect(world.failureOf(cloud.createNode('web-1', '1', 'i-1'))).toMatchObject({ code: 'network' });
  });
});

describe('a node with a token of the caller', () => {
  const options = { clientToken: 'order 4711' };

  test('is the one that the token has created', () => {
    const { cloud, world } = scriptOpenStack();
    world.service.on('GET', look, found(wireServer()));
    expect(world.run(cloud.createNode('web-1', '1', 'i-1', options))).toMatchObject({ id: 'n-1' });
    expect(sentTo(world, '/v2.1/servers')).toEqual([]);
  });

  test.each([
    ['name', ['web-2', '1', 'i-1']],
    ['size', ['web-1', '2', 'i-1']],
    ['image', ['web-1', '1', 'i-2']],
  ] as const)('is a conflict when that one has another %s', (_, [name, size, image]) => {
    const { cloud, world } = scriptOpenStack();
    world.service.on('GET', look, found(wireServer()));
    expect(world.failureOf(cloud.createNode(name, size, image, options))).toMatchObject({ code: 'conflict' });
  });

  test('gives way to an older one of another process, and removes only its own', () => {
    const { cloud, world } = scriptOpenStack();
    const older = wireServer({ id: 'n-0', created: '2026-01-15T10:29:00Z' });
    const third = wireServer({ id: 'n-3', created: '2026-01-15T10:31:00Z' });
    world.service
      .on('GET', look, none, found(wireServer(), third, older))
      .on('POST', '/v2.1/servers', created)
      .on('DELETE', '/v2.1/servers/n-1', { status: 204 });
    expect(world.run(cloud.createNode('web-1', '1', 'i-1', options))).toMatchObject({ id: 'n-0' });
  });
});

test.each([
  [
    'a volume',
    /^\/v3\/project-1\/volumes\/detail\?/,
    'volumes',
    { id: 'v-1', status: 'creating', size: 1, name: 'disk' },
  ],
  [
    'a snapshot',
    /^\/v3\/project-1\/snapshots\/detail\?/,
    'snapshots',
    { id: 'v-1', status: 'creating', volume_id: 'v-0' },
  ],
] as const)('%s is looked for by its metadata', (what, path, key, item) => {
  const { cloud, world } = scriptOpenStack();
  world.service.on('POST', `/v3/project-1/${key}`, networkFailure()).on('GET', path, json({ [key]: [item] }));
  const made = what === 'a volume' ? cloud.createVolume(1, 'disk') : cloud.createVolumeSnapshot('v-0');
  expect(world.run<{ id: string }>(made as never)).toMatchObject({ id: 'v-1' });
  const query = new URL(world.service.requests.at(-1)?.path ?? '', 'https://a').searchParams;
  expect(query.get('metadata')).toMatch(/^\{'isobar-token': 'isobar-[0-9a-f]{32}'\}$/);
});

test('an image is looked for by its property', () => {
  const { cloud, world } = scriptOpenStack();
  world.service
    .on('POST', '/v2.1/servers/n-1/action', networkFailure())
    .on(
      'GET',
      /^\/v2\/images\?.*isobar-token=isobar-/,
      json({ images: [{ id: 'i-9', name: 'copy', status: 'saving' }] }),
    );
  expect(world.run(cloud.createImage('n-1', 'copy'))).toMatchObject({ id: 'i-9', state: 'pending' });
});
