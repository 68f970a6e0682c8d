/**
 * Downloads as streams: a new request for each pass, resumed where that is safe, verified at the end, always released.
 */
import { type ByteStream, checksumOf, cleanUp, type Operation } from '@isobar/core/provider';
import type { Answer } from '@isobar/core/testing';
import { forbidIo } from '@isobar/core/testing';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { busy, errorAnswer, rangeAnswer, scriptStorage } from '../../testing/scripted-storage.ts';

forbidIo({ beforeEach, afterEach });

const path = '/demo-bucket/a';
const pinned = `${path}?generation=17`;
const object = { container: 'demo-bucket', name: 'a' };
const bytes = new TextEncoder().encode('The quick brown fox jumps over the lazy dog.');
const headers = {
  'x-goog-stored-content-length': String(bytes.length),
  'x-goog-hash': `crc32c=${checksumOf('crc32c', bytes)}`,
  'x-goog-generation': '17',
};
const whole: Answer = { headers, body: bytes, pieceBytes: 7 };
const { 'x-goog-generation': _generation, ...unpinned } = headers;
const part = (startBytes: number, endBytes: number): Answer =>
  rangeAnswer(bytes, startBytes, endBytes, { headers, pieceBytes: 7 });
const rest = (startBytes: number): Answer => part(startBytes, bytes.length);

/** Reads a stream once, as a driver does, up to a number of pieces. */
function* passOver(stream: ByteStream, into: Uint8Array[] = [], maxPieces = 999): Operation<Uint8Array> {
  const reader = stream.open();
  try {
    while (into.length < maxPieces) {
      const piece = yield* reader.next();
      if (piece === undefined) break;
      into.push(piece);
    }
    return new Uint8Array(Buffer.concat(into));
  } finally {
    yield* cleanUp(reader.close());
  }
}

describe('downloadObjectAsStream', () => {
  test('sends nothing before it is read', () => {
    const { storage, world } = scriptStorage();
    storage.downloadObjectAsStream(object).open();
    expect(world.steps).toEqual([]);
  });
  test('delivers the bytes in pieces', () => {
    const { storage, world } = scriptStorage();
    world.service.on('GET', path, whole);
    const pieces: Uint8Array[] = [];
    expect(world.run(passOver(storage.downloadObjectAsStream(object), pieces))).toEqual(bytes);
    expect(pieces.map(({ length }) => length)).toEqual([7, 7, 7, 7, 7, 7, 2]);
  });
  test('delivers an empty object', () => {
    const { storage, world } = scriptStorage();
    world.service.on('GET', path, { headers: { 'content-length': '0' } });
    expect(world.run(passOver(storage.downloadObjectAsStream(object)))).toHaveLength(0);
  });
  test('sends a new request for each pass', () => {
    const { storage, world } = scriptStorage();
    world.service.on('GET', path, whole, whole);
    const stream = storage.downloadObjectAsStream(object);
    world.run(passOver(stream));
    expect(world.run(passOver(stream))).toEqual(bytes);
  });
  test('reports progress with each piece', () => {
    const { storage, world } = scriptStorage();
    world.service.on('GET', path, { ...whole, pieceBytes: 30 });
    const reported: object[] = [];
    world.run(passOver(storage.downloadObjectAsStream(object, { onProgress: (progress) => reported.push(progress) })));
    expect(reported).toEqual([
      { transferredBytes: 30, totalBytes: bytes.length },
      { transferredBytes: bytes.length, totalBytes: bytes.length },
    ]);
  });
  test.each(['first', 'last'])('throws what the progress function throws at its %s call', (moment) => {
    const { storage, world } = scriptStorage();
    world.service.on('GET', path, whole);
    const own = new Error('the progress function broke');
    const onProgress = ({ transferredBytes }: { readonly transferredBytes: number }) => {
      if (moment === 'first' || transferredBytes === bytes.length) throw own;
    };
    expect(world.failureOf(passOver(storage.downloadObjectAsStream(object, { onProgress })))).toBe(own);
    expect(world.openStreams).toBe(0);
  });
  test('throws errors that are not the service’s, also when all bytes have arrived', () => {
    const { storage, world } = scriptStorage();
    world.service.on('GET', path, { ...whole, pieceBytes: bytes.length });
    const own = new Error('a mistake');
    const reader = storage.downloadObjectAsStream(object).open();
    world.run(reader.next());
    world.failNext('read', own);
    expect(world.failureOf(reader.next())).toBe(own);
  });
  test('releases the response when the caller stops early', () => {
    const { storage, world } = scriptStorage();
    world.service.on('GET', path, whole);
    world.run(passOver(storage.downloadObjectAsStream(object), [], 2));
    expect(world.openStreams).toBe(0);
  });
  test('releases the response when the call is cancelled', () => {
    const { storage, world } = scriptStorage();
    world.service.on('GET', path, whole);
    world.cancelBefore(({ kind }) => kind === 'read');
    world.failureOf(passOver(storage.downloadObjectAsStream(object)));
    expect(world.openStreams).toBe(0);
  });
  test('fails with not-found at the first piece', () => {
    const { storage, world } = scriptStorage();
    world.service.on('GET', path, errorAnswer(404, 'NoSuchKey'));
    expect(world.failureOf(passOver(storage.downloadObjectAsStream(object)))).toHaveProperty('code', 'not-found');
  });
  test('retries when the first response is unavailable', () => {
    const { storage, world } = scriptStorage();
    world.service.on('GET', path, busy, whole);
    expect(world.run(passOver(storage.downloadObjectAsStream(object)))).toEqual(bytes);
  });
  test.each([
    ['the checksum differs', { ...headers, 'x-goog-hash': 'crc32c=AAAAAA==' }],
    ['bytes are missing', { ...headers, 'x-goog-stored-content-length': '99' }],
  ])('fails with integrity at the end when %s', (_, received) => {
    const { storage, world } = scriptStorage();
    world.service.on('GET', path, { ...whole, headers: received });
    expect(world.failureOf(passOver(storage.downloadObjectAsStream(object)))).toHaveProperty('code', 'integrity');
  });
});

describe('a stream whose connection breaks', () => {
  test('resumes where it stopped, in the same generation, and continues the checksum', () => {
    const { storage, world } = scriptStorage();
    world.service.on('GET', path, { ...whole, breaksAfterBytes: 9 }).on('GET', pinned, rest(9));
    expect(world.run(passOver(storage.downloadObjectAsStream(object)))).toEqual(bytes);
    expect(world.service.requests.map((request) => request.headers.range)).toEqual([undefined, 'bytes=9-']);
  });
  test('releases the broken response', () => {
    const { storage, world } = scriptStorage();
    world.service.on('GET', path, { ...whole, breaksAfterBytes: 9 }).on('GET', pinned, rest(9));
    world.run(passOver(storage.downloadObjectAsStream(object)));
    expect(world.openStreams).toBe(0);
  });
  test.each(['network', 'timeout'] as const)('resumes after %s', (breaksWith) => {
    const { storage, world } = scriptStorage();
    world.service.on('GET', path, { ...whole, breaksAfterBytes: 9, breaksWith }).on('GET', pinned, rest(9));
    expect(world.run(passOver(storage.downloadObjectAsStream(object)))).toEqual(bytes);
  });
  test('after its last byte ends normally', () => {
    const { storage, world } = scriptStorage();
    world.service.on('GET', path, { ...whole, breaksAfterBytes: bytes.length });
    expect(world.run(passOver(storage.downloadObjectAsStream(object)))).toEqual(bytes);
  });
  test('is not resumed without a generation', () => {
    const { storage, world } = scriptStorage();
    world.service.on('GET', path, { ...whole, headers: unpinned, breaksAfterBytes: 9 });
    expect(world.failureOf(passOver(storage.downloadObjectAsStream(object)))).toHaveProperty('code', 'network');
  });
  test('is not resumed when retries are disabled', () => {
    const { storage, world } = scriptStorage({ attempts: 1 });
    world.service.on('GET', path, { ...whole, breaksAfterBytes: 9 });
    expect(world.failureOf(passOver(storage.downloadObjectAsStream(object)))).toHaveProperty('code', 'network');
  });
  test('is resumed as long as bytes arrive, beyond the attempts of the policy', () => {
    const { storage, world } = scriptStorage();
    world.service.on('GET', path, { ...whole, breaksAfterBytes: 1 });
    for (let at = 1; at < 9; at += 1) world.service.on('GET', pinned, { ...rest(at), breaksAfterBytes: 1 });
    world.service.on('GET', pinned, rest(9));
    expect(world.run(passOver(storage.downloadObjectAsStream(object)))).toEqual(bytes);
  });
  test('fails after several attempts without a byte', () => {
    const { storage, world } = scriptStorage();
    world.service.always('GET', /^\/demo-bucket\/a/, { ...whole, breaksAfterBytes: 0 });
    expect(world.failureOf(passOver(storage.downloadObjectAsStream(object)))).toHaveProperty('code', 'network');
    expect(world.service.requests).toHaveLength(3);
  });
  test.each<[string, Answer]>([
    ['all bytes', whole],
    ['a range that starts elsewhere', rest(8)],
    ['a range without content-range', { ...whole, status: 206, body: bytes.subarray(9) }],
  ])('refuses %s when the rest was requested, and releases it', (_, answer) => {
    const { storage, world } = scriptStorage();
    world.service.on('GET', path, { ...whole, breaksAfterBytes: 9 }).on('GET', pinned, answer);
    const failure = world.failureOf(passOver(storage.downloadObjectAsStream(object)));
    expect([failure, world.openStreams]).toEqual([expect.objectContaining({ code: 'malformed-response' }), 0]);
  });
});

describe('downloadObjectRangeAsStream', () => {
  test('delivers the bytes of the range', () => {
    const { storage, world } = scriptStorage();
    world.service.on('GET', path, part(4, 20));
    expect(world.run(passOver(storage.downloadObjectRangeAsStream(object, 4, 20)))).toEqual(bytes.subarray(4, 20));
    expect(world.service.requests[0]?.headers.range).toBe('bytes=4-19');
  });
  test('resumes within the range after a broken connection', () => {
    const { storage, world } = scriptStorage();
    world.service.on('GET', path, { ...part(4, 20), breaksAfterBytes: 6 }).on('GET', pinned, part(10, 20));
    expect(world.run(passOver(storage.downloadObjectRangeAsStream(object, 4, 20)))).toEqual(bytes.subarray(4, 20));
    expect(world.service.requests[1]?.headers.range).toBe('bytes=10-19');
  });
  test.each<[string, Answer]>([
    ['all bytes', whole],
    ['a range that starts elsewhere', part(0, 16)],
    ['a range without content-range', { ...whole, status: 206, body: bytes.subarray(4, 20) }],
  ])('refuses %s, delivers none of it, and releases it', (_, answer) => {
    const { storage, world } = scriptStorage();
    world.service.on('GET', path, answer);
    const pieces: Uint8Array[] = [];
    const failure = world.failureOf(passOver(storage.downloadObjectRangeAsStream(object, 4, 20), pieces));
    expect(failure).toHaveProperty('code', 'malformed-response');
    expect([pieces, world.openStreams]).toEqual([[], 0]);
  });
  test('refuses a reversed range when it is called', () => {
    const { storage } = scriptStorage();
    expect(() => storage.downloadObjectRangeAsStream(object, 9, 4)).toThrow(
      expect.objectContaining({ code: 'invalid-argument' }),
    );
  });
});
