import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { canonicalHeaderValue, canonicalPath, canonicalQuery, canonicalRequest, encodeText } from './canonical.ts';
import { aws4, goog4, parseCredential, parseTimestamp, signingKey, signV4, stringToSign } from './v4.ts';

const accessKey = 'GOOG1EXAMPLEEXAMPLEEXAMPLEEXAMPLEEXAMPLEEXAMPLEEXAMPLEEXAMPLE';
const secret = 'bXlGYWtlU2VjcmV0S2V5Rm9yRG9jc09ubHkxMjM0';
const scope = { accessKey, date: '20260115', location: 'auto', service: 'storage', terminator: 'goog4_request' };
const path = canonicalPath('/demo-bucket/dir/%C3%A9t%C3%A9%201+1.txt');
const emptyHash = createHash('sha256').digest('hex');

describe('worked examples', () => {
  test('the key chain', () => {
    const key = signingKey(goog4, secret, '20260115', 'auto').export().toString('hex');
    expect(key).toBe('129882c93792f7f96d386a56b0a17c7886bb69803ef17cf35cd4fd52605bb93f');
    const interop = signingKey(aws4, secret, '20260115', 'us-east-1').export().toString('hex');
    expect(interop).toBe('218e5f4b7c605bd4b9f2cc465a80c066f068f457b6e41013724aa40f143ff962');
  });

  test('A: a PUT signed in its headers', () => {
    const payloadHash = '5b7d574ab51b98b1befaf91d86001be70964e5b9c822b918307be1507951982a';
    const canonical = canonicalRequest({
      method: 'PUT',
      path,
      query: '',
      headers: [
        ['content-type', 'text/plain'],
        ['host', 'storage.googleapis.com'],
        ['x-goog-content-sha256', payloadHash],
        ['x-goog-date', '20260115T103000Z'],
        ['x-goog-if-generation-match', '0'],
        ['x-goog-meta-reviewer', canonicalHeaderValue(['  joe,   jane '])],
      ],
      payloadHash,
    });
    const text = stringToSign(goog4, '20260115T103000Z', scope, canonical);
    expect(text.split('\n')[3]).toBe('ba0b5a8d50f69a2db6cebebc18ef013ae0672626b05b5cb1e36f5e6a9888d21f');
    const signature = signV4(signingKey(goog4, secret, '20260115', 'auto'), text);
    expect(signature).toBe('cae65864b40781ff542945dbb6d1eaeb0083daea58269567dc5e85a3b6a7034b');
  });

  test('B: a signed URL', () => {
    const raw =
      `response-content-disposition=attachment%3B+filename%3D%22a%20b.txt%22&X-Goog-Algorithm=GOOG4-HMAC-SHA256` +
      `&X-Goog-Credential=${encodeText(`${accessKey}/20260115/auto/storage/goog4_request`)}` +
      '&X-Goog-Date=20260115T103000Z&X-Goog-Expires=3600&X-Goog-SignedHeaders=host&X-Goog-Signature=00';
    const query = canonicalQuery(raw, ['x-goog-signature'], '%20');
    const headers = [['host', 'storage.googleapis.com']] as const;
    const canonical = canonicalRequest({ method: 'GET', path, query, headers, payloadHash: 'UNSIGNED-PAYLOAD' });
    const text = stringToSign(goog4, '20260115T103000Z', scope, canonical);
    expect(text.split('\n')[3]).toBe('3013c585151af9d21a6142f2f18945d372674fea32ca4235e1789f5f82dad540');
    const signature = signV4(signingKey(goog4, secret, '20260115', 'auto'), text);
    expect(signature).toBe('4a571213dc7f67d4375dd6019bfcfa0ee3a0feeff9a7ca3d6e3ec266e9e7c346');
  });

  test('C: an interoperable listing', () => {
    const canonical = canonicalRequest({
      method: 'GET',
      path: '/demo-bucket',
      query: canonicalQuery('list-type=2&max-keys=2&prefix=dir/&delimiter=/', [], '%20'),
      headers: [
        ['host', 'storage.googleapis.com'],
        ['x-amz-content-sha256', emptyHash],
        ['x-amz-date', '20260115T103000Z'],
      ],
      payloadHash: emptyHash,
    });
    const amazon = { ...scope, location: 'us-east-1', service: 's3', terminator: 'aws4_request' };
    const text = stringToSign(aws4, '20260115T103000Z', amazon, canonical);
    expect(text.split('\n')[3]).toBe('7db993cbf3c158a16c85108ea03be75f3d9e7fa6a9164034ce0b286925369b7a');
    const signature = signV4(signingKey(aws4, secret, '20260115', 'us-east-1'), text);
    expect(signature).toBe('f296df945ce067fc6e4c2cc7154a982ed5ca773dc5d0f3e824b7cb43e9d40fce');
  });

  test('E: the signature of a POST policy', () => {
    const policy =
      '{"expiration":"2026-01-15T11:30:00Z","conditions":[{"bucket":"demo-bucket"},["starts-with","$key","user/"],' +
      `{"x-goog-date":"20260115T103000Z"},{"x-goog-credential":"${accessKey}/20260115/auto/storage/goog4_request"},` +
      '{"x-goog-algorithm":"GOOG4-HMAC-SHA256"},["content-length-range",1,1048576]]}';
    const signature = signV4(signingKey(goog4, secret, '20260115', 'auto'), Buffer.from(policy).toString('base64'));
    expect(signature).toBe('708823a587baff6f3ffef55f3113332250d34c1e500856e654986d42738c2ac8');
  });
});

test.each([
  ['/b//k', '/b//k'],
  ['/b/./..//x', '/b/./..//x'],
  ['/b/a%2fb', '/b/a%2Fb'],
  ['/b/a+b', '/b/a%2Bb'],
  ['/b/100%', '/b/100%25'],
  ['/b/%7e%41', '/b/~A'],
])('the canonical path of %s is %s', (raw, expected) => {
  expect(canonicalPath(raw)).toBe(expected);
});

test('a canonical path is its own canonical path', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (name) => {
      const once = canonicalPath(`/b/${encodeText(name)}`);
      expect(canonicalPath(once)).toBe(once);
    }),
  );
});

test('the order of parameters does not matter', () => {
  const pair = fc.tuple(fc.string(), fc.string()).map(([name, value]) => `${encodeText(name)}=${encodeText(value)}`);
  fc.assert(
    fc.property(fc.array(pair), (pairs) => {
      const forward = canonicalQuery(pairs.join('&'), [], '%20');
      expect(canonicalQuery([...pairs].reverse().join('&'), [], '%20')).toBe(forward);
    }),
  );
});

test('credentials and timestamps', () => {
  expect(parseCredential('ID/20260115//storage/goog4_request')?.location).toBe('');
  expect(parseCredential('ID/20260115/auto')).toBeUndefined();
  expect(parseTimestamp('20260115T103000Z')).toBe(Date.UTC(2026, 0, 15, 10, 30));
  expect(parseTimestamp('20261315T103000Z')).toBeUndefined();
});
