/** Media types by the names of objects. */
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
