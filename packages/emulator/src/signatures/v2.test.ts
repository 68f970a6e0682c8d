import { expect, test } from 'vitest';
import { parseQuery } from '../front/query.ts';
import { signV2, stringToSignV2 } from './v2.ts';

const secret = 'bXlGYWtlU2VjcmV0S2V5Rm9yRG9jc09ubHkxMjM0';
const date = 'Thu, 15 Jan 2026 10:30:00 GMT';

function sign(method: string, path: string, query: string, headers: Record<string, string>, moment: string): string {
  const request = {
    method,
    rawPath: path,
    query: parseQuery(query),
    headers,
    values: (name: string) => [headers[name] ?? ''],
    headerNames: Object.keys(headers),
  };
  return signV2(secret, stringToSignV2(request, 'x-goog-', moment));
}

test('a PUT with extension headers', () => {
  const headers = { 'content-type': 'text/plain', 'x-goog-meta-reviewer': 'joe,jane', 'x-goog-acl': 'private' };
  expect(sign('PUT', '/demo-bucket/dir/a%20b.txt', '', headers, date)).toBe('asJHRTCU0DkQdw2GSkn61KitmmI=');
});

test('a signed URL', () => {
  const query = 'GoogleAccessId=x&Expires=1768476600&Signature=y';
  expect(sign('GET', '/demo-bucket/dir/a%20b.txt', query, {}, '1768476600')).toBe('f5X0k2stNkMpedF1RlWNodyCAwc=');
});

test('a sub-resource is signed, a listing parameter is not', () => {
  expect(sign('GET', '/demo-bucket', 'prefix=a&acl', {}, date)).toBe('nctHfxHQnVrySuHWxcT5AtYHbR0=');
});
