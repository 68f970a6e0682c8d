/** Media types by name. */
import standardTypes from 'mime/types/standard.js';

/** What bytes are when nothing says otherwise. */
export const defaultContentType = 'application/octet-stream';

/** Types by extension, made when a name is looked up first: programs that only read never need them. */
let typesByExtension: ReadonlyMap<string, string> | undefined;

/**
 * The media type that a name's extension stands for, else `application/octet-stream`.
 *
 * @see https://www.iana.org/assignments/media-types
 */
export function guessContentType(name: string): string {
  typesByExtension ??= new Map(Object.entries(standardTypes).flatMap(extensionsOf));
  const file = name.slice(Math.max(name.lastIndexOf('/'), name.lastIndexOf('\\')) + 1).toLowerCase();
  const extension = file.slice(file.lastIndexOf('.') + 1);
  const isInFolder = file.length < name.length;
  if (isInFolder && extension.length >= file.length - 1) return defaultContentType;
  return typesByExtension.get(extension) ?? defaultContentType;
}

/** A type under each of its extensions; one with an asterisk stands for another type first of all. */
function extensionsOf([type, extensions]: [string, readonly string[]]): [string, string][] {
  return extensions.filter((extension) => !extension.startsWith('*')).map((extension) => [extension, type]);
}
