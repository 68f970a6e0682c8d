/** Checks names against the rules of S3, before anything is sent. */
import { CloudError, type ContainerReference, containerNameOf, describe, invalidArgument } from '@isobar/core/provider';
import { checkObjectName } from '@isobar/s3-dialect';

/**
 * A bucket name that can exist. Amazon's are DNS names; other services have more.
 *
 * @param isAmazon Whether the service is Amazon's.
 * @throws {CloudError} `invalid-argument`; `unsupported` for a directory bucket, which has another protocol.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
 */
export function bucketNameOf(container: ContainerReference, isAmazon: boolean, field = 'container'): string {
  const name = containerNameOf(container, field);
  if (isAmazon && name.endsWith('--x-s3')) {
    throw new CloudError('unsupported', `\`${field}\`: directory buckets are not supported: ${name}`, { field });
  }
  const pattern = isAmazon ? /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/ : /^[A-Za-z0-9][A-Za-z0-9._:-]{1,253}[A-Za-z0-9]$/;
  if (pattern.test(name) && !name.includes('..')) return name;
  const rule = isAmazon
    ? 'must be 3–63 characters a–z, 0–9, dash or dot, and start and end with a letter or digit'
    : 'must be 3–255 letters, digits, dashes, underscores, colons or dots, and start and end with a letter or digit';
  throw invalidArgument(field, `${rule}, without two dots in a row; not ${describe(name)}`);
}

/** An object name, exactly as it will be stored: never normalized. */
export function objectNameOf(name: string, field = 'objectName'): string {
  return checkObjectName(name, field, problemOf);
}

function problemOf(name: string): string | false {
  return name.includes('\0') && 'must not contain the character NUL';
}
