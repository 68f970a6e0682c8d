/**
 * Node's crypto, for computation only. Random functions are left out: randomness is a step (`entropy`).
 *
 * Loaded on first use. With the streams that it pulls in it would be a third of the time to import a design and a
 * provider, which a program may do long before its first call, or without ever making one.
 *
 * The types are written out, so that programs can be compiled without `@types/node`.
 */

/** A hash or an HMAC that is being computed. */
export interface RunningHash {
  update(data: string | Uint8Array): this;
  /** A second computation that goes on from here. */
  copy(): RunningHash;
  digest(): Uint8Array;
  digest(encoding: 'hex' | 'base64'): string;
}

/** A parsed private key. */
export interface PrivateKey {
  /** Such as `rsa`. */
  readonly asymmetricKeyType?: string | undefined;
}

/** The part of Node's crypto that computes. */
export interface ComputingCrypto {
  hash(algorithm: string, data: string | Uint8Array, encoding: 'hex' | 'base64' | 'binary'): string;
  hash(algorithm: string, data: string | Uint8Array, encoding: 'buffer'): Uint8Array;
  createHash(algorithm: string): RunningHash;
  createHmac(algorithm: string, key: string | Uint8Array): RunningHash;
  /** Throws when the text holds no key. */
  createPrivateKey(pem: string): PrivateKey;
  sign(algorithm: string, data: Uint8Array, key: PrivateKey): Uint8Array;
}

let loaded: ComputingCrypto | undefined;

/** Node's crypto. The first call loads it. */
export function nodeCrypto(): ComputingCrypto {
  loaded ??= process.getBuiltinModule('node:crypto') as unknown as ComputingCrypto;
  return loaded;
}
