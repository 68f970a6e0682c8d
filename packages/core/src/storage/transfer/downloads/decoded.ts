/** Bytes of objects as text and as JSON. */
import { CloudError } from '../../../errors.ts';
import type { ObjectReference } from '../../models.ts';

const decoder = new TextDecoder('utf-8', { fatal: true });

/**
 * The text of an object.
 *
 * @throws {CloudError} `malformed-response` when the bytes are not UTF-8.
 */
export function textFrom(bytes: Uint8Array, object: ObjectReference): string {
  try {
    return decoder.decode(bytes);
  } catch {
    throw malformed(object, 'text in UTF-8; read it with readObject');
  }
}

/**
 * The value of an object that is JSON.
 *
 * @throws {CloudError} `malformed-response` without the parser's message, which quotes the object.
 */
export function jsonFrom(bytes: Uint8Array, object: ObjectReference): unknown {
  const text = textFrom(bytes, object);
  try {
    return JSON.parse(text);
  } catch {
    throw malformed(object, 'JSON');
  }
}

function malformed(object: ObjectReference, what: string): CloudError {
  const { name } = object;
  const container = typeof object.container === 'string' ? object.container : object.container.name;
  const message = `object ${JSON.stringify(name)} in ${container} is not ${what}`;
  return new CloudError('malformed-response', message, { container, object: name });
}
