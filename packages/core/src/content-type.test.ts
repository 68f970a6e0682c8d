/** Media types from object names. */
import fc from 'fast-check';
import mime from 'mime/lite';
import standardTypes from 'mime/types/standard.js';
import { expect, test } from 'vitest';
import { guessContentType } from './content-type.ts';

test.each([
  ['photo.jpg', 'image/jpeg'],
  ['photo.JPEG', 'image/jpeg'],
  ['notes.txt', 'text/plain'],
  ['page.html', 'text/html'],
  ['data.json', 'application/json'],
  ['archive.tar.gz', 'application/gzip'],
  ['folder.txt/photo.png', 'image/png'],
  ['noextension', 'application/octet-stream'],
  ['folder.txt/noextension', 'application/octet-stream'],
  ['strange.zzzz', 'application/octet-stream'],
  ['trailing.', 'application/octet-stream'],
  ['', 'application/octet-stream'],
  ['file.constructor', 'application/octet-stream'],
])('%j is %s', (name, expected) => expect(guessContentType(name)).toBe(expected));

test('any name has the type that the mime library returns', () => {
  const extensions = fc.constantFrom(...Object.values(standardTypes).flat());
  const piece = fc.oneof(fc.constantFrom('/', '\\', '.', 'a', 'JPG', '*'), extensions);
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 6 }), (pieces) => {
      const name = pieces.join('');
      expect(guessContentType(name)).toBe(mime.getType(name) ?? 'application/octet-stream');
    }),
    { numRuns: 2000 },
  );
});
