/** The headers that describe an object, in requests. */
import type { ObjectHeaders } from '@isobar/core/provider';

const headerNames = [
  ['contentType', 'content-type'],
  ['cacheControl', 'cache-control'],
  ['contentDisposition', 'content-disposition'],
  ['contentEncoding', 'content-encoding'],
  ['contentLanguage', 'content-language'],
] as const;

/**
 * The headers for an object's content headers and metadata, which are checked.
 *
 * @param metadataPrefix Prefix of user metadata, such as `x-amz-meta-`.
 */
export function objectHeaders(described: ObjectHeaders, metadataPrefix: string): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [field, header] of headerNames) {
    const value = described[field];
    if (value !== undefined) headers[header] = value;
  }
  for (const key in described.metadata) headers[metadataPrefix + key] = described.metadata[key] as string;
  return headers;
}

/** The content headers of a response, by the names that {@link ObjectHeaders} has for them; absent ones are left out. */
export function describedBy(headers: Readonly<Record<string, string>>): Omit<ObjectHeaders, 'metadata'> {
  const described: { -readonly [Field in keyof ObjectHeaders]: ObjectHeaders[Field] } = {};
  for (const [field, header] of headerNames) {
    const value = headers[header];
    if (value !== undefined) described[field] = value;
  }
  return described;
}
