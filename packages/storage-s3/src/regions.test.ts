/** Regions and addresses: found in the environment, learned from answers, never from a host that an answer names. */
import { forbidIo } from '@isobar/core/testing';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { errorAnswer, objectAnswer, scriptS3 } from '../testing/scripted-s3.ts';

forbidIo({ beforeEach, afterEach });

describe('regions', () => {
  const hosts = (world: ReturnType<typeof scriptS3>['world']) => world.service.requests.map(({ origin }) => origin);

  test.each([
    [
      'a redirect',
      errorAnswer(301, 'PermanentRedirect', '<Endpoint>evil.example</Endpoint>', {
        'x-amz-bucket-region': 'us-west-2',
      }),
    ],
    ['a HEAD', { status: 400, headers: { 'x-amz-bucket-region': 'us-west-2' } }],
    ['a wrong signature', errorAnswer(400, 'AuthorizationHeaderMalformed', '<Region>us-west-2</Region>')],
  ])('are learned from the answer to %s, once for each bucket', (_, answer) => {
    const { storage, world } = scriptS3();
    world.service.on('HEAD', '/a', answer, objectAnswer(''), objectAnswer(''));
    world.run(storage.getObject('home', 'a'));
    world.run(storage.getObject('home', 'a'));
    expect(hosts(world)).toEqual([
      'https://home.s3.eu-central-1.amazonaws.com',
      'https://home.s3.us-west-2.amazonaws.com',
      'https://home.s3.us-west-2.amazonaws.com',
    ]);
  });

  test.each([
    ['the same region', 'eu-central-1'],
    ['a host in place of a region', 'evil.example'],
    ['no region', undefined],
  ])('are not followed to %s', (_, region) => {
    const { storage, world } = scriptS3();
    world.service.on('HEAD', '/a', {
      status: 301,
      headers: region === undefined ? {} : { 'x-amz-bucket-region': region },
    });
    expect(world.failureOf(storage.getObject('home', 'a'))).toMatchObject({
      code: 'rejected',
      details: { status: 301 },
    });
  });

  test('come from the environment, else from the profile', () => {
    const { storage, world } = scriptS3({ region: undefined });
    world.environment = { ...world.environment, variables: { AWS_REGION: 'ap-south-1' } };
    world.service.on('HEAD', '/a', objectAnswer(''));
    world.run(storage.getObject('home', 'a'));
    expect(hosts(world)).toEqual(['https://home.s3.ap-south-1.amazonaws.com']);
  });

  test("of another service are not taken for Amazon's, unless the user says so", () => {
    const variables = { AWS_ENDPOINT_URL: 'http://localhost:4566', AWS_REGION: 'ap-south-1' };
    const { storage, world } = scriptS3();
    world.environment = { ...world.environment, variables };
    const message = expect.stringContaining('AWS_ENDPOINT_URL names another service');
    const failure = world.failureOf(storage.getObject('home', 'a'));
    expect(failure).toMatchObject({ code: 'invalid-argument', details: { field: 'endpoint' }, message });
    expect(world.service.requests).toEqual([]);
    const ignored = { ...variables, AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: 'true' };
    world.environment = { ...world.environment, variables: ignored };
    world.service.on('HEAD', '/a', objectAnswer(''));
    expect(world.run(storage.getObject('home', 'a'))).toMatchObject({ name: 'a' });
  });

  test('a name with a dot stands in the path: certificates hold for one label', () => {
    const { storage, world } = scriptS3();
    world.service.on('HEAD', '/my.bucket/a', objectAnswer(''));
    world.run(storage.getObject('my.bucket', 'a'));
    expect(hosts(world)).toEqual(['https://s3.eu-central-1.amazonaws.com']);
  });
});
