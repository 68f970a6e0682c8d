/** Compositions: requests, pinned generations, and verification of the new object. */
import { checksumOf, combineChecksums } from '@isobar/core/provider';
import { forbidIo, networkFailure } from '@isobar/core/testing';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { busy, errorAnswer, scriptStorage } from '../testing/scripted-storage.ts';
import type { ComposeOptions, ComposeSource } from './compose.ts';

forbidIo({ beforeEach, afterEach });

const path = '/demo-bucket/whole.txt';
const bytes = (text: string) => new TextEncoder().encode(text);
const [left, right] = ['left ', 'right'].map((text) => checksumOf('crc32c', bytes(text))) as [string, string];
const wholeCrc = combineChecksums({ crc32c: left }, { crc32c: right }, 5).crc32c as string;
const made = { headers: { 'x-goog-generation': '20', 'x-goog-component-count': '2' } };

const model = (name: string, crc: string, generation = '7') => ({
  container: 'demo-bucket',
  name,
  sizeBytes: 5,
  extra: { generation, crc32c: crc },
});

const stored = (crc: string, size = 10) => ({
  headers: { 'x-goog-stored-content-length': `${size}`, 'x-goog-generation': '20', 'x-goog-hash': `crc32c=${crc}` },
});

function compose(sources: readonly ComposeSource[], options?: ComposeOptions, answer = stored(wholeCrc)) {
  const scripted = scriptStorage();
  scripted.world.service.on('PUT', `${path}?compose=`, made).on('HEAD', `${path}?generation=20`, answer);
  const object = scripted.world.run(scripted.storage.exComposeObjects(sources, 'demo-bucket', 'whole.txt', options));
  const request = scripted.world.service.requests[0];
  return { ...scripted, object, request, document: new TextDecoder().decode(request?.body as Uint8Array) };
}

describe('exComposeObjects', () => {
  test('names its sources in order, escaped', () => {
    expect(compose(['a&b', { name: 'c' }, 'a&b']).document).toBe(
      '<ComposeRequest><Component><Name>a&amp;b</Name></Component><Component><Name>c</Name></Component><Component><Name>a&amp;b</Name></Component></ComposeRequest>',
    );
  });
  test('pins a given generation, and that of a model', () => {
    const sources = [{ name: 'a', generation: '3' }, model('b', right), { ...model('c', right), generation: '4' }];
    expect(compose(sources).document.match(/\d+(?=<.Generation>)/g)).toEqual(['3', '7', '4']);
  });
  test('sends headers and metadata', () => {
    const { request } = compose(['a'], { cacheControl: 'no-store', metadata: { Kind: 'blue' } });
    expect(request?.headers).toMatchObject({
      'content-type': 'text/plain',
      'cache-control': 'no-store',
      'x-goog-meta-kind': 'blue',
    });
  });
  test('returns the object as the service reports it', () => {
    expect(compose(['a']).object).toMatchObject({
      container: 'demo-bucket',
      name: 'whole.txt',
      sizeBytes: 10,
      extra: { generation: '20', crc32c: wholeCrc },
    });
  });
  test('is retried when the response is lost', () => {
    const { storage, world } = scriptStorage();
    world.service
      .on('PUT', `${path}?compose=`, busy, networkFailure(), made)
      .on('HEAD', `${path}?generation=20`, stored(wholeCrc));
    expect(world.run(storage.exComposeObjects(['a'], 'demo-bucket', 'whole.txt')).sizeBytes).toBe(10);
  });
  test('is not retried when it would append to itself twice', () => {
    const { storage, world } = scriptStorage();
    world.service.on('PUT', `${path}?compose=`, busy);
    const failure = world.failureOf(storage.exComposeObjects(['whole.txt', 'a'], 'demo-bucket', 'whole.txt'));
    expect(failure).toHaveProperty('code', 'unavailable');
    expect(world.service.requests).toHaveLength(1);
  });
  test('takes conditions, class and access', () => {
    const options = { ifGenerationMatch: 0, storageClass: 'NEARLINE', predefinedAcl: 'public-read' } as const;
    expect(compose(['a'], options).request?.headers).toMatchObject({
      'x-goog-if-generation-match': '0',
      'x-goog-storage-class': 'NEARLINE',
      'x-goog-acl': 'public-read',
    });
  });
  test('fails with not-found when a source is missing', () => {
    const { storage, world } = scriptStorage();
    world.service.on('PUT', `${path}?compose=`, errorAnswer(404, 'NoSuchKey'));
    expect(world.failureOf(storage.exComposeObjects(['a'], 'demo-bucket', 'whole.txt'))).toHaveProperty(
      'code',
      'not-found',
    );
  });
});

describe('a composition of models', () => {
  const models = [model('a', left), model('b', right)];
  test('is verified against their sizes and checksums', () => {
    expect(compose(models).world.service.asked).toHaveLength(2);
  });
  test.each([
    ['checksum', stored('AAAAAA==')],
    ['size', stored(wholeCrc, 11)],
  ])('is deleted when its %s differs', (_, answer) => {
    const { storage, world } = scriptStorage();
    world.service
      .on('PUT', `${path}?compose=`, made)
      .on('HEAD', `${path}?generation=20`, answer)
      .on('DELETE', `${path}?generation=20`, { status: 204 });
    const failure = world.failureOf(storage.exComposeObjects(models, 'demo-bucket', 'whole.txt'));
    expect(failure).toHaveProperty('code', 'integrity');
    expect(world.service.unasked).toEqual([]);
  });
  test.each<[string, ComposeSource]>([
    ['one is only a name', 'b'],
    ['one has another generation than its model', { ...model('b', right), generation: '8' }],
    ['one comes from a listing', { ...model('b', right), extra: { generation: '7' } }],
    ['one has an invalid checksum', { ...model('b', right), extra: { generation: '7', crc32c: '?' } }],
  ])('is not verified when %s', (_, source) => {
    expect(compose([model('a', left), source], {}, stored('AAAAAA==')).object.sizeBytes).toBe(10);
  });
});

describe('a conditional composition', () => {
  const models = [model('a', left), model('b', right)];
  const applied = stored(wholeCrc);
  const typed = { headers: { ...applied.headers, 'content-type': 'text/plain' } };
  const broken = errorAnswer(412, 'PreconditionFailed');
  const options = { ifGenerationMatch: 0 };
  const setUp = () => {
    const scripted = scriptStorage();
    const run = (sources: readonly ComposeSource[], more: ComposeOptions = options) =>
      scripted.storage.exComposeObjects(sources, 'demo-bucket', 'whole.txt', more);
    return { ...scripted, run };
  };

  test('succeeds when an earlier attempt was applied, without looking models up', () => {
    const { run, world } = setUp();
    world.service.on('PUT', `${path}?compose=`, networkFailure(), broken).on('HEAD', path, typed);
    expect(world.run(run(models))).toMatchObject({ sizeBytes: 10, extra: { generation: '20' } });
    expect(world.service.unasked).toEqual([]);
  });
  test('succeeds when an earlier attempt was applied, after looking names up', () => {
    const { run, world } = setUp();
    world.service
      .on('PUT', `${path}?compose=`, networkFailure(), broken)
      .on('HEAD', '/demo-bucket/b', stored(right, 5))
      .on('HEAD', path, typed);
    expect(world.run(run([models[0] as ComposeSource, 'b']))).toHaveProperty('extra.generation', '20');
    expect(world.service.unasked).toEqual([]);
  });
  test.each([
    ['has other bytes', { headers: { ...typed.headers, 'x-goog-hash': 'crc32c=AAAAAA==' } }],
    ['has another size', { headers: { ...typed.headers, 'x-goog-stored-content-length': '11' } }],
    ['has another type', { headers: { ...typed.headers, 'content-type': 'text/html' } }],
    ['has metadata', { headers: { ...typed.headers, 'x-goog-meta-a': 'b' } }],
    ['is gone', errorAnswer(404, 'NoSuchKey')],
  ])('fails when the stored object %s', (_, found) => {
    const { run, world } = setUp();
    world.service.on('PUT', `${path}?compose=`, networkFailure(), broken).on('HEAD', path, found);
    expect(world.failureOf(run(models))).toHaveProperty('code', 'precondition-failed');
  });
  test('fails when a source no longer exists', () => {
    const { run, world } = setUp();
    world.service
      .on('PUT', `${path}?compose=`, networkFailure(), broken)
      .on('HEAD', '/demo-bucket/b', errorAnswer(404, 'NoSuchKey'))
      .on('HEAD', path, typed);
    expect(world.failureOf(run([models[0] as ComposeSource, 'b']))).toHaveProperty('code', 'precondition-failed');
  });
  test('fails without a look-up when the first attempt is refused', () => {
    const { run, world } = setUp();
    world.service.on('PUT', `${path}?compose=`, broken);
    expect(world.failureOf(run(models))).toHaveProperty('code', 'precondition-failed');
    expect(world.service.requests).toHaveLength(1);
  });
  test('of itself is not retried either', () => {
    const { run, world } = setUp();
    world.service.on('PUT', `${path}?compose=`, busy);
    const failure = world.failureOf(run([model('whole.txt', left)], { ifGenerationMatch: '7' }));
    expect(failure).toHaveProperty('code', 'unavailable');
    expect(world.service.requests).toHaveLength(1);
  });
});

describe('exComposeObjects refuses', () => {
  test.each<[string, unknown, string]>([
    ['no sources', [], 'sources'],
    ['33 sources', Array.from({ length: 33 }, () => 'a'), 'sources'],
    ['sources that are not an array', 'a', 'sources'],
    ['an undefined source', ['a', undefined], 'sources[1]'],
    ['a source of another container', [{ name: 'a', container: 'other-bucket' }], 'sources[0].container'],
    ['a source without a name', ['a', ''], 'sources[1].name'],
    ['a generation that is not a number', [{ name: 'a', generation: '1<' }], 'sources[0].generation'],
  ])('%s', (_, sources, field) => {
    const { storage, world } = scriptStorage();
    const operation = storage.exComposeObjects(sources as ComposeSource[], 'demo-bucket', 'whole.txt');
    expect(world.failureOf(operation)).toMatchObject({ code: 'invalid-argument', details: { field } });
    expect(world.steps).toEqual([]);
  });
});
