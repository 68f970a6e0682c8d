import { createHmac } from 'node:crypto';
import { expect, test } from 'vitest';
import type { Verification } from './caller.ts';
import { verifyPolicy } from './policy.ts';

const id = 'GOOG1EXAMPLEEXAMPLEEXAMPLEEXAMPLEEXAMPLEEXAMPLEEXAMPLEEXAMPLE';
const secret = 'bXlGYWtlU2VjcmV0S2V5Rm9yRG9jc09ubHkxMjM0';
const account = { accessKey: id, secret, id: '00', email: 'a@b.example', name: 'a' };
const verification: Verification = {
  secretOf: (accessKey) => (accessKey === id ? secret : undefined),
  accountKeyOf: () => undefined,
  scopesOf: () => undefined,
  accountOf: () => account,
  rewritesAcceptEncoding: false,
  nowMs: Date.UTC(2026, 0, 15, 10, 30),
};
const credential = `${id}/20260115/auto/storage/goog4_request`;
const text = `{"expiration":"2026-01-15T11:30:00Z","conditions":[{"bucket":"demo-bucket"},["starts-with","$key","user/"],{"x-goog-date":"20260115T103000Z"},{"x-goog-credential":"${credential}"},{"x-goog-algorithm":"GOOG4-HMAC-SHA256"},["content-length-range",1,1048576]]}`;
const policy = Buffer.from(text).toString('base64');
const form = {
  policy,
  'x-goog-algorithm': 'GOOG4-HMAC-SHA256',
  'x-goog-credential': credential,
  'x-goog-date': '20260115T103000Z',
  'x-goog-signature': '708823a587baff6f3ffef55f3113332250d34c1e500856e654986d42738c2ac8',
};
const verify = (fields: object) => verifyPolicy(new Map(Object.entries(fields)), verification);

test('worked example E', () => {
  expect(verify(form)).toEqual({ account, dialect: 'goog' });
});

test.each([
  [{ policy: Buffer.from(text.replace('user/', 'root/')).toString('base64') }, 'SignatureDoesNotMatch'],
  [{ 'x-goog-signature': '00' }, 'SignatureDoesNotMatch'],
  [{ 'x-goog-credential': `GOOG1NOBODY${credential.slice(id.length)}` }, 'InvalidAccessKeyId'],
  [{ 'x-goog-credential': 'nonsense' }, 'InvalidArgument'],
  [{ 'x-goog-date': '20260116T103000Z' }, 'InvalidArgument'],
  [{ 'x-goog-algorithm': 'AWS4-HMAC-SHA256' }, 'InvalidArgument'],
])('not with %j', (changes, code) => {
  expect(() => verify({ ...form, ...changes })).toThrow(expect.objectContaining({ code }));
});

test.each([
  ['googleaccessid', 'goog'],
  ['awsaccesskeyid', 'amz'],
] as const)('the old form, with %s', (field, dialect) => {
  const signature = createHmac('sha1', secret).update(policy).digest('base64');
  expect(verify({ policy, [field]: id, signature })).toEqual({ account, dialect });
  const forged = { policy, [field]: id, signature: signature.replace(/^./, (c) => (c === 'A' ? 'B' : 'A')) };
  expect(() => verify(forged)).toThrow(expect.objectContaining({ code: 'SignatureDoesNotMatch' }));
});

test('a form without a policy is anonymous, a form with one must be signed', () => {
  expect(verify({ key: 'x' })).toEqual({ dialect: 'goog' });
  expect(() => verify({ policy })).toThrow(expect.objectContaining({ code: 'InvalidArgument' }));
});
