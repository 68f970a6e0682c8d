/** Listings of all versions of objects. */
import {
  type ContainerReference,
  type Listing,
  type ListObjectsOptions,
  makeListing,
  type Operation,
  type Page,
} from '@isobar/core/provider';
import { pairOf } from '@isobar/s3-dialect';
import { type GoogleObject, objectFromListing } from './models.ts';
import { bucketNameOf } from './names.ts';
import { listQuery } from './objects.ts';
import { type Scope, send } from './requests.ts';
import { readVersions } from './version-listing.ts';

/**
 * All versions of a bucket's objects, by name, and for each name from the oldest to the newest. One exchange per page.
 * The cursor is the last name and generation of the previous page.
 *
 * @see https://cloud.google.com/storage/docs/xml-api/get-bucket-list
 */
export function iterateVersions(
  scope: Scope,
  container: ContainerReference,
  options: ListObjectsOptions,
): Listing<GoogleObject> {
  return makeListing(function* (cursor?: string): Operation<Page<GoogleObject>> {
    const name = bucketNameOf(container);
    const [marker, generation] = pairOf(cursor) ?? [];
    const query = {
      ...listQuery(options),
      versions: '',
      ...(marker !== undefined && { marker }),
      ...(generation && { 'generation-marker': generation }),
    };
    const response = yield* send(scope, { method: 'GET', container: name, query, idempotent: true });
    const { versions, prefixes, next } = readVersions(response.body);
    return {
      items: versions.map((version) => {
        const object = objectFromListing(name, version);
        return { ...object, extra: { ...object.extra, isLatest: version.isLatest } };
      }),
      ...(options.delimiter === undefined ? undefined : { prefixes }),
      ...(next && { cursor: JSON.stringify(next) }),
    };
  });
}
