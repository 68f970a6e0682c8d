/** Downloads of large objects into files: concurrent ranges of one generation, verified as a whole. */
import { checksumOf, type HttpRequest, type StorageObject, type TransferProgress } from '@isobar/core/provider';
import { type Answer, forbidIo, networkFailure } from '@isobar/core/testing';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { errorAnswer, rangeAnswer, type ScriptedStorage, scriptStorage } from '../../testing/scripted-storage.ts';
import { downloadPartBytes } from '../limits.ts';

forbidIo({ beforeEach, afterEach });

const path = '/demo-bucket/large';
const pinned = `${path}?generation=17`;
const sizeBytes = 2 * downloadPartBytes + 1000;
const bytes = new Uint8Array(sizeBytes).map((_, index) => index % 251);
const hash = `crc32c=${checksumOf('crc32c', bytes)}`;
const received = { 'x-goog-stored-content-length': String(sizeBytes), 'x-goog-hash': hash, 'x-goog-generation': '17' };
const large: StorageObject = { container: 'demo-bucket', name: 'large', sizeBytes, metadata: {}, extra: {} };

/** Responds with the requested range, as the service does. */
function correctRange(request: HttpRequest, more: Answer = {}): Answer {
  const [, start = '', end = ''] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '') ?? [];
  return rangeAnswer(bytes, Number(start), Math.min(Number(end) + 1, sizeBytes), { headers: received, ...more });
}

const ranges = ({ world }: ScriptedStorage): unknown[] =>
  world.service.requests.map(({ headers, path: requested }) => [requested, headers.range]);

describe('a large object whose size is known', () => {
  test('is downloaded in ranges, pinned to the generation in the first response', () => {
    const script = scriptStorage();
    script.world.service.on('GET', path, correctRange).always('GET', pinned, correctRange);
    expect(script.world.run(script.storage.downloadObject(large, '/out'))).toEqual({
      path: '/out',
      sizeBytes,
      verified: 'crc32c',
    });
    expect(Buffer.compare(script.world.disk.files.get('/out') ?? new Uint8Array(), bytes)).toBe(0);
    expect(ranges(script)).toEqual([
      [path, `bytes=0-${downloadPartBytes - 1}`],
      [pinned, `bytes=${downloadPartBytes}-${2 * downloadPartBytes - 1}`],
      [pinned, `bytes=${2 * downloadPartBytes}-${sizeBytes - 1}`],
    ]);
  });

  test('is downloaded from the named generation, including the first range', () => {
    const script = scriptStorage();
    script.world.service.always('GET', pinned, correctRange);
    const named = { ...large, generation: '17' };
    expect(script.world.run(script.storage.downloadObject(named, '/out')).verified).toBe('crc32c');
    expect(script.world.service.requests.map(({ path: requested }) => requested)).toEqual([pinned, pinned, pinned]);
  });

  test('a range resumes where it stopped after a broken connection', () => {
    const script = scriptStorage();
    script.world.service
      .on('GET', path, correctRange)
      .on('GET', pinned, (request) => correctRange(request, { breaksAfterBytes: 5000 }))
      .always('GET', pinned, correctRange);
    expect(script.world.run(script.storage.downloadObject(large, '/out')).verified).toBe('crc32c');
    expect(ranges(script)).toContainEqual([pinned, `bytes=${downloadPartBytes + 5000}-${2 * downloadPartBytes - 1}`]);
  });

  test('a range that fails permanently leaves no file, not even a temporary one', () => {
    const { storage, world } = scriptStorage();
    world.service.on('GET', path, correctRange).always('GET', pinned, errorAnswer(404, 'NoSuchKey'));
    expect(world.failureOf(storage.downloadObject(large, '/out'))).toHaveProperty('code', 'not-found');
    expect([...world.disk.files.keys(), ...world.disk.staged.keys()]).toEqual([]);
  });

  test('wrong bytes in one range fail the download with integrity', () => {
    const { storage, world } = scriptStorage();
    const wrong = (request: HttpRequest): Answer => ({
      ...correctRange(request),
      body: new Uint8Array(downloadPartBytes),
    });
    world.service.on('GET', path, correctRange).on('GET', pinned, wrong).always('GET', pinned, correctRange);
    expect(world.failureOf(storage.downloadObject(large, '/out'))).toHaveProperty('code', 'integrity');
    expect(world.disk.staged.size).toBe(0);
  });

  test('a short range fails the download with integrity', () => {
    const { storage, world } = scriptStorage();
    const short = (request: HttpRequest): Answer => ({ ...correctRange(request), body: bytes.subarray(0, 10) });
    world.service.on('GET', path, correctRange).on('GET', pinned, short).always('GET', pinned, correctRange);
    expect(world.failureOf(storage.downloadObject(large, '/out'))).toHaveProperty('code', 'integrity');
  });

  test('is downloaded with one request when the service sends no generation', () => {
    const script = scriptStorage();
    const { 'x-goog-generation': _, ...unpinned } = received;
    script.world.service
      .on('GET', path, (request) => correctRange(request, { headers: unpinned }))
      .on('GET', path, { headers: unpinned, body: bytes });
    expect(script.world.run(script.storage.downloadObject(large, '/out')).verified).toBe('crc32c');
    expect(ranges(script).at(-1)).toEqual([path, undefined]);
  });

  test('an object that is now smaller is downloaded as it is', () => {
    const { storage, world } = scriptStorage();
    const now = bytes.subarray(0, 99);
    const headers = {
      ...received,
      'x-goog-stored-content-length': '99',
      'x-goog-hash': `crc32c=${checksumOf('crc32c', now)}`,
    };
    world.service.on('GET', path, rangeAnswer(now, 0, 99, { headers }));
    expect(world.run(storage.downloadObject(large, '/out')).sizeBytes).toBe(99);
  });

  test('an object that is now empty becomes an empty file', () => {
    const { storage, world } = scriptStorage();
    const empty = { ...received, 'x-goog-stored-content-length': '0', 'x-goog-hash': 'crc32c=AAAAAA==' };
    world.service.on('GET', path, errorAnswer(416, 'InvalidRange'), { headers: empty });
    expect(world.run(storage.downloadObject(large, '/out')).sizeBytes).toBe(0);
  });

  test('reports the total progress of all ranges', () => {
    const { storage, world } = scriptStorage();
    world.service.on('GET', path, correctRange).always('GET', pinned, correctRange);
    const seen: TransferProgress[] = [];
    world.run(storage.downloadObject(large, '/out', { onProgress: (progress) => void seen.push(progress) }));
    expect(seen.at(-1)).toEqual({ transferredBytes: sizeBytes, totalBytes: sizeBytes });
  });

  test('a first range that fails is retried', () => {
    const script = scriptStorage();
    script.world.service.on('GET', path, networkFailure(), correctRange).always('GET', pinned, correctRange);
    expect(script.world.run(script.storage.downloadObject(large, '/out')).verified).toBe('crc32c');
  });
});

test('an object of unknown size is downloaded with one request', () => {
  const script = scriptStorage();
  script.world.service.on('GET', path, { headers: received, body: bytes });
  script.world.run(script.storage.downloadObject({ container: 'demo-bucket', name: 'large' }, '/out'));
  expect(ranges(script)).toEqual([[path, undefined]]);
});
