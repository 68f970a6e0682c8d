/** Listings of objects and their versions. */
import { CloudError, type ListObjectsOptions, type Operation, type Page } from '@isobar/core/provider';
import { pairOf, readObjects, readVersions } from '@isobar/s3-dialect';
import { objectFromListing, type S3Object, versionFromListing } from './models.ts';
import { type Scope, send } from './requests.ts';

/**
 * A page of a bucket's objects, in byte order of their names. The cursor has the token of the next page, or the last name of this
 * one: a service that does not know version 2 of the listing answers with version 1.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html
 */
export function* listObjects(
  scope: Scope,
  container: string,
  options: ListObjectsOptions,
  cursor: string | undefined,
): Operation<Page<S3Object>> {
  const { dialect } = scope;
  const [kind, position] = pairOf(cursor) ?? [dialect.listing === 2 ? 'token' : 'marker', undefined];
  const start = position ?? options.startAfter;
  const query = {
    ...listQuery(options, dialect.encodesNames),
    ...(kind === 'token' && { 'list-type': '2' }),
    ...(start && {
      [kind === 'marker' ? 'marker' : position === undefined ? 'start-after' : 'continuation-token']: start,
    }),
  };
  const { body } = yield* send(scope, { method: 'GET', container, query, idempotent: true });
  const { objects, prefixes, nextMarker, nextToken } = readObjects(body);
  const next = nextToken ?? nextMarker;
  if (next !== undefined && next === position) {
    throw new CloudError('malformed-response', 'the next page of the listing is this one again', { container });
  }
  return {
    items: objects.map((object) => objectFromListing(container, object, dialect, options)),
    // Some services give the prefix that a page ended with once more.
    ...(options.delimiter !== undefined && { prefixes: prefixes.filter((prefix) => prefix !== start) }),
    ...(next !== undefined && { cursor: JSON.stringify([nextToken === undefined ? 'marker' : 'token', next]) }),
  };
}

/**
 * A page of all versions and delete markers of a bucket, by name, for each name from the newest to the oldest.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectVersions.html
 */
export function* listVersions(
  scope: Scope,
  container: string,
  options: ListObjectsOptions,
  cursor: string | undefined,
): Operation<Page<S3Object>> {
  const { dialect } = scope;
  const [name, versionId] = pairOf(cursor) ?? [options.startAfter];
  const query = {
    ...listQuery(options, dialect.encodesNames),
    versions: '',
    ...(name && { 'key-marker': name }),
    ...(versionId && { 'version-id-marker': versionId }),
  };
  const { body } = yield* send(scope, { method: 'GET', container, query, idempotent: true });
  const { versions, prefixes, next } = readVersions(body);
  const following = next && JSON.stringify(next);
  if (following !== undefined && following === cursor) {
    throw new CloudError('malformed-response', 'the next page of the listing is this one again', { container });
  }
  return {
    items: versions.map((version) => versionFromListing(container, version, dialect, options)),
    ...(options.delimiter !== undefined && { prefixes }),
    ...(following !== undefined && { cursor: following }),
  };
}

/** The query parameters that all listings of objects have. */
function listQuery({ delimiter, pageSize, prefix }: ListObjectsOptions, encodesNames: boolean): Record<string, string> {
  return {
    ...(prefix && { prefix }),
    ...(delimiter && { delimiter }),
    ...(pageSize && { 'max-keys': String(pageSize) }),
    ...(encodesNames && { 'encoding-type': 'url' }),
  };
}
