/** Reads listings of object versions in Google's format. */
import { CloudError } from '@isobar/core/provider';
import { childrenOf, childText } from '@isobar/core/xml';
import { type ListedObject, objectFields, readDocument, readListedObject } from '@isobar/s3-dialect';

/** A version of an object in a listing. */
export interface ListedVersion extends ListedObject {
  /** Whether it is the live version. */
  readonly isLatest: boolean;
}

/** A page of a listing of versions. */
export interface VersionPage {
  readonly versions: ListedVersion[];
  readonly prefixes: string[];
  /** The markers that the next page starts after: a name, and a generation unless it is a common prefix. */
  readonly next?: [name: string, generation: string];
}

/**
 * Reads `ListBucketResult` of a listing of versions.
 *
 * @throws {CloudError} `malformed-response` also for a truncated page without a marker for the next one.
 * @see https://cloud.google.com/storage/docs/xml-api/get-bucket-list
 */
export function readVersions(body: Uint8Array): VersionPage {
  const versions: ListedVersion[] = [];
  const result = readDocument(body, 'ListBucketResult', {
    name: 'Version',
    fields: [...objectFields, 'IsLatest'],
    take: (texts) => versions.push({ ...readListedObject(texts), isLatest: texts[objectFields.length] === 'true' }),
  });
  const prefixes = childrenOf(result, 'CommonPrefixes').map((folder) => childText(folder, 'Prefix') ?? '');
  if (childText(result, 'IsTruncated') !== 'true') return { versions, prefixes };
  const last = versions.at(-1);
  const marker = childText(result, 'NextMarker');
  const name = marker || last?.name;
  if (!name) throw new CloudError('malformed-response', 'a truncated page of a listing is empty');
  const generation = childText(result, 'NextGenerationMarker') || (marker ? '' : (last?.generation ?? ''));
  return { versions, prefixes, next: [name, generation] };
}
