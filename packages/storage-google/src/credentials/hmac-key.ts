/**
 * HMAC keys, which sign every request.
 *
 * @see https://cloud.google.com/storage/docs/authentication/hmackeys
 */
import { immediate } from '@isobar/core/provider';
import { amazon4, google4, makeSigner, makeSignerV2, type Signer } from '@isobar/s3-dialect';
import { signingRegion } from '../limits.ts';
import { amazonHeaders } from './amazon-headers.ts';
import type { Credentials } from './credentials.ts';

/** How an HMAC key signs: Google's version 4, Amazon's version 4 (interoperability), Google's version 2 (legacy). */
export type HmacSignature = 'goog4' | 'aws4' | 'goog1';

const signers: Readonly<Record<HmacSignature, (key: string, secret: string) => Signer>> = {
  goog4: (key, secret) => makeSigner(google4, key, secret, signingRegion),
  aws4: (key, secret) => makeSigner(amazon4, key, secret, signingRegion),
  goog1: makeSignerV2,
};

/** Credentials of an HMAC key. */
export function hmacKey(key: string, secret: string, signature: HmacSignature): Credentials {
  const signer = signers[signature](key, secret);
  return {
    authorize: (request, nowMs) => immediate(signer.sign(request, nowMs)),
    signer: () => immediate(signer),
    ...(signature === 'aws4' && { dialect: amazonHeaders }),
  };
}
