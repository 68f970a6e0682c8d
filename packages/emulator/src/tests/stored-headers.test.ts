/** Values that are not valid in HTTP headers are refused on upload: they could never be sent to a reader. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Emulator, startEmulator } from '../index.ts';
import { exchange, rawExchange, signed, signedHeaders } from './client.ts';

let emulator: Emulator;
beforeAll(async () => {
  emulator = await startEmulator();
  await signed(emulator, 'PUT', '/open', { headers: { 'x-goog-acl': 'public-read-write' } });
});
afterAll(() => emulator.close());

/** Writes fields without the escaping of a browser. */
function post(fields: readonly (readonly [name: string, value: string])[]) {
  const parts = [...fields, ['key', 'k'], ['file', 'content']].map(
    ([name, value]) => `--b\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
  );
  const body = Buffer.from(`${parts.join('')}--b--`);
  const headers = { 'content-type': 'multipart/form-data; boundary=b', 'content-length': body.length };
  return exchange(emulator.storage, 'POST', '/open', { headers, body });
}

describe('a form', () => {
  test.each([
    ['x-goog-meta-a b', 'x'],
    ['x-goog-meta-a:b', 'x'],
    ['x-goog-meta-ä', 'x'],
    ['x-goog-meta-a', 'one\r\ntwo: three'],
    ['x-goog-meta-a', 'one\ntwo'],
    ['x-goog-meta-a', '\u0000'],
    ['x-amz-meta-a', '\u007f'],
    ['content-type', 'text/plain\r\n'],
    ['content-disposition', 'a\rb'],
    ['content-encoding', 'a\nb'],
    ['content-language', 'a\nb'],
    ['cache-control', 'a\nb'],
    ['x-goog-custom-time', 'a\nb'],
  ])('with the field %j: %j is refused', async (name, value) => {
    const answer = await post([[name, value]]);
    expect([answer.status, answer.code]).toEqual([400, 'MalformedHeaderValue']);
    expect((await signed(emulator, 'GET', '/open/k')).status).toBe(404);
  });

  test('may have any value that is valid in a header', async () => {
    const fields = [
      ["x-goog-meta-!#$%&'*+.^_`|~-9", 'é €\t~'],
      ['x-goog-meta-__proto__', 'kept'],
      ['content-type', 'text/plain; charset="utf-8"'],
    ] as const;
    expect((await post(fields)).status).toBe(204);
    const { headers } = await signed(emulator, 'GET', '/open/k');
    expect(Buffer.from(String(headers["x-goog-meta-!#$%&'*+.^_`|~-9"]), 'latin1').toString()).toBe('é €\t~');
    expect(headers).toMatchObject({ 'content-type': 'text/plain; charset="utf-8"' });
    expect(headers['x-goog-meta-__proto__']).toBe('kept');
    const copied = await signed(emulator, 'PUT', '/open/copy', { headers: { 'x-goog-copy-source': 'open/k' } });
    expect(copied.status).toBe(200);
    expect((await signed(emulator, 'GET', '/open/copy')).headers['x-goog-meta-__proto__']).toBe('kept');
    await signed(emulator, 'DELETE', '/open/k');
  });
});

test.each([
  ['an upload', '', {}],
  ['a copy', '', { 'x-goog-copy-source': 'open/k', 'x-goog-metadata-directive': 'REPLACE' }],
  ['a composition', '?compose', {}],
])('%s with a control character in a header is refused', async (_, query, more) => {
  const headers = signedHeaders(emulator, 'PUT', `/open/k${query}`, {
    headers: { 'x-goog-meta-a': 'a\u0001b', ...more },
  });
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  const head = `PUT /open/k${query} HTTP/1.1\r\n${lines.join('')}Content-Length: 0\r\nConnection: close\r\n\r\n`;
  expect(await rawExchange(emulator.storage, head)).toMatch(/^HTTP\/1\.1 400 /);
});

describe('a CORS document', () => {
  const put = (rule: string) =>
    signed(emulator, 'PUT', '/open?cors', { body: `<CorsConfig><Cors>${rule}</Cors></CorsConfig>` });
  const origins = '<Origins><Origin>*</Origin></Origins>';
  const methods = '<Methods><Method>GET</Method></Methods>';

  test.each([
    `${origins}${methods}<ResponseHeaders><ResponseHeader>a\nb</ResponseHeader></ResponseHeaders>`,
    `${origins}${methods}<ResponseHeaders><ResponseHeader>a&#13;&#10;b: c</ResponseHeader></ResponseHeaders>`,
    `${origins}${methods}<ResponseHeaders><ResponseHeader>€</ResponseHeader></ResponseHeaders>`,
    `${origins}<Methods><Method>GET</Method><Method>P&#0;T</Method></Methods>`,
    `${origins}${methods}<MaxAgeSec>1&#10;0</MaxAgeSec>`,
  ])('%j is refused, and what was there stays', async (rule) => {
    expect((await put(`${origins}${methods}<MaxAgeSec>7</MaxAgeSec>`)).status).toBe(200);
    const answer = await put(rule);
    expect([answer.status, answer.code]).toEqual([400, 'MalformedHeaderValue']);
    const headers = { origin: 'http://page.example', 'access-control-request-method': 'GET' };
    const preflight = await exchange(emulator.storage, 'OPTIONS', '/open/k', { headers });
    expect([preflight.status, preflight.headers['access-control-max-age']]).toEqual([200, '7']);
  });
});
