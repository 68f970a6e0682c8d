/** Cursors of two markers: any pair is read back, and nothing else is accepted. */
import { isCloudError } from '@isobar/core/provider';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { pairOf } from './cursors.ts';

test('any pair is read back', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.string(), (first, second) => {
      expect(pairOf(JSON.stringify([first, second]))).toEqual([first, second]);
    }),
  );
});
test('no cursor is no pair', () => expect(pairOf(undefined)).toBeUndefined());
test('any other string is refused', () => {
  const other = fc.oneof(fc.string(), fc.json());
  fc.assert(
    fc.property(other, (cursor) => {
      try {
        expect(pairOf(cursor)?.map((marker) => typeof marker)).toEqual(['string', 'string']);
      } catch (failure) {
        if (!isCloudError(failure, 'invalid-argument')) throw failure;
        expect(failure.details.field).toBe('cursor');
      }
    }),
  );
});
