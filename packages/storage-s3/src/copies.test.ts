/** Copies in parts: what they take from their source. And services without tags. */
import { forbidIo } from '@isobar/core/testing';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { errorAnswer, objectAnswer, scriptS3 } from '../testing/scripted-s3.ts';
import type { S3DialectName } from './dialects.ts';
import type { S3VersionReference } from './models.ts';

forbidIo({ beforeEach, afterEach });

const endpoint = 'https://s3.example';
const object = { container: 'home', name: 'a' };
const tag = (key: string, value: string) => `<Tag><Key>${key}</Key><Value>${value}</Value></Tag>`;

/** A service whose object is too large for one copy, and which refuses to begin an upload. */
function tooLarge(name: S3DialectName): ReturnType<typeof scriptS3> {
  const scripted = scriptS3({ endpoint, dialect: { name, maxCopyBytes: 1000 } });
  scripted.world.service
    .on('PUT', '/home/b', errorAnswer(400, 'InvalidRequest'))
    .on('HEAD', '/home/a', objectAnswer('', { 'content-length': '1500' }))
    .on('POST', '/home/b?uploads=', errorAnswer(403, 'AccessDenied'));
  return scripted;
}

test('a copy in parts has the tags of its source, without those that only Amazon can set', () => {
  const { storage, world } = tooLarge('minio');
  const tags = tag('team', 'blue &amp; green') + tag('aws:own', '1');
  world.service.on('GET', '/home/a?tagging=', { body: `<Tagging><TagSet>${tags}</TagSet></Tagging>` });
  world.failureOf(storage.copyObject(object, 'home', 'b'));
  expect(world.service.requests.at(-1)?.headers['x-amz-tagging']).toBe('team=blue%20%26%20green');
});

test('a copy in parts of a version has the tags of that version', () => {
  const { storage, world } = tooLarge('minio');
  world.service
    .on('HEAD', '/home/a?versionId=v1', objectAnswer('', { 'content-length': '1500' }))
    .on('GET', '/home/a?tagging=&versionId=v1', { body: `<Tagging><TagSet>${tag('a', 'b')}</TagSet></Tagging>` });
  const version: S3VersionReference = { ...object, versionId: 'v1' };
  world.failureOf(storage.copyObject(version, 'home', 'b'));
  expect(world.service.requests.at(-1)?.headers['x-amz-tagging']).toBe('a=b');
});

test.each([
  ['it is given its own, none', 'minio', { tags: {} }, ''],
  ['the service has none', 'r2', {}, undefined],
] as const)('a copy in parts does not read tags when %s', (_, name, options, sent) => {
  const { storage, world } = tooLarge(name);
  world.failureOf(storage.copyObject(object, 'home', 'b', options));
  expect(world.service.requests.at(-1)?.headers['x-amz-tagging']).toBe(sent);
});

test.each([
  [501, 'NotImplemented', 'goes on without them', '/home/b?uploads='],
  [403, 'AccessDenied', 'fails', '/home/a?tagging='],
])('a copy in parts whose tags are answered with %d %s %s', (status, code, _, last) => {
  const { storage, world } = tooLarge('other');
  world.service.on('GET', '/home/a?tagging=', errorAnswer(status, code));
  world.failureOf(storage.copyObject(object, 'home', 'b'));
  expect(world.service.requests.at(-1)?.path).toBe(last);
});

test('tags are refused where objects have none, before anything is sent', () => {
  const { storage, world } = scriptS3({ endpoint, dialect: 'r2' });
  const refusal = { code: 'unsupported', details: { field: 'tags' } };
  expect(world.failureOf(storage.writeObject('abc', 'home', 'a', { tags: { a: 'b' } }))).toMatchObject(refusal);
  expect(world.failureOf(storage.exGetObjectTags(object))).toMatchObject(refusal);
  expect(world.failureOf(storage.exSetObjectTags(object, { a: 'b' }))).toMatchObject(refusal);
  expect(world.service.requests).toEqual([]);
});

test('a change of the metadata of an object too large for one copy keeps its class and encryption', () => {
  const { storage, world } = scriptS3({ endpoint, dialect: { name: 'minio', maxCopyBytes: 1000 } });
  const placed = {
    'x-amz-storage-class': 'STANDARD_IA',
    'x-amz-server-side-encryption': 'aws:kms',
    'x-amz-server-side-encryption-aws-kms-key-id': 'a-key',
  };
  world.service
    .on('HEAD', '/home/a', objectAnswer('', { 'content-length': '1500', ...placed }))
    .on('GET', '/home/a?tagging=', { body: '<Tagging><TagSet/></Tagging>' })
    .on('POST', '/home/a?uploads=', errorAnswer(403, 'AccessDenied'));
  world.failureOf(storage.updateObjectMetadata(object, { metadata: { colour: 'blue' } }));
  expect(world.service.requests.at(-1)?.headers).toMatchObject({ ...placed, 'x-amz-meta-colour': 'blue' });
});
