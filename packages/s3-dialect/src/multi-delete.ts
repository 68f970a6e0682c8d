/**
 * Deletes many objects of a bucket with one request.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjects.html
 */
import {
  CloudError,
  type CloudErrorCode,
  type CloudFailure,
  isCloudError,
  type Operation,
  type VersionedLocation,
} from '@isobar/core/provider';
import { type Deletion, type FailedDelete, readFailedDeletes, writeDeletes } from './documents.ts';
import type { BucketRequest, Send } from './multipart.ts';
import { codeOfReason } from './reason-codes.ts';

/**
 * Deletes objects, or versions of them.
 *
 * @param byReason What the service's error codes mean.
 * @returns The failure of each object, if any.
 * @throws {CloudError} `unsupported` when the service does not have this request.
 */
export function* removeMany(
  send: Send,
  container: string,
  targets: readonly VersionedLocation[],
  byReason: Readonly<Record<string, CloudErrorCode>>,
): Operation<readonly (CloudFailure | undefined)[]> {
  const deletions = targets.map(({ name, version }) => ({
    name,
    ...(version !== undefined && { versionId: version }),
  }));
  const body = yield* post(send, {
    method: 'POST',
    container,
    query: { delete: '' },
    headers: { 'content-type': 'application/xml' },
    body: writeDeletes(deletions),
    takesLong: true,
    idempotent: true,
  });
  const failures = failuresOf(readFailedDeletes(body), deletions);
  return deletions.map((deletion) => {
    const failed = failures(deletion);
    if (!failed) return undefined;
    const { message, reason } = failed;
    const details = { container, object: deletion.name, reason };
    return new CloudError(codeOfReason(reason, byReason), `${message} (${reason})`, details).toJSON();
  });
}

function* post(send: Send, request: BucketRequest): Operation<Uint8Array> {
  try {
    return (yield* send(request)).body;
  } catch (failure) {
    // Older servers treat an unknown request as the creation of a bucket.
    const isUnknown = isCloudError(failure, 'invalid-argument') && failure.details.reason === 'InvalidArgument';
    throw isUnknown ? new CloudError('unsupported', failure.message, failure.details) : failure;
  }
}

/**
 * Finds the failure of an object. A failure without a requested version counts for all of that name, so that no
 * object which may still exist is reported as deleted.
 */
function failuresOf(
  failures: readonly FailedDelete[],
  requested: readonly Deletion[],
): (deletion: Deletion) => FailedDelete | undefined {
  const keyOf = ({ name, versionId = '' }: Deletion): string => `${versionId}/${name}`;
  const known = new Set(requested.map(keyOf));
  const exact = new Map(failures.map((failure) => [keyOf(failure), failure]));
  const byName = new Map(failures.filter((one) => !known.has(keyOf(one))).map((failure) => [failure.name, failure]));
  return (deletion) => exact.get(keyOf(deletion)) ?? byName.get(deletion.name);
}
