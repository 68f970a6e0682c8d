/** Operations on objects that transfer no data: list, look up, delete. */
import {
  CloudError,
  type ContainerReference,
  describe,
  flagOf,
  invalidArgument,
  isCloudError,
  type Listing,
  type ListObjectsOptions,
  makeListing,
  type ObjectLocation,
  type Operation,
  type Page,
  type Subject,
} from '@isobar/core/provider';
import { readObjects } from '@isobar/s3-dialect';
import { conditionHeaders, type GoogleDeleteOptions, type GoogleGetOptions, generationOf } from './call-options.ts';
import { maxPageSize } from './limits.ts';
import {
  type GoogleObject,
  type GoogleVersionReference,
  type Headers,
  objectFromHeaders,
  objectFromListing,
} from './models.ts';
import { bucketNameOf, checkedLocation, locationAt } from './names.ts';
import { type Scope, send } from './requests.ts';

/**
 * A bucket's objects, in byte order of their names. One exchange per page. The cursor is the last name of the previous
 * page.
 *
 * @see https://cloud.google.com/storage/docs/xml-api/get-bucket-list
 */
export function iterateObjects(
  scope: Scope,
  container: ContainerReference,
  options: ListObjectsOptions = {},
): Listing<GoogleObject> {
  return makeListing(function* (cursor?: string): Operation<Page<GoogleObject>> {
    const name = bucketNameOf(container);
    const query = { ...listQuery(options), ...(cursor === undefined ? undefined : { marker: cursor }) };
    const response = yield* send(scope, { method: 'GET', container: name, query, idempotent: true });
    const { objects, prefixes, nextMarker } = readObjects(response.body);
    if (nextMarker !== undefined && cursor !== undefined && !comesAfter(nextMarker, cursor)) {
      throw new CloudError('malformed-response', 'the next page of the listing does not come after this one');
    }
    return {
      items: objects.map((object) => objectFromListing(name, object)),
      ...(options.delimiter === undefined ? undefined : { prefixes }),
      ...(nextMarker === undefined ? undefined : { cursor: nextMarker }),
    };
  });
}

/** Whether a name comes after another in UTF-8 byte order, which is the order of code points. */
function comesAfter(name: string, other: string): boolean {
  const [points, others] = [[...name], [...other]];
  const at = points.findIndex((point, index) => point !== others[index]);
  if (at === -1) return false;
  return at >= others.length || (points[at]?.codePointAt(0) ?? 0) > (others[at]?.codePointAt(0) ?? 0);
}

/** The query parameters for the options of a listing. */
export function listQuery(options: ListObjectsOptions): Record<string, string> {
  const { delimiter, pageSize, prefix, startAfter, versions } = options;
  for (const [field, value] of Object.entries({ delimiter, prefix, startAfter })) {
    if (value !== undefined && (typeof value !== 'string' || !value.isWellFormed())) {
      throw invalidArgument(field, `must be a well-formed string, not ${describe(value)}`);
    }
  }
  if (delimiter === '') throw invalidArgument('delimiter', 'must not be empty; leave it out to list all objects');
  if (pageSize !== undefined && !(Number.isInteger(pageSize) && pageSize >= 1 && pageSize <= maxPageSize)) {
    throw invalidArgument('pageSize', `must be a whole number from 1 to ${maxPageSize}, not ${describe(pageSize)}`);
  }
  if (versions !== undefined) flagOf('versions', versions);
  return {
    ...(prefix && { prefix }),
    ...(delimiter && { delimiter }),
    ...(startAfter && { marker: startAfter }),
    ...(pageSize && { 'max-keys': String(pageSize) }),
  };
}

/** Looks an object up by name. One exchange. */
export function* getObject(
  scope: Scope,
  container: ContainerReference,
  objectName: string,
  options: GoogleGetOptions = {},
): Operation<GoogleObject> {
  const location = locationAt(container, objectName);
  const generation = generationOf(options);
  const found = yield* headObject(scope, location, generation);
  checkGeneration({ container: location.container, object: location.name }, generation, found.extra.generation);
  return found;
}

/**
 * Refuses a response with another generation than the requested one. It may come from a service without generations, or
 * from a cache.
 *
 * @throws {CloudError} `conflict`.
 */
export function checkGeneration(subject: Subject, requested: string | undefined, received: string | undefined): void {
  if (requested === undefined || requested === received) return;
  const message = `generation ${requested} was requested, but the service sent ${received ?? 'no generation'}`;
  throw new CloudError('conflict', message, subject);
}

/**
 * Looks up an object, in its live generation or a given one. One exchange.
 *
 * @see https://cloud.google.com/storage/docs/xml-api/head-object
 */
export function* headObject(scope: Scope, location: ObjectLocation, generation?: string): Operation<GoogleObject> {
  const { container, name } = location;
  const response = yield* send(scope, {
    method: 'HEAD',
    container,
    object: name,
    ...(generation !== undefined && { query: { generation } }),
    unsigned: { 'accept-encoding': 'gzip' },
    idempotent: true,
  });
  return objectFromHeaders(container, name, response.headers);
}

/**
 * Looks up an object that was just stored. One exchange.
 *
 * @throws {CloudError} `conflict` when it was replaced before the look-up.
 */
export function* headStored(
  scope: Scope,
  location: ObjectLocation,
  generation: string | undefined,
): Operation<GoogleObject> {
  try {
    return yield* headObject(scope, location, generation);
  } catch (failure) {
    if (generation === undefined || !isCloudError(failure, 'not-found')) throw failure;
    const message = 'the object was stored, but another write replaced it before it could be verified';
    throw new CloudError('conflict', message, failure.details, { cause: failure });
  }
}

/**
 * Checks that the service has generations. Requests in Amazon's dialect may reach another service than Google's. It
 * would ignore what it does not know, and treat a composition as an upload, or the deletion of a generation as that of
 * the object. So this looks up an object first: only Google reports generations. No exchange in Google's dialect, else
 * one.
 *
 * @param headers Headers of the request that follows.
 * @throws {CloudError} `unsupported` when the service reports no generation or another one than requested; before
 * anything is sent, when a header has no form in Amazon's dialect.
 */
export function* requireGenerations(scope: Scope, location: VersionLocation, headers: Headers): Operation<void> {
  const { dialect } = scope.credentials;
  if (!dialect) return;
  dialect.write(headers, undefined);
  const { container, generation, name } = location;
  const found = yield* headObject(scope, location, generation);
  const received = found.extra.generation;
  if (received !== undefined && (generation === undefined || generation === received)) return;
  const message = `the service at ${scope.origin} does not have generations, as Google Storage does`;
  throw new CloudError('unsupported', message, { container, object: name });
}

/** An object's location, with its generation unless it is the live version. */
export interface VersionLocation extends ObjectLocation {
  readonly generation?: string;
}

/**
 * The version that a call applies to, checked. Refuses a model of an old version unless the caller names the
 * generation: it must not select the live version, which has other bytes, nor cause a permanent deletion by accident.
 */
export function checkedVersion(object: GoogleVersionReference, options: GoogleGetOptions = {}): VersionLocation {
  const location = checkedLocation(object);
  const generation = generationOf({ generation: options.generation ?? object.generation });
  if (generation !== undefined) return { ...location, generation };
  const { extra } = object as Partial<GoogleObject>;
  if (extra?.isLatest !== false) return location;
  const rule = 'must be named, because this is the model of an old version; without it the call would use the live one';
  throw invalidArgument('generation', `${rule}: { container, name, generation: extra.generation }`);
}

/**
 * Deletes an object. One exchange; one more when a condition fails after a lost response, or to delete a generation
 * with `aws4`.
 *
 * @see https://cloud.google.com/storage/docs/xml-api/delete-object
 */
export function* deleteObject(
  scope: Scope,
  object: GoogleVersionReference,
  options: GoogleDeleteOptions = {},
): Operation<void> {
  const { container, name, generation } = checkedVersion(object, options);
  const headers = conditionHeaders(options);
  if (generation !== undefined) yield* requireGenerations(scope, { container, name, generation }, headers);
  try {
    yield* send(scope, {
      method: 'DELETE',
      container,
      object: name,
      ...(generation !== undefined && { query: { generation } }),
      headers,
      idempotent: true,
      alreadyDone: (failure) => failure.code === 'not-found',
    });
  } catch (failure) {
    if (!(yield* isDeleteApplied(scope, { container, name }, failure))) throw failure;
  }
}

/** Whether an earlier attempt deleted the object although its response was lost, so that a later condition failed. */
function* isDeleteApplied(scope: Scope, location: ObjectLocation, failure: unknown): Operation<boolean> {
  if (!isCloudError(failure, 'precondition-failed') || (failure.details.attempts ?? 1) === 1) return false;
  try {
    yield* headObject(scope, location);
    return false;
  } catch (reason) {
    if (isCloudError(reason, 'not-found')) return true;
    throw reason;
  }
}
