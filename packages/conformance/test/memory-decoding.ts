/** How the in-memory driver decodes what is stored as gzip. */
import { gunzipSync } from 'node:zlib';
import { CloudError, type DownloadOptions } from '@isobar/core';

/** An object's bytes, decoded if that is asked for and they are stored as gzip. */
export function decodeStored(
  { bytes, encoding }: { readonly bytes: Buffer; readonly encoding?: string | undefined },
  options: DownloadOptions = {},
): Buffer {
  const { decompress = false } = options;
  if (typeof decompress !== 'boolean') throw refusal('must be true or false');
  if (!decompress || encoding !== 'gzip') return bytes;
  try {
    return gunzipSync(bytes);
  } catch {
    throw new CloudError('integrity', 'no gzip');
  }
}

/** Refuses to decode a range. */
export function refuseDecoding(options: DownloadOptions = {}): void {
  if (options.decompress) throw refusal('not for ranges');
}

function refusal(rule: string): CloudError {
  return new CloudError('invalid-argument', `\`decompress\` ${rule}`, { field: 'decompress' });
}
