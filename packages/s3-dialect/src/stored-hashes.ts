/** The checksums that Google Storage tells, also to clients that speak Amazon's dialect. */

// Base64 may end in `=`: only the first `=` is a separator.
const crc32cHash = /(?:^|,)\s*crc32c=([^\s,]*)/;
const md5Hash = /(?:^|,)\s*md5=([^\s,]*)/;

/**
 * The checksums in `x-goog-hash`, which may be sent as one header or several.
 *
 * @see https://cloud.google.com/storage/docs/xml-api/reference-headers#xgooghash
 */
export function storedHashes(headers: Readonly<Record<string, string>>): { crc32c?: string; md5?: string } {
  const header = headers['x-goog-hash'];
  const hashes: { crc32c?: string; md5?: string } = {};
  if (header === undefined) return hashes;
  const crc32c = crc32cHash.exec(header)?.[1];
  if (crc32c !== undefined) hashes.crc32c = crc32c;
  const md5 = md5Hash.exec(header)?.[1];
  if (md5 !== undefined) hashes.md5 = md5;
  return hashes;
}
