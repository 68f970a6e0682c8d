/**
 * Copies within the service. What an object carries besides its bytes can only be changed by copying it onto itself.
 *
 * @see https://cloud.google.com/storage/docs/xml-api/put-object-copy
 */
import type {
  ContainerReference,
  CopyOptions,
  MetadataChanges,
  ObjectReference,
  Operation,
} from '@isobar/core/provider';
import { checkCopy } from './dialect/documents.ts';
import { encodeName } from './dialect/encode.ts';
import type { GoogleObject } from './models.ts';
import { checkedLocation } from './names.ts';
import { headObject, headStored } from './objects.ts';
import { type Scope, send } from './requests.ts';
import { objectHeaders } from './uploads.ts';

/** Copies an object, changing what the options name. Two exchanges, three with changes. */
export function* copyObject(
  scope: Scope,
  object: ObjectReference,
  container: ContainerReference,
  objectName: string,
  options: CopyOptions = {},
): Operation<GoogleObject> {
  const source = checkedLocation(object);
  const target = checkedLocation({ container, name: objectName });
  const changes = objectHeaders(options);
  if (Object.keys(changes).length === 0 && options.metadata === undefined) {
    return yield* copy(scope, source, target, {});
  }
  const found = yield* headObject(scope, source);
  return yield* copy(scope, source, target, replacement(found, options));
}

/** Changes what an object carries. Three exchanges. */
export function* updateObjectMetadata(
  scope: Scope,
  object: ObjectReference,
  changes: MetadataChanges,
): Operation<GoogleObject> {
  const location = checkedLocation(object);
  objectHeaders(changes);
  const found = yield* headObject(scope, location);
  const { generation, storageClass } = found.extra;
  const headers = replacement(found, changes);
  return yield* copy(scope, location, location, {
    ...headers,
    // A copy would be stored as its bucket's default says.
    ...(storageClass !== undefined && { 'x-goog-storage-class': storageClass }),
    ...(generation !== undefined && { 'x-goog-if-generation-match': generation }),
  });
}

/** All headers of the new object: replacing replaces all, so what is to stay is said again. */
function replacement(found: GoogleObject, changes: MetadataChanges): Record<string, string> {
  const { contentType, metadata, extra } = found;
  const { cacheControl, contentDisposition, contentEncoding, contentLanguage, generation } = extra;
  const kept = { contentType, metadata, cacheControl, contentDisposition, contentEncoding, contentLanguage };
  // A field that is there without a value is not named: it must not hide what is kept.
  const named = [...Object.entries(kept), ...Object.entries(changes)].filter(([, value]) => value !== undefined);
  return {
    ...objectHeaders(Object.fromEntries(named)),
    'x-goog-metadata-directive': 'REPLACE',
    // What is said again was read of this generation, so no other one may be copied.
    ...(generation !== undefined && { 'x-goog-copy-source-generation': generation }),
  };
}

function* copy(
  scope: Scope,
  source: { readonly container: string; readonly name: string },
  target: { readonly container: string; readonly name: string },
  headers: Readonly<Record<string, string>>,
): Operation<GoogleObject> {
  const response = yield* send(scope, {
    method: 'PUT',
    container: target.container,
    object: target.name,
    headers: { ...headers, 'x-goog-copy-source': `/${source.container}/${encodeName(source.name)}` },
    // With a condition on the target, a lost answer would make the second try fail.
    idempotent: headers['x-goog-if-generation-match'] === undefined,
  });
  checkCopy(response.body);
  return yield* headStored(scope, target, response.headers['x-goog-generation']);
}
