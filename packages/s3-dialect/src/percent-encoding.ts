/** Percent-encoding of names and query parameters, as signatures require it: RFC 3986, uppercase hex. */

/** Encodes one path segment or query part: everything but `A-Z a-z 0-9 - _ . ~`. */
export function encodePart(text: string): string {
  if (/^[\w.~-]*$/.test(text)) return text;
  return encodeURIComponent(text).replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
}

/** Encodes an object's name as a path: like {@link encodePart}, but keeps slashes. Never normalizes. */
export function encodeName(name: string): string {
  if (/^[\w.~/-]*$/.test(name)) return name;
  return encodePart(name).replaceAll('%2F', '/');
}

/** Parameters of a query; an empty value is written as `name=`. */
export type Query = Readonly<Record<string, string>>;

/** A query in canonical order, sorted by encoded name. It is sent as it is signed. */
export function encodeQuery(query: Query): string {
  return Object.entries(query)
    .map(([name, value]) => [encodePart(name), encodePart(value)] as const)
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, value]) => `${name}=${value}`)
    .join('&');
}
