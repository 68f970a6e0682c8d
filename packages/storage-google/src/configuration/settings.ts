/**
 * A bucket's settings with a single value: its location, its storage class, whether it keeps old versions.
 *
 * @see https://cloud.google.com/storage/docs/xml-api/get-bucket-location
 * @see https://cloud.google.com/storage/docs/xml-api/get-bucket-storage-class
 * @see https://cloud.google.com/storage/docs/xml-api/get-bucket-versioning
 */
import {
  CloudError,
  type ContainerReference,
  describe,
  flagOf,
  invalidArgument,
  type Operation,
} from '@isobar/core/provider';
import { childText } from '@isobar/core/xml';
import type { Scope } from '../requests.ts';
import { readSubResource, writeSubResource } from './sub-resource.ts';

/** The location of a bucket, in capital letters. One exchange. */
export function* getLocation(scope: Scope, container: ContainerReference): Operation<string> {
  const { text } = yield* readSubResource(scope, container, 'location', 'LocationConstraint');
  return required(text, 'location');
}

/** The storage class of new objects that do not name one. One exchange. */
export function* getStorageClass(scope: Scope, container: ContainerReference): Operation<string> {
  const { text } = yield* readSubResource(scope, container, 'storageClass', 'StorageClass');
  return required(text, 'storage class');
}

/** Sets the storage class of new objects that do not name one. One exchange, with `aws4` two. */
export function* setStorageClass(scope: Scope, container: ContainerReference, storageClass: string): Operation<void> {
  const document = `<StorageClass>${storageClassOf('storageClass', storageClass)}</StorageClass>`;
  // Another service than Google's would treat this request as the creation of a bucket, so read the class first.
  if (scope.credentials.dialect) yield* getStorageClass(scope, container);
  yield* writeSubResource(scope, container, 'storageClass', document);
}

/** Whether a bucket keeps objects that are replaced or deleted. One exchange. */
export function* getVersioning(scope: Scope, container: ContainerReference): Operation<boolean> {
  const configuration = yield* readSubResource(scope, container, 'versioning', 'VersioningConfiguration');
  return childText(configuration, 'Status') === 'Enabled';
}

/** Sets whether a bucket keeps objects that are replaced or deleted. One exchange. */
export function* setVersioning(scope: Scope, container: ContainerReference, enabled: boolean): Operation<void> {
  const status = flagOf('enabled', enabled) ? 'Enabled' : 'Suspended';
  const document = `<VersioningConfiguration><Status>${status}</Status></VersioningConfiguration>`;
  yield* writeSubResource(scope, container, 'versioning', document);
}

/** The service's name of a storage class. */
export function storageClassOf(field: string, value: unknown): string {
  if (typeof value === 'string' && /^[A-Z][A-Z_]*$/.test(value)) return value;
  throw invalidArgument(field, `must be the name of a storage class, such as NEARLINE; not ${describe(value)}`);
}

function required(text: string, what: string): string {
  if (text.trim() !== '') return text.trim();
  throw new CloudError('malformed-response', `the response has no ${what}`);
}
