/** Nodes and the account's report: requests and the models read from responses. */
import { drain } from '@isobar/core/provider';
import { forbidIo, networkFailure } from '@isobar/core/testing';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { scriptCloud, wireNode } from '../testing/scripted-cloud.ts';

forbidIo({ beforeEach, afterEach });

const node = {
  id: 'n-1',
  name: 'web',
  state: 'running',
  publicIps: ['203.0.113.7'],
  privateIps: ['10.0.0.7'],
  size: 'small',
  image: 'debian-12',
  createdAt: new Date('2026-01-15T10:30:00Z'),
  extra: { owner: 'joe' },
};

describe('nodes', () => {
  test('are listed with one request', () => {
    const { cloud, world } = scriptCloud();
    world.service.on('GET', '/compute/nodes?limit=1000', {
      body: JSON.stringify([wireNode, { ...wireNode, id: 'n-2' }]),
    });
    expect(world.run(cloud.listNodes())).toEqual([node, { ...node, id: 'n-2' }]);
  });
  test('are iterated over as a listing', () => {
    const { cloud, world } = scriptCloud();
    world.service.on('GET', '/compute/nodes?limit=1000', { body: '[]' });
    expect(world.run(drain(cloud.iterateNodes()))).toEqual([]);
  });
  test('are listed page by page', () => {
    const { cloud, world } = scriptCloud();
    const headers = { 'x-next-cursor': 'a b/1' };
    world.service.on('GET', '/compute/nodes?limit=1000', { headers, body: JSON.stringify([wireNode]) });
    world.service.on('GET', '/compute/nodes?limit=1000&cursor=a%20b%2F1', { body: JSON.stringify([wireNode]) });
    expect(world.run(cloud.listNodes())).toHaveLength(2);
  });
  test('are filtered by state and name, with a page size', () => {
    const { cloud, world } = scriptCloud();
    world.service.on('GET', '/compute/nodes?limit=7&state=STOPPED&name=web%20', { body: '[]' });
    world.run(cloud.listNodes({ state: 'stopped', namePrefix: 'web ', pageSize: 7 }));
    expect(world.service.unasked).toEqual([]);
  });
  test.each<[string, object, string]>([
    ['an empty page', { pageSize: 0 }, 'pageSize'],
    ['a page that is too large', { pageSize: 1001 }, 'pageSize'],
    ['a fraction', { pageSize: 1.5 }, 'pageSize'],
    ['a state in capitals', { state: 'RUNNING' }, 'state'],
    ['the unknown state', { state: 'unknown' }, 'state'],
  ])('are not requested with %s', (_, options, field) => {
    const { cloud, world } = scriptCloud();
    expect(() => world.run(cloud.listNodes(options))).toThrow(`\`${field}\``);
    expect(world.service.requests).toEqual([]);
  });
  test('of a region are requested there, and carry the region', () => {
    const { cloud, world } = scriptCloud({ region: 'eu west' });
    world.service.on('GET', '/compute/regions/eu%20west/nodes?limit=1000', { body: JSON.stringify([wireNode]) });
    expect(world.run(cloud.listNodes())).toEqual([{ ...node, region: 'eu west' }]);
  });
  test('are plain data', () => {
    const { cloud, world } = scriptCloud();
    world.service.on('GET', '/compute/nodes?limit=1000', { body: JSON.stringify([wireNode]) });
    const nodes = world.run(cloud.listNodes());
    expect(structuredClone(nodes)).toEqual(nodes);
  });
});

describe('getNode', () => {
  test('reads one node', () => {
    const { cloud, world } = scriptCloud();
    world.service.on('GET', '/compute/nodes/n-1', { body: JSON.stringify(wireNode) });
    expect(world.run(cloud.getNode('n-1'))).toEqual(node);
  });
  test.each([
    ['a slash', 'a/b', '/compute/nodes/a%2Fb'],
    ['dot segments', '../report_data', '/compute/nodes/..%2Freport_data'],
    ['a question mark', 'a?b', '/compute/nodes/a%3Fb'],
    ['a space', 'a b', '/compute/nodes/a%20b'],
    ['characters beyond ASCII', 'é', '/compute/nodes/%C3%A9'],
    ['a percent sign', '%2F', '/compute/nodes/%252F'],
  ])('encodes an id with %s', (_, id, path) => {
    const { cloud, world } = scriptCloud();
    world.service.on('GET', path, { body: JSON.stringify(wireNode) });
    world.run(cloud.getNode(id));
    expect(world.service.asked).toEqual([`GET ${path}`]);
  });
  test.each([
    ['an empty string', ''],
    ['a number', 7],
    ['null', null],
  ])('sends nothing for %s as an id', (_, id) => {
    const { cloud, world } = scriptCloud();
    expect(world.failureOf(cloud.getNode(id as string))).toMatchObject({
      code: 'invalid-argument',
      details: { field: 'nodeId' },
    });
    expect(world.service.requests).toEqual([]);
  });
  test('fails with not-found and names the node', () => {
    const { cloud, world } = scriptCloud();
    world.service.on('GET', '/compute/nodes/n-9', { status: 404, body: '{"error":{"message":"no such node"}}' });
    expect(world.failureOf(cloud.getNode('n-9'))).toMatchObject({
      code: 'not-found',
      message: 'node n-9: no such node (404)',
      details: { status: 404, node: 'n-9' },
    });
  });
});

describe('exReportData', () => {
  test('decodes the text as UTF-8', () => {
    const { cloud, world } = scriptCloud();
    world.service.on('GET', '/compute/report_data', { body: 'été\n' });
    expect(world.run(cloud.exReportData())).toBe('été\n');
  });
  test('returns an empty report', () => {
    const { cloud, world } = scriptCloud();
    world.service.on('GET', '/compute/report_data', {});
    expect(world.run(cloud.exReportData())).toBe('');
  });
  test('is retried when the response is lost', () => {
    const { cloud, world } = scriptCloud();
    world.service.on('GET', '/compute/report_data', networkFailure(), { body: 'done' });
    expect(world.run(cloud.exReportData())).toBe('done');
  });
});
