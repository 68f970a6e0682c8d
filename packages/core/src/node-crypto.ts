/**
 * Node's crypto, for computation alone: what draws lots is left out, as chance is a step (`entropy`).
 *
 * Loaded when it is first used. With the streams that it pulls in it would be a third of importing a design and a
 * provider, which a program may do long before its first call, or without ever making one.
 */
import type * as Crypto from 'node:crypto';

/** The part of Node's crypto that computes. */
export type ComputingCrypto = Pick<
  typeof Crypto,
  'createHash' | 'createHmac' | 'createPrivateKey' | 'createPublicKey' | 'hash' | 'sign' | 'timingSafeEqual' | 'verify'
>;

let loaded: ComputingCrypto | undefined;

/** Node's crypto. The first call loads it. */
export function nodeCrypto(): ComputingCrypto {
  loaded ??= process.getBuiltinModule('node:crypto');
  return loaded;
}
