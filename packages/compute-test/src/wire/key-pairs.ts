/** Reads key pairs into models. */
import { type KeyPair, readJson } from '@isobar/core/provider';
import * as z from '@isobar/core/schema';

const wireKeyPair = z.object({
  name: z.string(),
  public_key: z.string(),
  fingerprint: z.string(),
  private_key: z.nullish(z.string()),
});
const wireKeyPairs = z.array(wireKeyPair);

/** A list of key pairs. */
export function readKeyPairs(body: Uint8Array): KeyPair[] {
  return readJson(wireKeyPairs, body).map(toKeyPair);
}

/** One key pair, with its private key if the cloud just generated it. */
export function readKeyPair(body: Uint8Array): KeyPair {
  return toKeyPair(readJson(wireKeyPair, body));
}

function toKeyPair(wire: z.infer<typeof wireKeyPair>): KeyPair {
  return {
    name: wire.name,
    publicKey: wire.public_key,
    fingerprint: wire.fingerprint,
    ...(typeof wire.private_key === 'string' && { privateKey: wire.private_key }),
  };
}
