/** Operations on containers: Google's buckets. */
import {
  type CreateContainerOptions,
  hasReason,
  invalidArgument,
  type ListContainersOptions,
  type Operation,
  type Page,
} from '@isobar/core/provider';
import { bucketsIn, writeBucketConfiguration } from '@isobar/s3-dialect';
import type { GoogleContainer } from './models.ts';
import { newBucketName } from './names.ts';
import { projectHeader, type Scope, send } from './requests.ts';

/**
 * All buckets of the project. One exchange: the service neither pages nor filters them.
 *
 * @see https://cloud.google.com/storage/docs/xml-api/get-service
 */
export function* listBuckets(scope: Scope, { prefix }: ListContainersOptions): Operation<Page<GoogleContainer>> {
  const response = yield* send(scope, { method: 'GET', headers: yield* projectHeader(scope), idempotent: true });
  return { items: bucketsIn(response.body, prefix) };
}

/**
 * Creates a bucket. One exchange.
 *
 * @see https://cloud.google.com/storage/docs/xml-api/put-bucket-create
 */
export function* createBucket(
  scope: Scope,
  containerName: string,
  options: CreateContainerOptions,
): Operation<GoogleContainer> {
  const name = newBucketName(containerName);
  const body = writeBucketConfiguration(
    checkedName('location', options.location),
    checkedName('storageClass', options.storageClass),
  );
  yield* send(scope, {
    method: 'PUT',
    container: name,
    headers: { ...(yield* projectHeader(scope)), ...(body && { 'content-type': 'application/xml' }) },
    ...(body && { body }),
    idempotent: true,
    alreadyDone: (failure) => hasReason(failure, 'BucketAlreadyOwnedByYou'),
  });
  return { name, extra: {} };
}

function checkedName(field: string, value: string | undefined): string | undefined {
  if (value === undefined || /^[A-Za-z0-9_-]+$/.test(value)) return value;
  throw invalidArgument(field, 'must be one word, such as EUROPE-WEST1 or NEARLINE');
}
