/** Signed assertions against Node's own verifier. */
import { generateKeyPairSync, verify } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { nodeCrypto } from '../node-modules.ts';
import { signAssertion } from './assertion.ts';

const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const key = nodeCrypto().createPrivateKey(privateKey.export({ type: 'pkcs8', format: 'pem' }) as string);
const parsed = (part = '') => JSON.parse(Buffer.from(part, 'base64url').toString());

test('any claims are read back from a token that its key verifies', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (claims) => {
      const token = signAssertion(claims, key);
      const [header, payload, signature = ''] = token.split('.');
      expect(token).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+$/);
      expect(parsed(header)).toEqual({ alg: 'RS256', typ: 'JWT' });
      expect(parsed(payload)).toEqual(JSON.parse(JSON.stringify(claims)));
      const isGenuine = verify(
        'RSA-SHA256',
        Buffer.from(`${header}.${payload}`),
        publicKey,
        Buffer.from(signature, 'base64url'),
      );
      expect(isGenuine).toBe(true);
    }),
    { numRuns: 30 },
  );
});
test('the header has further fields, such as the key’s id', () => {
  expect(parsed(signAssertion({}, key, { kid: '7' }).split('.')[0])).toEqual({ alg: 'RS256', typ: 'JWT', kid: '7' });
});
