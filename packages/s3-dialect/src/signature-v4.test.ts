/** Version 4 signatures against worked examples and an independent verifier. */
import { createHash, createHmac } from 'node:crypto';
import { nodeCrypto } from '@isobar/core/provider';
import fc from 'fast-check';
import { afterAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { exampleKey, exampleSecret } from '../testing/example-key.ts';
import { amazonDialect, type Dialect, googleDialect, signatureProblem } from '../testing/signature-verifier.ts';
import { encodeName, encodePart, encodeQuery } from './percent-encoding.ts';
import {
  amazon4,
  canonicalRequest,
  deriveKey,
  google4,
  makeSigner,
  type SignatureDialect,
  signatureTime,
  stringToSign,
  unsignedPayload,
} from './signature-v4.ts';

const nowMs = Date.UTC(2026, 0, 15, 10, 30);
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');
const host = 'storage.googleapis.com';

describe('example A, a header-signed PUT', () => {
  const payloadHash = sha256('Hello, GCS!\n');
  const request = {
    method: 'PUT',
    path: `/demo-bucket/${encodeName('dir/été 1+1.txt')}`,
    query: '',
    headers: {
      host,
      'content-type': 'text/plain',
      'x-goog-if-generation-match': '0',
      'x-goog-meta-reviewer': '  joe,   jane ',
    },
  };
  const names = 'content-type;host;x-goog-content-sha256;x-goog-date;x-goog-if-generation-match;x-goog-meta-reviewer';
  const canonical = [
    'PUT',
    '/demo-bucket/dir/%C3%A9t%C3%A9%201%2B1.txt',
    '',
    'content-type:text/plain',
    'host:storage.googleapis.com',
    'x-goog-content-sha256:5b7d574ab51b98b1befaf91d86001be70964e5b9c822b918307be1507951982a',
    'x-goog-date:20260115T103000Z',
    'x-goog-if-generation-match:0',
    'x-goog-meta-reviewer:joe, jane',
    '',
    names,
    '5b7d574ab51b98b1befaf91d86001be70964e5b9c822b918307be1507951982a',
  ].join('\n');
  const scope = '20260115/auto/storage/goog4_request';
  const signed = makeSigner(google4, exampleKey, exampleSecret, 'auto').sign(request, nowMs, payloadHash);

  test('has the canonical request', () => {
    const { authorization: _, ...headers } = signed;
    expect(canonicalRequest(request, headers, payloadHash)).toEqual({ canonical, names });
  });

  test('has the string to sign', () => {
    expect(stringToSign('GOOG4-HMAC-SHA256', '20260115T103000Z', scope, canonical)).toBe(
      [
        'GOOG4-HMAC-SHA256',
        '20260115T103000Z',
        scope,
        'ba0b5a8d50f69a2db6cebebc18ef013ae0672626b05b5cb1e36f5e6a9888d21f',
      ].join('\n'),
    );
  });

  test('has the derived key', () => {
    expect(hex(deriveKey(google4, exampleSecret, '20260115', 'auto'))).toBe(
      '129882c93792f7f96d386a56b0a17c7886bb69803ef17cf35cd4fd52605bb93f',
    );
  });

  test('has exactly these headers, including the signature', () => {
    const signature = 'cae65864b40781ff542945dbb6d1eaeb0083daea58269567dc5e85a3b6a7034b';
    expect(signed).toEqual({
      host,
      'content-type': 'text/plain',
      'x-goog-if-generation-match': '0',
      'x-goog-meta-reviewer': '  joe,   jane ',
      'x-goog-content-sha256': payloadHash,
      'x-goog-date': '20260115T103000Z',
      authorization: `GOOG4-HMAC-SHA256 Credential=${exampleKey}/${scope}, SignedHeaders=${names}, Signature=${signature}`,
    });
  });
});

describe('example B, a signed URL', () => {
  const query = encodeQuery({
    'X-Goog-Algorithm': 'GOOG4-HMAC-SHA256',
    'X-Goog-Credential': `${exampleKey}/20260115/auto/storage/goog4_request`,
    'X-Goog-Date': '20260115T103000Z',
    'X-Goog-Expires': '3600',
    'X-Goog-SignedHeaders': 'host',
    'response-content-disposition': 'attachment; filename="a b.txt"',
  });
  const path = '/demo-bucket/dir/%C3%A9t%C3%A9%201%2B1.txt';
  const { canonical } = canonicalRequest({ method: 'GET', path, query, headers: { host } }, { host }, unsignedPayload);

  test('has the hash of the canonical request', () => {
    expect(sha256(canonical)).toBe('3013c585151af9d21a6142f2f18945d372674fea32ca4235e1789f5f82dad540');
  });
  test('has the signature', () => {
    const text = stringToSign(
      'GOOG4-HMAC-SHA256',
      '20260115T103000Z',
      '20260115/auto/storage/goog4_request',
      canonical,
    );
    const key = deriveKey(google4, exampleSecret, '20260115', 'auto');
    expect(createHmac('sha256', key).update(text).digest('hex')).toBe(
      '4a571213dc7f67d4375dd6019bfcfa0ee3a0feeff9a7ca3d6e3ec266e9e7c346',
    );
  });
});

describe('example C, a listing in Amazon’s dialect', () => {
  const emptyHash = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';
  const query = encodeQuery({ prefix: 'dir/', delimiter: '/', 'max-keys': '2', 'list-type': '2' });
  const request = { method: 'GET', path: '/demo-bucket', query, headers: { host } };
  const signed = makeSigner(amazon4, exampleKey, exampleSecret, 'us-east-1').sign(request, nowMs, emptyHash);
  const names = 'host;x-amz-content-sha256;x-amz-date';

  test('has the canonical query', () => {
    expect(query).toBe('delimiter=%2F&list-type=2&max-keys=2&prefix=dir%2F');
  });
  test('has the hash of the canonical request', () => {
    const { authorization: _, ...headers } = signed;
    const { canonical } = canonicalRequest(request, headers, emptyHash);
    expect(sha256(canonical)).toBe('7db993cbf3c158a16c85108ea03be75f3d9e7fa6a9164034ce0b286925369b7a');
  });
  test('has the derived key', () => {
    expect(hex(deriveKey(amazon4, exampleSecret, '20260115', 'us-east-1'))).toBe(
      '218e5f4b7c605bd4b9f2cc465a80c066f068f457b6e41013724aa40f143ff962',
    );
  });
  test('has the authorization', () => {
    const signature = 'f296df945ce067fc6e4c2cc7154a982ed5ca773dc5d0f3e824b7cb43e9d40fce';
    const scope = '20260115/us-east-1/s3/aws4_request';
    expect(signed.authorization).toBe(
      `AWS4-HMAC-SHA256 Credential=${exampleKey}/${scope}, SignedHeaders=${names}, Signature=${signature}`,
    );
  });
});

describe('any request', () => {
  const printable = fc.string({ unit: fc.integer({ min: 0x20, max: 0x7e }).map((code) => String.fromCharCode(code)) });
  const spaced = fc.tuple(printable, fc.constantFrom('', ' ', '\t', ' \t  '), printable).map((parts) => parts.join(''));
  const headerName = fc.stringMatching(/^(x-goog-meta-|x-goog-|x-amz-meta-|content-|a)[a-z0-9-]{1,12}$/);
  const reserved = /^x-(goog|amz)-(date|content-sha256)$|^content-length$/;
  const headers = fc.dictionary(
    headerName.filter((name) => !reserved.test(name)),
    spaced,
    { maxKeys: 6 },
  );
  const wellFormed = fc.string({ unit: 'binary' }).filter((text) => text.isWellFormed());
  const request = fc.record({
    method: fc.constantFrom('GET', 'PUT', 'HEAD', 'POST', 'DELETE'),
    path: wellFormed.map((name) => `/bucket/${encodeName(name)}`),
    query: fc.dictionary(wellFormed, wellFormed, { maxKeys: 5 }).map(encodeQuery),
    headers: headers.map((some) => ({ host, ...some })),
  });
  const moment = fc.integer({ min: 0, max: Date.UTC(2100, 0) });
  const secret = fc.string({ minLength: 1 });

  test.each<[string, SignatureDialect, Dialect]>([
    ['Google', google4, googleDialect],
    ['Amazon', amazon4, amazonDialect],
  ])('is accepted by a verifier of the dialect of %s', (_, signatureDialect, dialect) => {
    fc.assert(
      fc.property(request, moment, secret, (some, time, password) => {
        const signed = makeSigner(signatureDialect, 'KEY', password, 'auto').sign(some, time);
        const path = some.query === '' ? some.path : `${some.path}?${some.query}`;
        expect(signatureProblem({ method: some.method, path, headers: signed }, password, dialect)).toBeUndefined();
      }),
    );
  });

  test('has a signature that does not depend on the order of its headers', () => {
    fc.assert(
      fc.property(request, moment, (some, time) => {
        const signer = makeSigner(google4, 'KEY', 'secret', 'auto');
        const reversed = { ...some, headers: Object.fromEntries(Object.entries(some.headers).toReversed()) };
        expect(signer.sign({ ...reversed, headers: { ...reversed.headers } as never }, time).authorization).toBe(
          signer.sign(some, time).authorization,
        );
      }),
    );
  });

  test('is refused when a byte of its path changes', () => {
    const signed = makeSigner(google4, 'KEY', 'secret', 'auto').sign(
      { method: 'GET', path: '/bucket/a', query: '', headers: { host } },
      nowMs,
    );
    expect(signatureProblem({ method: 'GET', path: '/bucket/b', headers: signed }, 'secret')).toBe(
      'has the wrong signature',
    );
  });

  test('does not contain the secret', () => {
    const signed = makeSigner(google4, exampleKey, exampleSecret, 'auto').sign(
      { method: 'GET', path: '/', query: '', headers: { host } },
      nowMs,
    );
    expect(JSON.stringify(signed)).not.toContain(exampleSecret);
  });

  test('does not modify the given headers', () => {
    const given = Object.freeze({ host });
    makeSigner(google4, 'KEY', 'secret', 'auto').sign({ method: 'GET', path: '/', query: '', headers: given }, nowMs);
    expect(given).toEqual({ host });
  });
});

describe('the key of a day', () => {
  const request = { method: 'GET', path: '/', query: '', headers: { host } };
  const beforeMidnight = Date.UTC(2026, 0, 15, 23, 59, 59, 999);
  const counted = vi.spyOn(nodeCrypto(), 'createHmac');
  beforeEach(() => void counted.mockClear());
  afterAll(() => void counted.mockRestore());

  test('is derived once per day, with four HMACs', () => {
    const signer = makeSigner(google4, 'KEY', 'secret', 'auto');
    for (let index = 0; index < 3; index += 1) signer.sign(request, nowMs + index);
    expect(counted).toHaveBeenCalledTimes(4);
  });

  test('is derived again at midnight', () => {
    const signer = makeSigner(google4, 'KEY', 'secret', 'auto');
    signer.sign(request, beforeMidnight);
    signer.sign(request, beforeMidnight + 1);
    expect(counted).toHaveBeenCalledTimes(4 + 4);
  });

  test.each([
    ['the last millisecond of a day', beforeMidnight],
    ['the first millisecond of the next', beforeMidnight + 1],
    ['the day before, after the clock was set back', nowMs],
  ])('is correct at %s', (_, time) => {
    const signer = makeSigner(google4, 'KEY', 'secret', 'auto');
    signer.sign(request, beforeMidnight + 2);
    signer.sign(request, beforeMidnight);
    expect(
      signatureProblem({ method: 'GET', path: '/', headers: signer.sign(request, time) }, 'secret'),
    ).toBeUndefined();
  });

  test('is not shared between signers', () => {
    makeSigner(google4, 'KEY', 'one', 'auto').sign(request, nowMs);
    const headers = makeSigner(google4, 'KEY', 'other', 'auto').sign(request, nowMs);
    expect(signatureProblem({ method: 'GET', path: '/', headers }, 'other')).toBeUndefined();
  });
});

test('encodes special characters of queries in a path', () => {
  expect(encodePart('?a=b&c#d')).toBe('%3Fa%3Db%26c%23d');
});

test('formats the time in seconds, rounded down', () => {
  expect(signatureTime(Date.UTC(2026, 0, 5, 4, 3, 2, 999))).toBe('20260105T040302Z');
});
