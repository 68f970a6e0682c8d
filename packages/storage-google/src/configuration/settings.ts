/**
 * A bucket's settings of one value each: where it is, the class of its objects, whether it keeps old versions.
 *
 * @see https://cloud.google.com/storage/docs/xml-api/get-bucket-location
 * @see https://cloud.google.com/storage/docs/xml-api/get-bucket-storage-class
 * @see https://cloud.google.com/storage/docs/xml-api/get-bucket-versioning
 */
import { CloudError, type ContainerReference, type Operation } from '@isobar/core/provider';
import { flagOf, storageClassOf } from '../checks.ts';
import { childText } from '../dialect/xml-element.ts';
import type { Scope } from '../requests.ts';
import { readSubResource, writeSubResource } from './sub-resource.ts';

/** Where a bucket's data lives, in capital letters. One exchange. */
export function* getLocation(scope: Scope, container: ContainerReference): Operation<string> {
  const { text } = yield* readSubResource(scope, container, 'location', 'LocationConstraint');
  return word(text, 'location');
}

/** The storage class of objects that do not name one. One exchange. */
export function* getStorageClass(scope: Scope, container: ContainerReference): Operation<string> {
  const { text } = yield* readSubResource(scope, container, 'storageClass', 'StorageClass');
  return word(text, 'storage class');
}

/** Sets the storage class of objects that will not name one. One exchange, with `aws4` two. */
export function* setStorageClass(scope: Scope, container: ContainerReference, storageClass: string): Operation<void> {
  const document = `<StorageClass>${storageClassOf('storageClass', storageClass)}</StorageClass>`;
  // A service that is not Google's would take this request for one to make the bucket. It is asked for the class first.
  if (scope.credentials.spelling) yield* getStorageClass(scope, container);
  yield* writeSubResource(scope, container, 'storageClass', document);
}

/** Whether a bucket keeps objects that are replaced or removed. One exchange. */
export function* getVersioning(scope: Scope, container: ContainerReference): Operation<boolean> {
  const configuration = yield* readSubResource(scope, container, 'versioning', 'VersioningConfiguration');
  return childText(configuration, 'Status') === 'Enabled';
}

/** Sets whether a bucket keeps objects that are replaced or removed. One exchange. */
export function* setVersioning(scope: Scope, container: ContainerReference, enabled: boolean): Operation<void> {
  const status = flagOf('enabled', enabled) ? 'Enabled' : 'Suspended';
  const document = `<VersioningConfiguration><Status>${status}</Status></VersioningConfiguration>`;
  yield* writeSubResource(scope, container, 'versioning', document);
}

function word(text: string, what: string): string {
  if (text.trim() !== '') return text.trim();
  throw new CloudError('malformed-response', `the answer does not name the ${what}`);
}
