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

/** Headers that change what the bytes mean: they are copied in any case. */
const essential = ['contentType', 'contentEncoding'] as const;
const others = ['contentDisposition', 'contentLanguage', 'cacheControl'] as const;

/** What the copy of an object gets. */
export function keptFields(object: StorageObject, from: Side, to: Side, keepMetadata: boolean): KeptFields {
  const notKept: KeptField[] = [];
  const fields: Readonly<Record<string, unknown>> = { ...object.extra, contentType: object.contentType };
  const wanted = keepMetadata ? [...essential, ...others] : essential;
  const headers: WrittenFields = {};
  for (const field of wanted) {
    const value = fields[field];
    if (typeof value === 'string') headers[field] = value;
  }
  if (!keepMetadata) return { headers, notKept };
  const { [timeKey]: _, ...found } = object.metadata;
  const metadata: Record<string, string> = found;
  const time = contentTime(object);
  if (to.capabilities.modificationTimes) {
    if (time) headers.lastModified = time;
  } else if (time && (from.capabilities.modificationTimes || object.metadata[timeKey] !== undefined)) {
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
