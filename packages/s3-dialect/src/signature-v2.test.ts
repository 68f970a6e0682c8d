/** Version 2 signatures against worked examples and an independent verifier. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { exampleKey, exampleSecret } from '../testing/example-key.ts';
import { problemV2, urlProblemV2 } from '../testing/signature-verifier-v2.ts';
import { encodeName, encodeQuery } from './percent-encoding.ts';
import { makeSignerV2, stringToSignV2 } from './signature-v2.ts';

const nowMs = Date.UTC(2026, 0, 15, 10, 30);
const host = 'storage.googleapis.com';
const signer = makeSignerV2(exampleKey, exampleSecret);

describe('example D', () => {
  test('a PUT with extension headers', () => {
    const request = {
      method: 'PUT',
      path: '/demo-bucket/dir/a%20b.txt',
      query: '',
      headers: { host, 'content-type': 'text/plain', 'x-goog-meta-reviewer': 'joe,jane', 'x-goog-acl': 'private' },
    };
    expect(stringToSignV2(request, 'Thu, 15 Jan 2026 10:30:00 GMT')).toBe(
      'PUT\n\ntext/plain\nThu, 15 Jan 2026 10:30:00 GMT\nx-goog-acl:private\nx-goog-meta-reviewer:joe,jane\n/demo-bucket/dir/a%20b.txt',
    );
    expect(signer.sign(request, nowMs)).toEqual({
      ...request.headers,
      date: 'Thu, 15 Jan 2026 10:30:00 GMT',
      authorization: `GOOG1 ${exampleKey}:asJHRTCU0DkQdw2GSkn61KitmmI=`,
    });
  });
  test('a signed URL', () => {
    const request = { method: 'GET', path: '/demo-bucket/dir/a%20b.txt', headers: { host } };
    expect(signer.presign(request, {}, nowMs, 3600)).toBe(
      `Expires=1768476600&GoogleAccessId=${exampleKey}&Signature=f5X0k2stNkMpedF1RlWNodyCAwc%3D`,
    );
  });
  test('a sub-resource', () => {
    const request = { method: 'GET', path: '/demo-bucket', query: 'acl=', headers: { host } };
    expect(signer.sign(request, nowMs).authorization).toBe(`GOOG1 ${exampleKey}:nctHfxHQnVrySuHWxcT5AtYHbR0=`);
  });
});

describe('any request', () => {
  const wellFormed = fc.string({ unit: 'binary' }).filter((text) => text.isWellFormed());
  const parameter = fc.oneof(
    fc.constantFrom('acl', 'uploads', 'uploadId', 'partNumber', 'prefix', 'delete', 'generation'),
    fc.stringMatching(/^response-[a-z-]{1,12}$/),
    wellFormed,
  );
  const value = fc.stringMatching(/^[ -~]{0,12}[ \t]{0,3}[ -~]{0,12}$/);
  const header = fc.stringMatching(/^(x-goog-meta-|x-goog-|x-amz-|content-)[a-z]{1,8}$/);
  const request = fc.record({
    method: fc.constantFrom('GET', 'PUT', 'HEAD', 'POST', 'DELETE'),
    path: wellFormed.map((name) => `/bucket/${encodeName(name)}`),
    query: fc.dictionary(parameter, wellFormed, { maxKeys: 5 }),
    headers: fc.dictionary(header, value, { maxKeys: 5 }).map((some) => ({ host, ...some })),
  });
  const moment = fc.integer({ min: 0, max: Date.UTC(2100, 0) });
  const secret = fc.string({ minLength: 1 });

  test('is accepted by a verifier, and not with another secret', () => {
    fc.assert(
      fc.property(request, moment, secret, ({ headers, method, path, query }, time, password) => {
        const encoded = encodeQuery(query);
        const signed = makeSignerV2('KEY', password).sign({ method, path, query: encoded, headers }, time);
        const received = { method, path: encoded === '' ? path : `${path}?${encoded}`, headers: signed };
        expect(problemV2(received, 'KEY', password)).toBeUndefined();
        expect(problemV2(received, 'KEY', `${password}!`)).toBe('has the wrong signature');
      }),
    );
  });
  test('is accepted as a signed URL, and not for another path', () => {
    fc.assert(
      fc.property(request, moment, secret, ({ headers, method, path, query }, time, password) => {
        const { GoogleAccessId: _, Expires: __, Signature: ___, ...own } = query;
        const signed = makeSignerV2('KEY', password).presign({ method, path, headers }, own, time, 60);
        expect(urlProblemV2({ method, path: `${path}?${signed}`, headers }, 'KEY', password)).toBeUndefined();
        const other = urlProblemV2({ method, path: `${path}x?${signed}`, headers }, 'KEY', password);
        expect(other).toBe('has the wrong signature');
      }),
    );
  });
});
