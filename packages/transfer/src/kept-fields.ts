/** What is copied beside the bytes: type, headers, metadata and time, as far as the destination can hold them. */
import type { ObjectHeaders, StorageObject } from '@isobar/core/provider';
import type { KeptField } from './models.ts';
import type { Side } from './sides.ts';

/**
 * The metadata key of a file's time, where objects have no time of their own: seconds since 1970, with a fraction. rclone uses it
 * in the same way. @see https://rclone.org/s3/#modification-times-and-hashes
 */
const timeKey = 'mtime';

/** The time of the content: that of the file that it was, if the metadata say so, else that of the object. */
export function contentTime({
  lastModified,
  metadata,
}: Pick<StorageObject, 'lastModified' | 'metadata'>): Date | undefined {
  const text = metadata[timeKey];
  if (text === undefined) return lastModified;
  const time = new Date(/^\d+(\.\d+)?$/.test(text) ? Math.round(Number(text) * 1000) : text);
  return Number.isNaN(time.getTime()) ? lastModified : time;
}

/** What to write with an object's bytes. */
export interface KeptFields {
  readonly headers: ObjectHeaders & { readonly lastModified?: Date };
  readonly notKept: readonly KeptField[];
}

/** The same, to be set one by one. */
type WrittenFields = { -readonly [Field in keyof KeptFields['headers']]: KeptFields['headers'][Field] };

const headerFields = ['contentType', 'contentDisposition', 'contentLanguage', 'cacheControl'] as const;

/**
 * What the copy of an object gets. An encoding changes what the bytes mean, so it is copied in any case; so is the time, where
 * objects have one.
 */
export function keptFields(object: StorageObject, from: Side, to: Side, keepMetadata: boolean): KeptFields {
  const notKept: KeptField[] = [];
  const { contentEncoding, ...others } = object.extra as ObjectHeaders;
  const headers: WrittenFields = { ...(contentEncoding !== undefined && { contentEncoding }) };
  const time = contentTime(object);
  if (to.capabilities.modificationTimes && time) headers.lastModified = time;
  if (!keepMetadata) return { headers, notKept };
  const { contentType } = object;
  const fields: ObjectHeaders = { ...others, ...(contentType !== undefined && { contentType }) };
  for (const field of headerFields) if (fields[field] !== undefined) headers[field] = fields[field];
  const { [timeKey]: timeText, ...found } = object.metadata;
  const metadata: Record<string, string> = found;
  const hasOwnTime = from.capabilities.modificationTimes || timeText !== undefined;
  if (!to.capabilities.modificationTimes && time && hasOwnTime) {
    if (to.capabilities.userMetadata) metadata[timeKey] = String(time.getTime() / 1000);
    else notKept.push('lastModified');
  }
  if (Object.keys(metadata).length > 0) {
    if (to.capabilities.userMetadata) headers.metadata = metadata;
    else notKept.push('metadata');
  }
  return { headers, notKept };
}

/** The same without a field that the destination has refused. */
export function withoutField({ headers, notKept }: KeptFields, field: KeptField): KeptFields {
  const { [field as keyof ObjectHeaders]: _, ...rest } = headers;
  return { headers: rest, notKept: [...notKept, field] };
}
