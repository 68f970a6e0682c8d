/** User metadata as headers. */
import { describe, headerValue, invalidArgument } from '@isobar/core/provider';

/**
 * Headers for user metadata: a prefix, then the key in lower case.
 *
 * @param prefix Such as `x-amz-meta-`.
 * @param maxBytes Maximum size of all keys and values, in bytes.
 * @throws {CloudError} `invalid-argument` that names `metadata`, or the key as `metadata.key`.
 */
export function metadataHeaders(
  metadata: Readonly<Record<string, string>>,
  prefix: string,
  maxBytes: number,
): Record<string, string> {
  if (typeof metadata !== 'object' || metadata === null) {
    throw invalidArgument('metadata', `must be an object of strings, not ${describe(metadata)}`);
  }
  const headers: Record<string, string> = {};
  let bytes = 0;
  for (const [key, value] of Object.entries(metadata)) {
    if (!/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(key)) {
      throw invalidArgument('metadata', `has the key ${describe(key)}; keys are ASCII letters, digits and -_.`);
    }
    const name = prefix + key.toLowerCase();
    if (name in headers) throw invalidArgument('metadata', `has the key ${describe(key)} twice: case does not matter`);
    headers[name] = headerValue(`metadata.${key}`, value);
    bytes += key.length + value.length;
  }
  if (bytes > maxBytes) {
    throw invalidArgument('metadata', `must be at most ${maxBytes} bytes in total, not ${bytes}`);
  }
  return headers;
}
