/** Volumes and snapshots: requests and the models read from responses. */
import type { CloudError } from '@isobar/core/provider';
import { forbidIo, networkFailure } from '@isobar/core/testing';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { json, refusal, scriptCloud, sentJson } from '../testing/scripted-cloud.ts';

forbidIo({ beforeEach, afterEach });

const wireVolume = {
  id: 'v',
  name: 'data',
  size_gb: 10,
  state: 'INUSE',
  location: 'l',
  node_id: 'n-1',
  device: '/dev/vdb',
  created_at: '2026-01-15T10:30:00Z',
  extra: {},
};
const volume = {
  id: 'v',
  name: 'data',
  sizeGb: 10,
  state: 'inuse',
  location: 'l',
  node: 'n-1',
  device: '/dev/vdb',
  createdAt: new Date('2026-01-15T10:30:00Z'),
  extra: {},
} as const;
const wireSnapshot = {
  id: 'p',
  name: 'monday',
  volume_id: 'v',
  size_gb: 10,
  state: 'CREATING',
  created_at: '',
  extra: {},
};
const snapshot = { id: 'p', name: 'monday', volume: 'v', sizeGb: 10, state: 'creating', extra: {} } as const;

describe('volumes', () => {
  test('are listed', () => {
    const { cloud, world } = scriptCloud();
    world.service.on('GET', '/compute/volumes?limit=1000', json([wireVolume]));
    expect(world.run(cloud.listVolumes())).toEqual([volume]);
  });
  test('are looked up', () => {
    const { cloud, world } = scriptCloud();
    world.service.on('GET', '/compute/volumes/v', json({ ...wireVolume, node_id: null, device: null }));
    expect(world.run(cloud.getVolume('v'))).not.toHaveProperty('node');
  });
  test('are created, with one token for all attempts', () => {
    const { cloud, world } = scriptCloud();
    world.service.on('POST', '/compute/volumes', networkFailure(), json(wireVolume, { status: 201 }));
    expect(world.run(cloud.createVolume(10, 'data', { location: 'l', snapshot }))).toEqual(volume);
    const body = { name: 'data', size_gb: 10, location: 'l', snapshot_id: 'p', client_token: '80'.repeat(16) };
    expect([sentJson(world, 0), sentJson(world, 1)]).toEqual([body, body]);
  });
  test.each([0, -1, 1.5, Number.NaN, '10', undefined])('are not created with %j gigabytes', (sizeGb) => {
    const { cloud, world } = scriptCloud();
    const failure = world.failureOf(cloud.createVolume(sizeGb as number, 'data')) as CloudError;
    expect([failure.details.field, world.service.requests]).toEqual(['sizeGb', []]);
  });
  test('are attached', () => {
    const { cloud, world } = scriptCloud();
    world.service.on('POST', '/compute/volumes/v/attach', json(wireVolume));
    world.run(cloud.attachVolume('n-1', volume, { device: '/dev/vdb' }));
    expect(sentJson(world)).toEqual({ node_id: 'n-1', device: '/dev/vdb' });
  });
  test('are attached once when the response is lost', () => {
    const { cloud, world } = scriptCloud();
    world.service.on('POST', '/compute/volumes/v/attach', networkFailure());
    expect(world.failureOf(cloud.attachVolume('n-1', 'v'))).toMatchObject({ code: 'network' });
  });
  test('in use are not attached', () => {
    const { cloud, world } = scriptCloud();
    world.service.on('POST', '/compute/volumes/v/attach', refusal(409, 'in-use'));
    expect(world.failureOf(cloud.attachVolume('n-1', 'v'))).toMatchObject({
      code: 'wrong-state',
      details: { volume: 'v', node: 'n-1', reason: 'in-use' },
    });
  });
  test('are detached', () => {
    const { cloud, world } = scriptCloud();
    world.service.on('POST', '/compute/volumes/v/detach', json(wireVolume));
    expect(world.run(cloud.detachVolume('v'))).toBeUndefined();
  });
  test('are destroyed', () => {
    const { cloud, world } = scriptCloud();
    world.service.on('DELETE', '/compute/volumes/v', networkFailure(), refusal(404, 'not-found'));
    world.run(cloud.destroyVolume(volume));
    expect(world.service.requests).toHaveLength(2);
  });
});

describe('snapshots', () => {
  test('are listed', () => {
    const { cloud, world } = scriptCloud();
    const bare = { id: 'q', state: 'PAUSED', created_at: 'never', extra: {} };
    world.service.on('GET', '/compute/volumes/v/snapshots?limit=1000', json([wireSnapshot, bare]));
    expect(world.run(cloud.listVolumeSnapshots('v'))).toEqual([snapshot, { id: 'q', state: 'unknown', extra: {} }]);
  });
  test('are created with and without a name', () => {
    const { cloud, world } = scriptCloud();
    world.service.always('POST', '/compute/volumes/v/snapshots', json(wireSnapshot));
    world.run(cloud.createVolumeSnapshot(volume, { name: 'monday', clientToken: 't' }));
    world.run(cloud.createVolumeSnapshot('v', { clientToken: 't' }));
    expect([sentJson(world, 0), sentJson(world, 1)]).toEqual([
      { name: 'monday', client_token: 't' },
      { client_token: 't' },
    ]);
  });
  test('are looked up', () => {
    const { cloud, world } = scriptCloud();
    world.service.on('GET', '/compute/snapshots/p', json(wireSnapshot));
    expect(world.run(cloud.getVolumeSnapshot('p'))).toEqual(snapshot);
  });
  test('are destroyed', () => {
    const { cloud, world } = scriptCloud();
    world.service.on('DELETE', '/compute/snapshots/p', refusal(404, 'not-found'));
    expect(world.failureOf(cloud.destroyVolumeSnapshot(snapshot))).toMatchObject({ details: { snapshot: 'p' } });
  });
});
