/** Resumable uploads: requests to a session, and how its responses are read. */
import { type CloudError, checksumOf, type HttpRequest } from '@isobar/core/provider';
import { type Answer, forbidIo, networkFailure } from '@isobar/core/testing';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { errorAnswer, type ScriptedStorage, scriptStorage } from '../testing/scripted-storage.ts';
import { resumableChunkBytes as chunk } from './limits.ts';

forbidIo({ beforeEach, afterEach });

const path = '/demo-bucket/dir/a%20b';
const session = `${path}?upload_id=SECRET-id`;
const upload = { container: 'demo-bucket', name: 'dir/a b', sessionUri: `https://storage.googleapis.com${session}` };
const started = { status: 201, headers: { location: `https://other.example${session}` } };

const storedUpTo = (bytes: number): Answer => ({
  status: 308,
  ...(bytes > 0 && { headers: { range: `bytes=0-${bytes - 1}` } }),
});

/** A scripted driver with a file. Its sessions accept only requests without a signature. */
function scriptSession(file: Uint8Array): ScriptedStorage & { readonly sum: string } {
  const scripted = scriptStorage();
  const { disk, service } = scripted.world;
  disk.files.set('/file', file);
  const signed = service.problemOf;
  service.problemOf = (request) => {
    if (!request.path.includes('upload_id')) return signed(request);
    return request.headers.authorization === undefined ? undefined : 'sends its credentials to a session';
  };
  return { ...scripted, sum: checksumOf('crc32c', file) };
}

/** Scripts the end of an upload whose object has the bytes of a file. */
function finish({ world }: ScriptedStorage, file: Uint8Array): Answer {
  const headers = {
    'x-goog-generation': '17',
    'x-goog-stored-content-length': String(file.length),
    'x-goog-hash': `crc32c=${checksumOf('crc32c', file)}`,
  };
  world.service.on('HEAD', `${path}?generation=17`, { headers });
  return { headers };
}

const rangeOf = ({ headers }: HttpRequest): string | undefined => headers['content-range'];

describe('exCreateResumableUpload', () => {
  test('sends headers, metadata and conditions at the start', () => {
    const { storage, world } = scriptSession(new Uint8Array(0));
    world.service.on('POST', path, started);
    const options = { contentType: 'text/x-own', metadata: { a: 'b' }, ifGenerationMatch: 0 };
    expect(world.run(storage.exCreateResumableUpload('demo-bucket', 'dir/a b', options))).toEqual(upload);
    expect(world.service.requests[0]?.headers).toMatchObject({
      'content-type': 'text/x-own',
      'x-goog-meta-a': 'b',
      'x-goog-resumable': 'start',
      'x-goog-if-generation-match': '0',
    });
  });
  test.each([
    ['none', {}],
    ['one without an id', { location: `https://storage.googleapis.com${path}` }],
    ['one with a line break', { location: `https://storage.googleapis.com${session}\r\n` }],
  ])('refuses %s as a location', (_, headers) => {
    const { storage, world } = scriptSession(new Uint8Array(0));
    world.service.on('POST', path, { status: 201, headers: headers as Record<string, string> });
    const failure = world.failureOf(storage.exCreateResumableUpload('demo-bucket', 'dir/a b'));
    expect(failure).toHaveProperty('code', 'malformed-response');
  });
});

describe('exGetResumableUpload', () => {
  test.each([0, 1, chunk])('reports that %i bytes are stored', (storedBytes) => {
    const { storage, world } = scriptSession(new Uint8Array(0));
    world.service.on('PUT', session, storedUpTo(storedBytes));
    expect(world.run(storage.exGetResumableUpload(upload))).toEqual({ storedBytes });
    expect(world.service.requests.map(rangeOf)).toEqual(['bytes */*']);
  });
  test.each(['bytes=5-9', 'bytes=0-', 'none', 'bytes=0-99999999999999999999'])('refuses the range %s', (range) => {
    const { storage, world } = scriptSession(new Uint8Array(0));
    world.service.on('PUT', session, { status: 308, headers: { range } });
    expect(world.failureOf(storage.exGetResumableUpload(upload))).toHaveProperty('code', 'malformed-response');
  });
  test.each([404, 410])('reports that an upload has expired when the response is %i', (status) => {
    const { storage, world } = scriptSession(new Uint8Array(0));
    world.service.on('PUT', session, { status });
    const failure = world.failureOf(storage.exGetResumableUpload(upload)) as CloudError;
    expect(failure).toMatchObject({ code: 'not-found', details: { status, object: 'dir/a b' } });
    expect(failure.message).toContain('expired');
    expect(JSON.stringify([failure, failure.cause])).not.toContain('SECRET');
  });
});

describe('exResumeUpload', () => {
  const file = Uint8Array.from({ length: chunk + 10 }, (_, index) => index % 251);

  test('sends the rest, with the checksum of the whole file in the last chunk', () => {
    const scripted = scriptSession(file);
    const { storage, sum, world } = scripted;
    const at = 256 * 1024;
    world.service.on('PUT', session, storedUpTo(at), storedUpTo(at + chunk - at), finish(scripted, file));
    expect(world.run(storage.exResumeUpload(upload, '/file')).sizeBytes).toBe(file.length);
    const ends = `${chunk}-${file.length - 1}/${file.length}`;
    const [probe, first, last] = world.service.requests;
    expect([probe, first, last].map((request) => request && rangeOf(request))).toEqual([
      'bytes */*',
      `bytes ${at}-${file.length - 1}/${file.length}`,
      `bytes ${ends}`,
    ]);
    expect(last?.headers['x-goog-hash']).toBe(`crc32c=${sum}`);
  });
  test('sends bytes again that the service has lost', () => {
    const scripted = scriptSession(file);
    const { storage, world } = scripted;
    const answers = [storedUpTo(chunk), networkFailure(), storedUpTo(0), storedUpTo(chunk), finish(scripted, file)];
    world.service.on('PUT', session, ...answers);
    expect(world.run(storage.exResumeUpload(upload, '/file')).sizeBytes).toBe(file.length);
    expect(world.service.requests.map(rangeOf)).toContain(`bytes 0-${chunk - 1}/*`);
  });
  test('fails when the service repeatedly loses bytes', () => {
    let calls = 0;
    const flipping = (): Answer => storedUpTo([0, chunk][calls++ % 2] ?? 0);
    const scripted = scriptSession(file);
    scripted.world.service.always('PUT', session, flipping);
    expect(scripted.world.failureOf(scripted.storage.exResumeUpload(upload, '/file'))).toHaveProperty(
      'code',
      'unavailable',
    );
  });
  test('fails when the service stores nothing', () => {
    const { storage, world } = scriptSession(file);
    world.service.always('PUT', session, storedUpTo(0));
    expect(world.failureOf(storage.exResumeUpload(upload, '/file'))).toMatchObject({
      code: 'unavailable',
      details: { attempts: 3 },
    });
  });
  test('deletes an object that differs from what was sent, and fails', () => {
    const scripted = scriptSession(file);
    const { storage, world } = scripted;
    const other = file.slice().fill(1, 0, 10);
    world.service.on('PUT', session, storedUpTo(chunk), finish(scripted, other));
    world.service.on('DELETE', `${path}?generation=17`, { status: 204 });
    expect(world.failureOf(storage.exResumeUpload(upload, '/file'))).toHaveProperty('code', 'integrity');
    expect(world.service.unasked).toEqual([]);
  });
  test.each([
    ['a session of another file', errorAnswer(400, 'BadDigest'), 'integrity'],
    ['a condition that does not hold', errorAnswer(412, 'PreconditionFailed'), 'precondition-failed'],
    ['a refusal', errorAnswer(403, 'AccessDenied'), 'permission-denied'],
  ])('fails at once for %s', (_, answer, code) => {
    const { storage, world } = scriptSession(file);
    world.service.on('PUT', session, storedUpTo(chunk), answer);
    expect(world.failureOf(storage.exResumeUpload(upload, '/file'))).toHaveProperty('code', code);
  });
});

describe('exCancelResumableUpload', () => {
  test.each([204, 499])('accepts %i as success', (status) => {
    const { storage, world } = scriptSession(new Uint8Array(0));
    world.service.on('DELETE', session, { status });
    expect(world.run(storage.exCancelResumableUpload(upload))).toBeUndefined();
  });
  test('succeeds when a retry finds the session gone', () => {
    const { storage, world } = scriptSession(new Uint8Array(0));
    world.service.on('DELETE', session, networkFailure(), { status: 404 });
    expect(world.run(storage.exCancelResumableUpload(upload))).toBeUndefined();
  });
  test('fails with not-found when there is no session', () => {
    const { storage, world } = scriptSession(new Uint8Array(0));
    world.service.on('DELETE', session, { status: 404 });
    expect(world.failureOf(storage.exCancelResumableUpload(upload))).toHaveProperty('code', 'not-found');
  });
});

describe('a long stream with a condition', () => {
  const bytes = new Uint8Array(17 * 1024 * 1024).fill(3);
  const eight = 8 * 1024 * 1024;

  test('goes through a session, which is cancelled when the source fails', () => {
    const { storage, world } = scriptSession(bytes);
    world.service.on('POST', path, started).on('DELETE', session, { status: 204 });
    world.service.on('PUT', session, storedUpTo(eight));
    const broken = new Error('the source broke');
    function* source(): Generator<Uint8Array> {
      yield bytes;
      throw broken;
    }
    const options = { ifGenerationMatch: 0 };
    expect(world.failureOf(storage.uploadObjectViaStream(source(), 'demo-bucket', 'dir/a b', options))).toBe(broken);
    expect(world.service.unasked).toEqual([]);
  });
  test('sends again only bytes that were not stored', () => {
    const scripted = scriptSession(bytes);
    const { storage, world } = scripted;
    const half = eight / 2;
    world.service.on('POST', path, started);
    const answers = [storedUpTo(half), storedUpTo(eight), storedUpTo(2 * eight), finish(scripted, bytes)];
    world.service.on('PUT', session, ...answers);
    const options = { ifGenerationMatch: 0 };
    world.run(storage.uploadObjectViaStream([bytes], 'demo-bucket', 'dir/a b', options));
    expect(world.service.requests.map(rangeOf).filter(Boolean)).toEqual([
      `bytes 0-${eight - 1}/*`,
      `bytes ${half}-${eight - 1}/*`,
      `bytes ${eight}-${2 * eight - 1}/*`,
      `bytes ${2 * eight}-${bytes.length - 1}/${bytes.length}`,
    ]);
  });
});
