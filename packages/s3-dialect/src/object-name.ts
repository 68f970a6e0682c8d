/** Checks of object names that all services of the family share. */
import { describe, invalidArgument } from '@isobar/core/provider';

/**
 * Maximum length of an object name, in bytes of UTF-8.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html
 * @see https://cloud.google.com/storage/docs/objects#naming
 */
export const maxObjectNameBytes = 1024;

const encoder = new TextEncoder();

/**
 * An object name, exactly as it will be stored: never normalized.
 *
 * @param problemOf What else the service refuses, as the rest of a sentence.
 * @throws {CloudError} `invalid-argument`.
 */
export function checkObjectName(
  name: string,
  field: string,
  problemOf: (name: string) => string | false | undefined,
): string {
  if (typeof name !== 'string') throw invalidArgument(field, `must be a string, not ${describe(name)}`);
  // A UTF-16 code unit takes at most three bytes of UTF-8, so short names need no encoding.
  const bytes = name.length * 3 <= maxObjectNameBytes ? name.length : encoder.encode(name).length;
  const problem =
    (!name.isWellFormed() && 'must be well-formed Unicode, without lone surrogates') ||
    (bytes === 0 && 'must not be empty') ||
    (bytes > maxObjectNameBytes && `must be at most ${maxObjectNameBytes} bytes of UTF-8, not ${bytes}`) ||
    problemOf(name);
  if (problem) throw invalidArgument(field, problem);
  return name;
}
