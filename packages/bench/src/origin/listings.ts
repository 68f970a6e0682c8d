/** Descriptions of objects and pages of long listings, in XML and in JSON. A container's name tells its length: `list-100000`. */
import { crc32cOf, md5Of } from './content.ts';

const pages = new Map<string, Buffer>();
const maxPageSize = 1000;
const listedBytes = 1024;
const generation = '1795394647696494';
const time = '2026-11-23T00:44:07.696Z';

/** The number of objects that a container lists, or undefined for one that is no listing. */
export function lengthInName(container: string): number | undefined {
  const length = /^list-(\d+)$/.exec(container)?.[1];
  return length === undefined ? undefined : Number(length);
}

/** The size of each object that a container lists, or undefined for one that is no listing. */
export function sizeOfListed(container: string): number | undefined {
  return lengthInName(container) === undefined ? undefined : listedBytes;
}

/** The name of the n-th object of a listing. */
export function listedName(index: number): string {
  return `object-${String(index).padStart(8, '0')}`;
}

/** A page of XML: version 1 (markers) or 2 (continuation tokens). */
export function xmlPage(container: string, query: URLSearchParams): Buffer {
  const isV2 = query.get('list-type') === '2';
  const from = query.get('continuation-token') ?? query.get('start-after') ?? query.get('marker') ?? '';
  return page(`${isV2} ${container}`, container, from, query.get('max-keys'), (names, next) => {
    const head = isV2
      ? `<KeyCount>${names.length}</KeyCount>${next && `<NextContinuationToken>${next}</NextContinuationToken>`}`
      : `<Marker>${from}</Marker>${next && `<NextMarker>${next}</NextMarker>`}`;
    const entries = names.map(
      (name) =>
        `<Contents><Key>${name}</Key><Generation>${generation}</Generation><MetaGeneration>1</MetaGeneration>` +
        `<LastModified>${time}</LastModified><ETag>${etagOf(listedBytes)}</ETag><Size>${listedBytes}</Size></Contents>`,
    );
    return (
      "<?xml version='1.0' encoding='UTF-8'?><ListBucketResult xmlns='http://doc.s3.amazonaws.com/2006-03-01'>" +
      `<Name>${container}</Name><Prefix></Prefix>${head}<MaxKeys>${query.get('max-keys') ?? maxPageSize}</MaxKeys>` +
      `<IsTruncated>${next !== ''}</IsTruncated>${entries.join('')}</ListBucketResult>`
    );
  });
}

/** A page of the JSON API. */
export function jsonPage(container: string, query: URLSearchParams): Buffer {
  const from = query.get('pageToken') ?? '';
  return page(`json ${container}`, container, from, query.get('maxResults'), (names, nextPageToken) =>
    JSON.stringify({
      kind: 'storage#objects',
      ...(nextPageToken !== '' && { nextPageToken }),
      items: names.map((name) => jsonObject(container, name, listedBytes)),
    }),
  );
}

/** An object's metadata as the JSON API gives it. */
export function jsonObject(bucket: string, name: string, sizeBytes: number): object {
  const id = `${bucket}/${name}/${generation}`;
  const times = { timeCreated: time, updated: time, timeStorageClassUpdated: time };
  const hashes = { crc32c: crc32cOf(sizeBytes), md5Hash: md5Of(sizeBytes, 'base64') };
  const common = { kind: 'storage#object', contentType: 'application/octet-stream', storageClass: 'STANDARD' };
  const version = { generation, metageneration: '1', etag: 'CO6SxL6C' };
  return { ...common, id, name, bucket, size: String(sizeBytes), ...hashes, ...version, ...times };
}

/** Headers of an object in the XML API. */
export function objectHeaders(sizeBytes: number): string[] {
  return [
    ...['etag', etagOf(sizeBytes), 'x-goog-hash', hashHeader(sizeBytes)],
    ...['x-goog-generation', generation, 'x-goog-metageneration', '1'],
    ...['x-goog-stored-content-encoding', 'identity', 'x-goog-stored-content-length', String(sizeBytes)],
    ...['x-goog-storage-class', 'STANDARD', 'last-modified', 'Mon, 23 Nov 2026 00:44:07 GMT'],
    ...['content-type', 'application/octet-stream', 'accept-ranges', 'bytes'],
  ];
}

/** An ETag: the MD5 where there is one. */
export function etagOf(sizeBytes: number): string {
  return `"${md5Of(sizeBytes) ?? `parts-${sizeBytes}`}"`;
}

/** `x-goog-hash` of content of a size. */
export function hashHeader(sizeBytes: number): string {
  const md5 = md5Of(sizeBytes, 'base64');
  return `crc32c=${crc32cOf(sizeBytes)}${md5 === undefined ? '' : `,md5=${md5}`}`;
}

/** Renders a page once. @param render Is given the page's names, and the last one if more follow, else an empty string. */
function page(
  key: string,
  container: string,
  from: string,
  limit: string | null,
  render: (names: string[], next: string) => string,
): Buffer {
  const id = `${key} ${from} ${limit}`;
  const known = pages.get(id);
  if (known) return known;
  const length = lengthInName(container) ?? 0;
  const start = from === '' ? 0 : Number(from.slice('object-'.length)) + 1;
  const end = Math.min(start + Math.min(Number(limit ?? maxPageSize), maxPageSize), length);
  const names = Array.from({ length: end - start }, (_, index) => listedName(start + index));
  const rendered = Buffer.from(render(names, end < length ? listedName(end - 1) : ''));
  pages.set(id, rendered);
  return rendered;
}
