/** Parameters of signed URLs: lifetimes, and headers of the response. */
import { describe, expect, test } from 'vitest';
import { expiryOf, responseQuery } from './presign.ts';

describe('a lifetime', () => {
  test('is an hour by default', () => expect(expiryOf({})).toBe(3600));
  test.each([1, 604_800])('may be %i seconds', (seconds) =>
    expect(expiryOf({ expiresInSeconds: seconds })).toBe(seconds),
  );
  test.each([0, -1, 1.5, 604_801, Number.NaN, '60'])('may not be %o', (seconds) => {
    const refusal = { details: { field: 'expiresInSeconds' } };
    expect(() => expiryOf({ expiresInSeconds: seconds as number })).toThrow(expect.objectContaining(refusal));
  });
});

describe('the query', () => {
  test('is empty without options', () => expect(responseQuery({})).toEqual({}));
  test('sets headers of the response', () => {
    expect(responseQuery({ responseContentType: 'text/plain', responseContentDisposition: 'inline' })).toEqual({
      'response-content-type': 'text/plain',
      'response-content-disposition': 'inline',
    });
  });
  test.each(['responseContentType', 'responseContentDisposition'])('refuses line breaks in %s', (field) => {
    expect(() => responseQuery({ [field]: 'a\r\nb' })).toThrow(expect.objectContaining({ details: { field } }));
  });
});
