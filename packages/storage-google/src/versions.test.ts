/** Listings of versions: requests, pages, and malformed responses. */
import type { Operation } from '@isobar/core/provider';
import { forbidIo } from '@isobar/core/testing';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type ScriptedStorage, scriptStorage } from '../testing/scripted-storage.ts';

forbidIo({ beforeEach, afterEach });

const version = (name: string, generation: number, isLatest: boolean): string =>
  `<Version><Key>${name}</Key><Generation>${generation}</Generation><MetaGeneration>1</MetaGeneration><IsLatest>${isLatest}</IsLatest><Size>3</Size></Version>`;
const page = (...elements: string[]): { body: string } => ({
  body: `<?xml version='1.0'?><ListBucketResult>${elements.join('')}</ListBucketResult>`,
});
const list = ({ storage, world }: ScriptedStorage, options: object = {}) =>
  world.run(storage.listContainerObjects('demo-bucket', { versions: true, ...options }));

describe('listContainerObjects of versions', () => {
  test('returns generations and which is live, over several pages', () => {
    const scripted = scriptStorage();
    const next =
      '<IsTruncated>true</IsTruncated><NextMarker>a&amp;</NextMarker><NextGenerationMarker>2</NextGenerationMarker>';
    scripted.world.service
      .on('GET', '/demo-bucket?versions=', page(version('a&amp;', 1, false), version('a&amp;', 2, false), next))
      .on('GET', /generation-marker=2.*marker=a%26/, page(version('a&amp;', 3, true)));
    expect(list(scripted).map(({ name, extra }) => [name, extra.generation, extra.isLatest])).toEqual([
      ['a&', '1', false],
      ['a&', '2', false],
      ['a&', '3', true],
    ]);
  });
  test('continues after the last version when the service sends no marker', () => {
    const scripted = scriptStorage();
    scripted.world.service
      .on('GET', '/demo-bucket?versions=', page(version('a', 7, false), '<IsTruncated>true</IsTruncated>'))
      .on('GET', /generation-marker=7.*marker=a/, page(version('a', 8, true)));
    expect(list(scripted)).toHaveLength(2);
  });
  test('continues after a folder, which has no generation', () => {
    const scripted = scriptStorage();
    const folder = '<CommonPrefixes><Prefix>d/</Prefix></CommonPrefixes>';
    const next = '<IsTruncated>true</IsTruncated><NextMarker>d/</NextMarker>';
    scripted.world.service
      .on('GET', '/demo-bucket?delimiter=%2F&versions=', page(version('a', 7, true), folder, next))
      .on('GET', '/demo-bucket?delimiter=%2F&marker=d%2F&versions=', page(version('e', 8, true)));
    expect(list(scripted, { delimiter: '/' })).toHaveLength(2);
  });
  test.each([
    ['an empty truncated page', '<IsTruncated>true</IsTruncated>'],
    ['a version without a size', '<Version><Key>a</Key><Generation>1</Generation></Version>'],
  ])('refuses %s', (_, content) => {
    const { storage, world } = scriptStorage();
    world.service.on('GET', '/demo-bucket?versions=', page(content));
    const failure = world.failureOf(storage.listContainerObjects('demo-bucket', { versions: true }));
    expect(failure).toHaveProperty('code', 'malformed-response');
  });
  test('refuses a marker that repeats', () => {
    const { storage, world } = scriptStorage();
    const next =
      '<IsTruncated>true</IsTruncated><NextMarker>a</NextMarker><NextGenerationMarker>1</NextGenerationMarker>';
    world.service.always('GET', /versions/, page(version('a', 1, true), next));
    const failure = world.failureOf(storage.listContainerObjects('demo-bucket', { versions: true }));
    expect(failure).toHaveProperty('code', 'malformed-response');
  });
});

describe('a listing whose pages form a cycle', () => {
  const truncated = (name: string, next: string) =>
    page(
      `<IsTruncated>true</IsTruncated><NextMarker>${next}</NextMarker><Contents><Key>${name}</Key><Size>1</Size></Contents>`,
    );
  test('fails, also when the cycle has several pages', () => {
    const { storage, world } = scriptStorage();
    world.service.on('GET', '/demo-bucket', truncated('a', 'b'));
    world.service.on('GET', '/demo-bucket?marker=b', truncated('c', 'd'));
    world.service.on('GET', '/demo-bucket?marker=d', truncated('a', 'b'));
    const failure = world.failureOf(storage.listContainerObjects('demo-bucket'));
    expect(failure).toHaveProperty('code', 'malformed-response');
  });
  test.each([
    ['a', 'aa'],
    ['a', 'b'],
    ['｡', '😀'],
    ['Z', 'a'],
  ])('continues from %s to %s, which comes after it', (first, second) => {
    const { storage, world } = scriptStorage();
    world.service.on('GET', '/demo-bucket', truncated('A', first));
    world.service.on('GET', `/demo-bucket?marker=${encodeURIComponent(first)}`, truncated('B', second));
    world.service.on('GET', `/demo-bucket?marker=${encodeURIComponent(second)}`, page());
    expect(world.run(storage.listContainerObjects('demo-bucket'))).toHaveLength(2);
  });
});

describe('a model of an old version', () => {
  const old = {
    container: 'demo-bucket',
    name: 'a',
    sizeBytes: 3,
    metadata: {},
    extra: { generation: '1', isLatest: false },
  };
  test.each<[string, (storage: ScriptedStorage['storage']) => Operation<unknown>]>([
    ['readObject', (storage) => storage.readObject(old)],
    ['downloadObject', (storage) => storage.downloadObject(old, '/a')],
    ['downloadObjectRange', (storage) => storage.downloadObjectRange(old, '/a', 0, 1)],
    ['downloadObjectAsStream', (storage) => storage.downloadObjectAsStream(old).open().next()],
    ['copyObject', (storage) => storage.copyObject(old, 'demo-bucket', 'b')],
    ['updateObjectMetadata', (storage) => storage.updateObjectMetadata(old, { contentType: 'text/plain' })],
    ['deleteObject', (storage) => storage.deleteObject(old)],
  ])('is refused by %s', (_, call) => {
    const { storage, world } = scriptStorage();
    const failure = world.failureOf(call(storage));
    expect(failure).toMatchObject({ code: 'invalid-argument', message: expect.stringContaining('old version') });
    expect(world.service.requests).toEqual([]);
  });
  test('is read when its generation is named', () => {
    const { storage, world } = scriptStorage();
    const headers = { 'x-goog-stored-content-length': '3', 'x-goog-generation': '1' };
    world.service.on('GET', '/demo-bucket/a?generation=1', { headers, body: 'old' });
    expect(world.run(storage.readObject(old, { generation: '1' }))).toEqual(new TextEncoder().encode('old'));
  });
});
