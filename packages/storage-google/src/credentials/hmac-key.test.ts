/** HMAC keys: signatures, and what interoperability mode can and cannot carry. */
import type { HttpRequest, Operation } from '@isobar/core/provider';
import { forbidIo } from '@isobar/core/testing';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { amazonDialect, signatureProblem, urlProblem } from '../../../s3-dialect/testing/signature-verifier.ts';
import { problemV2, urlProblemV2 } from '../../../s3-dialect/testing/signature-verifier-v2.ts';
import { exampleKey, exampleSecret, scriptStorageWith } from '../../testing/scripted-storage.ts';
import type { GoogleStorageOperations } from '../contract.ts';
import { amazonHeaders } from './amazon-headers.ts';

forbidIo({ beforeEach, afterEach });

const object = { container: 'demo-bucket', name: 'a b' };
const stored = { headers: { etag: '"e"', 'x-goog-generation': '7', 'x-goog-stored-content-length': '1' } };
const hmac = (signature: string) => {
  const scripted = scriptStorageWith({ key: exampleKey, secret: exampleSecret, signature, project: 'demo-project' });
  scripted.world.service.problemOf = (request) => {
    const mixed = new Set(Object.keys(request.headers).flatMap((name) => /^x-(goog|amz)-/.exec(name)?.[1] ?? []));
    if (mixed.size > 1) return 'mixes headers of two dialects';
    return signature === 'aws4'
      ? signatureProblem(request, exampleSecret, amazonDialect)
      : problemV2(request, exampleKey, exampleSecret);
  };
  return scripted;
};

describe.for(['aws4', 'goog1'])('%s', (signature) => {
  test('signs what every operation sends', () => {
    const { storage, world } = hmac(signature);
    world.service
      .on('PUT', '/demo-bucket/a%20b', stored)
      .on('GET', '/demo-bucket/a%20b', { body: 'x', headers: { 'content-length': '1' } })
      .on('GET', '/', { body: '<ListAllMyBucketsResult><Buckets/></ListAllMyBucketsResult>' })
      .on('GET', /^\/demo-bucket\?/, { body: '<ListBucketResult></ListBucketResult>' })
      .on('DELETE', '/demo-bucket/a%20b', { status: 204 });
    world.run(storage.writeObject('x', 'demo-bucket', 'a b', { metadata: { author: 'jane' } }));
    world.run(storage.readObject(object));
    world.run(storage.listContainers());
    world.run(storage.listContainerObjects('demo-bucket', { prefix: 'p q' }));
    world.run(storage.deleteObject(object));
    expect(world.service.unasked).toEqual([]);
  });
  test('signs URLs', () => {
    const { storage, world } = hmac(signature);
    const url = world.run(storage.presignObjectUrl(object, { responseContentType: 'text/x y' }));
    const request = { method: 'GET', path: url.slice('https://storage.googleapis.com'.length), headers: {} };
    const headers = { host: 'storage.googleapis.com' };
    const problem =
      signature === 'aws4'
        ? urlProblem({ ...request, headers }, exampleSecret, amazonDialect)
        : urlProblemV2({ ...request, headers }, exampleKey, exampleSecret);
    expect(problem).toBeUndefined();
  });
});

describe('aws4', () => {
  test('sends metadata in Amazon’s dialect, and an MD5 instead of Google’s hash', () => {
    const { storage, world } = hmac('aws4');
    world.service.on('PUT', '/demo-bucket/a%20b', stored);
    world.run(storage.writeObject('x', 'demo-bucket', 'a b', { metadata: { author: 'jane' } }));
    expect(world.service.requests[0]?.headers).toMatchObject({
      'x-amz-meta-author': 'jane',
      'content-md5': 'ndTkYSaMgDT1yFZOFVxnpg==',
    });
  });
  test('reads metadata in Amazon’s dialect', () => {
    const { storage, world } = hmac('aws4');
    world.service.on('HEAD', '/demo-bucket/a%20b', {
      headers: { 'content-length': '1', 'x-amz-meta-author': 'jane', 'x-amz-storage-class': 'NEARLINE' },
    });
    expect(world.run(storage.getObject('demo-bucket', 'a b'))).toMatchObject({
      metadata: { author: 'jane' },
      extra: { storageClass: 'NEARLINE' },
    });
  });
  test('deletes a file that was stored wrong, because Google’s hash cannot be sent', () => {
    const { storage, world } = hmac('aws4');
    world.disk.files.set('/in', Uint8Array.of(120));
    const wrong = { headers: { ...stored.headers, 'x-goog-hash': 'crc32c=AAAAAA==' } };
    world.service.on('PUT', '/demo-bucket/a%20b', wrong).on('DELETE', '/demo-bucket/a%20b?generation=7', {});
    const failure = world.failureOf(storage.uploadObject('/in', 'demo-bucket', 'a b'));
    expect(failure).toMatchObject({ code: 'integrity' });
    expect(world.service.unasked).toEqual([]);
  });
  test('refuses a change of metadata, which needs Google’s conditions', () => {
    const { storage, world } = hmac('aws4');
    const headers = { 'content-length': '1', 'x-goog-generation': '7' };
    world.service.on('HEAD', '/demo-bucket/a%20b', { headers });
    const failure = world.failureOf(storage.updateObjectMetadata(object, { contentType: 'text/x' }));
    const message = expect.stringContaining("`signature: 'goog4'`");
    expect(failure).toMatchObject({ code: 'unsupported', message });
    expect(world.service.requests).toHaveLength(1);
  });

  const acl = [{ scope: { type: 'AllUsers' }, permission: 'READ' }] as const;
  test.each<[string, (storage: GoogleStorageOperations) => Operation<unknown>]>([
    ['a conditional upload', (storage) => storage.writeObject('x', 'demo-bucket', 'a b', { ifGenerationMatch: 0 })],
    ['a conditional download', (storage) => storage.readObject(object, { ifMetagenerationMatch: 1 })],
    ['a conditional deletion', (storage) => storage.deleteObject(object, { ifGenerationMatch: '7' })],
    ['a conditional copy', (storage) => storage.copyObject(object, 'demo-bucket', 'c', { ifGenerationMatch: 0 })],
    [
      'a conditional composition',
      (storage) => storage.exComposeObjects(['a b'], 'demo-bucket', 'c', { ifGenerationMatch: 0 }),
    ],
    ['a resumable upload', (storage) => storage.exCreateResumableUpload('demo-bucket', 'a b')],
    ['a URL that starts one', (storage) => storage.presignObjectUrl(object, { method: 'POST' })],
    ['a list to read', (storage) => storage.exGetObjectAcl(object)],
    ['a list to write', (storage) => storage.exSetObjectAcl(object, acl)],
    ['a role to grant', (storage) => storage.exSetPermissions('demo-bucket', undefined, 'allUsers', 'READER')],
  ])('refuses %s, before anything is sent', (_, operation) => {
    const { storage, world } = hmac('aws4');
    const message = expect.stringContaining("`signature: 'goog4'`");
    expect(world.failureOf(operation(storage))).toMatchObject({ code: 'unsupported', message });
    expect(world.service.requests).toEqual([]);
  });
  test('carries predefined access, storage class, and a composition without conditions', () => {
    const { storage, world } = hmac('aws4');
    world.service
      .on('PUT', '/demo-bucket/a%20b', stored)
      .on('PUT', '/demo-bucket/a%20b?acl=', {})
      .on('HEAD', '/demo-bucket/a%20b', { headers: { ...stored.headers, 'content-length': '1' } })
      .on('PUT', '/demo-bucket/c?compose=', stored)
      .on('HEAD', '/demo-bucket/c?generation=7', { headers: { ...stored.headers, 'content-length': '1' } });
    const placement = { predefinedAcl: 'public-read', storageClass: 'NEARLINE' } as const;
    world.run(storage.writeObject('x', 'demo-bucket', 'a b', placement));
    world.run(storage.exSetObjectAcl(object, 'private'));
    world.run(storage.exComposeObjects(['a b'], 'demo-bucket', 'c'));
    expect(world.service.requests.slice(0, 2).map(({ headers }) => headers)).toMatchObject([
      { 'x-amz-acl': 'public-read', 'x-amz-storage-class': 'NEARLINE' },
      { 'x-amz-acl': 'private' },
    ]);
    expect(world.service.unasked).toEqual([]);
  });

  test.each<[string, (storage: GoogleStorageOperations) => Operation<unknown>, HttpRequest['method'], string]>([
    [
      'a composition',
      (storage) => storage.exComposeObjects(['a b'], 'demo-bucket', 'c'),
      'PUT',
      '/demo-bucket/c?compose=',
    ],
    [
      'the deletion of a generation',
      (storage) => storage.deleteObject({ ...object, generation: '7' }),
      'DELETE',
      '/demo-bucket/a%20b?generation=7',
    ],
  ])('sends %s only to a service that has generations', (_, operation, method, target) => {
    const refusing = hmac('aws4');
    // The response of another service than Google's, which ignores the unknown query.
    refusing.world.service.always('HEAD', /^\/demo-bucket\/a%20b/, { headers: { 'content-length': '1' } });
    expect(refusing.world.failureOf(operation(refusing.storage))).toMatchObject({
      code: 'unsupported',
      message: expect.stringContaining('does not have generations'),
    });
    expect(refusing.world.service.requests.map((request) => request.method)).toEqual(['HEAD']);

    // Control: Google's response has the generation, so the request is sent.
    const { storage, world } = hmac('aws4');
    const found = { headers: { 'content-length': '1', 'x-goog-generation': '7' } };
    world.service.always('HEAD', /./, found).on(method, target, stored);
    world.run(operation(storage));
    expect(world.service.requests[1]).toMatchObject({ method, path: target });
  });
  test('deletes generations one by one, after checking each', () => {
    const { storage, world } = hmac('aws4');
    world.service.on('HEAD', '/demo-bucket/a%20b?generation=7', { headers: { 'content-length': '1' } });
    const { deleted, failed } = world.run(storage.deleteObjects([{ ...object, generation: '7' }]));
    expect([deleted, failed[0]?.error.code]).toEqual([[], 'unsupported']);
  });
  test('sets a storage class only on a service that has one to read', () => {
    const { storage, world } = hmac('aws4');
    world.service.on('GET', '/demo-bucket?storageClass=', { body: '<ListBucketResult></ListBucketResult>' });
    const failure = world.failureOf(storage.exSetContainerStorageClass('demo-bucket', 'NEARLINE'));
    expect(failure).toHaveProperty('code', 'malformed-response');
    expect(world.service.requests).toHaveLength(1);
  });

  const suffix = fc.stringMatching(/^[a-z][a-z-]{0,20}$/);
  const headers = fc.dictionary(
    fc.oneof(
      suffix.map((name) => `x-goog-meta-${name}`),
      fc.constantFrom('x-goog-acl', 'x-goog-copy-source', 'x-goog-storage-class', 'x-goog-project-id'),
      fc.constantFrom('x-goog-metadata-directive', 'content-type', 'cache-control'),
    ),
    fc.string(),
  );
  test('writes headers that can be read back, none of them in Google’s dialect', () => {
    fc.assert(
      fc.property(headers, (given) => {
        const written = amazonHeaders.write(given, undefined);
        expect(Object.keys(written).filter((name) => name.startsWith('x-goog-'))).toEqual([]);
        expect(amazonHeaders.read(written)).toEqual(given);
      }),
    );
  });
  test('refuses headers that Amazon’s dialect does not have, and never drops them', () => {
    fc.assert(
      fc.property(suffix, (name) => {
        fc.pre(!/^(meta-|hash$|acl$)/.test(name));
        expect(() => amazonHeaders.write({ [`x-goog-${name}`]: '1' }, undefined)).toThrow(`x-goog-${name}`);
      }),
    );
  });
});
