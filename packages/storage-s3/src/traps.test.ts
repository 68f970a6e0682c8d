/**
 * What has gone wrong between clients and S3 services, and does not here. Names in signatures, names that differ only in Unicode
 * normalization and objects that stand for folders are cases of the conformance kit, which real services run.
 */
import { createHash } from 'node:crypto';
import { CloudError, drain, type HttpRequest, parallel } from '@isobar/core/provider';
import { forbidIo, networkFailure } from '@isobar/core/testing';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { errorAnswer, objectAnswer, scriptS3 } from '../testing/scripted-s3.ts';
import { s3Dialects } from './dialects.ts';
import { planOf } from './service.ts';

forbidIo({ beforeEach, afterEach });

const stored = { headers: { etag: '"an-etag"' } };
const checksums = ({ headers }: HttpRequest) =>
  Object.keys(headers).filter((name) => /checksum|content-md5/.test(name));
const endpoint = 'https://s3.example';
const lateError = (code: string) => ({
  body: `\n\n<?xml version="1.0"?><Error><Code>${code}</Code><Message>m</Message></Error>`,
});
const copied = { body: '<CopyObjectResult><ETag>"copy"</ETag></CopyObjectResult>' };

describe('checksums', () => {
  test.each([
    ['aws', ['x-amz-checksum-crc32'], 'UNSIGNED-PAYLOAD'],
    ['ceph', [], 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'],
  ] as const)('%s gets at most one, as a header, and never a trailer', (dialect, headers, hash) => {
    const { storage, world } = scriptS3({ endpoint, dialect });
    world.service.on('PUT', '/home/a', stored);
    world.run(storage.writeObject('abc', 'home', 'a'));
    const [request] = world.service.requests;
    expect(checksums(request as HttpRequest)).toEqual(headers);
    expect(request?.headers).not.toHaveProperty('content-encoding');
    expect(request?.headers).not.toHaveProperty('x-amz-trailer');
    expect(request?.headers['x-amz-content-sha256']).toBe(hash);
  });

  test('a body over plain HTTP is in the signature too', () => {
    const { storage, world } = scriptS3({ endpoint: 'http://127.0.0.1:9000', dialect: 'minio' });
    world.service.on('PUT', '/home/a', stored);
    world.run(storage.writeObject('abc', 'home', 'a'));
    expect(world.service.requests[0]?.headers).toMatchObject({
      'x-amz-checksum-crc32': 'NSRBwg==',
      'x-amz-content-sha256': 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
    });
  });

  const mebibyte = 1024 * 1024;
  test.each([
    ['whole', mebibyte, undefined, [['crc32', 'sha256']]],
    ['in parts', 6 * mebibyte, undefined, [['crc32', 'sha256']]],
    ['whole, where the dialect has no checksum', mebibyte, { checksum: undefined }, [['sha256']]],
  ])('a file over plain HTTP is hashed once: %s', (_, sizeBytes, cells, passes) => {
    const dialect = { name: 'minio', maxPutBytes: 5 * mebibyte, ...cells };
    const { storage, world } = scriptS3({ endpoint: 'http://127.0.0.1:9000', dialect });
    const file = new Uint8Array(sizeBytes).fill(7);
    world.disk.files.set('/file', file);
    world.service
      .on('POST', '/home/a?uploads=', {
        body: '<InitiateMultipartUploadResult><UploadId>u</UploadId></InitiateMultipartUploadResult>',
      })
      .on('PUT', /^\/home\/a/, stored)
      .on('POST', '/home/a?uploadId=u', {
        body: '<CompleteMultipartUploadResult><ETag>"e"</ETag></CompleteMultipartUploadResult>',
      })
      .on('HEAD', '/home/a', { headers: { etag: '"e"', 'content-length': String(sizeBytes) } });
    const asked: (readonly string[])[] = [];
    const right = world.disk.checksums.bind(world.disk);
    world.disk.checksums = (range, algorithms) => {
      asked.push(algorithms);
      return right(range, algorithms);
    };
    world.run(storage.uploadObject('/file', 'home', 'a'));
    expect(asked).toEqual(passes);
    const put = world.service.requests.find(({ method }) => method === 'PUT');
    expect(put?.headers['x-amz-content-sha256']).toBe(createHash('sha256').update(file).digest('hex'));
  });

  test('another checksum in the answer is noticed', () => {
    const { storage, world } = scriptS3();
    world.service
      .on('PUT', '/a', { headers: { etag: '"e"', 'x-amz-checksum-crc32': 'AAAAAA==' } })
      .on('DELETE', '/a', {});
    expect(world.failureOf(storage.writeObject('abc', 'home', 'a'))).toMatchObject({ code: 'integrity' });
  });

  test('a whole download is compared with the checksum that the service tells', () => {
    const { storage, world } = scriptS3();
    world.service.on('GET', '/a', objectAnswer('abd', { 'x-amz-checksum-crc32': 'NSRBwg==' }));
    expect(world.failureOf(storage.readObject({ container: 'home', name: 'a' }))).toMatchObject({ code: 'integrity' });
    expect(world.service.requests[0]?.headers['x-amz-checksum-mode']).toBe('ENABLED');
  });

  test.each([
    ['an ETag', { etag: '"00000000000000000000000000000000"' }],
    ['a checksum of checksums of parts', { 'x-amz-checksum-crc32': 'XF5+4A==-3', 'x-amz-checksum-type': 'COMPOSITE' }],
  ])('%s is not compared', (_, headers: Record<string, string>) => {
    const { storage, world } = scriptS3();
    world.service.on('GET', '/a', objectAnswer('abc', headers));
    expect(world.run(storage.readText({ container: 'home', name: 'a' }))).toBe('abc');
  });
});

describe('an error in a successful answer', () => {
  test('of a copy is an error, and the copy is repeated', () => {
    const { storage, world } = scriptS3();
    world.service
      .on('PUT', '/b', lateError('InternalError'), lateError('SlowDown'), copied)
      .on('HEAD', '/b', objectAnswer(''));
    world.run(storage.copyObject({ container: 'home', name: 'a' }, 'home', 'b'));
    expect(world.service.asked).toEqual(['PUT /b', 'PUT /b', 'PUT /b', 'HEAD /b']);
  });

  test('is reported when it stays', () => {
    const { storage, world } = scriptS3();
    world.service.always('PUT', '/b', lateError('InternalError'));
    const failure = world.failureOf(storage.copyObject({ container: 'home', name: 'a' }, 'home', 'b'));
    expect(failure).toMatchObject({ code: 'unavailable', details: { reason: 'InternalError', attempts: 3 } });
  });

  test('of a completion is repeated; an upload that is gone then was completed, and is compared', () => {
    const { storage, world } = scriptS3();
    const { objects, service } = uploadOf(world);
    service
      .on('POST', '/a?uploadId=u', lateError('InternalError'), errorAnswer(404, 'NoSuchUpload'))
      .on('HEAD', '/a', () => objectAnswer('', { 'content-length': '9437184', 'x-amz-checksum-crc32': objects.crc32 }));
    const bytes = [new Uint8Array(8 * 1024 * 1024), new Uint8Array(1024 * 1024)];
    expect(world.run(storage.uploadObjectViaStream(bytes, 'home', 'a'))).toMatchObject({ sizeBytes: 9_437_184 });
  });

  test('of a deletion of many is repeated, and errors of single objects are theirs', () => {
    const { storage, world } = scriptS3();
    const partly =
      '<DeleteResult><Error><Key>b</Key><Code>AccessDenied</Code><Message>no</Message></Error></DeleteResult>';
    world.service.on('POST', '/?delete=', lateError('SlowDown'), { body: partly });
    const objects = ['a', 'b'].map((name) => ({ container: 'home', name }));
    const { deleted, failed } = world.run(storage.deleteObjects(objects));
    expect([deleted.map(({ name }) => name), failed.map(({ error, name }) => [name, error.code])]).toEqual([
      ['a'],
      [['b', 'permission-denied']],
    ]);
    expect(world.service.requests[0]?.headers['content-md5']).toMatch(/^[\w+/]{22}==$/);
  });

  /** Answers that take an upload in two parts, and the checksum of the whole as the completion told it. */
  function uploadOf(world: ReturnType<typeof scriptS3>['world']) {
    const objects = { crc32: '' };
    const part = ({ headers }: HttpRequest) => ({
      headers: { etag: '"p"', 'x-amz-checksum-crc32': headers['x-amz-checksum-crc32'] ?? '' },
    });
    const service = world.service
      .on('POST', '/a?uploads=', {
        body: '<InitiateMultipartUploadResult><UploadId>u</UploadId></InitiateMultipartUploadResult>',
      })
      .on('PUT', '/a?partNumber=1&uploadId=u', part)
      .on('PUT', '/a?partNumber=2&uploadId=u', part);
    const { take } = service;
    service.take = (request) => {
      objects.crc32 =
        request.headers['x-amz-checksum-type'] === 'FULL_OBJECT' && request.headers['x-amz-mp-object-size']
          ? (request.headers['x-amz-checksum-crc32'] ?? '')
          : objects.crc32;
      return take.call(service, request);
    };
    return { objects, service };
  }
});

describe('conditions', () => {
  test('a create that the service could not decide is repeated, not reported as existing', () => {
    const { storage, world } = scriptS3();
    world.service.on('PUT', '/a', errorAnswer(409, 'ConditionalRequestConflict'), stored);
    world.run(storage.writeObject('abc', 'home', 'a', { ifAbsent: true }));
    expect(world.service.requests.map(({ headers }) => headers['if-none-match'])).toEqual(['*', '*']);
  });

  test('a create whose answer was lost is compared, not assumed', () => {
    const { storage, world } = scriptS3();
    const own = objectAnswer('abc', { 'x-amz-checksum-crc32': 'NSRBwg==', 'content-type': 'application/octet-stream' });
    world.service.on('PUT', '/a', networkFailure(), errorAnswer(412, 'PreconditionFailed')).on('HEAD', '/a', own);
    expect(world.run(storage.writeObject('abc', 'home', 'a', { ifAbsent: true }))).toMatchObject({ sizeBytes: 3 });
    const other = objectAnswer('abd', {
      'x-amz-checksum-crc32': 'AAAAAA==',
      'content-type': 'application/octet-stream',
    });
    world.service.on('PUT', '/a', networkFailure(), errorAnswer(412, 'PreconditionFailed')).on('HEAD', '/a', other);
    expect(world.failureOf(storage.writeObject('abc', 'home', 'a', { ifAbsent: true }))).toMatchObject({
      code: 'precondition-failed',
    });
  });

  test('a version of a missing object does not hold', () => {
    const { storage, world } = scriptS3();
    world.service.on('PUT', '/a', errorAnswer(404, 'NoSuchKey'));
    const failure = world.failureOf(storage.writeObject('abc', 'home', 'a', { ifVersion: '"e"' }));
    expect(failure).toMatchObject({ code: 'precondition-failed' });
  });

  test('Spaces gets an ETag without quotes', () => {
    const { storage, world } = scriptS3({ endpoint: 'https://fra1.digitaloceanspaces.com' });
    world.service.on('PUT', '/home/a', stored);
    world.run(storage.writeObject('abc', 'home', 'a', { ifVersion: '"e"' }));
    expect(world.service.requests[0]?.headers['if-match']).toBe('e');
  });

  test('a service that would ignore a condition never gets one', () => {
    const { storage, world } = scriptS3({ endpoint });
    const failure = world.failureOf(storage.writeObject('abc', 'home', 'a', { ifAbsent: true }));
    expect([failure, world.service.asked]).toEqual([expect.objectContaining({ code: 'unsupported' }), []]);
  });
});

describe('parts', () => {
  test.each([
    ['r2', true, 10_000],
    ['scaleway', false, 1000],
    ['aws', false, 10_000],
    ['other', true, 1000],
  ] as const)('of %s', (dialect, equal, maxCount) => {
    expect(planOf(s3Dialects[dialect]).parts).toMatchObject({ equal, maxCount });
  });

  test('an object that is too large for one copy is copied in parts, all of one version, with its headers', () => {
    const { storage, world } = scriptS3({ dialect: { name: 'aws', maxCopyBytes: 1000 } });
    const found = { 'content-length': '1500', 'cache-control': 'no-store', 'x-amz-meta-a': 'b' };
    world.service
      .on('PUT', '/b', errorAnswer(400, 'InvalidRequest'))
      .on('HEAD', '/a', objectAnswer('', found))
      .on('GET', '/a?tagging=', { body: '<Tagging><TagSet/></Tagging>' })
      .on('POST', '/b?uploads=', {
        body: '<InitiateMultipartUploadResult><UploadId>u</UploadId></InitiateMultipartUploadResult>',
      })
      .on('PUT', '/b?partNumber=1&uploadId=u', lateError('InternalError'), {
        body: '<CopyPartResult><ETag>"p"</ETag></CopyPartResult>',
      })
      .on('POST', '/b?uploadId=u', {
        body: '<CompleteMultipartUploadResult><ETag>"whole"</ETag></CompleteMultipartUploadResult>',
      })
      .on('HEAD', '/b', objectAnswer('', found));
    world.run(storage.copyObject({ container: 'home', name: 'a' }, 'home', 'b'));
    const [, , , begin, , part] = world.service.requests;
    expect(begin?.headers).toMatchObject({
      'cache-control': 'no-store',
      'content-type': 'text/plain',
      'x-amz-meta-a': 'b',
    });
    expect(part?.headers).toMatchObject({
      'x-amz-copy-source': '/home/a',
      'x-amz-copy-source-range': 'bytes=0-1499',
      'x-amz-copy-source-if-match': '"an-etag"',
    });
  });

  test('a service without copies of parts says so, before anything is changed', () => {
    const { storage, world } = scriptS3({ dialect: { name: 'aws', maxCopyBytes: 1000, partCopy: false } });
    world.service
      .on('PUT', '/b', errorAnswer(400, 'InvalidRequest'))
      .on('HEAD', '/a', objectAnswer('', { 'content-length': '1500' }));
    const failure = world.failureOf(storage.copyObject({ container: 'home', name: 'a' }, 'home', 'b'));
    expect(failure).toMatchObject({ code: 'unsupported' });
  });
});

describe('compression on the way', () => {
  test('is refused by a header that is sent and not signed', () => {
    const { storage, world } = scriptS3();
    world.service.on('GET', '/a', objectAnswer('bytes'));
    world.run(storage.readObject({ container: 'home', name: 'a' }));
    const { headers } = world.service.requests[0] as HttpRequest;
    expect(headers['accept-encoding']).toBe('identity');
    expect(headers.authorization).not.toContain('accept-encoding');
  });
});

describe('clocks', () => {
  test('a wrong clock is corrected by the Date of the answer, and stays so', () => {
    const { storage, world } = scriptS3();
    const date = new Date(world.nowMs + 3_600_000).toUTCString();
    world.service.on(
      'GET',
      '/a',
      errorAnswer(403, 'RequestTimeTooSkewed', '', { date }),
      objectAnswer('a'),
      objectAnswer('a'),
    );
    world.run(storage.readObject({ container: 'home', name: 'a' }));
    world.run(storage.readObject({ container: 'home', name: 'a' }));
    expect(world.service.requests.map(({ headers }) => headers['x-amz-date'])).toEqual([
      '20260115T103000Z',
      '20260115T113000Z',
      '20260115T113000Z',
    ]);
  });

  test('is not blamed when the clocks agree', () => {
    const { storage, world } = scriptS3();
    world.service.on('HEAD', '/a', { status: 403, headers: { date: new Date(world.nowMs).toUTCString() } });
    expect(world.failureOf(storage.getObject('home', 'a'))).toMatchObject({ code: 'permission-denied' });
  });
});

describe('calls that were under way when another learned', () => {
  const twice = ({ storage }: ReturnType<typeof scriptS3>) =>
    parallel([storage.getObject('home', 'a'), storage.getObject('home', 'a')], 2);

  test('the region are repeated too', () => {
    const scripted = scriptS3();
    const other = { status: 301, headers: { 'x-amz-bucket-region': 'us-west-2' } };
    scripted.world.service.on('HEAD', '/a', other, other, objectAnswer(''), objectAnswer(''));
    expect(scripted.world.run(twice(scripted))).toHaveLength(2);
  });

  test('the time are repeated too', () => {
    const scripted = scriptS3();
    const date = new Date(scripted.world.nowMs + 3_600_000).toUTCString();
    const skewed = { status: 403, headers: { date } };
    scripted.world.service.on('HEAD', '/a', skewed, skewed, objectAnswer(''), objectAnswer(''));
    expect(scripted.world.run(twice(scripted))).toHaveLength(2);
  });

  test('that the keys have expired are repeated too, and the new keys are kept', () => {
    let calls = 0;
    const credentials = () => {
      calls += 1;
      const { key, secret } = { key: `AKIA${calls}`, secret: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY' };
      return { accessKeyId: key, secretAccessKey: secret, expiration: new Date(Date.UTC(2027, 0, 1)) };
    };
    const scripted = scriptS3({ key: undefined, secret: undefined, credentials });
    const expired = errorAnswer(400, 'ExpiredToken');
    const { service } = scripted.world;
    const read = ({ storage }: typeof scripted) => storage.readText({ container: 'home', name: 'a' });
    service.on('GET', '/a', expired, expired, objectAnswer('x'), objectAnswer('x'));
    expect(scripted.world.run(parallel([read(scripted), read(scripted)], 2))).toEqual(['x', 'x']);
    expect(calls).toBe(2);
  });
});

describe('listings', () => {
  const page = (body: string) => ({ body: `<ListBucketResult>${body}</ListBucketResult>` });
  const object = (name: string) => `<Contents><Key>${name}</Key><Size>1</Size><ETag>"e"</ETag></Contents>`;
  const namesOf = ({ storage, world }: ReturnType<typeof scriptS3>) =>
    world.run(storage.listContainerObjects('home')).map(({ name }) => name);

  test('names are decoded only where the answer says that they are encoded', () => {
    const scripted = scriptS3();
    const path = '/?encoding-type=url&list-type=2';
    scripted.world.service
      .on('GET', path, page(`<EncodingType>url</EncodingType><IsTruncated>false</IsTruncated>${object('a+b%2B%01')}`))
      .on('GET', path, page(`<IsTruncated>false</IsTruncated>${object('a+b%2B')}`));
    expect([namesOf(scripted), namesOf(scripted)]).toEqual([['a b+\u0001'], ['a+b%2B']]);
  });

  test('tokens are followed, through an empty page too', () => {
    const scripted = scriptS3();
    scripted.world.service
      .on(
        'GET',
        '/?encoding-type=url&list-type=2',
        page('<IsTruncated>true</IsTruncated><NextContinuationToken>t=</NextContinuationToken>'),
      )
      .on(
        'GET',
        '/?continuation-token=t%3D&encoding-type=url&list-type=2',
        page(`<IsTruncated>false</IsTruncated>${object('a')}`),
      );
    expect(namesOf(scripted)).toEqual(['a']);
  });

  test('a service that answers with version 1 is listed with markers from then on', () => {
    const scripted = scriptS3();
    scripted.world.service
      .on('GET', '/?encoding-type=url&list-type=2', page(`<IsTruncated>true</IsTruncated>${object('a')}`))
      .on('GET', '/?encoding-type=url&marker=a', page(`<IsTruncated>false</IsTruncated>${object('b')}`));
    expect(namesOf(scripted)).toEqual(['a', 'b']);
  });

  test.each([
    ['token', '<NextContinuationToken>t</NextContinuationToken>'],
    ['marker', '<NextMarker>a</NextMarker>'],
  ])('a repeated %s is refused', (_, next) => {
    const { storage, world } = scriptS3();
    world.service.always('GET', /./, page(`<IsTruncated>true</IsTruncated>${next}${object('a')}`));
    expect(world.failureOf(storage.listContainerObjects('home'))).toMatchObject({ code: 'malformed-response' });
  });

  test('a page without a marker ends with its last name or prefix, which a service may give again', () => {
    const { storage, world } = scriptS3({ dialect: 'other', endpoint });
    const prefix = (name: string) => `<CommonPrefixes><Prefix>${name}</Prefix></CommonPrefixes>`;
    world.service
      .on('GET', '/home?delimiter=%2F', page(`<IsTruncated>true</IsTruncated>${object('a')}${prefix('b/')}`))
      .on(
        'GET',
        '/home?delimiter=%2F&marker=b%2F',
        page(`<IsTruncated>false</IsTruncated>${object('c')}${prefix('b/')}`),
      );
    const entries = world.run(drain(storage.iterateFolder('home')));
    expect(entries.map((entry) => ('prefix' in entry ? entry.prefix : entry.name))).toEqual(['a', 'b/', 'c']);
  });

  test('a page that is cut off is refused', () => {
    const { storage, world } = scriptS3();
    world.service.on('GET', '/?encoding-type=url&list-type=2', page('<IsTruncated>true</IsTruncated>'));
    expect(world.failureOf(storage.listContainerObjects('home'))).toMatchObject({ code: 'malformed-response' });
  });

  test('versions and delete markers are listed by name', () => {
    const { storage, world } = scriptS3();
    const body = `<ListVersionsResult><IsTruncated>false</IsTruncated>
      <DeleteMarker><Key>a</Key><VersionId>v2</VersionId><IsLatest>true</IsLatest></DeleteMarker>
      <Version><Key>a</Key><VersionId>v1</VersionId><IsLatest>false</IsLatest><Size>3</Size><ETag>"e"</ETag></Version></ListVersionsResult>`;
    world.service.on('GET', '/?encoding-type=url&versions=', { body });
    const versions = world.run(storage.listContainerObjects('home', { versions: true }));
    expect(versions.map(({ extra, sizeBytes }) => [extra, sizeBytes])).toEqual([
      [{ versionId: 'v2', isLatest: true, isDeleteMarker: true }, 0],
      [{ versionId: 'v1', isLatest: false }, 3],
    ]);
    const [, old] = versions;
    const failure = world.failureOf(storage.deleteObject(old as never));
    expect(failure).toMatchObject({ code: 'invalid-argument', details: { field: 'versionId' } });
  });
});

describe('deletions', () => {
  test('require that the object exists', () => {
    const { storage, world } = scriptS3();
    world.service.on('DELETE', '/a', errorAnswer(404, 'NoSuchKey'));
    expect(world.failureOf(storage.deleteObject({ container: 'home', name: 'a' }))).toMatchObject({
      code: 'not-found',
    });
    expect(world.service.requests[0]?.headers['if-match']).toBe('*');
  });

  test('look it up where that condition is unknown', () => {
    const { storage, world } = scriptS3({ endpoint });
    world.service.on('HEAD', '/home/a', objectAnswer('')).on('DELETE', '/home/a', { status: 204 });
    world.run(storage.deleteObject({ container: 'home', name: 'a' }));
    expect(world.service.unasked).toEqual([]);
  });

  test('of a version may be of a marker, which cannot be looked up', () => {
    const { storage, world } = scriptS3();
    world.service.on('DELETE', '/a?versionId=v', { status: 204 });
    world.run(storage.deleteObject({ container: 'home', name: 'a' }, { versionId: 'v' }));
    expect(world.service.unasked).toEqual([]);
  });

  test('are done when a later attempt does not find the object', () => {
    const { storage, world } = scriptS3();
    world.service.on('DELETE', '/a', networkFailure(), errorAnswer(404, 'NoSuchKey'));
    world.run(storage.deleteObject({ container: 'home', name: 'a' }));
    expect(world.service.asked).toHaveLength(2);
  });
});

test('a download that breaks resumes with the same ETag', () => {
  const { storage, world } = scriptS3();
  world.service.on('GET', '/a', { ...objectAnswer('abcdef'), breaksAfterBytes: 3 }).on('GET', '/a', {
    status: 206,
    headers: { etag: '"an-etag"', 'content-range': 'bytes 3-5/6', 'content-length': '3' },
    body: 'def',
  });
  const reader = storage.downloadObjectAsStream({ container: 'home', name: 'a' }).open();
  const pieces: Uint8Array[] = [];
  for (let piece = world.run(reader.next()); piece; piece = world.run(reader.next())) pieces.push(piece);
  expect(String(Buffer.concat(pieces))).toBe('abcdef');
  expect(world.service.requests[1]?.headers).toMatchObject({ range: 'bytes=3-', 'if-match': '"an-etag"' });
});

test('an error never shows what the service says about the signature', () => {
  const { storage, world } = scriptS3();
  world.service.on('HEAD', '/', errorAnswer(403, 'SignatureDoesNotMatch', '<StringToSign>AWS4</StringToSign>'));
  const failure = world.failureOf(storage.getContainer('home'));
  expect(failure).toBeInstanceOf(CloudError);
  expect(String(failure)).not.toContain('AWS4');
});
