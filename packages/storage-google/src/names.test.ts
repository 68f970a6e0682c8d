/** Checks of names, headers and metadata against Google's rules. */
import { type ContainerReference, isCloudError } from '@isobar/core/provider';
import { describe, expect, test } from 'vitest';
import { bucketNameOf, checkedLocation, headerValue, metadataHeaders, newBucketName, objectNameOf } from './names.ts';

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

describe('a header', () => {
  test.each(['', 'text/plain', 'a\tb', '~ !"#'])('may hold %j', (value) => expect(headerValue('x', value)).toBe(value));
  test.each([
    ['a carriage return', 'a\rb'],
    ['a line feed, which would start another header', 'a\nx-goog-acl: public-read'],
    ['a line feed at its end', 'a\n'],
    ['a null', 'a\0'],
    ['a delete', 'a\x7f'],
    ['a leading space, which HTTP strips', ' a'],
    ['a trailing space, which HTTP strips', 'a '],
    ['a trailing tab, which HTTP strips', 'a\t'],
    ['a character beyond ASCII', 'é'],
    ['a number', 7],
  ])('may not hold %s', (_, value) => {
    expect(refusedField(() => headerValue('contentType', value as string))).toBe('contentType');
  });
  test('is not quoted in the error message', () => {
    expect(() => headerValue('x', 'hunter2\n')).toThrow(expect.not.objectContaining({ message: /hunter2/ }));
  });
});

describe('metadata', () => {
  const headersOf = (metadata: unknown) => metadataHeaders(metadata as Record<string, string>, 'x-goog-meta-');

  test('becomes lower-case headers', () => {
    expect(headersOf({ Reviewer: 'Joe', 'build-id': '7' })).toEqual({
      'x-goog-meta-reviewer': 'Joe',
      'x-goog-meta-build-id': '7',
    });
  });
  test('may be empty', () => expect(headersOf({})).toEqual({}));
  test('may hold 8,192 bytes, keys included', () => {
    expect(headersOf({ abc: 'x'.repeat(8189) })).toHaveProperty('x-goog-meta-abc');
  });
  test('may not hold 8,193 bytes', () => {
    expect(refusedField(() => headersOf({ abc: 'x'.repeat(8190) }))).toBe('metadata');
  });
  test('may not hold 8,193 bytes over several keys', () => {
    expect(refusedField(() => headersOf({ a: 'x'.repeat(4096), b: 'x'.repeat(4095) }))).toBe('metadata');
  });
  test('may not have a key twice in different case', () => {
    expect(refusedField(() => headersOf({ Key: '1', kEY: '2' }))).toBe('metadata');
  });
  test.each(['', 'a b', 'a:b', 'a\nb', 'é', 'a\r\nx-goog-acl', 'a(b)'])('may not have the key %j', (key) => {
    expect(refusedField(() => headersOf({ [key]: 'x' }))).toBe('metadata');
  });
  test.each([
    ['a line break', 'a\r\nx-goog-acl: public-read'],
    ['a character beyond ASCII', 'é'],
    ['a number', 7],
    ['undefined', undefined],
  ])('may not have a value with %s, and the error names the key', (_, value) => {
    expect(refusedField(() => headersOf({ Key: value }))).toBe('metadata.Key');
  });
  test.each([
    ['a string', 'a=b'],
    ['null', null],
  ])('may not be %s', (_, metadata) => {
    expect(refusedField(() => headersOf(metadata))).toBe('metadata');
  });
  test('may have the key __proto__', () => {
    expect(headersOf(JSON.parse('{"__proto__":"x"}'))).toHaveProperty(['x-goog-meta-__proto__'], 'x');
  });
});
