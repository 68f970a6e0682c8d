/** Recorded pages of long listings, in the XML of both versions and in JSON. A container's name tells its length: `list-100000`. */
import { etagOf, hashHeader, jsonHashes } from './content.ts';

const pages = new Map<string, Buffer>();
const maxPageSize = 1000;
const listedBytes = 1024;

/** The objects that a container lists, or undefined for one that is no listing. */
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
  const most = Math.min(Number(query.get('max-keys') ?? maxPageSize), maxPageSize);
  return remembered(`${isV2} ${container} ${from} ${most}`, () => {
    const { start, end, length } = bounds(container, from, most);
    const isCut = end < length;
    const last = listedName(end - 1);
    const head = isV2
      ? `<KeyCount>${end - start}</KeyCount>${isCut ? `<NextContinuationToken>${last}</NextContinuationToken>` : ''}`
      : `<Marker>${from}</Marker>${isCut ? `<NextMarker>${last}</NextMarker>` : ''}`;
    const entries = range(start, end).map(
      (index) =>
        `<Contents><Key>${listedName(index)}</Key><Generation>1795394647696494</Generation>` +
        '<MetaGeneration>1</MetaGeneration><LastModified>2026-11-23T00:44:07.696Z</LastModified>' +
        `<ETag>${etagOf(listedBytes)}</ETag><Size>${listedBytes}</Size></Contents>`,
    );
    return (
      "<?xml version='1.0' encoding='UTF-8'?><ListBucketResult xmlns='http://doc.s3.amazonaws.com/2006-03-01'>" +
      `<Name>${container}</Name><Prefix></Prefix>${head}<MaxKeys>${most}</MaxKeys><IsTruncated>${isCut}</IsTruncated>` +
      `${entries.join('')}</ListBucketResult>`
    );
  });
}

/** A page of the JSON API. */
export function jsonPage(container: string, query: URLSearchParams): Buffer {
  const from = query.get('pageToken') ?? '';
  const most = Math.min(Number(query.get('maxResults') ?? maxPageSize), maxPageSize);
  return remembered(`json ${container} ${from} ${most}`, () => {
    const { start, end, length } = bounds(container, from, most);
    return JSON.stringify({
      kind: 'storage#objects',
      ...(end < length && { nextPageToken: listedName(end - 1) }),
      items: range(start, end).map((index) => jsonObject(container, listedName(index), listedBytes)),
    });
  });
}

/** An object's metadata as the JSON API gives it. */
export function jsonObject(bucket: string, name: string, sizeBytes: number): object {
  const time = '2026-11-23T00:44:07.696Z';
  return {
    kind: 'storage#object',
    id: `${bucket}/${name}/1795394647696494`,
    name,
    bucket,
    generation: '1795394647696494',
    metageneration: '1',
    contentType: 'application/octet-stream',
    storageClass: 'STANDARD',
    size: String(sizeBytes),
    ...jsonHashes(sizeBytes),
    etag: 'CO6SxL6C',
    timeCreated: time,
    updated: time,
    timeStorageClassUpdated: time,
  };
}

/** Headers of an object in the XML API. */
export function objectHeaders(sizeBytes: number): string[] {
  return [
    ...['etag', etagOf(sizeBytes), 'x-goog-hash', hashHeader(sizeBytes)],
    ...['x-goog-generation', '1795394647696494', 'x-goog-metageneration', '1'],
    ...['x-goog-stored-content-encoding', 'identity', 'x-goog-stored-content-length', String(sizeBytes)],
    ...['x-goog-storage-class', 'STANDARD', 'last-modified', 'Mon, 23 Nov 2026 00:44:07 GMT'],
    ...['content-type', 'application/octet-stream', 'accept-ranges', 'bytes'],
  ];
}

function bounds(container: string, from: string, most: number): { start: number; end: number; length: number } {
  const length = lengthInName(container) ?? 0;
  const start = from === '' ? 0 : Number(from.slice('object-'.length)) + 1;
  return { start, end: Math.min(start + most, length), length };
}

function range(start: number, end: number): number[] {
  return Array.from({ length: end - start }, (_, index) => start + index);
}

function remembered(key: string, render: () => string): Buffer {
  let page = pages.get(key);
  if (!page) {
    page = Buffer.from(render());
    pages.set(key, page);
  }
  return page;
}
