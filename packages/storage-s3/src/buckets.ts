/** Operations on containers: buckets. */
import {
  CloudError,
  type CreateContainerOptions,
  clock,
  hasReason,
  invalidArgument,
  isCloudError,
  type ListContainersOptions,
  type Operation,
  type Page,
} from '@isobar/core/provider';
import { bucketsIn, headBucket, writeBucketConfiguration } from '@isobar/s3-dialect';
import type { S3Container } from './models.ts';
import { keysOf, regionOfBucket, type Scope, send, sendOf } from './requests.ts';

/**
 * All buckets of the account. One exchange.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListBuckets.html
 */
export function* listBuckets(scope: Scope, { prefix }: ListContainersOptions): Operation<Page<S3Container>> {
  const { body } = yield* send(scope, { method: 'GET', idempotent: true });
  return { items: bucketsIn(body, prefix) };
}

/**
 * Creates a bucket. One exchange, or two where the service does not tell that the bucket is already there.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateBucket.html
 */
export function* createBucket(
  scope: Scope,
  name: string,
  { location, storageClass }: CreateContainerOptions,
): Operation<S3Container> {
  const { dialect, endpoint } = scope;
  // Finds the region.
  yield* keysOf(scope, yield* clock());
  if (storageClass !== undefined) {
    const message = '`storageClass`: buckets of S3 have none; name it when an object is written';
    throw new CloudError('unsupported', message, { field: 'storageClass' });
  }
  if (location !== undefined && !/^[A-Za-z0-9:_-]{1,64}$/.test(location)) {
    throw invalidArgument('location', 'must be one word, such as eu-central-1');
  }
  const isAmazon = endpoint === undefined;
  const region = location ?? (isAmazon ? regionOfBucket(scope, undefined) : undefined);
  const { tellsExisting } = dialect;
  const isTold =
    tellsExisting === 'yes' || (tellsExisting !== 'no' && (region ?? regionOfBucket(scope, undefined)) !== 'us-east-1');
  if (!isTold && (yield* exists(scope, name))) {
    throw new CloudError('already-exists', `container ${name}: it exists already`, { container: name });
  }
  const body = region === undefined || region === 'us-east-1' ? undefined : writeBucketConfiguration(region);
  // A bucket in another region is made at that region's host.
  if (isAmazon && region !== undefined) scope.regions.set(name, region);
  yield* send(scope, {
    method: 'PUT',
    container: name,
    ...(body && { body, headers: { 'content-type': 'application/xml' } }),
    idempotent: true,
    alreadyDone: (failure) => hasReason(failure, 'BucketAlreadyOwnedByYou'),
  });
  return { name, extra: {} };
}

/** Whether a bucket exists, also somebody else's. */
function* exists(scope: Scope, name: string): Operation<boolean> {
  try {
    yield* headBucket(sendOf(scope), name);
    return true;
  } catch (failure) {
    if (isCloudError(failure, 'not-found')) return false;
    if (isCloudError(failure, 'permission-denied')) return true;
    throw failure;
  }
}
