/** Requests about buckets that are the same for all services of the family. */
import type { Operation } from '@isobar/core/provider';
import { type ListedBucket, readBuckets } from './documents.ts';
import type { Send } from './multipart.ts';

/** A container without fields of its own. */
export interface Bucket extends ListedBucket {
  readonly extra: Readonly<Record<string, never>>;
}

/**
 * The buckets in the answer to a listing, which services neither page nor filter.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListBuckets.html
 */
export function bucketsIn(body: Uint8Array, prefix: string | undefined): Bucket[] {
  const buckets = readBuckets(body).filter(({ name }) => name.startsWith(prefix ?? ''));
  return buckets.map((bucket) => ({ ...bucket, extra: {} }));
}

/**
 * Checks that a bucket exists. One exchange.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadBucket.html
 */
export function* headBucket(send: Send, name: string): Operation<Bucket> {
  yield* send({ method: 'HEAD', container: name, idempotent: true });
  return { name, extra: {} };
}

/**
 * Deletes an empty bucket. One exchange.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteBucket.html
 */
export function* removeBucket(send: Send, container: string): Operation<void> {
  yield* send({
    method: 'DELETE',
    container,
    idempotent: true,
    alreadyDone: (failure) => failure.code === 'not-found',
  });
}
