/** Operators of Apache OpenDAL, one for each container, shared by both kinds. */
import { Operator } from 'opendal';

/** Bytes of a piece of a file, and of a part of an upload. */
export const pieceBytes = 8 * 1024 * 1024;

/** Gives the operator of a container. */
export function operatorsOf({ url, key, secret }) {
  const operators = new Map();
  const operatorOf = (bucket) => {
    if (!operators.has(bucket)) {
      const options = {
        bucket,
        endpoint: url,
        region: 'auto',
        access_key_id: key,
        secret_access_key: secret,
        disable_config_load: 'true',
        disable_ec2_metadata: 'true',
      };
      operators.set(bucket, new Operator('s3', options));
    }
    return operators.get(bucket);
  };
  operatorOf('bench');
  return operatorOf;
}
