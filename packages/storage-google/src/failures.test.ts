/** Errors for unsuccessful responses: each row of the service's table of errors, and responses outside it. */
import type { CloudError, CloudErrorCode } from '@isobar/core/provider';
import type { Answer } from '@isobar/core/testing';
import { forbidIo } from '@isobar/core/testing';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { errorAnswer, exampleSecret, scriptStorage } from '../testing/scripted-storage.ts';

forbidIo({ beforeEach, afterEach });

const path = '/demo-bucket/a';

/** The failure of a look-up with this response, without retries. */
function failureOf(answer: Answer): CloudError {
  const { storage, world } = scriptStorage({ attempts: 1 });
  world.service.on('HEAD', path, answer);
  return world.failureOf(storage.getObject('demo-bucket', 'a')) as CloudError;
}

describe('by status and the service’s error code', () => {
  const table: [number, CloudErrorCode, string[]][] = [
    [400, 'integrity', ['BadDigest', 'CrcMismatch', 'IncompleteBody']],
    [400, 'unauthenticated', ['ExpiredToken']],
    [400, 'unsupported', ['NotImplemented']],
    [
      400,
      'invalid-argument',
      [
        'EntityTooLarge',
        'EntityTooSmall',
        'ExcessHeaderValues',
        'InvalidArgument',
        'InvalidBucketName',
        'InvalidDigest',
        'InvalidObjectName',
        'InvalidPart',
        'InvalidPartOrder',
        'InvalidURI',
        'KeyTooLong',
        'MalformedHeaderValue',
        'MalformedSecurityHeader',
        'MalformedXML',
        'MetadataTooLarge',
      ],
    ],
    [401, 'unauthenticated', ['AuthenticationRequired']],
    [403, 'permission-denied', ['AccessDenied', 'AccountProblem', 'InsufficientQuota', 'InvalidSecurity']],
    [403, 'unauthenticated', ['InvalidAccessKeyId', 'RequestTimeTooSkewed', 'SignatureDoesNotMatch']],
    [404, 'not-found', ['NoSuchBucket', 'NoSuchKey', 'NoSuchUpload']],
    [405, 'unsupported', ['MethodNotAllowed']],
    [408, 'unavailable', ['RequestTimeout']],
    [409, 'already-exists', ['BucketAlreadyOwnedByYou', 'BucketNameUnavailable']],
    [409, 'not-empty', ['BucketNotEmpty']],
    [409, 'conflict', ['OperationAborted']],
    [411, 'invalid-argument', ['MissingContentLength']],
    [412, 'precondition-failed', ['PreconditionFailed']],
    [416, 'invalid-argument', ['InvalidRange']],
    [429, 'rate-limited', ['SlowDown']],
    [500, 'unavailable', ['InternalError']],
    [501, 'unsupported', ['NotImplemented']],
    [503, 'unavailable', ['ServiceUnavailable']],
    [503, 'rate-limited', ['SlowDown']],
  ];
  const rows = table.flatMap(([status, code, reasons]) => reasons.map((reason) => [status, reason, code] as const));
  test.each(rows)('%i %s is %s', (status, reason, code) =>
    expect(failureOf(errorAnswer(status, reason)).code).toBe(code),
  );
});

describe('by status alone', () => {
  const rows: [number, CloudErrorCode][] = [
    [304, 'rejected'],
    [301, 'rejected'],
    [308, 'rejected'],
    [400, 'invalid-argument'],
    [401, 'unauthenticated'],
    [403, 'permission-denied'],
    [404, 'not-found'],
    [409, 'conflict'],
    [418, 'rejected'],
    [429, 'rate-limited'],
    [500, 'unavailable'],
    [502, 'unavailable'],
    [504, 'unavailable'],
    [599, 'unavailable'],
  ];
  test.each(rows)('%i without a body is %s', (status, code) => expect(failureOf({ status }).code).toBe(code));
  test.each(rows)('%i with HTML is %s', (status, code) => {
    expect(failureOf({ status, body: '<html><body><h1>Error</h1></body></html>' }).code).toBe(code);
  });
  test('an unknown reason is kept', () => {
    expect(failureOf(errorAnswer(400, 'SomethingNew')).details.reason).toBe('SomethingNew');
  });
  test.each(['constructor', 'toString', '__proto__'])('a reason called %s is not found on the prototype', (reason) => {
    expect(failureOf(errorAnswer(400, reason)).code).toBe('invalid-argument');
  });
});

describe('a failure', () => {
  const failure = () =>
    failureOf(errorAnswer(404, 'NoSuchKey', 'The specified key does not exist.', 'No such object: demo-bucket/a'));

  test('has a default message when the service’s is empty', () => {
    const { message } = failureOf(errorAnswer(403, 'AccessDenied', ''));
    expect(message).toBe('object "a" in demo-bucket: Access denied. (403 AccessDenied)');
  });

  test('has status, reason and subject in its details', () => {
    expect(failure().details).toEqual({
      status: 404,
      reason: 'NoSuchKey',
      requestId: 'ABCD-request',
      container: 'demo-bucket',
      object: 'a',
    });
  });
  test('names the object, the status and the reason', () => {
    expect(failure().message).toBe(
      'object "a" in demo-bucket: The specified key does not exist. No such object: demo-bucket/a (404 NoSuchKey)',
    );
  });
  test('has a default message for a response without a body', () => {
    expect(failureOf({ status: 404 }).message).toBe('object "a" in demo-bucket: Not found. (404)');
  });
  test('leaves out details that are unknown', () => {
    expect(failureOf({ status: 404 }).details).toStrictEqual({ status: 404, container: 'demo-bucket', object: 'a' });
  });
  test.each([
    ['seconds', '7', 7000],
    ['a date', 'Thu, 15 Jan 2026 10:30:09 GMT', 9000],
  ])('has the time to wait when the service sends it as %s', (_, header, expected) => {
    expect(failureOf({ status: 503, headers: { 'retry-after': header } }).details.retryAfterMs).toBe(expected);
  });
  test('never contains the secret, the signature or the string to sign', () => {
    const { storage, world } = scriptStorage({ attempts: 1 });
    world.service.on('HEAD', path, {
      status: 403,
      body: '<Error><Code>SignatureDoesNotMatch</Code><Message>Access denied.</Message><StringToSign>GOOG4 string</StringToSign></Error>',
    });
    const thrown = world.failureOf(storage.getObject('demo-bucket', 'a')) as CloudError;
    const shown = JSON.stringify(thrown) + String(thrown.stack);
    const signature = /Signature=(\w+)/.exec(world.service.requests[0]?.headers.authorization ?? '')?.[1] ?? 'none';
    expect([exampleSecret, signature, 'GOOG4 string'].filter((word) => shown.includes(word))).toEqual([]);
  });
});
