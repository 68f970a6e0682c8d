/** Values of user metadata in headers. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeMetadata, encodeMetadata } from './metadata-text.ts';

test('plain text stays as it is', () => {
  expect(encodeMetadata('a plain value')).toBe('a plain value');
});

test('what would not arrive unchanged is encoded, in words of at most 75 characters', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom('a', ' ', '\t', '=?', 'é', '😀'), maxLength: 200 }), (value) => {
      const encoded = encodeMetadata(value);
      expect(decodeMetadata(encoded)).toBe(value);
      if (encoded !== value) for (const word of encoded.split(' ')) expect(word.length).toBeLessThanOrEqual(75);
    }),
  );
});

test.each([
  ['=?UTF-8?B?w6k=?=', 'é'],
  ['=?utf-8?q?a=20=C3=A9_b?=', 'a é b'],
  ['=?ISO-8859-1?Q?=E9?=', 'é'],
  ['=?UTF-8?B?w6k=?= =?UTF-8?B?w6k=?=', 'éé'],
  ['before =?UTF-8?B?w6k=?= after', 'before é after'],
  ['=?no-such?B?w6k=?=', '=?no-such?B?w6k=?='],
  ['\u00c3\u00a9', 'é'],
  ['\u00e9', '\u00e9'],
])('%j is read as %j', (header, value) => expect(decodeMetadata(header)).toBe(value));

test('anything can be read', () => {
  fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => typeof decodeMetadata(text) === 'string'));
});
