/** The signers of a driver. */
import { amazon4, makeSigner, type Signer } from '@isobar/s3-dialect';
import type { AwsKeys } from '@isobar/s3-dialect/aws';

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
