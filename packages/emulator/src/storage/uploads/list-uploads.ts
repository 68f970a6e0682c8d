/**
 * Listing the parts of a multipart upload, and the uploads of a bucket.
 *
 * @see https://cloud.google.com/storage/docs/xml-api/get-bucket-uploads
 */
import { refusal } from '../../errors.ts';
import type { Reply } from '../../front/reply.ts';
import type { Bucket, Upload } from '../../store/records.ts';
import { document, group, MULTIPART_NAMESPACE, tag } from '../../xml.ts';
import { authorizeBucket, objectOwnerOf } from '../access.ts';
import { nameEncoder, pageSize } from '../buckets/list-objects.ts';
import { walkGroups } from '../buckets/walk.ts';
import { type Exchange, xmlHeaders } from '../exchange.ts';
import { requireUpload } from './multipart.ts';

/** Answers `GET /bucket/object?uploadId`. */
export function listParts(exchange: Exchange): Reply {
  authorizeBucket(exchange, 'storage.multipartUploads.listParts', 'WRITE');
  const upload = requireUpload(exchange);
  const limit = pageSize(exchange, 'max-parts');
  const marker = Number(exchange.query.get('part-number-marker') || 0);
  if (!Number.isInteger(marker)) throw refusal('InvalidArgument', 'Invalid part-number-marker.');
  const found = exchange.store.uploads.parts(upload, marker, limit + 1);
  const parts = found.slice(0, limit);
  const truncated = limit > 0 && found.length > limit;
  const body = document(
    'ListPartsResult',
    MULTIPART_NAMESPACE,
    tag('Bucket', exchange.address.bucket),
    tag('Key', nameEncoder(exchange)(upload.name)),
    tag('UploadId', upload.id),
    tag('StorageClass', upload.detail.attributes.storageClass),
    tag('PartNumberMarker', marker),
    tag('NextPartNumberMarker', truncated ? parts.at(-1)?.number : undefined),
    tag('MaxParts', limit),
    tag('IsTruncated', truncated),
    ...parts.map(({ number, updatedMs, md5, size }) =>
      group(
        'Part',
        tag('PartNumber', number),
        tag('LastModified', new Date(updatedMs).toISOString()),
        tag('ETag', `"${md5}"`),
        tag('Size', size),
      ),
    ),
  );
  return { status: 200, headers: xmlHeaders, body };
}

/** Answers `GET /bucket?uploads`. */
export function listUploads(exchange: Exchange): Reply {
  const bucket = authorizeBucket(exchange, 'storage.multipartUploads.list', 'READ');
  const { query, store } = exchange;
  const encode = nameEncoder(exchange);
  const limit = pageSize(exchange, 'max-uploads');
  const keyMarker = query.get('key-marker');
  const idMarker = query.get('upload-id-marker') || undefined;
  const delimiter = query.get('delimiter') ?? '';
  const { entries, truncated } = walkGroups<Upload, string>({
    prefix: query.get('prefix') ?? '',
    delimiter,
    after: keyMarker ? { name: keyMarker, position: idMarker } : undefined,
    limit,
    first: '',
    positionOf: (upload) => upload.id,
    readAfter: (name, id, to, count) => store.uploads.page(bucket, name, id, to, count),
  });
  const last = truncated ? entries.at(-1) : undefined;
  const nextName = last === undefined ? undefined : 'item' in last ? last.item.name : last.commonPrefix;
  const body = document(
    'ListMultipartUploadsResult',
    MULTIPART_NAMESPACE,
    tag('Bucket', bucket.name),
    tag('KeyMarker', encode(keyMarker ?? '')),
    tag('UploadIdMarker', idMarker ?? ''),
    tag('NextKeyMarker', nextName === undefined ? undefined : encode(nextName)),
    tag('NextUploadIdMarker', last !== undefined && 'item' in last ? last.item.id : undefined),
    tag('Prefix', encode(query.get('prefix') ?? '')),
    tag('Delimiter', delimiter === '' ? undefined : encode(delimiter)),
    tag('EncodingType', query.get('encoding-type') || undefined),
    tag('MaxUploads', limit),
    tag('IsTruncated', truncated),
    ...entries.map((entry) => ('item' in entry ? uploadOf(bucket, entry.item, encode) : '')),
    ...entries.map((entry) =>
      'item' in entry ? '' : group('CommonPrefixes', tag('Prefix', encode(entry.commonPrefix))),
    ),
  );
  return { status: 200, headers: xmlHeaders, body };
}

function uploadOf(bucket: Bucket, upload: Upload, encode: (name: string) => string): string {
  return group(
    'Upload',
    tag('Key', encode(upload.name)),
    tag('UploadId', upload.id),
    tag('StorageClass', upload.detail.attributes.storageClass),
    tag('Initiated', new Date(upload.startedMs).toISOString()),
    group('Owner', tag('ID', objectOwnerOf(bucket, upload.detail.attributes))),
  );
}
