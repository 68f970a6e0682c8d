/**
 * Values of user metadata in headers: plain ASCII as it is, anything else as encoded words.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingMetadata.html
 * @see https://www.rfc-editor.org/rfc/rfc2047
 */

/** Writes a value so that it arrives unchanged: several spaces in a row, and what looks like an encoded word, would not. */
export function encodeMetadata(value: string): string {
  if (!/ {2}|\t|=\?/.test(value)) return value;
  // A word has at most 75 characters: 63 besides its frame, so 45 bytes of base64, which are cut between characters.
  const words: string[] = [];
  let bytes = '';
  for (const character of value) {
    if (Buffer.byteLength(bytes + character) > 45) {
      words.push(bytes);
      bytes = '';
    }
    bytes += character;
  }
  return [...words, bytes].map((word) => `=?UTF-8?B?${Buffer.from(word).toString('base64')}?=`).join(' ');
}

const word = /=\?([\w-]+)\?([BbQq])\?([^?\s]*)\?=(?:\s+(?==\?[\w-]+\?[BbQq]\?))?/g;

/**
 * Reads a value: encoded words, and raw UTF-8, which some services send. Header values arrive with a character for each byte.
 * What is neither stays as it is.
 */
export function decodeMetadata(value: string): string {
  if (value.includes('=?')) {
    return value.replace(word, (whole, charset: string, encoding: string, text: string) => {
      const bytes =
        encoding.toUpperCase() === 'B'
          ? Buffer.from(text, 'base64')
          : Buffer.from(
              text
                .replaceAll('_', ' ')
                .replace(/=([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
              'latin1',
            );
      try {
        return new TextDecoder(charset, { fatal: true }).decode(bytes);
      } catch {
        return whole;
      }
    });
  }
  // biome-ignore lint/suspicious/noControlCharactersInRegex: bytes of UTF-8
  if (!/[\x80-\xff]/.test(value) || /[^\x00-\xff]/.test(value)) return value;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(value, 'latin1'));
  } catch {
    return value;
  }
}
