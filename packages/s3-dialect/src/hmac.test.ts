/** HMACs: equal to Node's for any key and text. */
import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { makeHmac } from './hmac.ts';

describe('makeHmac', () => {
  test('equals Node’s result for any key and any sequence of texts', () => {
    const texts = fc.array(fc.oneof(fc.string({ unit: 'binary' }), fc.string({ minLength: 300, maxLength: 2000 })));
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), texts, (key, some) => {
        const hmac = makeHmac(key);
        for (const text of some) expect(hmac(text)).toBe(createHmac('sha256', key).update(text).digest('hex'));
      }),
    );
  });

  // https://www.rfc-editor.org/rfc/rfc4231, cases 2 and 6
  test.each([
    ['short', Buffer.from('Jefe'), 'what do ya want for nothing?', '5bdcc146bf60754e6a042426089575c7'],
    [
      'long',
      Buffer.alloc(131, 0xaa),
      'Test Using Larger Than Block-Size Key - Hash Key First',
      '60e431591ee0b67f0d8a26aacbf5b77f',
    ],
  ])('returns the published result for a %s key', (_, key, text, start) => {
    expect(makeHmac(key)(text).slice(0, 32)).toBe(start);
  });
});
