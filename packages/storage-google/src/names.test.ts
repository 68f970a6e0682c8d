/** Checks of names against Google's rules. */
import { type ContainerReference, isCloudError } from '@isobar/core/provider';
import { describe, expect, test } from 'vitest';
import { bucketNameOf, checkedLocation, newBucketName, objectNameOf } from './names.ts';

/** The field that a check refuses; undefined when it accepts. */
function refusedField(check: () => unknown): string | undefined {
  try {
    check();
  } catch (failure) {
    if (isCloudError(failure, 'invalid-argument')) return failure.details.field;
    throw failure;
  }
  return undefined;
}

describe('an existing bucket', () => {
  test.each(['abc', 'a-b_c.d', '123', 'a'.repeat(63), 'a'.repeat(222), 'goog-old', '1.2.3.4', 'a..b', 'a.-b'])(
    'may be called %s',
    (name) => expect(bucketNameOf(name)).toBe(name),
  );
  test('may be given as a model', () => expect(bucketNameOf({ name: 'demo-bucket' })).toBe('demo-bucket'));
  test.each([
    ['empty', ''],
    ['of 2 characters', 'ab'],
    ['of 223 characters', 'a'.repeat(223)],
    ['with capitals', 'Demo'],
    ['starting with a dash', '-demo'],
    ['ending with a dash', 'demo-'],
    ['ending with a dot', 'demo.'],
    ['with a slash', 'demo/object'],
    ['with dot segments', '../demo'],
    ['with a question mark', 'demo?acl'],
    ['with a percent sign', 'demo%2Fx'],
    ['with a space', 'de mo'],
    ['with a line break', 'demo\r\nx'],
    ['ending with a line break', 'demo\n'],
    ['beyond ASCII', 'démo'],
    ['that is not a string', 7],
    ['that is null', null],
  ])('may not have a name %s', (_, name) => {
    expect(refusedField(() => bucketNameOf(name as ContainerReference))).toBe('container');
  });
});

describe('a new bucket', () => {
  test.each([
    'abc',
    'a-b_c',
    'a.b.example',
    'a'.repeat(63),
    `${'a'.repeat(63)}.${'b'.repeat(63)}`,
    'mygoog',
    '1.2.3.4.5',
  ])('may be called %s', (name) => expect(newBucketName(name)).toBe(name));
  test.each([
    ['a part of 64 characters', 'a'.repeat(64)],
    ['a part of 64 characters after a dot', `abc.${'a'.repeat(64)}`],
    ['an empty part', 'a..b'],
    ['a dash after a dot', 'a.-b'],
    ['a dash before a dot', 'a-.b'],
    ['the form of an IP address', '192.168.1.1'],
    ['goog at its start', 'google-data'],
    ['google in the middle', 'my-google-data'],
    ['a name that no bucket can have', 'Demo'],
  ])('may not have %s', (_, name) => expect(refusedField(() => newBucketName(name))).toBe('containerName'));
});

describe('an object', () => {
  test.each([
    ['one character', 'a'],
    ['slashes', '//a//b/'],
    ['dot segments', 'a/../b/./c'],
    ['three dots', '...'],
    ['special characters of URLs', 'a?b=c&d#e%2F+'],
    ['surrounding spaces', ' a '],
    ['a tab', 'a\tb'],
    ['a null', 'a\0b'],
    ['a surrogate pair', '😀'],
    ['1,024 bytes', 'a'.repeat(1024)],
    ['1,024 bytes in 512 characters', 'é'.repeat(512)],
    ['1,024 bytes in 256 pairs', '😀'.repeat(256)],
  ])('may be named %s', (_, name) => expect(objectNameOf(name)).toBe(name));
  test.each([
    ['an empty string', ''],
    ['1,025 bytes', 'a'.repeat(1025)],
    ['1,025 bytes in 513 characters', `${'é'.repeat(512)}a`],
    ['a lone high surrogate', 'a\ud800b'],
    ['a lone low surrogate', '\udc00'],
    ['surrogates in the wrong order', '\udc00\ud800'],
    ['a carriage return', 'a\rb'],
    ['a line feed', 'a\nb'],
    ['one dot', '.'],
    ['two dots', '..'],
    ['a number', 7],
    ['undefined', undefined],
  ])('may not be named %s', (_, name) => {
    expect(refusedField(() => objectNameOf(name as string))).toBe('objectName');
  });
  test('distinguishes names that look alike', () => {
    expect(objectNameOf('e\u0301')).not.toBe(objectNameOf('\u00e9'));
  });
});

describe('a location', () => {
  test('has both names', () => {
    expect(checkedLocation({ container: { name: 'demo' }, name: 'a' })).toEqual({ container: 'demo', name: 'a' });
  });
  test('is refused for its container', () => {
    expect(refusedField(() => checkedLocation({ container: 'D', name: 'a' }))).toBe('object.container');
  });
  test('is refused for its object', () => {
    expect(refusedField(() => checkedLocation({ container: 'demo', name: '' }))).toBe('object.name');
  });
});
