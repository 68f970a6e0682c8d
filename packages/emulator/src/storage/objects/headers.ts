/**
 * Object headers in both directions: attributes from the writer's headers, and headers for the reader.
 *
 * @see https://cloud.google.com/storage/docs/xml-api/reference-headers
 */
import { type IncomingHttpHeaders, type OutgoingHttpHeaders, validateHeaderName, validateHeaderValue } from 'node:http';
import { encodeCrc32c } from '../../crc32c.ts';
import { type ErrorCode, refusal } from '../../errors.ts';
import type { Dialect } from '../../signatures/caller.ts';
import type { Acl, Attributes, Conditions, Content, ObjectRecord } from '../../store/records.ts';
import { type Exchange, extension } from '../exchange.ts';

const storageClasses = new Set([
  'STANDARD',
  'NEARLINE',
  'COLDLINE',
  'ARCHIVE',
  'MULTI_REGIONAL',
  'REGIONAL',
  'DURABLE_REDUCED_AVAILABILITY',
]);

const predefinedAcls = new Set([
  'private',
  'project-private',
  'public-read',
  'public-read-write',
  'authenticated-read',
  'bucket-owner-read',
  'bucket-owner-full-control',
]);

/** Maximum total size of names and values of user metadata. */
const MAX_METADATA_BYTES = 8 * 1024;

/** Refuses unknown storage classes, such as Amazon's. */
export function checkStorageClass(name: string): string {
  if (!storageClasses.has(name)) throw refusal('InvalidStorageClass', `Unknown storage class: ${name}`);
  return name;
}

/** The predefined ACL that a request names. */
export function requestedAcl(exchange: Exchange): string | undefined {
  const name = extension(exchange, 'acl');
  if (name !== undefined && !predefinedAcls.has(name)) {
    throw refusal('InvalidArgument', `Unknown predefined ACL: ${name}`);
  }
  return name;
}

/** Refuses encryption keys of the customer and of the key service, because they would not be used. */
export function refuseEncryption(headers: IncomingHttpHeaders): void {
  const found = Object.keys(headers).find((name) => /^x-(goog-encryption-|amz-server-side-encryption)/.test(name));
  if (found !== undefined) throw refusal('NotImplemented', `Encryption keys are not emulated: ${found}`);
}

/** Refuses values that are not valid in HTTP headers: they could be stored, but never sent. */
export function checkHeaders(headers: OutgoingHttpHeaders, code: ErrorCode = 'MalformedHeaderValue'): void {
  for (const [name, value] of Object.entries(headers)) {
    try {
      validateHeaderName(name);
      validateHeaderValue(name, value as string);
    } catch {
      throw refusal(code, { details: `Invalid value of ${name}.`, extra: { ParameterName: name } });
    }
  }
}

/** The bucket's defaults for the attributes of objects. */
export interface AttributeDefaults {
  readonly storageClass: string;
  readonly acl: Acl;
  readonly owner: string;
}

/** The attributes of an object, from the request that writes it. */
export function readAttributes(exchange: Exchange, defaults: AttributeDefaults): Attributes {
  const { headers, caller } = exchange;
  refuseEncryption(headers);
  const encoding = headers['content-encoding']
    ?.split(',')
    .map((name) => name.trim())
    .filter((name) => name !== 'aws-chunked' && name !== '')
    .join(',');
  const attributes: Attributes = {
    contentType: headers['content-type'],
    contentEncoding: encoding === '' ? undefined : encoding,
    contentDisposition: headers['content-disposition'],
    contentLanguage: headers['content-language'],
    cacheControl: headers['cache-control'],
    customTime: extension(exchange, 'custom-time'),
    storageClass: checkStorageClass(extension(exchange, 'storage-class') ?? defaults.storageClass),
    acl: requestedAcl(exchange) ?? defaults.acl,
    metadata: readMetadata(exchange),
    owner: caller.account?.id === defaults.owner ? undefined : caller.account?.id,
  };
  // Fields of a form are read here too, and may hold any value.
  checkHeaders(attributeHeaders(attributes, 'goog'));
  return attributes;
}

function readMetadata({ headers }: Exchange): Record<string, string> {
  const metadata: [name: string, value: string][] = [];
  let size = 0;
  for (const [header, value] of Object.entries(headers)) {
    const name = /^x-(?:goog|amz)-meta-(.+)$/.exec(header)?.[1];
    if (name === undefined || value === undefined) continue;
    metadata.push([name, String(value)]);
    size += name.length + String(value).length;
  }
  if (size > MAX_METADATA_BYTES) throw refusal('MetadataTooLarge');
  // Assignment would lose `__proto__`.
  return Object.fromEntries(metadata);
}

/** Reads `x-goog-if-generation-match` and `x-goog-if-metageneration-match`. */
export function readConditions(exchange: Exchange): Conditions {
  return {
    generation: readNumber(exchange, 'x-goog-if-generation-match'),
    metageneration: readNumber(exchange, 'x-goog-if-metageneration-match'),
  };
}

function readNumber(exchange: Exchange, name: string): number | undefined {
  const value = exchange.headers[name];
  if (value === undefined) return undefined;
  if (typeof value !== 'string' || !/^\d{1,19}$/.test(value)) {
    throw refusal('InvalidArgument', { details: `Invalid value of ${name}.`, extra: { ParameterName: name } });
  }
  return Number(value);
}

/** Throws 412 unless the live generation is the expected one. Generation 0 means that there is no object. */
export function checkConditions(conditions: Conditions, live: ObjectRecord | undefined): void {
  const { generation, metageneration } = conditions;
  const holds =
    (generation === undefined || generation === (live?.generation ?? 0)) &&
    (metageneration === undefined || metageneration === live?.metageneration);
  if (!holds) throw refusal('PreconditionFailed');
}

/** Headers of a reply to a write. */
export function writtenHeaders(record: ObjectRecord): OutgoingHttpHeaders {
  return {
    ETag: `"${record.etag}"`,
    'x-goog-generation': String(record.generation),
    'x-goog-metageneration': String(record.metageneration),
    'x-goog-hash': hashes(record),
    'x-goog-stored-content-encoding': record.attributes.contentEncoding ?? 'identity',
    'x-goog-stored-content-length': String(record.size),
  };
}

/** `x-goog-hash`, one line for each digest. */
export function hashes(content: Pick<Content, 'crc32c' | 'md5'>): string[] {
  const crc = `crc32c=${encodeCrc32c(content.crc32c)}`;
  return content.md5 === undefined ? [crc] : [crc, `md5=${content.md5}`];
}

/** A header that the reader overrides, as bytes. */
function override(exchange: Exchange, parameter: string): string | undefined {
  const value = exchange.query.get(parameter);
  if (value === undefined) return undefined;
  const bytes = Buffer.from(value).toString('latin1');
  checkHeaders({ [parameter]: bytes }, 'InvalidArgument');
  return bytes;
}

/** The attributes of an object as headers. */
function attributeHeaders(attributes: Attributes, dialect: Dialect): OutgoingHttpHeaders {
  const named: readonly (readonly [string, string | undefined])[] = [
    ['Content-Type', attributes.contentType],
    ['Cache-Control', attributes.cacheControl],
    ['Content-Disposition', attributes.contentDisposition],
    ['Content-Encoding', attributes.contentEncoding],
    ['Content-Language', attributes.contentLanguage],
    ['x-goog-custom-time', attributes.customTime],
  ];
  const headers: OutgoingHttpHeaders = {};
  for (const [name, value] of named) if (value !== undefined) headers[name] = value;
  for (const [name, value] of Object.entries(attributes.metadata)) headers[`x-${dialect}-meta-${name}`] = value;
  return headers;
}

/** Headers of a reply to GET and HEAD, without those that depend on range and transcoding. */
export function readHeaders(exchange: Exchange, record: ObjectRecord): OutgoingHttpHeaders {
  const { attributes } = record;
  const headers: OutgoingHttpHeaders = {
    'Content-Type': 'application/octet-stream',
    ...writtenHeaders(record),
    ...attributeHeaders(attributes, exchange.caller.dialect),
    'Last-Modified': new Date(record.updatedMs).toUTCString(),
    'Accept-Ranges': 'bytes',
    'x-goog-storage-class': attributes.storageClass,
  };
  const chosen: readonly (readonly [string, string | undefined])[] = [
    ['Content-Type', override(exchange, 'response-content-type')],
    ['Content-Disposition', override(exchange, 'response-content-disposition')],
    ['x-goog-component-count', attributes.componentCount?.toString()],
  ];
  for (const [name, value] of chosen) if (value !== undefined) headers[name] = value;
  return headers;
}
