/**
 * The parts of Node that only compute: crypto without its random functions (randomness is a step, `entropy`), and zlib
 * without its streams.
 *
 * Loaded on first use. Together with the streams that it loads crypto would take a third of the time to import a design and
 * a provider. The types are declared here, so that programs compile without `@types/node`.
 */

/** A hash or an HMAC in progress. */
export interface RunningHash {
  update(data: string | Uint8Array): this;
  /** A copy of the current state, which can be continued independently. */
  copy(): RunningHash;
  digest(): Uint8Array;
  digest(encoding: 'hex' | 'base64'): string;
}

/** A parsed private key. */
export interface PrivateKey {
  /** For example `rsa`. */
  readonly asymmetricKeyType?: string | undefined;
}

/** The deterministic part of Node's crypto. */
export interface ComputingCrypto {
  hash(algorithm: string, data: string | Uint8Array, encoding: 'hex' | 'base64' | 'binary'): string;
  hash(algorithm: string, data: string | Uint8Array, encoding: 'buffer'): Uint8Array;
  createHash(algorithm: string): RunningHash;
  createHmac(algorithm: string, key: string | Uint8Array): RunningHash;
  /** Throws when the text contains no private key. */
  createPrivateKey(pem: string): PrivateKey;
  sign(algorithm: string, data: Uint8Array, key: PrivateKey): Uint8Array;
}

let loaded: ComputingCrypto | undefined;

/** Returns Node's crypto. The first call loads it. */
export function nodeCrypto(): ComputingCrypto {
  loaded ??= process.getBuiltinModule('node:crypto') as unknown as ComputingCrypto;
  return loaded;
}

/** The part of Node's zlib that computes at once. */
export interface ComputingZlib {
  crc32(data: Uint8Array, value?: number): number;
  gunzipSync(data: Uint8Array): Uint8Array;
}

let loadedZlib: ComputingZlib | undefined;

/** Returns Node's zlib. The first call loads it. */
export function nodeZlib(): ComputingZlib {
  loadedZlib ??= process.getBuiltinModule('node:zlib') as unknown as ComputingZlib;
  return loadedZlib;
}
