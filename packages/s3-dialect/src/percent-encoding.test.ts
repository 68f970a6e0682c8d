/** Percent-encoding: keeps unreserved bytes and slashes of names, and never normalizes. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { encodeName, encodePart, encodeQuery } from './percent-encoding.ts';

const wellFormed = fc.string({ unit: 'binary' }).filter((text) => text.isWellFormed());

describe('encodePart', () => {
  test('is decoded by decodeURIComponent', () => {
    fc.assert(fc.property(wellFormed, (text) => decodeURIComponent(encodePart(text)) === text));
  });
  test('leaves only unreserved bytes and uppercase escapes', () => {
    fc.assert(fc.property(wellFormed, (text) => /^(?:[A-Za-z0-9_.~-]|%[0-9A-F]{2})*$/.test(encodePart(text))));
  });
  test.each([
    ["!'()*", '%21%27%28%29%2A'],
    [' ', '%20'],
    ['+', '%2B'],
    ['/', '%2F'],
    ['%2F', '%252F'],
    ['-_.~', '-_.~'],
    ['é', '%C3%A9'],
    ['😀', '%F0%9F%98%80'],
    ['', ''],
  ])('writes %j as %s', (text, expected) => expect(encodePart(text)).toBe(expected));
});

describe('encodeName', () => {
  test('is decoded by decodeURIComponent', () => {
    fc.assert(fc.property(wellFormed, (name) => decodeURIComponent(encodeName(name)) === name));
  });
  test('keeps as many slashes as the name has', () => {
    const slashed = fc.array(fc.oneof(wellFormed, fc.constant('/'))).map((parts) => parts.join(''));
    fc.assert(fc.property(slashed, (name) => encodeName(name).split('/').length === name.split('/').length));
  });
  test('leaves only unreserved bytes, slashes and uppercase escapes', () => {
    fc.assert(fc.property(wellFormed, (name) => /^(?:[A-Za-z0-9_.~/-]|%[0-9A-F]{2})*$/.test(encodeName(name))));
  });
  test.each(['a/../b', './a', 'a/.', '//a', 'a//b', '/a/', '...'])('does not touch %j', (name) => {
    expect(encodeName(name)).toBe(name);
  });
  test('distinguishes an escaped slash from a slash', () => expect(encodeName('a%2Fb')).toBe('a%252Fb'));
});

describe('encodeQuery', () => {
  test('is empty for no parameters', () => expect(encodeQuery({})).toBe(''));
  test('writes an empty value with an equals sign', () => expect(encodeQuery({ uploads: '' })).toBe('uploads='));
  test('sorts by encoded name', () => {
    expect(encodeQuery({ uploadId: '1', partNumber: '2', 'a b': '3' })).toBe('a%20b=3&partNumber=2&uploadId=1');
  });
  test('sorts by bytes: capitals before small letters', () => {
    expect(encodeQuery({ a: '1', B: '2' })).toBe('B=2&a=1');
  });
  test('does not depend on the order of the parameters', () => {
    fc.assert(
      fc.property(fc.dictionary(wellFormed, wellFormed), (query) => {
        const reversed = Object.fromEntries(Object.entries(query).toReversed());
        return encodeQuery(reversed) === encodeQuery(query);
      }),
    );
  });
  test('is decoded by URLSearchParams', () => {
    fc.assert(
      fc.property(fc.dictionary(wellFormed, wellFormed), (query) => {
        expect(Object.fromEntries(new URLSearchParams(encodeQuery(query)))).toEqual({ ...query });
      }),
    );
  });
});
