/**
 * Listing every generation of every object, in Google's format, or in Amazon's on request. There are no delete markers:
 * an object without a live generation has no latest version.
 *
 * @see https://cloud.google.com/storage/docs/xml-api/get-bucket-list
 */
import type { Reply } from '../../front/reply.ts';
import type { ObjectRecord } from '../../store/records.ts';
import { document, group, tag } from '../../xml.ts';
import { authorizeBucket } from '../access.ts';
import { type Exchange, extension, listingNamespace, xmlHeaders } from '../exchange.ts';
import { nameEncoder, pageSize } from './list-objects.ts';
import { type Entry, walkGroups } from './walk.ts';

/** Answers `GET /bucket?versions`. */
export function listVersions(exchange: Exchange): Reply {
  const { query, store } = exchange;
  const bucket = authorizeBucket(exchange, 'storage.objects.list', 'READ');
  const limit = pageSize(exchange, 'max-keys');
  const prefix = query.get('prefix') ?? '';
  const delimiter = query.get('delimiter') ?? '';
  const marker = query.get('marker') ?? query.get('key-marker');
  const generation = query.get('generation-marker') ?? query.get('version-id-marker');
  const { entries, truncated } = walkGroups<ObjectRecord, number>({
    prefix,
    delimiter,
    after: marker === undefined ? undefined : { name: marker, position: generation ? Number(generation) : undefined },
    limit,
    first: -1,
    positionOf: (record) => record.generation,
    readAfter: (name, position, to, count) => store.objects.versionPage(bucket, name, position, to, count),
  });
  return versionReply(exchange, { bucketName: bucket.name, prefix, delimiter, marker, entries, truncated, limit });
}

interface VersionListing {
  readonly bucketName: string;
  readonly prefix: string;
  readonly delimiter: string;
  readonly marker: string | undefined;
  readonly entries: readonly Entry<ObjectRecord>[];
  readonly truncated: boolean;
  readonly limit: number;
}

function versionReply(exchange: Exchange, listing: VersionListing): Reply {
  const { entries, truncated } = listing;
  const encode = nameEncoder(exchange);
  const last = truncated ? entries.at(-1) : undefined;
  const nextName = last === undefined ? undefined : 'item' in last ? last.item.name : last.commonPrefix;
  const nextGeneration = last !== undefined && 'item' in last ? last.item.generation : undefined;
  const amazon = extension(exchange, 'interop-list-objects-format') === 'enabled';
  const keyMarker = amazon ? 'KeyMarker' : 'Marker';
  const versions = entries.map((entry) => ('item' in entry ? versionOf(entry.item, encode, amazon) : ''));
  const prefixes = entries.map((entry) =>
    'item' in entry ? '' : group('CommonPrefixes', tag('Prefix', encode(entry.commonPrefix))),
  );
  const body = document(
    amazon ? 'ListVersionsResult' : 'ListBucketResult',
    listingNamespace(exchange),
    tag('Name', listing.bucketName),
    tag('Prefix', encode(listing.prefix)),
    tag(keyMarker, encode(listing.marker ?? '')),
    tag(`Next${keyMarker}`, nextName === undefined ? undefined : encode(nextName)),
    tag(amazon ? 'NextVersionIdMarker' : 'NextGenerationMarker', nextGeneration),
    tag('MaxKeys', listing.limit),
    tag('Delimiter', listing.delimiter === '' ? undefined : encode(listing.delimiter)),
    tag('EncodingType', exchange.query.get('encoding-type') || undefined),
    tag('IsTruncated', truncated),
    ...versions,
    ...prefixes,
  );
  return { status: 200, headers: xmlHeaders, body };
}

function versionOf(record: ObjectRecord, encode: (name: string) => string, amazon: boolean): string {
  return group(
    'Version',
    tag('Key', encode(record.name)),
    amazon
      ? tag('VersionId', record.generation)
      : tag('Generation', record.generation) + tag('MetaGeneration', record.metageneration),
    tag('IsLatest', record.live),
    tag('LastModified', new Date(record.updatedMs).toISOString()),
    tag('ETag', `"${record.etag}"`),
    tag('Size', record.size),
  );
}
