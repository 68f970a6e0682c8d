import { CloudError, type HttpRequest } from '@isobar/core/provider';
import { describe, expect, test } from 'vitest';
import { deserializeError, exchangeFailure, fileFailure, folderFailure, serializeError } from './failure.ts';

const request: HttpRequest = {
  method: 'GET',
  origin: 'https://storage.example',
  path: '/b/o?X-Goog-Signature=secret',
  headers: { authorization: 'secret' },
};
const coded = (code: string, message = 'something'): Error => Object.assign(new Error(message), { code });

describe('a failed exchange', () => {
  test('names method, origin and path, but neither query nor headers', () => {
    const failure = exchangeFailure(coded('ECONNRESET', 'read ECONNRESET'), request);
    expect(failure.message).toBe('GET https://storage.example/b/o: read ECONNRESET');
    expect(JSON.stringify(failure)).not.toContain('secret');
  });

  test.for([
    ['ECONNREFUSED', 'network', true],
    ['ENOTFOUND', 'network', true],
    ['UND_ERR_CONNECT_TIMEOUT', 'timeout', true],
    ['UND_ERR_HEADERS_TIMEOUT', 'timeout', undefined],
    ['UND_ERR_BODY_TIMEOUT', 'timeout', undefined],
    ['ECONNRESET', 'network', undefined],
    ['UND_ERR_SOCKET', 'network', undefined],
  ] as const)('%s is %s; certainly unsent: %s', ([code, expected, unsent]) => {
    const cause = coded(code);
    expect(exchangeFailure(cause, request)).toMatchObject({ code: expected, cause });
    expect(exchangeFailure(cause, request).details.unsent).toBe(unsent);
  });

  test('is permanent when Node may not use the network', () => {
    const failure = exchangeFailure(coded('ERR_ACCESS_DENIED'), request);
    expect(failure).toMatchObject({ code: 'network', details: { permanent: true } });
  });

  test('is returned unchanged when it is already a CloudError', () => {
    const failure = new CloudError('conflict', 'the file became shorter');
    expect(exchangeFailure(failure, request)).toBe(failure);
  });
});

describe('a file that cannot be used', () => {
  test.for([
    ['ENOENT', 'does not exist'],
    ['EACCES', 'cannot be accessed: permission denied'],
    ['ERR_ACCESS_DENIED', "cannot be accessed: forbidden by the runtime's permissions"],
    ['EISDIR', 'is a folder'],
  ] as const)('%s %s', ([code, sentence]) => {
    expect(fileFailure(coded(code), 'filePath', '/x')).toMatchObject({
      code: 'invalid-argument',
      message: `\`filePath\`: /x ${sentence}`,
      details: { field: 'filePath' },
    });
  });

  test("Deno's permissions are reported as Node's", () => {
    const denied = Object.assign(new Error('Requires read access'), { name: 'NotCapable' });
    const message = "`filePath`: /x cannot be accessed: forbidden by the runtime's permissions";
    expect(fileFailure(denied, 'filePath', '/x')).toMatchObject({ code: 'invalid-argument', message, cause: denied });
    expect(folderFailure(denied, 'destinationPath', '/x')).toMatchObject({ code: 'invalid-argument' });
    expect(exchangeFailure(denied, request)).toMatchObject({ code: 'network', details: { permanent: true } });
  });

  test.for([
    ['ENOSPC', 'no-space'],
    ['EDQUOT', 'no-space'],
    ['EFBIG', 'no-space'],
    ['EIO', 'file-failed'],
    ['EMFILE', 'file-failed'],
  ] as const)('%s is %s, with the path and the system error code', ([reason, code]) => {
    const cause = coded(reason);
    expect(fileFailure(cause, 'filePath', '/x')).toMatchObject({ code, details: { path: '/x', reason }, cause });
  });

  test.for([coded('ERR_INVALID_ARG_TYPE'), new TypeError('a mistake'), new CloudError('conflict', 'shorter')])(
    'other errors are returned unchanged: %s',
    (failure) => {
      expect(fileFailure(failure, 'filePath', '/x')).toBe(failure);
    },
  );
});

describe('a folder in which no file can be created', () => {
  test.for([
    ['ENOENT', 'does not exist; create it first'],
    ['ENOTDIR', 'is a file, or leads through one'],
    ['EACCES', 'is not writable'],
    ['EPERM', 'is not writable'],
    ['EROFS', 'is on a read-only file system'],
  ] as const)('%s: %s', ([code, sentence]) => {
    const cause = coded(code);
    expect(folderFailure(cause, 'destinationPath', '/x')).toMatchObject({
      code: 'invalid-argument',
      message: `\`destinationPath\`: the folder /x ${sentence}`,
      details: { field: 'destinationPath', path: '/x' },
      cause,
    });
  });

  test.for(['ENOSPC', 'ENAMETOOLONG', 'toString'])('is not the problem for %s', (code) => {
    expect(folderFailure(coded(code), 'destinationPath', '/x')).toBeUndefined();
  });
});

describe('an error sent to another thread', () => {
  test('keeps code, details, message and causes', () => {
    const cause = coded('ECONNRESET', 'read ECONNRESET');
    const failure = new CloudError('network', 'broken', { status: 502, unsent: true }, { cause });
    const revived = deserializeError(structuredClone(serializeError(failure)));
    expect(revived).toBeInstanceOf(CloudError);
    expect(revived).toMatchObject({ code: 'network', message: 'broken', details: { status: 502, unsent: true } });
    expect(revived.cause).toMatchObject({ message: 'read ECONNRESET', code: 'ECONNRESET' });
  });

  test('keeps name, code and stack if it is not a CloudError', () => {
    const failure = Object.assign(new TypeError('a mistake'), { code: 'E_MISTAKE' });
    const revived = deserializeError(structuredClone(serializeError(failure)));
    expect(revived).toMatchObject({ name: 'TypeError', message: 'a mistake', code: 'E_MISTAKE', stack: failure.stack });
  });

  test('becomes an error if a value that is not one was thrown', () => {
    expect(deserializeError(serializeError('words')).message).toBe('words');
  });
});
