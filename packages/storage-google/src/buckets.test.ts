/** Operations on containers: requests, models, and failures which show that an earlier attempt succeeded. */
import { type CloudError, drain } from '@isobar/core/provider';
import { forbidIo } from '@isobar/core/testing';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { busy, errorAnswer, scriptStorage } from '../testing/scripted-storage.ts';

forbidIo({ beforeEach, afterEach });

const text = (body: unknown) => new TextDecoder().decode(body as Uint8Array);

describe('iterateContainers', () => {
  const body = `<?xml version='1.0' encoding='UTF-8'?><ListAllMyBucketsResult xmlns='http://doc.s3.amazonaws.com/2006-03-01'><Owner><ID>1</ID></Owner><Buckets><Bucket><Name>alpha</Name><CreationDate>2023-05-30T18:41:19.956Z</CreationDate></Bucket><Bucket><Name>beta</Name><CreationDate>2024-05-30T18:41:19.956Z</CreationDate></Bucket></Buckets></ListAllMyBucketsResult>`;

  test('lists buckets with one request', () => {
    const { storage, world } = scriptStorage();
    world.service.on('GET', '/', { body });
    expect(world.run(drain(storage.iterateContainers()))).toEqual([
      { name: 'alpha', createdAt: new Date('2023-05-30T18:41:19.956Z'), extra: {} },
      { name: 'beta', createdAt: new Date('2024-05-30T18:41:19.956Z'), extra: {} },
    ]);
  });
  test('sends nothing before a page is requested', () => {
    const { storage, world } = scriptStorage();
    storage.iterateContainers();
    expect(world.service.requests).toEqual([]);
  });
  test('keeps only names that start with the prefix', () => {
    const { storage, world } = scriptStorage();
    world.service.on('GET', '/', { body });
    expect(world.run(drain(storage.iterateContainers({ prefix: 'be' }))).map(({ name }) => name)).toEqual(['beta']);
  });
  test('does not keep names that contain the prefix elsewhere', () => {
    const { storage, world } = scriptStorage();
    world.service.on('GET', '/', { body });
    expect(world.run(storage.listContainers({ prefix: 'eta' }))).toEqual([]);
  });
  test('names the project when there is one', () => {
    const { storage, world } = scriptStorage({ project: 'my-project' });
    world.service.on('GET', '/', { body });
    world.run(storage.listContainers());
    expect(world.service.requests[0]?.headers['x-goog-project-id']).toBe('my-project');
  });
  test('names no project when there is none', () => {
    const { storage, world } = scriptStorage();
    world.service.on('GET', '/', { body });
    world.run(storage.listContainers());
    expect(world.service.requests[0]?.headers).not.toHaveProperty('x-goog-project-id');
  });
  test.each([
    ['HTML', '<html></html>'],
    ['an empty body', ''],
    ['another listing', '<ListBucketResult/>'],
  ])('refuses %s as malformed-response', (_, odd) => {
    const { storage, world } = scriptStorage();
    world.service.on('GET', '/', { body: odd });
    expect(world.failureOf(storage.listContainers())).toHaveProperty('code', 'malformed-response');
  });
});

describe('getContainer', () => {
  test('looks the bucket up', () => {
    const { storage, world } = scriptStorage();
    world.service.on('HEAD', '/demo-bucket', {});
    expect(world.run(storage.getContainer('demo-bucket'))).toEqual({ name: 'demo-bucket', extra: {} });
  });
  test('fails with not-found and names the container', () => {
    const { storage, world } = scriptStorage();
    world.service.on('HEAD', '/demo-bucket', { status: 404 });
    expect(world.failureOf(storage.getContainer('demo-bucket'))).toMatchObject({
      code: 'not-found',
      details: { container: 'demo-bucket' },
    });
  });
  test('sends nothing for a name that no bucket can have', () => {
    const { storage, world } = scriptStorage();
    expect(world.failureOf(storage.getContainer('../x'))).toHaveProperty('code', 'invalid-argument');
    expect(world.service.requests).toEqual([]);
  });
});

describe('createContainer', () => {
  test('creates a bucket without a body by default', () => {
    const { storage, world } = scriptStorage({ project: 'my-project' });
    world.service.on('PUT', '/demo-bucket', {});
    expect(world.run(storage.createContainer('demo-bucket'))).toEqual({ name: 'demo-bucket', extra: {} });
    expect(world.service.requests[0]?.body).toBeUndefined();
  });
  test('names the project', () => {
    const { storage, world } = scriptStorage({ project: 'my-project' });
    world.service.on('PUT', '/demo-bucket', {});
    world.run(storage.createContainer('demo-bucket'));
    expect(world.service.requests[0]?.headers['x-goog-project-id']).toBe('my-project');
  });
  test('sends location and storage class', () => {
    const { storage, world } = scriptStorage();
    world.service.on('PUT', '/demo-bucket', {});
    world.run(storage.createContainer('demo-bucket', { location: 'EU', storageClass: 'NEARLINE' }));
    expect(text(world.service.requests[0]?.body)).toBe(
      '<CreateBucketConfiguration><LocationConstraint>EU</LocationConstraint><StorageClass>NEARLINE</StorageClass></CreateBucketConfiguration>',
    );
  });
  test.each(['location', 'storageClass'])('sends nothing for a %s that is not one word', (field) => {
    const { storage, world } = scriptStorage();
    const failure = world.failureOf(storage.createContainer('demo-bucket', { [field]: '</LocationConstraint>' }));
    expect(failure).toMatchObject({ code: 'invalid-argument', details: { field } });
    expect(world.service.requests).toEqual([]);
  });
  test('sends nothing for a name that no new bucket can have', () => {
    const { storage, world } = scriptStorage();
    expect(world.failureOf(storage.createContainer('my-google-data'))).toHaveProperty('code', 'invalid-argument');
    expect(world.service.requests).toEqual([]);
  });
  test.each(['BucketAlreadyOwnedByYou', 'BucketNameUnavailable'])('fails with already-exists at %s', (reason) => {
    const { storage, world } = scriptStorage();
    world.service.on('PUT', '/demo-bucket', errorAnswer(409, reason));
    expect(world.failureOf(storage.createContainer('demo-bucket'))).toHaveProperty('code', 'already-exists');
  });
  test('succeeds when an earlier attempt created it', () => {
    const { storage, world } = scriptStorage();
    world.service.on('PUT', '/demo-bucket', busy, errorAnswer(409, 'BucketAlreadyOwnedByYou'));
    expect(world.run(storage.createContainer('demo-bucket')).name).toBe('demo-bucket');
  });
  test('fails when another account has the name, also in a retry', () => {
    const { storage, world } = scriptStorage();
    world.service.on('PUT', '/demo-bucket', busy, errorAnswer(409, 'BucketNameUnavailable'));
    const failure = world.failureOf(storage.createContainer('demo-bucket')) as CloudError;
    expect([failure.code, failure.details.attempts]).toEqual(['already-exists', 2]);
  });
});

describe('deleteContainer', () => {
  test('deletes a bucket', () => {
    const { storage, world } = scriptStorage();
    world.service.on('DELETE', '/demo-bucket', { status: 204 });
    expect(world.run(storage.deleteContainer({ name: 'demo-bucket' }))).toBeUndefined();
  });
  test('succeeds when an earlier attempt deleted it', () => {
    const { storage, world } = scriptStorage();
    world.service.on('DELETE', '/demo-bucket', busy, errorAnswer(404, 'NoSuchBucket'));
    expect(world.run(storage.deleteContainer('demo-bucket'))).toBeUndefined();
  });
  test('fails with not-found in the first attempt', () => {
    const { storage, world } = scriptStorage();
    world.service.on('DELETE', '/demo-bucket', errorAnswer(404, 'NoSuchBucket'));
    expect(world.failureOf(storage.deleteContainer('demo-bucket'))).toHaveProperty('code', 'not-found');
  });
  test('fails with not-empty while it holds objects', () => {
    const { storage, world } = scriptStorage();
    world.service.on('DELETE', '/demo-bucket', errorAnswer(409, 'BucketNotEmpty'));
    expect(world.failureOf(storage.deleteContainer('demo-bucket'))).toHaveProperty('code', 'not-empty');
  });
});
