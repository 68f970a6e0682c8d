/** Downloads into memory and files: verified, resumed only where that is safe, and complete or absent. */
import { type CloudError, checksumOf } from '@isobar/core/provider';
import { type Answer, forbidIo, nameOf, networkFailure } from '@isobar/core/testing';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { errorAnswer, rangeAnswer, type ScriptedStorage, scriptStorage } from '../../testing/scripted-storage.ts';

forbidIo({ beforeEach, afterEach });

const path = '/demo-bucket/dir/a.txt';
const pinned = `${path}?generation=17`;
const object = { container: 'demo-bucket', name: 'dir/a.txt' };
const bytes = new TextEncoder().encode('The quick brown fox jumps over the lazy dog.');
const hash = `crc32c=${checksumOf('crc32c', bytes)}`;
const headers = {
  'x-goog-stored-content-length': String(bytes.length),
  'x-goog-hash': hash,
  'x-goog-generation': '17',
};
const whole: Answer = { headers, body: bytes };
const { 'x-goog-generation': _generation, ...unpinned } = headers;

/** The response to a request for all bytes from an offset on. */
function rest(startBytes: number, more: Answer = {}): Answer {
  return rangeAnswer(bytes, startBytes, bytes.length, { headers, ...more });
}

const ranges = ({ world }: ScriptedStorage) => world.service.requests.map((request) => request.headers.range);

describe('readObject', () => {
  test('returns the bytes', () => {
    const { storage, world } = scriptStorage();
    world.service.on('GET', path, whole);
    expect(world.run(storage.readObject(object))).toEqual(bytes);
  });
  test('returns no bytes for an empty object', () => {
    const { storage, world } = scriptStorage();
    world.service.on('GET', path, { headers: { 'content-length': '0', 'x-goog-hash': 'crc32c=AAAAAA==' } });
    expect(world.run(storage.readObject(object))).toEqual(new Uint8Array(0));
  });
  test.each([
    ['the checksum differs', { ...headers, 'x-goog-hash': 'crc32c=AAAAAA==' }],
    ['bytes are missing', { ...headers, 'x-goog-stored-content-length': '99' }],
    ['there are too many bytes', { ...headers, 'x-goog-stored-content-length': '9' }],
  ])('fails with integrity when %s', (_, received) => {
    const { storage, world } = scriptStorage();
    world.service.on('GET', path, { ...whole, headers: received });
    expect(world.failureOf(storage.readObject(object))).toMatchObject({
      code: 'integrity',
      details: { container: 'demo-bucket', object: 'dir/a.txt' },
    });
  });
  test('verifies only the size when there is no checksum', () => {
    const { storage, world } = scriptStorage();
    world.service.on('GET', path, { headers: { 'content-length': String(bytes.length) }, body: bytes });
    expect(world.run(storage.readObject(object))).toEqual(bytes);
  });
  test('refuses a response without a size', () => {
    const { storage, world } = scriptStorage();
    world.service.on('GET', path, { body: bytes });
    expect(world.failureOf(storage.readObject(object))).toHaveProperty('code', 'malformed-response');
  });
  test('requests everything again after a broken connection', () => {
    const script = scriptStorage();
    script.world.service.on('GET', path, { ...whole, breaksAfterBytes: 9 }, whole);
    expect(script.world.run(script.storage.readObject(object))).toEqual(bytes);
    expect(ranges(script)).toEqual([undefined, undefined]);
  });
  test('requests the bytes as stored', () => {
    const { storage, world } = scriptStorage();
    world.service.on('GET', path, whole);
    world.run(storage.readObject(object));
    expect(world.service.requests[0]?.headers['accept-encoding']).toBe('gzip');
  });
  test('fails with not-found', () => {
    const { storage, world } = scriptStorage();
    world.service.on('GET', path, errorAnswer(404, 'NoSuchKey'));
    expect(world.failureOf(storage.readObject(object))).toHaveProperty('code', 'not-found');
  });
});

describe('downloadObject', () => {
  test('writes the file, verified', () => {
    const { storage, world } = scriptStorage();
    world.service.on('GET', path, whole);
    expect(world.run(storage.downloadObject(object, '/out'))).toEqual({
      path: '/out',
      sizeBytes: bytes.length,
      verified: 'crc32c',
    });
    expect(world.disk.files.get('/out')).toEqual(bytes);
  });
  test('names the file after the object in a folder', () => {
    const { storage, world } = scriptStorage();
    world.disk.folders.add('/folder');
    world.service.on('GET', path, whole);
    expect(world.run(storage.downloadObject(object, '/folder/')).path).toBe('/folder/a.txt');
  });
  test('reports that only the size was verified when there is no checksum', () => {
    const { storage, world } = scriptStorage();
    world.service.on('GET', path, { headers: { 'content-length': String(bytes.length) }, body: bytes });
    expect(world.run(storage.downloadObject(object, '/out')).verified).toBe('size');
  });
  test('sends nothing when the file exists', () => {
    const { storage, world } = scriptStorage();
    world.disk.files.set('/out', new Uint8Array(1));
    expect(world.failureOf(storage.downloadObject(object, '/out'))).toHaveProperty('code', 'already-exists');
    expect(world.service.requests).toEqual([]);
  });
  test('replaces a file with overwriteExisting', () => {
    const { storage, world } = scriptStorage();
    world.disk.files.set('/out', new Uint8Array(1));
    world.service.on('GET', path, whole);
    world.run(storage.downloadObject(object, '/out', { overwriteExisting: true }));
    expect(world.disk.files.get('/out')).toEqual(bytes);
  });
  test('reports progress across broken connections', () => {
    const { storage, world } = scriptStorage();
    world.service.on('GET', path, { ...whole, breaksAfterBytes: 9 }).on('GET', pinned, rest(9));
    const reported: number[] = [];
    const onProgress = ({ transferredBytes }: { transferredBytes: number }) => reported.push(transferredBytes);
    world.run(storage.downloadObject(object, '/out', { onProgress }));
    expect(reported).toEqual([9, bytes.length]);
  });
});

describe('a download into a file whose connection breaks', () => {
  test('resumes where it stopped, in the same generation', () => {
    const script = scriptStorage();
    script.world.service
      .on('GET', path, { ...whole, breaksAfterBytes: 9 })
      .on('GET', pinned, rest(9, { breaksAfterBytes: 11 }), rest(20));
    expect(script.world.run(script.storage.downloadObject(object, '/out')).verified).toBe('crc32c');
    expect(script.world.disk.files.get('/out')).toEqual(bytes);
    expect(ranges(script)).toEqual([undefined, 'bytes=9-', 'bytes=20-']);
  });
  test('continues in the file', () => {
    const { storage, world } = scriptStorage();
    world.service.on('GET', path, { ...whole, breaksAfterBytes: 9 }).on('GET', pinned, rest(9));
    world.run(storage.downloadObject(object, '/out'));
    expect(world.service.requests[1]?.sink).toMatchObject({ startBytes: 9 });
  });
  test('does not sign the range', () => {
    const { storage, world } = scriptStorage();
    world.service.on('GET', path, { ...whole, breaksAfterBytes: 9 }).on('GET', pinned, rest(9));
    world.run(storage.downloadObject(object, '/out'));
    expect(world.service.requests[1]?.headers.authorization).not.toContain('range');
  });
  test('before its first byte requests everything again, in the same generation', () => {
    const script = scriptStorage();
    script.world.service.on('GET', path, { ...whole, breaksAfterBytes: 0 }).on('GET', pinned, whole);
    script.world.run(script.storage.downloadObject(object, '/out'));
    expect(ranges(script)).toEqual([undefined, undefined]);
  });
  test('after its last byte is complete', () => {
    const { storage, world } = scriptStorage();
    world.service.on('GET', path, { ...whole, breaksAfterBytes: bytes.length });
    expect(world.run(storage.downloadObject(object, '/out')).sizeBytes).toBe(bytes.length);
  });
  test('is resumed as long as bytes arrive, beyond the attempts of the policy', () => {
    const { storage, world } = scriptStorage();
    world.service.on('GET', path, { ...whole, breaksAfterBytes: 1 });
    for (let at = 1; at < 9; at += 1) world.service.on('GET', pinned, rest(at, { breaksAfterBytes: 1 }));
    world.service.on('GET', pinned, rest(9));
    expect(world.run(storage.downloadObject(object, '/out')).verified).toBe('crc32c');
  });
  test('fails after several attempts without a byte', () => {
    const { storage, world } = scriptStorage();
    world.service.always('GET', /a\.txt/, { ...whole, breaksAfterBytes: 0 });
    expect(world.failureOf(storage.downloadObject(object, '/out'))).toHaveProperty('code', 'network');
    expect(world.service.requests).toHaveLength(3);
  });
  test('is not resumed without a generation: two versions might mix', () => {
    const { storage, world } = scriptStorage();
    world.service.on('GET', path, { ...whole, headers: unpinned, breaksAfterBytes: 9 });
    expect(world.failureOf(storage.downloadObject(object, '/out'))).toHaveProperty('code', 'network');
  });
  test('is not resumed when retries are disabled', () => {
    const { storage, world } = scriptStorage({ attempts: 1 });
    world.service.on('GET', path, { ...whole, breaksAfterBytes: 9 });
    expect(world.failureOf(storage.downloadObject(object, '/out'))).toHaveProperty('code', 'network');
  });
  test('is verified against the first response, not a later one', () => {
    const { storage, world } = scriptStorage();
    world.service
      .on('GET', path, { ...whole, breaksAfterBytes: 9 })
      .on('GET', pinned, rest(9, { headers: { 'x-goog-generation': '17' } }));
    expect(world.run(storage.downloadObject(object, '/out')).verified).toBe('crc32c');
  });
  test.each([
    ['another', '18'],
    ['none', undefined],
  ])('fails with conflict when the rest comes from a generation that is not the first: %s', (_, generation) => {
    const { storage, world } = scriptStorage();
    const received = generation === undefined ? {} : { 'x-goog-generation': generation };
    world.service.on('GET', path, { ...whole, breaksAfterBytes: 9 }).on('GET', pinned, rest(9, { headers: received }));
    const failure = world.failureOf(storage.downloadObject(object, '/out'));
    expect(failure).toMatchObject({ code: 'conflict', details: { object: 'dir/a.txt' } });
    expect([world.disk.files.size, world.disk.staged.size]).toEqual([0, 0]);
  });
  test('fails with conflict when the response has another generation than requested', () => {
    const { storage, world } = scriptStorage();
    world.service.always('GET', /generation=16$/, whole);
    const named = { ...object, generation: '16' };
    for (const read of [() => storage.readObject(named), () => storage.downloadObject(named, '/out')]) {
      expect(world.failureOf(read())).toHaveProperty('code', 'conflict');
    }
  });
  test.each([
    ['with', rest(9)],
    ['without', { ...rest(9), headers: { 'content-range': 'bytes 9-43/44', 'content-length': '35' } }],
  ])('refuses a range that was not requested, %s headers of Google', (_, answer) => {
    const { storage, world } = scriptStorage();
    world.service.always('GET', /./, answer);
    for (const read of [() => storage.readObject(object), () => storage.downloadObject(object, '/out')]) {
      expect(world.failureOf(read())).toHaveProperty('code', 'malformed-response');
    }
    expect(world.disk.files.size).toBe(0);
  });
  test('takes the object’s size from content-range when Google’s headers are absent', () => {
    const { storage, world } = scriptStorage();
    const answer = {
      ...rangeAnswer(bytes, 9, 20),
      headers: { 'content-range': 'bytes 9-19/44', 'content-length': '11' },
    };
    world.service.on('GET', path, answer);
    expect(world.run(storage.downloadObjectRange(object, '/out', 9, 20))).toMatchObject({ sizeBytes: 11 });
  });
  test('fails when the generation is gone', () => {
    const { storage, world } = scriptStorage();
    world.service.on('GET', path, { ...whole, breaksAfterBytes: 9 }).on('GET', pinned, errorAnswer(404, 'NoSuchKey'));
    expect(world.failureOf(storage.downloadObject(object, '/out'))).toHaveProperty('code', 'not-found');
  });
  test.each<[string, Answer]>([
    ['all bytes', whole],
    ['a range that starts earlier', rest(8)],
    ['a range that starts later', rest(10)],
    ['a range without content-range', { status: 206, headers, body: bytes.subarray(9) }],
  ])('refuses %s when the rest was requested, and discards the file', (_, answer) => {
    const { storage, world } = scriptStorage();
    world.service.on('GET', path, { ...whole, breaksAfterBytes: 9 }).on('GET', pinned, answer);
    expect(world.failureOf(storage.downloadObject(object, '/out'))).toHaveProperty('code', 'malformed-response');
    expect(world.disk.log).toEqual(['stage /out', 'discard /out']);
  });
  test('fails with integrity when the rest does not match the start', () => {
    const { storage, world } = scriptStorage();
    const other = { body: bytes.slice(9).fill(0) };
    world.service.on('GET', path, { ...whole, breaksAfterBytes: 9 }).on('GET', pinned, rest(9, other));
    expect(world.failureOf(storage.downloadObject(object, '/out'))).toHaveProperty('code', 'integrity');
  });
});

describe('a staged file', () => {
  const wrong = { ...whole, headers: { ...headers, 'x-goog-hash': 'crc32c=AAAAAA==' } };
  test.each<[string, Answer | CloudError]>([
    ['the object is missing', errorAnswer(404, 'NoSuchKey')],
    ['the bytes are wrong', wrong],
    ['the connection breaks permanently', { ...whole, headers: unpinned, breaksAfterBytes: 9 }],
    ['the service does not respond', networkFailure()],
  ])('is discarded when %s', (_, reply) => {
    const { storage, world } = scriptStorage();
    world.service.always('GET', path, reply);
    world.failureOf(storage.downloadObject(object, '/out'));
    expect(world.disk.log).toEqual(['stage /out', 'discard /out']);
    expect(world.disk.files.has('/out')).toBe(false);
  });
  test('is discarded when it cannot get its name', () => {
    const { storage, world } = scriptStorage();
    world.service.on('GET', path, () => {
      world.disk.files.set('/out', new Uint8Array(1)); // another process created it
      return whole;
    });
    expect(world.failureOf(storage.downloadObject(object, '/out'))).toHaveProperty('code', 'already-exists');
    expect([...world.disk.staged.keys()]).toEqual([]);
  });
  test.each(['exchange', 'publish'] as const)('is discarded when the call is cancelled before %s', (name) => {
    const { storage, world } = scriptStorage();
    world.service.on('GET', path, whole);
    world.cancelBefore((step) => nameOf(step) === name);
    expect(world.failureOf(storage.downloadObject(object, '/out'))).toHaveProperty('name', 'Cancelled');
    expect(world.disk.log).toEqual(['stage /out', 'discard /out']);
  });
  test('is not discarded after it is published', () => {
    const { storage, world } = scriptStorage();
    world.service.on('GET', path, whole);
    world.run(storage.downloadObject(object, '/out'));
    expect(world.disk.log).toEqual(['stage /out', 'publish /out']);
  });
});

describe('downloadObjectRange', () => {
  const part = (start: number, end: number, more: Answer = {}): Answer =>
    rangeAnswer(bytes, start, end, { headers, ...more });

  test.each<[string, number, number | undefined, string]>([
    ['both ends', 4, 9, 'bytes=4-8'],
    ['one byte', 4, 5, 'bytes=4-4'],
    ['an open end', 4, undefined, 'bytes=4-'],
    ['the start', 0, 9, 'bytes=0-8'],
    ['all of it', 0, undefined, 'bytes=0-'],
    ['an end beyond the object', 4, 999, 'bytes=4-998'],
  ])('requests %s', (_, start, end, range) => {
    const script = scriptStorage();
    const until = Math.min(end ?? bytes.length, bytes.length);
    script.world.service.on('GET', path, part(start, until));
    const { sizeBytes } = script.world.run(script.storage.downloadObjectRange(object, '/out', start, end));
    expect([ranges(script), sizeBytes]).toEqual([[range], until - start]);
  });
  test('is not verified with the checksum of the whole object', () => {
    const { storage, world } = scriptStorage();
    world.service.on('GET', path, part(4, 9));
    expect(world.run(storage.downloadObjectRange(object, '/out', 4, 9)).verified).toBe('size');
  });
  test('resumes within the range after a broken connection', () => {
    const script = scriptStorage();
    script.world.service.on('GET', path, part(4, 20, { breaksAfterBytes: 6 })).on('GET', pinned, part(10, 20));
    script.world.run(script.storage.downloadObjectRange(object, '/out', 4, 20));
    expect(ranges(script)).toEqual(['bytes=4-19', 'bytes=10-19']);
    expect(script.world.disk.files.get('/out')).toEqual(bytes.subarray(4, 20));
  });
  test.each<[string, Answer]>([
    ['all bytes: the service ignored the range', whole],
    ['a range that starts elsewhere', part(0, 5)],
    ['a range whose start only has the same first digit', part(40, 44)],
    ['a range without content-range', { status: 206, headers, body: bytes.subarray(4, 9) }],
    ['a range in other units', { ...part(4, 9), headers: { ...headers, 'content-range': 'items 4-8/44' } }],
  ])('refuses %s, and discards the staged file', (_, answer) => {
    const { storage, world } = scriptStorage();
    world.service.on('GET', path, answer);
    const failure = world.failureOf(storage.downloadObjectRange(object, '/out', 4, 9));
    expect(failure).toMatchObject({
      code: 'malformed-response',
      details: { container: 'demo-bucket', object: 'dir/a.txt' },
    });
    expect(world.disk.log).toEqual(['stage /out', 'discard /out']);
  });
  test('refuses fewer bytes than the range has', () => {
    const { storage, world } = scriptStorage();
    world.service.on('GET', path, part(4, 8));
    expect(world.failureOf(storage.downloadObjectRange(object, '/out', 4, 9))).toHaveProperty('code', 'integrity');
  });
  test('fails with invalid-argument when it starts after the end', () => {
    const { storage, world } = scriptStorage();
    world.service.on('GET', path, errorAnswer(416, 'InvalidRange'));
    expect(world.failureOf(storage.downloadObjectRange(object, '/out', 99))).toHaveProperty('code', 'invalid-argument');
  });
  test('sends nothing for a range that is reversed', () => {
    const { storage, world } = scriptStorage();
    expect(world.failureOf(storage.downloadObjectRange(object, '/out', 9, 4))).toHaveProperty(
      'code',
      'invalid-argument',
    );
    expect(world.steps).toEqual([]);
  });
});
