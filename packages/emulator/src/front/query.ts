/**
 * Query strings, raw and decoded: signatures are computed from the raw form. Unlike `URLSearchParams`, this
 * distinguishes `?acl` from `?acl=` and refuses bytes that are not UTF-8.
 */
import { refusal } from '../errors.ts';

/** A parsed query. Names are case-sensitive. */
export interface Query {
  /** Without the question mark. */
  readonly raw: string;
  readonly entries: readonly (readonly [name: string, value: string])[];
  has(name: string): boolean;
  /** The first value of that name; `''` when the name stands alone. */
  get(name: string): string | undefined;
  /** Like `get`, but ignores the case of the name, as for the parameters of signed URLs. */
  find(name: string): string | undefined;
}

/** Decodes percent-encoding; refuses malformed text and bytes that are not UTF-8. */
export function decodeComponent(text: string): string {
  if (!/[%\u0080-\u00ff]/.test(text)) return text;
  // Node reads bytes above 127 as latin1. They are percent-encoded here and decoded with the rest.
  const ascii = text.replace(/[\u0080-\u00ff]/g, (byte) => `%${byte.charCodeAt(0).toString(16)}`);
  try {
    return decodeURIComponent(ascii);
  } catch {
    throw refusal('InvalidURI');
  }
}

const empty: Query = { raw: '', entries: [], has: () => false, get: () => undefined, find: () => undefined };

/** Parses the text after the question mark. A plus and `%20` both mean a space. */
export function parseQuery(raw: string): Query {
  if (raw === '') return empty;
  const entries = raw
    .split('&')
    .filter((pair) => pair !== '')
    .map((pair) => {
      const equals = pair.indexOf('=');
      const [name, value] = equals < 0 ? [pair, ''] : [pair.slice(0, equals), pair.slice(equals + 1)];
      return [decodeComponent(name.replaceAll('+', ' ')), decodeComponent(value.replaceAll('+', ' '))] as const;
    });
  const find = (accepts: (name: string) => boolean) => entries.find(([name]) => accepts(name))?.[1];
  return {
    raw,
    entries,
    has: (name) => entries.some(([known]) => known === name),
    get: (name) => find((known) => known === name),
    find: (name) => find((known) => known.toLowerCase() === name.toLowerCase()),
  };
}

/** Path and query of a request target, both raw. Absolute-form targets lose their origin. */
export function splitTarget(target: string): { readonly path: string; readonly query: string } {
  const local = target.startsWith('/') ? target : target.replace(/^https?:\/\/[^/?]*/i, '');
  const mark = local.indexOf('?');
  const path = mark < 0 ? local : local.slice(0, mark);
  return { path: path === '' ? '/' : path, query: mark < 0 ? '' : local.slice(mark + 1) };
}
