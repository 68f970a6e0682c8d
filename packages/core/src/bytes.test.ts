/** The forms in which callers have bytes. */
import { describe, expect, test, vi } from 'vitest';
import { bytesInMemory, checkSource, makeByteStream } from './bytes.ts';
import { drain } from './operations/listing.ts';

test('making a byte stream does not open it', () => {
  const open = vi.fn(() => ({ next: drain as never, object: drain as never, close: drain as never }));
  makeByteStream(open);
  expect(open).not.toHaveBeenCalled();
});

describe('bytes in memory', () => {
  test('are not copied, so that large ones cost nothing', () => {
    const whole = new Uint8Array(10);
    expect(bytesInMemory(whole)).toBe(whole);
    expect(bytesInMemory(whole.buffer)?.buffer).toBe(whole.buffer);
    expect(bytesInMemory(new DataView(whole.buffer, 2, 3))).toMatchObject({ byteOffset: 2, byteLength: 3 });
  });
  test('are copied from shared memory, which may change', () => {
    const shared = new SharedArrayBuffer(2);
    for (const given of [shared, new Uint8Array(shared)]) {
      const bytes = bytesInMemory(given);
      new Uint8Array(shared).fill(7);
      expect([...(bytes ?? [])]).toEqual([0, 0]);
      new Uint8Array(shared).fill(0);
    }
  });
  test.each([null, undefined, 7, [], {}, new Map(), new Blob([])])('%o is not in memory', (value) => {
    expect(bytesInMemory(value)).toBe(undefined);
  });
});

describe('a source', () => {
  test('is not read by the check', () => {
    const read = vi.fn();
    checkSource('source', { [Symbol.iterator]: read });
    checkSource('source', { [Symbol.asyncIterator]: read });
    expect(read).not.toHaveBeenCalled();
  });
  test.each([
    [7, 'not 7'],
    [{}, 'not an object'],
    [null, 'not null'],
    [Promise.resolve(), 'not a Promise; await it first'],
    [new Response(), 'not a Response; pass its `body`'],
  ])('is not %o', (value, sentence) => {
    const failure = expect.objectContaining({ code: 'invalid-argument', details: { field: 'data' } });
    expect(() => checkSource('data', value)).toThrow(failure);
    expect(() => checkSource('data', value)).toThrow(sentence);
  });
});
