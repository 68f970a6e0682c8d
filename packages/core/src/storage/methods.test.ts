/** The checks of options that hold for every provider. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Method } from '../drivers/methods.ts';
import { forbidIo } from '../testing/forbid-io.ts';
import { storageMethods } from './methods.ts';

forbidIo({ beforeEach, afterEach });

/** Throws what the table's check of an option throws. */
function check(name: keyof typeof storageMethods, option: string, value: unknown): void {
  const { options }: Method = storageMethods[name];
  options[option]?.(option, value);
}

describe('an option is refused by name', () => {
  test.each<[keyof typeof storageMethods, string, unknown, string]>([
    ['listContainers', 'prefix', 7, 'must be a well-formed string, not 7'],
    ['iterateContainerObjects', 'prefix', '\ud800', 'must be a well-formed string'],
    ['iterateContainerObjects', 'startAfter', '\udc00', 'must be a well-formed string'],
    ['iterateContainerObjects', 'delimiter', 1, 'must be a well-formed string, not 1'],
    ['iterateContainerObjects', 'versions', 'yes', 'must be true or false, not "yes"'],
    ['iterateContainerObjects', 'prefetch', 1, 'must be true or false, not 1'],
    ['iterateMultipartUploads', 'prefix', '\ud800', 'must be a well-formed string'],
    ['createContainer', 'location', 5, 'must be a string, not 5'],
    ['writeObject', 'contentType', {}, 'must be a string, not an object'],
    ['writeObject', 'onProgress', 'log', 'must be a function, not "log"'],
    ['readObject', 'decompress', 'gzip', 'must be true or false, not "gzip"'],
    ['downloadObject', 'overwriteExisting', 'false', 'must be true or false, not "false"'],
    ['downloadObjects', 'concurrency', 0, 'must be a whole number from 1 to 1000, not 0'],
    ['uploadObjects', 'concurrency', 1001, 'must be a whole number from 1 to 1000, not 1001'],
    ['uploadObjects', 'filter', true, 'must be a function, not true'],
    ['presignObjectUrl', 'method', 'POST', 'must be one of GET, HEAD, PUT, DELETE; not "POST"'],
    ['getObject', 'timeoutMs', -1, 'must be a number of milliseconds from 0 (no limit), not -1'],
    ['getObject', 'timeoutMs', Number.NaN, 'must be a number of milliseconds from 0 (no limit), not NaN'],
  ])('%s %s: %j', (method, option, value, message) => {
    expect(() => check(method, option, value)).toThrow(
      expect.objectContaining({
        code: 'invalid-argument',
        message: expect.stringContaining(message) as string,
        details: { field: option },
      }),
    );
  });
});

test('the number of files at once ends at 1000', () => {
  expect(() => check('uploadObjects', 'concurrency', 1000)).not.toThrow();
});

test('every method takes timeoutMs', () => {
  for (const { options } of Object.values<Method>(storageMethods)) expect(options).toHaveProperty('timeoutMs');
});
