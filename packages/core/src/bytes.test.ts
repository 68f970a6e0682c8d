/** Byte streams are recognised, also when they come from another copy of core. */
import { expect, test, vi } from 'vitest';
import { isByteStream, makeByteStream } from './bytes.ts';
import { drain } from './listing.ts';

const open = vi.fn(() => ({ next: drain as never, close: drain as never }));

test('a byte stream is recognised', () => expect(isByteStream(makeByteStream(open))).toBe(true));
test('a byte stream of another copy of core is recognised by its registered symbol', () => {
  expect(isByteStream({ [Symbol.for('isobar.byte-stream')]: true, open })).toBe(true);
});
test('making a byte stream does not open it', () => {
  makeByteStream(open);
  expect(open).not.toHaveBeenCalled();
});
test.each([null, undefined, 'bytes', 7, [], {}, new Uint8Array(1)])('%o is not a byte stream', (value) => {
  expect(isByteStream(value)).toBe(false);
});
