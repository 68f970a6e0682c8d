/**
 * Listing objects, V1 and V2.
 *
 * @see https://cloud.google.com/storage/docs/xml-api/get-bucket-list
 */
import { refusal } from '../../errors.ts';
import type { Reply } from '../../front/reply.ts';
import type { ObjectRecord } from '../../store/records.ts';
import { document, group, tag } from '../../xml.ts';
import { authorizeBucket, objectOwnerOf } from '../access.ts';
import { type Exchange, listingNamespace, xmlHeaders } from '../exchange.ts';
import { type WalkPage, walk } from './walk.ts';

/** Default and maximum of `max-keys`. */
const MAX_PAGE = 1000;

/** Reads a page size such as `max-keys`. */
export function pageSize(exchange: Exchange, parameter: string): number {
  const text = exchange.query.get(parameter);
  if (text === undefined || text === '') return MAX_PAGE;
  if (!/^\d+$/.test(text)) {
    throw refusal('InvalidArgument', {
      details: `Invalid value of ${parameter}: ${text}`,
      extra: { ParameterName: parameter },
    });
  }
  return Math.min(Number(text), MAX_PAGE);
}

/** The encoder of names: form-style encoding for `encoding-type=url`. */
export function nameEncoder(exchange: Exchange): (name: string) => string {
  const encoding = exchange.query.get('encoding-type');
  if (encoding === undefined || encoding === '') return (name) => name;
  if (encoding !== 'url') throw refusal('InvalidArgument', `Unknown encoding-type: ${encoding}`);
  return (name) =>
    encodeURIComponent(name)
      .replaceAll('%20', '+')
      .replaceAll('%2F', '/')
      .replace(/[!'()~]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
}

/** Answers `GET /bucket`. */
export function listObjects(exchange: Exchange): Reply {
  const { query, store } = exchange;
  const bucket = authorizeBucket(exchange, 'storage.objects.list', 'READ');
  const isV2 = query.get('list-type') === '2';
  const encode = nameEncoder(exchange);
  const limit = pageSize(exchange, 'max-keys');
  const prefix = query.get('prefix') ?? '';
  const delimiter = query.get('delimiter') ?? '';
  const page = walk({
    prefix,
    delimiter,
    after: isV2 ? startOfV2(exchange) : query.get('marker'),
    limit,
    read: (from, to, count) => store.objects.page(bucket, from, to, count),
  });
  const withOwner = isV2 && query.get('fetch-owner') === 'true';
  const ownerTag = ({ attributes }: ObjectRecord) =>
    withOwner ? group('Owner', tag('ID', objectOwnerOf(bucket, attributes))) : '';
  const body = document(
    'ListBucketResult',
    listingNamespace(exchange),
    tag('Name', bucket.name),
    tag('Prefix', encode(prefix)),
    ...(isV2 ? pagingV2(exchange, page, encode) : pagingV1(exchange, page, encode)),
    tag('MaxKeys', limit),
    tag('Delimiter', delimiter === '' ? undefined : encode(delimiter)),
    tag('EncodingType', query.get('encoding-type') || undefined),
    tag('IsTruncated', page.truncated),
    ...page.entries.map((entry) => ('item' in entry ? contentsOf(entry.item, encode, ownerTag(entry.item)) : '')),
    ...page.entries.map((entry) =>
      'item' in entry ? '' : group('CommonPrefixes', tag('Prefix', encode(entry.commonPrefix))),
    ),
  );
  return { status: 200, headers: xmlHeaders, body };
}

type Encoder = (name: string) => string;

/** The last key or common prefix of a page, if there is another page. */
function nextName({ entries, truncated }: WalkPage<ObjectRecord>): string | undefined {
  const last = truncated ? entries.at(-1) : undefined;
  return last === undefined ? undefined : 'item' in last ? last.item.name : last.commonPrefix;
}

/** `NextMarker` is sent with or without a delimiter, unlike at Amazon. */
function pagingV1({ query }: Exchange, page: WalkPage<ObjectRecord>, encode: Encoder): readonly string[] {
  const next = nextName(page);
  return [
    tag('Marker', encode(query.get('marker') ?? '')),
    tag('NextMarker', next === undefined ? undefined : encode(next)),
  ];
}

function pagingV2({ query }: Exchange, page: WalkPage<ObjectRecord>, encode: Encoder): readonly string[] {
  const startAfter = query.get('start-after');
  const next = nextName(page);
  return [
    tag('KeyCount', page.entries.length),
    tag('ContinuationToken', query.get('continuation-token')),
    tag('StartAfter', startAfter === undefined ? undefined : encode(startAfter)),
    tag('NextContinuationToken', next === undefined ? undefined : encodeToken(next)),
  ];
}

/** A continuation token takes precedence over `start-after`. */
function startOfV2({ query }: Exchange): string | undefined {
  const token = query.get('continuation-token');
  return token === undefined ? query.get('start-after') : decodeToken(token);
}

function contentsOf(record: ObjectRecord, encode: Encoder, owner: string): string {
  return group(
    'Contents',
    tag('Key', encode(record.name)),
    tag('Generation', record.generation),
    tag('MetaGeneration', record.metageneration),
    tag('LastModified', new Date(record.updatedMs).toISOString()),
    tag('ETag', `"${record.etag}"`),
    tag('Size', record.size),
    owner,
  );
}

/** Continuation tokens are opaque; ours hold the last name of the page. */
function encodeToken(name: string): string {
  return Buffer.from(`after:${name}`).toString('base64url');
}

function decodeToken(token: string): string {
  const text = Buffer.from(token, 'base64url').toString();
  if (!text.startsWith('after:')) throw refusal('InvalidArgument', 'The continuation token is not valid.');
  return text.slice('after:'.length);
}
