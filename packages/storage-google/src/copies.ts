/**
 * Copies within the service. An object's headers and metadata can only be changed by copying it onto itself.
 *
 * @see https://cloud.google.com/storage/docs/xml-api/put-object-copy
 */
import {
  CloudError,
  type ContainerReference,
  hasReason,
  invalidArgument,
  type MetadataChanges,
  type ObjectLocation,
  type ObjectReference,
  type Operation,
  recordOf,
} from '@isobar/core/provider';
import { checkCopy, encodeName } from '@isobar/s3-dialect';
import {
  conditionHeaders,
  type GoogleCopyOptions,
  type GoogleUpdateOptions,
  type Preconditions,
  placementHeaders,
  versionOf,
} from './call-options.ts';
import { type GoogleObject, metadataOf } from './models.ts';
import { checkedLocation, locationAt } from './names.ts';
import { checkedVersion, headObject, headStored } from './objects.ts';
import { type Scope, send } from './requests.ts';
import { appliedWrite } from './uploads/lost-responses.ts';
import { objectHeaderFields, objectHeaders } from './uploads/uploads.ts';

/** A copy whose arguments have been checked. */
interface CheckedCopy {
  readonly source: ObjectLocation;
  readonly target: ObjectLocation;
  readonly headers: Readonly<Record<string, string>>;
  readonly conditions: Preconditions;
  /** The source, if it was looked up. */
  readonly found?: GoogleObject;
}

/** Copies an object, with the changes in the options. Two exchanges, three with changes. */
export function* copyObject(
  scope: Scope,
  object: ObjectReference,
  container: ContainerReference,
  objectName: string,
  options: GoogleCopyOptions = {},
): Operation<GoogleObject> {
  const source = checkedVersion(object, options);
  const target = locationAt(container, objectName);
  const changes = objectHeaders(options);
  const headers = {
    ...placementHeaders(options),
    ...conditionHeaders(options),
    ...sourceHeaders(source.generation, options),
  };
  if (Object.keys(changes).length === 0 && options.metadata === undefined) {
    return yield* copy(scope, { source, target, headers, conditions: options });
  }
  const found = yield* headObject(scope, source, source.generation);
  const copied = { ...headers, ...replacement(found, options) };
  return yield* copy(scope, { source, target, headers: copied, conditions: options, found });
}

/** Headers for the source's version and its condition. */
function sourceHeaders(
  generation: string | undefined,
  { ifSourceGenerationMatch: match }: GoogleCopyOptions,
): Record<string, string> {
  return {
    ...(generation !== undefined && { 'x-goog-copy-source-generation': generation }),
    ...(match !== undefined && {
      'x-goog-copy-source-if-generation-match': versionOf('ifSourceGenerationMatch', match),
    }),
  };
}

/** Changes an object's headers and metadata. Three exchanges. */
export function* updateObjectMetadata(
  scope: Scope,
  object: ObjectReference,
  changes: MetadataChanges,
  options: GoogleUpdateOptions = {},
): Operation<GoogleObject> {
  const location = checkedLocation(object);
  if ((object as Partial<GoogleObject>).extra?.isLatest === false) {
    throw invalidArgument(
      'object',
      'is the model of an old version, which cannot be changed; copy it to its own name first',
    );
  }
  recordOf('changes', changes, objectHeaderFields);
  objectHeaders(changes);
  const conditions = conditionHeaders(options);
  const found = yield* headObject(scope, location);
  const { generation, storageClass } = found.extra;
  const wanted = conditions['x-goog-if-generation-match'];
  // The headers that are kept come from the generation found, so it must be the one requested.
  if (wanted !== undefined && wanted !== generation) throw otherGeneration(location, wanted, generation);
  const headers = {
    ...conditions,
    ...replacement(found, changes),
    // Otherwise the copy would get the bucket's default class.
    ...(storageClass !== undefined && { 'x-goog-storage-class': storageClass }),
    ...(generation !== undefined && { 'x-goog-if-generation-match': generation }),
  };
  const pinned = generation === undefined ? options : { ...options, ifGenerationMatch: generation };
  return yield* copy(scope, { source: location, target: location, headers, conditions: pinned, found });
}

function otherGeneration({ container, name }: ObjectLocation, wanted: string, found = 'none'): CloudError {
  const message = `object ${JSON.stringify(name)} in ${container}: its generation is ${found}, not ${wanted}`;
  return new CloudError('precondition-failed', message, { container, object: name });
}

/** All headers of the new object. `REPLACE` drops the old ones, so those to keep are sent again. */
function replacement(found: GoogleObject, changes: MetadataChanges): Record<string, string> {
  const { contentType, metadata, extra } = found;
  const { cacheControl, contentDisposition, contentEncoding, contentLanguage, generation } = extra;
  const kept = { contentType, metadata, cacheControl, contentDisposition, contentEncoding, contentLanguage };
  // A field with the value `undefined` must not override the kept one.
  const named = [...Object.entries(kept), ...Object.entries(changes)].filter(([, value]) => value !== undefined);
  return {
    ...objectHeaders(Object.fromEntries(named)),
    'x-goog-metadata-directive': 'REPLACE',
    // The kept headers come from this generation, so no other may be copied.
    ...(generation !== undefined && { 'x-goog-copy-source-generation': generation }),
  };
}

function* copy(scope: Scope, checked: CheckedCopy): Operation<GoogleObject> {
  const { source, target, headers } = checked;
  let generation: string | undefined;
  try {
    const response = yield* send(scope, {
      method: 'PUT',
      container: target.container,
      object: target.name,
      headers: { ...headers, 'x-goog-copy-source': `/${source.container}/${encodeName(source.name)}` },
      source: { container: source.container, object: source.name },
      idempotent: true,
    });
    checkCopy(response.body);
    generation = response.headers['x-goog-generation'];
  } catch (failure) {
    // The response does not name the missing bucket. If it is the source's, this fails and names it.
    if (hasReason(failure, 'NoSuchBucket') && source.container !== target.container) yield* headObject(scope, source);
    return yield* appliedCopy(scope, checked, failure);
  }
  return yield* headStored(scope, target, generation);
}

/** The copy, if an earlier attempt was applied although its response was lost, so that a later condition failed. */
function* appliedCopy(scope: Scope, checked: CheckedCopy, failure: unknown): Operation<GoogleObject> {
  const { source, target, headers, conditions, found } = checked;
  // Only a condition on the target can fail because of an earlier attempt.
  if (Object.keys(conditionHeaders(conditions)).length === 0) throw failure;
  return yield* appliedWrite(scope, target, conditions, failure, function* () {
    const copied = found ?? (yield* headObject(scope, source, headers['x-goog-copy-source-generation']));
    const { sizeBytes, extra } = copied;
    const isReplaced = headers['x-goog-metadata-directive'] === 'REPLACE';
    const contentType = isReplaced ? headers['content-type'] : copied.contentType;
    const metadata = isReplaced ? metadataOf(headers) : copied.metadata;
    return { sizeBytes, checksum: extra.crc32c, contentType, metadata };
  });
}
