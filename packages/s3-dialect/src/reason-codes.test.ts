/** Codes for single objects of a batch, which have an error code but no status. */
import { expect, test } from 'vitest';
import { codeOfReason, reasonCodes } from './reason-codes.ts';

test.each([
  ['SlowDown', 'rate-limited'],
  ['AccessDenied', 'permission-denied'],
  ['NoSuchKey', 'not-found'],
  ['InternalError', 'rejected'],
  ['constructor', 'rejected'],
  ['__proto__', 'rejected'],
])('%s is %s', (reason, code) => expect(codeOfReason(reason, reasonCodes)).toBe(code));
test('a provider’s own code comes first', () => {
  expect(codeOfReason('NoSuchKey', { ...reasonCodes, NoSuchKey: 'conflict' })).toBe('conflict');
});
