/**
 * Deletes many objects of a bucket with one request.
 *
 * @see https://cloud.google.com/storage/docs/xml-api/post-multi-object-delete
 */
import { CloudError, type CloudFailure, isCloudError, type Operation } from '@isobar/core/provider';
import { codeOfReason, type Deletion, type FailedDelete, readFailedDeletes, writeDeletes } from '@isobar/s3-dialect';
import { byReason } from './failures.ts';
import { type Scope, send } from './requests.ts';
import type { GoogleTarget } from './targets.ts';

/**
 * Deletes objects, or generations of them.
 *
 * @returns The failure of each, if any.
 * @throws {CloudError} `unsupported` when the service does not have this request.
 */
export function* removeMany(
  scope: Scope,
  container: string,
  targets: readonly GoogleTarget[],
): Operation<readonly (CloudFailure | undefined)[]> {
  if (scope.credentials.dialect && targets.some(({ version }) => version !== undefined)) {
    // In Amazon's dialect each deletion of a generation first checks that the service supports generations.
    throw new CloudError('unsupported', 'generations are deleted one by one in this dialect');
  }
  const deletions = targets.map(({ name, version }) => ({
    name,
    ...(version !== undefined && { versionId: version }),
  }));
  const failures = failuresOf(readFailedDeletes(yield* post(scope, container, deletions)), deletions);
  return deletions.map((deletion) => {
    const failed = failures(deletion);
    if (!failed) return undefined;
    const { message, reason } = failed;
    const details = { container, object: deletion.name, reason };
    return new CloudError(codeOfReason(reason, byReason), `${message} (${reason})`, details).toJSON();
  });
}

function* post(scope: Scope, container: string, deletions: readonly Deletion[]): Operation<Uint8Array> {
  try {
    const response = yield* send(scope, {
      method: 'POST',
      container,
      query: { delete: '' },
      headers: { 'content-type': 'application/xml' },
      body: writeDeletes(deletions),
      idempotent: true,
    });
    return response.body;
  } catch (failure) {
    // Older servers treat an unknown request as the creation of a bucket.
    const isUnknown = isCloudError(failure, 'invalid-argument') && failure.details.reason === 'InvalidArgument';
    throw isUnknown ? new CloudError('unsupported', failure.message, failure.details) : failure;
  }
}

/**
 * Finds the failure of an object. A failure without a requested generation counts for all of that name, so that no
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
