import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { containerName, isTemporary, objectName } from './names.ts';

describe('names of objects', () => {
  test.each([
    'a',
    'a/b',
    '.hidden',
    'a/.isobar/b',
    '...',
    'a b',
    'é',
    '😀',
    'x'.repeat(255),
    'a.part',
    '%2F',
    'a\\b',
    'a:b',
  ])('%s is a path', (name) => expect(objectName(name)).toBe(name));
  test.each([
    ['', 'must not be empty'],
    ['/a', 'must not start or end with a slash'],
    ['a/', 'must not start or end with a slash'],
    ['a//b', 'or have two in a row'],
    ['.', 'must not have "." or ".." between slashes'],
    ['a/../b', 'must not have "." or ".." between slashes'],
    ['a\0b', 'must not have a NUL'],
    ['\ud800', 'must be well-formed Unicode'],
    ['x'.repeat(256), 'must not have more than 255 bytes between slashes'],
    ['é'.repeat(128), 'must not have more than 255 bytes between slashes'],
    [`${'x/'.repeat(512)}y`, 'must be at most 1024 bytes'],
    ['.isobar', 'must not start with .isobar/'],
    ['.isobar/about/x', 'must not start with .isobar/'],
    ['a/.b.0123456789ab.part', 'must not be like that of a file that is being written'],
    [7 as unknown as string, 'must be a string, not 7'],
  ])('%j is refused by name', (name, problem) => {
    const failure = { code: 'invalid-argument', details: { field: 'objectName' } };
    expect(() => objectName(name)).toThrow(expect.objectContaining(failure));
    expect(() => objectName(name)).toThrow(problem);
  });
  test('whatever passes stays inside its container, and is no temporary file', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 20 }), (name) => {
        try {
          objectName(name);
        } catch {
          return;
        }
        const path = new URL(`file:///box/${name.split('/').map(encodeURIComponent).join('/')}`).pathname;
        expect(path.startsWith('/box/')).toBe(true);
        expect(name.split('/').some((segment) => segment === '' || isTemporary(segment))).toBe(false);
      }),
    );
  });
});

describe('names of containers', () => {
  test.each(['a', 'my-bucket', 'A b', 'x'.repeat(255), 'é'])('%s is the name of a folder', (name) => {
    expect(containerName(name)).toBe(name);
  });
  test.each(['', '.', '..', '.hidden', 'a/b', 'a\\b', 'a?b', 'a:b', 'a\nb', 'x'.repeat(256)])(
    '%j is refused',
    (name) => {
      expect(() => containerName(name)).toThrow(expect.objectContaining({ code: 'invalid-argument' }));
    },
  );
});
