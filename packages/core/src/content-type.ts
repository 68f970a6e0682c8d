/** Media types by name. */
import mime from 'mime/lite';

/** What bytes are when nothing says otherwise. */
export const defaultContentType = 'application/octet-stream';

/**
 * The media type that a name's extension stands for, else `application/octet-stream`.
 *
 * @see https://www.iana.org/assignments/media-types
 */
export function guessContentType(name: string): string {
  return mime.getType(name) ?? defaultContentType;
}
