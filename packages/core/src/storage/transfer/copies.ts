/**
 * Copies and moves within a service, and changes of an object's headers and metadata. Where the service copies itself, no
 * byte passes through this process; else the bytes are read and written again.
 */

import { recordOf } from '../../arguments.ts';
import { CloudError } from '../../errors.ts';
import { cleanUp, type Operation } from '../../operations/operation.ts';
import { conditionOf } from '../conditions.ts';
import type { ContainerReference, ObjectReference, StorageObject } from '../models.ts';
import type { CopyOptions, MetadataChanges, ObjectHeaders, UpdateOptions } from '../options.ts';
import type { CheckedWrite, StorageService, Stored, VersionedLocation } from '../service.ts';
import { startDownload } from './downloads/download.ts';
import { readerOf } from './downloads/downloads.ts';
import { appliedWrite, headStored, subjectOf } from './stored-objects.ts';
import { checkedLocation, locationAt } from './targets.ts';
import { objectHeaderFields, pullFrom, putPulled, writtenHeaders } from './uploads/uploads.ts';

/** Copies an object, with the changes in the options. */
export function* copyObject<Item extends StorageObject>(
  service: StorageService<Item>,
  object: ObjectReference,
  container: ContainerReference,
  objectName: string,
  options: CopyOptions,
): Operation<Item> {
  return yield* copied(service, checkCopy(service, object, container, objectName, options));
}

/** What to copy to where, checked. */
interface CheckedCopy {
  readonly source: VersionedLocation;
  readonly write: CheckedWrite;
  readonly changes: ObjectHeaders;
}

function checkCopy(
  service: StorageService,
  object: ObjectReference,
  container: ContainerReference,
  objectName: string,
  options: CopyOptions,
): CheckedCopy {
  // Conditions of the options are about the new object.
  const { ifAbsent: _, ifVersion: __, ...ofSource } = options;
  const source = service.checkTarget(checkedLocation(service, object), { options: ofSource, object });
  const location = locationAt(service, container, objectName);
  const plan = service.plan(location.container);
  const changes = writtenHeaders(options, plan);
  const { lastModified, storageClass } = options;
  const details = { storageClass, lastModified, condition: conditionOf(options, plan), options };
  return { source, write: service.checkWrite(location, { ...details, headers: changes }), changes };
}

function* copied<Item extends StorageObject>(
  service: StorageService<Item>,
  { changes, source, write }: CheckedCopy,
): Operation<Item> {
  if (!service.copy) return yield* copyThrough(service, source, write);
  if (Object.keys(changes).length === 0) return yield* copyWithin(service, service.copy, source, write, undefined);
  const found = yield* service.head(source);
  const headers = replaced(service.headersOf(found.object), changes);
  const replacing = service.checkWrite(write.location, { ...write, headers });
  // The kept headers come from this version, so no other may be copied.
  return yield* copyWithin(service, service.copy, pin(source, found.object), replacing, found);
}

function pin(target: VersionedLocation, { version }: StorageObject): VersionedLocation {
  return version === undefined ? target : { ...target, version };
}

/** The kept headers with changes. A field with the value `undefined` must not override the kept one. */
function replaced(kept: object, changes: ObjectHeaders): ObjectHeaders {
  return Object.fromEntries(
    [...Object.entries(kept), ...Object.entries(changes)].filter(([, value]) => value !== undefined),
  );
}

function* copyWithin<Item extends StorageObject>(
  service: StorageService<Item>,
  copy: NonNullable<StorageService<Item>['copy']>,
  source: VersionedLocation,
  write: CheckedWrite,
  replaces: Stored<Item> | undefined,
): Operation<Item> {
  let version: string | undefined;
  try {
    version = yield* copy(source, write, replaces?.object);
  } catch (failure) {
    return yield* appliedWrite(service, write, failure, function* () {
      const { checksums, object } = replaces ?? (yield* service.head(source));
      const { contentType, metadata = {} } = replaces ? write.headers : object;
      return {
        sizeBytes: object.sizeBytes,
        checksums,
        headers: { ...(contentType !== undefined && { contentType }), metadata },
      };
    });
  }
  return (yield* headStored(service, write.location, version)).object;
}

/** Copies an object by reading and writing its bytes, verified at both ends. */
function* copyThrough<Item extends StorageObject>(
  service: StorageService<Item>,
  source: VersionedLocation,
  write: CheckedWrite,
): Operation<Item> {
  const found = (yield* service.head(source)).object;
  const headers = replaced(service.headersOf(found), write.headers);
  const full = service.checkWrite(write.location, { ...write, headers });
  const reader = readerOf(startDownload(service, pin(source, found), undefined, {}));
  try {
    const upload = { write: full, plan: service.plan(write.location.container), onProgress: undefined };
    return yield* putPulled(service, upload, pullFrom(reader));
  } finally {
    yield* cleanUp(reader.close());
  }
}

/**
 * Copies an object and then deletes the source, which is kept when the copy fails. The deletion names the version that was
 * copied where the service keeps that condition, so that a newer object of that name is not lost.
 */
export function* moveObject<Item extends StorageObject>(
  service: StorageService<Item>,
  object: ObjectReference,
  container: ContainerReference,
  objectName: string,
  options: CopyOptions,
): Operation<Item> {
  const from = checkedLocation(service, object);
  const to = locationAt(service, container, objectName);
  if (from.container === to.container && from.name === to.name) {
    throw new CloudError('invalid-argument', '`objectName` must differ from the object: moving it would delete it', {
      field: 'objectName',
      ...subjectOf(to),
    });
  }
  const checked = checkCopy(service, object, container, objectName, options);
  const found = (yield* service.head(checked.source)).object;
  const copy = yield* copied(service, { ...checked, source: pin(checked.source, found) });
  const { version } = found;
  const isPinned = version !== undefined && service.plan(from.container).deletions.conditions;
  const condition = isPinned ? ({ kind: 'version', version } as const) : undefined;
  yield* service.remove(service.checkTarget(from, { options: {}, condition }));
  return copy;
}

/** Changes an object's headers and metadata: in place, or by copying it onto itself. */
export function* updateObjectMetadata<Item extends StorageObject>(
  service: StorageService<Item>,
  object: ObjectReference,
  changes: MetadataChanges,
  options: UpdateOptions,
): Operation<Item> {
  const location = checkedLocation(service, object);
  recordOf('changes', changes, objectHeaderFields);
  const plan = service.plan(location.container);
  const headers = writtenHeaders(changes, plan);
  const condition = conditionOf(options, plan);
  const wanted = service.checkWrite(location, { headers, condition, options, object });
  const stored = yield* service.head(service.checkTarget(location, { options: {} }));
  const found = stored.object;
  // The headers that are kept come from the version found, so it must be the one requested.
  if (wanted.ifVersion !== undefined && wanted.ifVersion !== found.version)
    throw otherVersion(location, wanted.ifVersion, found);
  const { version } = found;
  const isPinned = version !== undefined && plan.conditions.includes('version');
  const write = service.checkWrite(location, {
    headers: replaced(service.headersOf(found), headers),
    condition: isPinned ? { kind: 'version', version } : condition,
    options,
    object,
  });
  if (service.describe) return (yield* headStored(service, location, yield* service.describe(write, found))).object;
  if (service.copy) return yield* copyWithin(service, service.copy, pin(location, found), write, stored);
  throw new CloudError('unsupported', 'this service can neither change nor copy objects');
}

function otherVersion(
  { container, name }: { readonly container: string; readonly name: string },
  wanted: string,
  { version = 'none' }: StorageObject,
): CloudError {
  const message = `object ${JSON.stringify(name)} in ${container}: its version is ${version}, not ${wanted}`;
  return new CloudError('precondition-failed', message, { container, object: name });
}
