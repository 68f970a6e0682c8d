/** Several regions at once: those that answer, those that fail, those that are cancelled. */
import { forbidIo, silence } from '@isobar/core/testing';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { json, refusal, scriptCloud, wireNode } from '../testing/scripted-cloud.ts';

forbidIo({ beforeEach, afterEach });

const nodesOf = (region: string) => `/compute/regions/${region}/nodes?limit=1000`;
const wireRegion = { id: 'eu', name: 'Europe', country: 'DE', status: 'up' };

describe('regions', () => {
  test('are listed', () => {
    const { cloud, world } = scriptCloud({ region: 'us' });
    world.service.on('GET', '/compute/regions', json([wireRegion, { ...wireRegion, status: 'on fire' }]));
    expect(world.run(cloud.exListRegions())).toEqual([wireRegion, { ...wireRegion, status: 'unknown' }]);
  });
  test('are all queried when none are named', () => {
    const { cloud, world } = scriptCloud();
    world.service.on('GET', '/compute/regions', json([wireRegion, { ...wireRegion, id: 'us' }]));
    for (const region of ['eu', 'us']) world.service.on('GET', nodesOf(region), json([{ ...wireNode, id: region }]));
    const { answered, cancelled, failed } = world.run(cloud.exListNodesInRegions());
    expect(answered.map(({ nodes, region }) => [region, nodes.map(({ id }) => id)])).toEqual([
      ['eu', ['eu']],
      ['us', ['us']],
    ]);
    expect([failed, cancelled]).toEqual([[], []]);
  });
  test('that fail do not affect the others, and are reported', () => {
    const { cloud, world } = scriptCloud({ attempts: 1 });
    world.service.on('GET', nodesOf('a'), json([wireNode]));
    world.service.on('GET', nodesOf('b'), refusal(503, 'region-down'));
    world.service.on('GET', nodesOf('c'), json([]));
    const { answered, failed } = world.run(cloud.exListNodesInRegions(['a', 'b', 'c']));
    expect(answered.map(({ nodes, region }) => `${region} ${nodes.length}`)).toEqual(['a 1', 'c 0']);
    expect(failed).toMatchObject([
      { region: 'b', error: { code: 'unavailable', details: { region: 'b', reason: 'region-down' } } },
    ]);
  });
  test('are queried in parallel, and returned in the order requested', () => {
    const { cloud, world } = scriptCloud();
    world.answersFirst = 'newest';
    for (const region of ['a', 'b', 'c']) world.service.on('GET', nodesOf(region), json([]));
    const { answered } = world.run(cloud.exListNodesInRegions(['a', 'b', 'c']));
    expect(world.service.asked).toEqual(['c', 'b', 'a'].map((region) => `GET ${nodesOf(region)}`));
    expect(answered.map(({ region }) => region)).toEqual(['a', 'b', 'c']);
  });
  test('are cancelled when enough others have answered', () => {
    const { cloud, world } = scriptCloud();
    world.service.on('GET', nodesOf('a'), json([wireNode]));
    const { answered, cancelled } = world.run(cloud.exListNodesInRegions(['a', 'b', 'c'], { enough: 1 }));
    expect([answered.map(({ region }) => region), cancelled]).toEqual([['a'], ['b', 'c']]);
  });
  test('fail when they exceed the time limit', () => {
    const { cloud, world } = scriptCloud();
    world.service.on('GET', nodesOf('a'), silence);
    const { failed } = world.run(cloud.exListNodesInRegions(['a'], { regionTimeoutMs: 500 }));
    expect(failed).toMatchObject([{ region: 'a', error: { code: 'timeout' } }]);
  });
  test('fail the call when the credentials are wrong', () => {
    const { cloud, world } = scriptCloud();
    world.service.on('GET', nodesOf('a'), refusal(401, 'unauthenticated'));
    expect(world.failureOf(cloud.exListNodesInRegions(['a', 'b']))).toMatchObject({ code: 'unauthenticated' });
  });
  test('named twice are queried once', () => {
    const { cloud, world } = scriptCloud();
    world.service.on('GET', nodesOf('eu'), json([]));
    expect(world.run(cloud.exListNodesInRegions(['eu', { ...wireRegion, status: 'up' }])).answered).toHaveLength(1);
  });
  test('may be an empty list', () => {
    const { cloud, world } = scriptCloud();
    expect(world.run(cloud.exListNodesInRegions([]))).toEqual({ answered: [], failed: [], cancelled: [] });
  });
  test.each<[string, unknown, object, string]>([
    ['a string', 'eu', {}, 'regions'],
    ['an empty id', [''], {}, 'regions'],
    ['enough of zero', ['eu'], { enough: 0 }, 'enough'],
    ['a time limit of zero', ['eu'], { regionTimeoutMs: 0 }, 'regionTimeoutMs'],
    ['empty pages', ['eu'], { pageSize: 0 }, 'pageSize'],
  ])('are not queried for %s', (_, regions, options, field) => {
    const { cloud, world } = scriptCloud();
    expect(world.failureOf(cloud.exListNodesInRegions(regions as string[], options))).toMatchObject({
      code: 'invalid-argument',
      details: { field },
    });
    expect(world.service.requests).toEqual([]);
  });
});
