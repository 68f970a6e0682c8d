/** Verification and decoding of downloads: which checksum is compared, and of which bytes. */
import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { CloudError, checksumOf } from '@isobar/core/provider';
import type { Answer } from '@isobar/core/testing';
import { forbidIo } from '@isobar/core/testing';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { errorAnswer, type ScriptedStorage, scriptStorage } from '../testing/scripted-storage.ts';

forbidIo({ beforeEach, afterEach });

const path = '/demo-bucket/a';
const object = { container: 'demo-bucket', name: 'a' };
const bytes = new TextEncoder().encode('The quick brown fox jumps over the lazy dog.');
const md5 = createHash('md5').update(bytes).digest('base64');
const size = { 'x-goog-stored-content-length': String(bytes.length), 'x-goog-generation': '17' };

function* collected({ storage }: ScriptedStorage, options?: object): Generator<never, Uint8Array> {
  const reader = storage.downloadObjectAsStream(object, options).open();
  const pieces: Uint8Array[] = [];
  for (;;) {
    const piece = yield* reader.next() as Generator<never, Uint8Array | undefined>;
    if (!piece) return Buffer.concat(pieces);
    pieces.push(piece);
  }
}

describe('without a CRC32C from the service', () => {
  const answer: Answer = { headers: { ...size, 'x-goog-hash': `md5=${md5}` }, body: bytes, pieceBytes: 7 };
  const wrong: Answer = { ...answer, headers: { ...size, 'x-goog-hash': 'md5=AAAAAAAAAAAAAAAAAAAAAA==' } };
  const ways: [string, (scripted: ScriptedStorage) => unknown][] = [
    ['readObject', ({ storage, world }) => world.run(storage.readObject(object))],
    ['downloadObject', ({ storage, world }) => world.run(storage.downloadObject(object, '/out'))],
    ['downloadObjectAsStream', (scripted) => scripted.world.run(collected(scripted))],
  ];

  test.each(ways)('%s compares the MD5', (_, run) => {
    const scripted = scriptStorage();
    scripted.world.service.on('GET', path, answer);
    expect(() => run(scripted)).not.toThrow();
  });
  test.each(ways)('%s refuses another MD5', (_, run) => {
    const scripted = scriptStorage();
    scripted.world.service.on('GET', path, wrong);
    expect(() => run(scripted)).toThrow(expect.objectContaining({ code: 'integrity' }));
    expect(scripted.world.disk.files.size).toBe(0);
  });
  test('a file is verified by MD5, also after a broken connection', () => {
    const { storage, world } = scriptStorage();
    const rest = { ...answer, status: 206, headers: { ...answer.headers, 'content-range': `bytes 10-43/44` } };
    world.service.on('GET', path, { ...answer, breaksAfterBytes: 10 });
    world.service.on('GET', `${path}?generation=17`, { ...rest, body: bytes.subarray(10) });
    expect(world.run(storage.downloadObject(object, '/out')).verified).toBe('md5');
  });
  test('CRC32C is preferred when the service sends both', () => {
    const { storage, world } = scriptStorage();
    const both = `crc32c=${checksumOf('crc32c', bytes)},md5=AAAAAAAAAAAAAAAAAAAAAA==`;
    world.service.on('GET', path, { ...answer, headers: { ...size, 'x-goog-hash': both } });
    expect(world.run(storage.downloadObject(object, '/out')).verified).toBe('crc32c');
  });
  test('a range is verified by its size', () => {
    const { storage, world } = scriptStorage();
    const headers = { ...answer.headers, 'content-range': 'bytes 0-9/44' };
    world.service.on('GET', path, { status: 206, headers, body: bytes.subarray(0, 10) });
    expect(world.run(storage.downloadObjectRange(object, '/out', 0, 10)).verified).toBe('size');
  });
});

describe('decompress', () => {
  const zipped = new Uint8Array(gzipSync(bytes));
  const answer: Answer = {
    headers: {
      'content-encoding': 'gzip',
      'x-goog-stored-content-length': String(zipped.length),
      'x-goog-generation': '17',
      'x-goog-hash': `crc32c=${checksumOf('crc32c', zipped)}`,
    },
    body: zipped,
  };
  const decoded = { decompress: true };

  test('requests gzip, so that the stored bytes can be verified', () => {
    const { storage, world } = scriptStorage();
    world.service.on('GET', path, answer);
    expect(world.run(storage.readObject(object, decoded))).toEqual(bytes);
    expect(world.service.requests[0]).toMatchObject({ decode: 'gzip', headers: { 'accept-encoding': 'gzip' } });
  });
  test('verifies the bytes as they are stored', () => {
    const scripted = scriptStorage();
    const { storage, world } = scripted;
    const wrong = { ...answer, headers: { ...answer.headers, 'x-goog-hash': 'crc32c=AAAAAA==' } };
    world.service.always('GET', path, wrong);
    const code = 'integrity';
    expect(world.failureOf(storage.readObject(object, decoded))).toHaveProperty('code', code);
    expect(world.failureOf(storage.downloadObject(object, '/out', decoded))).toHaveProperty('code', code);
    expect(world.failureOf(collected(scripted, decoded))).toHaveProperty('code', code);
    expect(world.disk.files.size).toBe(0);
  });
  test('restarts a file after a broken connection, in the same generation and without a range', () => {
    const { storage, world } = scriptStorage();
    world.service.on('GET', path, { ...answer, breaksAfterBytes: 20 }).on('GET', `${path}?generation=17`, answer);
    const file = world.run(storage.downloadObject(object, '/out', decoded));
    expect(file).toMatchObject({ sizeBytes: bytes.length, verified: 'crc32c' });
    expect(world.disk.files.get('/out')).toEqual(bytes);
    expect(world.service.requests.map(({ headers }) => headers.range)).toEqual([undefined, undefined]);
  });
  test('fails when the connection of a file breaks repeatedly', () => {
    const { storage, world } = scriptStorage();
    world.service.always('GET', /^\/demo-bucket\/a/, { ...answer, breaksAfterBytes: 20 });
    expect(world.failureOf(storage.downloadObject(object, '/out', decoded))).toHaveProperty('code', 'network');
    expect(world.service.requests).toHaveLength(3);
  });
  test('restarts a stream only if it has not delivered any bytes', () => {
    const scripted = scriptStorage();
    const { service } = scripted.world;
    service.on('GET', path, { ...answer, breaksAfterBytes: 0 }).on('GET', `${path}?generation=17`, answer);
    expect(scripted.world.run(collected(scripted, decoded))).toEqual(Buffer.from(bytes));
    const broken = scriptStorage();
    broken.world.service.on('GET', path, { ...answer, breaksAfterBytes: zipped.length - 8 });
    expect(broken.world.failureOf(collected(broken, decoded))).toHaveProperty('code', 'network');
  });
});

describe('versions and conditions of downloads', () => {
  test('a generation is requested, also after a broken connection', () => {
    const { storage, world } = scriptStorage();
    const headers = { ...size, 'x-goog-generation': '9' };
    world.service.on('GET', `${path}?generation=9`, { headers, body: bytes, breaksAfterBytes: 10 });
    const rest = { status: 206, headers: { ...headers, 'content-range': 'bytes 10-43/44' }, body: bytes.subarray(10) };
    world.service.on('GET', `${path}?generation=9`, rest);
    world.run(storage.downloadObject(object, '/out', { generation: '9' }));
    expect(world.disk.files.get('/out')).toEqual(bytes);
  });
  test('conditions are sent with every request', () => {
    const { storage, world } = scriptStorage();
    world.service.on('GET', path, errorAnswer(412, 'PreconditionFailed'));
    const failure = world.failureOf(storage.readObject(object, { ifGenerationMatch: '5', ifMetagenerationMatch: 2 }));
    expect(failure).toHaveProperty('code', 'precondition-failed');
    expect(world.service.requests[0]?.headers).toMatchObject({
      'x-goog-if-generation-match': '5',
      'x-goog-if-metageneration-match': '2',
    });
  });
});

describe('many objects', () => {
  const answer = (body: Uint8Array): Answer => ({
    headers: {
      'x-goog-stored-content-length': String(body.length),
      'x-goog-hash': `crc32c=${checksumOf('crc32c', body)}`,
    },
    body,
  });
  const small = { ...object, sizeBytes: bytes.length };

  test('small ones go through memory, verified, and one that is wrong leaves nothing behind', () => {
    const { storage, world } = scriptStorage();
    world.service.on('GET', path, answer(bytes), { ...answer(bytes), body: bytes.toReversed() });
    const { downloaded } = world.run(storage.downloadObjects([small], '/in'));
    expect(downloaded).toMatchObject([{ path: '/in/a', sizeBytes: bytes.length, verified: 'crc32c' }]);
    expect(world.disk.files.get('/in/a')).toEqual(bytes);
    const { failed } = world.run(storage.downloadObjects([small], '/other'));
    expect(failed).toMatchObject([{ error: { code: 'integrity' } }]);
    expect([...world.disk.files.keys()]).toEqual(['/in/a']);
  });
  test('one that has become larger than its model says goes to its file as it arrives', () => {
    const { storage, world } = scriptStorage();
    const large = new Uint8Array(300 * 1024).fill(7);
    world.service.on('GET', path, new CloudError('malformed-response', 'too large'), answer(large));
    const { downloaded } = world.run(storage.downloadObjects([small], '/in'));
    expect(world.service.requests.map(({ maxBodyBytes, sink }) => [maxBodyBytes, sink?.kind])).toEqual([
      [256 * 1024, undefined],
      [undefined, 'file'],
    ]);
    expect(downloaded).toMatchObject([{ sizeBytes: large.length, verified: 'crc32c' }]);
  });
});

describe('a model with checksums', () => {
  const md5Only = { headers: { ...size, 'x-goog-hash': `md5=${md5}` }, body: bytes };
  test.each([
    ['the one that it has', { md5 }, ['md5']],
    ['the preferred one, if it has none', {}, ['crc32c']],
    ['the preferred one, if it has another', { sha256: 'x' }, ['crc32c']],
  ])('makes a download compute %s while the bytes arrive', (_, checksums, computed) => {
    const { storage, world } = scriptStorage();
    world.service.on('GET', path, md5Only);
    expect(world.run(storage.downloadObject({ ...object, checksums } as typeof object, '/out')).verified).toBe('md5');
    expect(world.service.requests[0]?.checksums).toEqual(computed);
  });
});
