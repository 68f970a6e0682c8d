/** Access keys, and the signers that they make. */
import { immediate, type Operation } from '@isobar/core/provider';
import { amazon4, makeSigner, type Signer } from '@isobar/s3-dialect';

/** An access key. */
export interface AwsKeys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** Where access keys come from. */
export interface AwsCredentials {
  /** The keys to sign with; `undefined` for anonymous requests. */
  keys(nowMs: number): Operation<AwsKeys | undefined>;
}

/** Keys that the user gave. */
export function givenKeys(keys: AwsKeys): AwsCredentials {
  return { keys: () => immediate(keys) };
}

/** No keys: access to public data only. */
export const anonymousKeys: AwsCredentials = { keys: () => immediate(undefined) };

/** Makes the signers of a driver: one for each region, as long as the keys stay. Each keeps the key of the day. */
export function makeSigners(): (keys: AwsKeys, region: string) => Signer {
  const signers = new Map<string, { readonly keys: AwsKeys; readonly signer: Signer }>();
  return (keys, region) => {
    const present = signers.get(region);
    if (present?.keys === keys) return present.signer;
    const signer = makeSigner(amazon4, keys.accessKeyId, keys.secretAccessKey, region);
    signers.set(region, { keys, signer });
    return signer;
  };
}
