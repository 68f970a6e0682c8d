/** The error class: recognised across copies and threads, located once, with its cause preserved. */
import { describe, expect, test, vi } from 'vitest';
import { CloudError, causeOf, invalidArgument, isCloudError, locate } from './errors.ts';

const cause = new Error('socket hang up');
const failure = new CloudError('not-found', 'no such thing', { status: 404, container: 'box' }, { cause });

describe('CloudError', () => {
  test('is an Error', () => expect(failure).toBeInstanceOf(Error));
  test('has the name CloudError', () => expect(failure.name).toBe('CloudError'));
  test('keeps its cause', () => expect(failure.cause).toBe(cause));
  test('has no cause when none is given', () => {
    expect('cause' in new CloudError('network', 'broke')).toBe(false);
  });
  test('has empty details unless given', () => expect(new CloudError('network', 'broke').details).toEqual({}));
  test('shows name, code, message and details as JSON', () => {
    expect(JSON.parse(JSON.stringify(failure))).toEqual({
      name: 'CloudError',
      code: 'not-found',
      message: 'no such thing',
      details: { status: 404, container: 'box' },
    });
  });
});

describe('isCloudError', () => {
  test('recognises an error', () => expect(isCloudError(failure)).toBe(true));
  test('recognises an error with a code', () => expect(isCloudError(failure, 'not-found')).toBe(true));
  test('distinguishes codes', () => expect(isCloudError(failure, 'conflict')).toBe(false));
  test('recognises an error of another copy of core', async () => {
    vi.resetModules();
    const other = await import('./errors.ts');
    expect(other.CloudError).not.toBe(CloudError);
    expect(isCloudError(new other.CloudError('timeout', 'too late'), 'timeout')).toBe(true);
  });
  test('recognises an error parsed from JSON', () => {
    expect(isCloudError(JSON.parse(JSON.stringify(failure)), 'not-found')).toBe(true);
  });
  test('recognises its plain data after a structured clone', () => {
    expect(isCloudError(structuredClone(failure.toJSON()), 'not-found')).toBe(true);
  });
  test.each([
    ['null', null],
    ['undefined', undefined],
    ['a string', 'CloudError'],
    ['a plain error', new Error('no')],
    ['an error with a Node error code', Object.assign(new Error('no'), { code: 'ENOENT' })],
    ['the right name with an unknown code', { name: 'CloudError', code: 'toString' }],
    ['the right code with another name', { name: 'Error', code: 'not-found' }],
  ])('does not recognise %s', (_, value) => expect(isCloudError(value)).toBe(false));
});

describe('invalidArgument', () => {
  const refused = invalidArgument('pageSize', 'must be positive', { container: 'box' });
  test('has the code invalid-argument', () => expect(refused.code).toBe('invalid-argument'));
  test('names the field in its message', () => expect(refused.message).toBe('`pageSize` must be positive'));
  test('names the field in its details, next to others', () => {
    expect(refused.details).toEqual({ field: 'pageSize', container: 'box' });
  });
});

describe('locate', () => {
  const located = locate(failure, 'acme-storage', 'getObject') as CloudError;
  test('keeps the code', () => expect(located.code).toBe('not-found'));
  test('keeps the cause', () => expect(located.cause).toBe(cause));
  test('adds no cause if there was none', () => {
    expect('cause' in (locate(new CloudError('network', 'broke'), 'acme', 'getObject') as object)).toBe(false);
  });
  test('adds provider and operation to the details', () => {
    expect(located.details).toEqual({
      provider: 'acme-storage',
      operation: 'getObject',
      status: 404,
      container: 'box',
    });
  });
  test('adds them before the message', () => expect(located.message).toBe('acme-storage getObject: no such thing'));
  test('does not change the original error', () => expect(failure.details.operation).toBeUndefined());
  test('does not locate twice', () => expect(locate(located, 'other', 'listNodes')).toBe(located));
  test('keeps the provider that an error already names', () => {
    const named = new CloudError('not-installed', 'missing', { provider: 'first' });
    expect((locate(named, 'second', 'connect') as CloudError).details.provider).toBe('first');
  });
  test.each([new Error('mine'), 'text', undefined])('returns other values unchanged: %s', (value) => {
    expect(locate(value, 'acme', 'getObject')).toBe(value);
  });
});

describe('causeOf', () => {
  test('is absent without a cause', () => expect(causeOf(new Error('no'))).toBeUndefined());
  test('keeps a cause that is present but undefined', () => {
    expect(causeOf(new Error('no', { cause: undefined }))).toEqual({ cause: undefined });
  });
});
