/** Sizes, images and locations: requests and the models read from responses. */
import { forbidIo, networkFailure } from '@isobar/core/testing';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { json, refusal, scriptCloud, sentJson, wireNode } from '../testing/scripted-cloud.ts';

forbidIo({ beforeEach, afterEach });

const size = { id: 's', name: 'Small', ram_mb: 512, disk_gb: 10, extra: {} };
const image = { id: 'i', name: 'Debian', state: 'AVAILABLE', extra: { os: 'linux' } };

describe('sizes', () => {
  test('are read', () => {
    const { cloud, world } = scriptCloud();
    const full = { ...size, bandwidth_mbps: 100, price_per_hour: 0.01, cpus: 2 };
    world.service.on('GET', '/compute/sizes?limit=1000', json([full, size]));
    const few = { id: 's', name: 'Small', ramMb: 512, diskGb: 10, extra: {} };
    expect(world.run(cloud.listSizes())).toEqual([{ ...few, bandwidthMbps: 100, pricePerHour: 0.01, cpus: 2 }, few]);
  });
  test('are those of a location, on every page', () => {
    const { cloud, world } = scriptCloud();
    world.service.on(
      'GET',
      '/compute/sizes?limit=1000&location=l',
      json([size], { headers: { 'x-next-cursor': 'c' } }),
    );
    world.service.on('GET', '/compute/sizes?limit=1000&location=l&cursor=c', json([size]));
    expect(world.run(cloud.listSizes({ id: 'l', name: 'L', country: 'DE' }))).toHaveLength(2);
  });
  test('are not requested for a location without an id', () => {
    const { cloud, world } = scriptCloud();
    expect(world.failureOf(cloud.listSizes({} as never))).toMatchObject({ details: { field: 'location' } });
  });
});

test('locations are read', () => {
  const { cloud, world } = scriptCloud();
  world.service.on('GET', '/compute/locations?limit=1000', json([{ id: 'l', name: 'L', country: 'DE', more: 1 }]));
  expect(world.run(cloud.listLocations())).toEqual([{ id: 'l', name: 'L', country: 'DE' }]);
});

describe('images', () => {
  test('are read', () => {
    const { cloud, world } = scriptCloud();
    world.service.on('GET', '/compute/images?limit=1000&location=l', json([image, { ...image, state: undefined }]));
    const { state: _, ...rest } = image;
    expect(world.run(cloud.listImages('l'))).toEqual([{ ...rest, state: 'available' }, rest]);
  });
  test('are looked up', () => {
    const { cloud, world } = scriptCloud();
    world.service.on('GET', '/compute/images/a%2Fb', json({ ...image, state: 'MELTING' }));
    expect(world.run(cloud.getImage('a/b')).state).toBe('unknown');
  });
  test('are created from a node, in its region', () => {
    const { cloud, world } = scriptCloud();
    world.service.on('GET', '/compute/regions/eu/nodes?limit=1000', json([wireNode]));
    world.service.on('POST', '/compute/regions/eu/images', json(image, { status: 201 }));
    const [node] = world.run(cloud.exListNodesInRegions(['eu'])).answered[0]?.nodes ?? [];
    world.run(cloud.createImage(node ?? '', 'mine', { description: 'as of today', clientToken: 't' }));
    expect(sentJson(world, 1)).toEqual({ node_id: 'n-1', name: 'mine', description: 'as of today', client_token: 't' });
  });
  test('are copied, with one token for all attempts', () => {
    const { cloud, world } = scriptCloud();
    world.service.on('POST', '/compute/images/copy', networkFailure(), json(image, { status: 201 }));
    world.run(cloud.copyImage('us', 'i', 'mine'));
    expect(sentJson(world, 1)).toEqual({
      source_region: 'us',
      image_id: 'i',
      name: 'mine',
      client_token: '80'.repeat(16),
    });
  });
  test('are deleted', () => {
    const { cloud, world } = scriptCloud();
    world.service.on('DELETE', '/compute/images/i', { status: 204 });
    expect(world.run(cloud.deleteImage({ id: 'i', name: 'I', extra: {} }))).toBeUndefined();
  });
  test('count as deleted when a retry finds them gone', () => {
    const { cloud, world } = scriptCloud();
    world.service.on('DELETE', '/compute/images/i', networkFailure(), refusal(404, 'not-found'));
    world.run(cloud.deleteImage('i'));
    expect(world.service.requests).toHaveLength(2);
  });
  test('are not found when the first attempt finds none', () => {
    const { cloud, world } = scriptCloud();
    world.service.on('DELETE', '/compute/images/i', refusal(404, 'not-found'));
    expect(world.failureOf(cloud.deleteImage('i'))).toMatchObject({ code: 'not-found', details: { image: 'i' } });
  });
  test('are not looked up by model', () => {
    const { cloud, world } = scriptCloud();
    expect(world.failureOf(cloud.getImage(image as never))).toMatchObject({ details: { field: 'imageId' } });
  });
});
