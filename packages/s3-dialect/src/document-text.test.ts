/** Text in documents: any that XML can hold is read back as it was. */
import { isCloudError } from '@isobar/core/provider';
import { escapeXml, readXml } from '@isobar/core/xml';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { documentText } from './document-text.ts';

test('what is accepted is read back from a document', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      try {
        documentText('id', text);
      } catch (failure) {
        if (isCloudError(failure, 'invalid-argument')) return;
        throw failure;
      }
      expect(readXml(`<a>${escapeXml(text)}</a>`).text).toBe(text);
    }),
  );
});
test.each(['', 'a\nb', 'a\0b', '\ud800', 7, undefined])('%o is refused', (value) => {
  expect(() => documentText('id', value)).toThrow(expect.objectContaining({ details: { field: 'id' } }));
});
