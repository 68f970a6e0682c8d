/** Operations on objects that move no bytes: listing, looking up, removing. */
import {
  CloudError,
  type ContainerReference,
  describe,
  invalidArgument,
  isCloudError,
  type Listing,
  type ListObjectsOptions,
  makeListing,
  type ObjectLocation,
  type Operation,
  type Page,
} from '@isobar/core/provider';
import { conditionHeaders, type GoogleDeleteOptions, type GoogleGetOptions, generationOf } from './call-options.ts';
import { flagOf } from './checks.ts';
import { readObjects } from './dialect/documents.ts';
import type { Subject } from './failures.ts';
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
 * A bucket's objects, in byte order of their names. One exchange a page. The cursor is the last name of the page before.
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
      throw new CloudError('malformed-response', 'the next page of a listing would not come after this one');
    }
    return {
      items: objects.map((object) => objectFromListing(name, object)),
      ...(options.delimiter === undefined ? undefined : { prefixes }),
      ...(nextMarker === undefined ? undefined : { cursor: nextMarker }),
    };
  });
}

/** Whether a name comes after another in byte order of UTF-8, which is the order of code points. */
function comesAfter(name: string, other: string): boolean {
  const [points, others] = [[...name], [...other]];
  const at = points.findIndex((point, index) => point !== others[index]);
  if (at === -1) return false;
  return at >= others.length || (points[at]?.codePointAt(0) ?? 0) > (others[at]?.codePointAt(0) ?? 0);
}

/** The options of a listing as a query. */
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
  refuseOtherGeneration({ container: location.container, object: location.name }, generation, found.extra.generation);
  return found;
}

/**
 * Refuses an answer about another generation than the one that was asked for: of a service that does not know them, or of a
 * cache on the way.
 *
 * @throws {CloudError} `conflict`.
 */
export function refuseOtherGeneration(subject: Subject, asked: string | undefined, told: string | undefined): void {
  if (asked === undefined || asked === told) return;
  const message = `generation ${asked} was asked for, but the service sent ${told ?? 'one that it does not name'}`;
  throw new CloudError('conflict', message, subject);
}

/**
 * An object's headers, of the live generation or a given one. One exchange.
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
 * The headers of an object that was just stored. One exchange.
 *
 * @throws {CloudError} `conflict` when it was replaced before it could be looked at.
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
    const message = 'the object was stored, and replaced by another write before it could be looked at';
    throw new CloudError('conflict', message, failure.details, { cause: failure });
  }
}

/**
 * Requests in Amazon's spelling may reach a service that is not Google's and ignores what it does not know: it would take
 * a composition for an upload, and the removal of a generation for that of the object. So it is asked for an object first,
 * since only Google tells generations. No exchange in Google's spelling, else one.
 *
 * @param headers Of the request that is to follow.
 * @throws {CloudError} `unsupported` when the service tells no generation, or another than the one that is meant; before
 * anything is sent, when a header has no such spelling.
 */
export function* requireGenerations(scope: Scope, location: VersionLocation, headers: Headers): Operation<void> {
  const { spelling } = scope.credentials;
  if (!spelling) return;
  spelling.write(headers, undefined);
  const { container, generation, name } = location;
  const found = yield* headObject(scope, location, generation);
  const told = found.extra.generation;
  if (told !== undefined && (generation === undefined || generation === told)) return;
  const message = `the service at ${scope.origin} does not know generations, as Google Storage does`;
  throw new CloudError('unsupported', message, { container, object: name });
}

/** Where an object lies, and which version of it is meant when it is not the live one. */
export interface VersionLocation extends ObjectLocation {
  readonly generation?: string;
}

/**
 * Which version is meant, checked. A model of an old version stands neither for the live one, whose bytes are others, nor,
 * without a word of the caller, for a removal for good: it is refused until the generation is named.
 */
export function checkedVersion(object: GoogleVersionReference, options: GoogleGetOptions = {}): VersionLocation {
  const location = checkedLocation(object);
  const generation = generationOf({ generation: options.generation ?? object.generation });
  if (generation !== undefined) return { ...location, generation };
  const { extra } = object as Partial<GoogleObject>;
  if (extra?.isLatest !== false) return location;
  const rule = 'must be named, since this is the model of an old version, and without it the live one would be meant';
  throw invalidArgument('generation', `${rule}: { container, name, generation: extra.generation }`);
}

/**
 * Removes an object. One exchange; one more when an answer was lost and a condition no longer holds, or to remove a
 * generation with `aws4`.
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
    if (!(yield* isGoneBefore(scope, { container, name }, failure))) throw failure;
  }
}

/** Whether an earlier try has removed the object, its answer lost, so that a later one found the condition broken. */
function* isGoneBefore(scope: Scope, location: ObjectLocation, failure: unknown): Operation<boolean> {
  if (!isCloudError(failure, 'precondition-failed') || (failure.details.attempts ?? 1) === 1) return false;
  try {
    yield* headObject(scope, location);
    return false;
  } catch (reason) {
    if (isCloudError(reason, 'not-found')) return true;
    throw reason;
  }
}
