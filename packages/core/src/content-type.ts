/** Media types from file names. */
import standardTypes from 'mime/types/standard.js';

/** The media type of data whose type is unknown. */
export const defaultContentType = 'application/octet-stream';

/** Media types by extension. Built on first use, because programs that only download do not need it. */
let typesByExtension: ReadonlyMap<string, string> | undefined;

/**
 * The media type for a name's extension, or `application/octet-stream`.
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

/** One entry for each extension of a type. An asterisk marks an extension whose main type is another one. */
function extensionsOf([type, extensions]: [string, readonly string[]]): [string, string][] {
  return extensions.filter((extension) => !extension.startsWith('*')).map((extension) => [extension, type]);
}
