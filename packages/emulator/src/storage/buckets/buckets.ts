/**
 * Buckets: list, create, head, delete.
 *
 * @see https://cloud.google.com/storage/docs/xml-api/put-bucket-create
 */
import { refusal } from '../../errors.ts';
import type { Reply } from '../../front/reply.ts';
import { document, group, parseDocument, tag } from '../../xml.ts';
import { authorizeAccount, authorizeBucket, ownerOf } from '../access.ts';
import { checkBucketName } from '../address.ts';
import { receiveText } from '../body.ts';
import { type Exchange, extension, listingNamespace, xmlHeaders } from '../exchange.ts';
import { checkStorageClass, requestedAcl } from '../objects/headers.ts';

/** The form of regions and multi-regions; the list itself changes too often to copy. */
const LOCATION = /^(US|EU|ASIA|[A-Z]+-[A-Z]+\d+|[A-Z]{3}\d)$/;

/** Answers `GET /`: the buckets that the caller owns. */
export function listBuckets(exchange: Exchange): Reply {
  const account = authorizeAccount(exchange, 'storage.buckets.list');
  const buckets = exchange.store.buckets
    .list()
    .filter((bucket) => ownerOf(bucket) === account.id)
    .map(({ name, createdMs }) =>
      group('Bucket', tag('Name', name), tag('CreationDate', new Date(createdMs).toISOString())),
    );
  const owner = group('Owner', tag('ID', account.id), tag('DisplayName', account.name));
  const body = document('ListAllMyBucketsResult', listingNamespace(exchange), owner, group('Buckets', ...buckets));
  return { status: 200, headers: xmlHeaders, body };
}

/** Answers `PUT /bucket`. */
export async function createBucket(exchange: Exchange): Promise<Reply> {
  const owner = authorizeAccount(exchange, 'storage.buckets.create').id;
  const name = exchange.address.bucket ?? '';
  checkBucketName(name);
  const acl = requestedAcl(exchange) ?? 'private';
  const text = await receiveText(exchange);
  const request = text.trim() === '' ? undefined : parseDocument(text, 'CreateBucketConfiguration');
  const requested = (request?.text('LocationConstraint')?.trim() || 'US').toUpperCase();
  // S3 clients send their region, which is `auto` for Google.
  const location = requested === 'AUTO' ? 'US' : requested;
  if (!LOCATION.test(location)) {
    throw refusal('InvalidLocationConstraint', `The specified location constraint is not valid: ${location}`);
  }
  const named = request?.text('StorageClass')?.trim() || extension(exchange, 'storage-class');
  const storageClass = checkStorageClass(named || 'STANDARD');
  const existing = exchange.store.buckets.find(name);
  if (existing !== undefined) {
    throw refusal(ownerOf(existing) === owner ? 'BucketAlreadyOwnedByYou' : 'BucketNameUnavailable');
  }
  exchange.store.buckets.create(name, { owner, location, storageClass, acl, documents: {} });
  return { status: 200, headers: { 'Content-Type': 'text/html; charset=UTF-8' } };
}

/** Answers `HEAD /bucket`. */
export function headBucket(exchange: Exchange): Reply {
  const { settings } = authorizeBucket(exchange, 'storage.buckets.get', 'READ');
  return {
    status: 200,
    headers: {
      ...xmlHeaders,
      'x-goog-storage-class': settings.storageClass,
      'x-goog-bucket-location': settings.location,
    },
  };
}

/**
 * Answers `DELETE /bucket`. Noncurrent generations count as content; uploads in progress do not, and are removed with
 * it.
 */
export function deleteBucket(exchange: Exchange): Reply {
  const { store } = exchange;
  const bucket = authorizeBucket(exchange, 'storage.buckets.delete');
  if (!store.objects.isEmpty(bucket)) throw refusal('BucketNotEmpty');
  store.atomically(() => {
    store.uploads.removeAll(bucket);
    store.buckets.remove(bucket);
  });
  return { status: 204, headers: {} };
}
