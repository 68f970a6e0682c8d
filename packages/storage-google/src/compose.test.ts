/** Compositions: what is asked for, what pins what, and what the new object is compared with. */
import { combineCrc32c, crc32c } from '@isobar/core/provider';
import { describe, expect, test } from 'vitest';
import '../../core/testing/poisoned-world.ts';
import { networkFailure } from '../../core/testing/scripted-service.ts';
import { busy, errorAnswer, scriptStorage } from '../testing/scripted-storage.ts';
import type { ComposeOptions, ComposeSource } from './compose.ts';
import { formatCrc32c } from './models.ts';

const path = '/demo-bucket/whole.txt';
const bytes = (text: string) => new TextEncoder().encode(text);
const [left, right] = ['left ', 'right'].map((text) => crc32c(bytes(text))) as [number, number];
const wholeCrc = formatCrc32c(combineCrc32c(left, right, 5));
const made = { headers: { 'x-goog-generation': '20', 'x-goog-component-count': '2' } };

const model = (name: string, crc: number, generation = '7') => ({
  container: 'demo-bucket',
  name,
  sizeBytes: 5,
  extra: { generation, crc32c: formatCrc32c(crc) },
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
  test('names its parts in order, escaped', () => {
    expect(compose(['a&b', { name: 'c' }, 'a&b']).document).toBe(
      '<ComposeRequest><Component><Name>a&amp;b</Name></Component><Component><Name>c</Name></Component><Component><Name>a&amp;b</Name></Component></ComposeRequest>',
    );
  });
  test('pins a generation that is given, and that of a model', () => {
    const sources = [{ name: 'a', generation: '3' }, model('b', right), { ...model('c', right), generation: '4' }];
    expect(compose(sources).document.match(/\d+(?=<.Generation>)/g)).toEqual(['3', '7', '4']);
  });
  test('says what goes with the object', () => {
    const { request } = compose(['a'], { cacheControl: 'no-store', metadata: { Colour: 'blue' } });
    expect(request?.headers).toMatchObject({
      'content-type': 'text/plain',
      'cache-control': 'no-store',
      'x-goog-meta-colour': 'blue',
    });
  });
  test('gives the object back as the service shows it', () => {
    expect(compose(['a']).object).toMatchObject({
      container: 'demo-bucket',
      name: 'whole.txt',
      sizeBytes: 10,
      extra: { generation: '20', crc32c: wholeCrc },
    });
  });
  test('is repeated when the answer is lost', () => {
    const { storage, world } = scriptStorage();
    world.service
      .on('PUT', `${path}?compose=`, busy, networkFailure(), made)
      .on('HEAD', `${path}?generation=20`, stored(wholeCrc));
    expect(world.run(storage.exComposeObjects(['a'], 'demo-bucket', 'whole.txt')).sizeBytes).toBe(10);
  });
  test('is not repeated when it would append to itself twice', () => {
    const { storage, world } = scriptStorage();
    world.service.on('PUT', `${path}?compose=`, busy);
    const failure = world.failureOf(storage.exComposeObjects(['whole.txt', 'a'], 'demo-bucket', 'whole.txt'));
    expect(failure).toHaveProperty('code', 'unavailable');
    expect(world.service.requests).toHaveLength(1);
  });
  test('takes conditions, class and access, and is not repeated under a condition', () => {
    const { storage, world } = scriptStorage();
    world.service.on('PUT', `${path}?compose=`, busy);
    const options = { ifGenerationMatch: 0, storageClass: 'NEARLINE', predefinedAcl: 'public-read' } as const;
    const failure = world.failureOf(storage.exComposeObjects(['a'], 'demo-bucket', 'whole.txt', options));
    expect(failure).toHaveProperty('code', 'unavailable');
    expect(world.service.requests).toHaveLength(1);
    expect(world.service.requests[0]?.headers).toMatchObject({
      'x-goog-if-generation-match': '0',
      'x-goog-storage-class': 'NEARLINE',
      'x-goog-acl': 'public-read',
    });
  });
  test('says that a source is missing', () => {
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
  test('is good when it is what they are together', () => {
    expect(compose(models).world.service.asked).toHaveLength(2);
  });
  test.each([
    ['checksum', stored('AAAAAA==')],
    ['size', stored(wholeCrc, 11)],
  ])('is removed again when its %s is another', (_, answer) => {
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
    ['one is of another generation than its model', { ...model('b', right), generation: '8' }],
    ['one comes from a listing', { ...model('b', right), extra: { generation: '7' } }],
    ['one has a checksum that is none', { ...model('b', right), extra: { generation: '7', crc32c: '?' } }],
  ])('is not compared when %s', (_, source) => {
    expect(compose([model('a', left), source], {}, stored('AAAAAA==')).object.sizeBytes).toBe(10);
  });
});

describe('exComposeObjects refuses', () => {
  test.each<[string, unknown, string]>([
    ['no sources', [], 'sources'],
    ['33 sources', Array.from({ length: 33 }, () => 'a'), 'sources'],
    ['sources that are no array', 'a', 'sources'],
    ['a source that is nothing', ['a', undefined], 'sources[1]'],
    ['a source of another container', [{ name: 'a', container: 'other-bucket' }], 'sources[0].container'],
    ['a source without a name', ['a', ''], 'objectName'],
    ['a generation that is no number', [{ name: 'a', generation: '1<' }], 'sources[0].generation'],
  ])('%s', (_, sources, field) => {
    const { storage, world } = scriptStorage();
    const operation = storage.exComposeObjects(sources as ComposeSource[], 'demo-bucket', 'whole.txt');
    expect(world.failureOf(operation)).toMatchObject({ code: 'invalid-argument', details: { field } });
    expect(world.steps).toEqual([]);
  });
});
