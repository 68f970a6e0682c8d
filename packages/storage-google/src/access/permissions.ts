/**
 * The roles of the driver's credentials, found by probing, and grants of roles to others. Roles have the names that
 * Apache Libcloud and the service use.
 *
 * @see https://cloud.google.com/storage/docs/access-control/lists
 */

import {
  CloudError,
  type ContainerReference,
  describe,
  entropy,
  invalidArgument,
  isCloudError,
  locationAt,
  type Operation,
  oneOf,
} from '@isobar/core/provider';
import { documentText } from '@isobar/s3-dialect';
import { nameChecks } from '../names.ts';
import { headObject } from '../objects.ts';
import { type Scope, send } from '../requests.ts';
import { type AclSubject, getAcl, ofContainer, ofObject, setAcl } from './acl.ts';
import type { AccessControlList, AclEntry, AclScope } from './acl-document.ts';

/** Roles on a container; each includes those before it. */
export type ContainerRole = 'READER' | 'WRITER' | 'OWNER';

/** Roles on an object; the second includes the first. */
export type ObjectRole = 'READER' | 'OWNER';

/** The roles of the driver's credentials. */
export interface Permissions {
  readonly container: ContainerRole | 'NONE';
  /** Absent when no object was named. */
  readonly object?: ObjectRole | 'NONE';
}

/** Finds the roles of the driver's credentials. One to three exchanges, with an object one or two more. */
export function* getPermissions(
  scope: Scope,
  container: ContainerReference,
  objectName?: string,
): Operation<Permissions> {
  const bucket = ofContainer(container);
  const object = objectName === undefined ? undefined : ofObject(locationAt(nameChecks, container, objectName));
  const level = yield* containerLevel(scope, bucket);
  return { container: level, ...(object && { object: yield* objectLevel(scope, object) }) };
}

function* containerLevel(scope: Scope, bucket: AclSubject): Operation<Permissions['container']> {
  if (yield* isAllowed(getAcl(scope, bucket))) return 'OWNER';
  if (yield* mayWrite(scope, bucket.container)) return 'WRITER';
  const { container } = bucket;
  const list = send(scope, { method: 'GET', container, query: { 'max-keys': '0' }, idempotent: true });
  return (yield* isAllowed(list)) ? 'READER' : 'NONE';
}

function* objectLevel(scope: Scope, object: AclSubject): Operation<ObjectRole | 'NONE'> {
  if (yield* isAllowed(getAcl(scope, object))) return 'OWNER';
  const { container, object: name = '' } = object;
  return (yield* isAllowed(headObject(scope, { container, name }))) ? 'READER' : 'NONE';
}

/**
 * Whether the credentials may write objects. Sends a delete for a random name, on the condition that the object does
 * not exist, so it never deletes anything. `permission-denied` means no. Success, a failed condition and a missing object
 * mean yes.
 */
function* mayWrite(scope: Scope, container: string): Operation<boolean> {
  const suffix = [...(yield* entropy(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  try {
    yield* send(scope, {
      method: 'DELETE',
      container,
      object: `.isobar-write-check-${suffix}`,
      headers: { 'x-goog-if-generation-match': '0' },
      idempotent: true,
    });
    return true;
  } catch (failure) {
    if (isCloudError(failure, 'permission-denied')) return false;
    if (isCloudError(failure, 'precondition-failed')) return true;
    if (isCloudError(failure, 'not-found') && failure.details.reason !== 'NoSuchBucket') return true;
    throw failure;
  }
}

/** Whether an attempt is allowed. Access control lists that uniform access has disabled count as not allowed. */
function* isAllowed(attempt: Operation<unknown>): Operation<boolean> {
  try {
    yield* attempt;
    return true;
  } catch (failure) {
    const isRefused = isCloudError(failure, 'permission-denied') || isCloudError(failure, 'invalid-argument');
    if (isRefused && failure.details.status !== undefined) return false;
    throw failure;
  }
}

const roles = { READER: 'READ', WRITER: 'WRITE', OWNER: 'FULL_CONTROL' } as const;

/** Grants a role in place of the current ones. Two exchanges, three for an object; one less if nothing changes. */
export function* setPermissions(
  scope: Scope,
  container: ContainerReference,
  objectName: string | undefined,
  entity: string,
  role: ContainerRole,
): Operation<void> {
  const subject = subjectOf(container, objectName);
  const known: readonly ContainerRole[] =
    subject.object === undefined ? ['READER', 'WRITER', 'OWNER'] : ['READER', 'OWNER'];
  const entry: AclEntry = { scope: scopeOf(entity), permission: roles[oneOf('role', role, known)] };
  yield* change(scope, subject, (entries) => {
    const others = entries.filter((other) => !isOf(other, entry.scope));
    const own = entries.filter((other) => isOf(other, entry.scope));
    return own.length === 1 && own[0]?.permission === entry.permission ? undefined : [...others, entry];
  });
}

/** Revokes all roles of an entity. Two exchanges, three for an object. */
export function* deletePermissions(
  scope: Scope,
  container: ContainerReference,
  objectName: string | undefined,
  entity: string,
): Operation<void> {
  const subject = subjectOf(container, objectName);
  const whom = scopeOf(entity);
  yield* change(scope, subject, (entries) => {
    const others = entries.filter((other) => !isOf(other, whom));
    if (others.length < entries.length) return others;
    throw new CloudError('not-found', `the access control list has no entry for ${entity}`, {
      container: subject.container,
      ...(subject.object !== undefined && { object: subject.object }),
    });
  });
}

function subjectOf(container: ContainerReference, objectName: string | undefined): AclSubject {
  return objectName === undefined ? ofContainer(container) : ofObject(locationAt(nameChecks, container, objectName));
}

/**
 * Reads a list, edits it and writes it back, on the condition that it has not changed where the service has conditions.
 */
function* change(
  scope: Scope,
  subject: AclSubject,
  edit: (entries: readonly AclEntry[]) => readonly AclEntry[] | undefined,
): Operation<void> {
  const { container, object } = subject;
  // Looked up before the list is read, so that any later change makes the write fail.
  const found = object === undefined ? undefined : (yield* headObject(scope, { container, name: object })).extra;
  const list = yield* getAcl(scope, subject);
  refuseUnknown(list, subject);
  const entries = edit(list.entries);
  if (!entries) return;
  const { generation } = found ?? {};
  const metageneration = found ? found.metageneration : list.metageneration;
  yield* setAcl(scope, subject, entries, {
    ...(generation !== undefined && { ifGenerationMatch: generation }),
    ...(metageneration !== undefined && { ifMetagenerationMatch: metageneration }),
  });
}

function refuseUnknown({ unknown }: AccessControlList, { container, object }: AclSubject): void {
  if (!unknown) return;
  const message = `the access control list has entries that this version would lose: ${unknown.join(', ')}`;
  throw new CloudError('unsupported', message, { container, ...(object !== undefined && { object }) });
}

/** The scope for an entity's name, such as `user-ADDRESS`. */
function scopeOf(entity: string): AclScope {
  const name = documentText('entity', entity);
  if (name === 'allUsers') return { type: 'AllUsers' };
  if (name === 'allAuthenticatedUsers') return { type: 'AllAuthenticatedUsers' };
  const [, kind, subject = ''] = /^(user|group|domain)-(.+)$/.exec(name) ?? [];
  if (kind === 'domain') return { type: 'GroupByDomain', domain: subject };
  if (kind === 'user' || kind === 'group') {
    const type = kind === 'user' ? 'User' : 'Group';
    return subject.includes('@')
      ? { type: `${type}ByEmail`, emailAddress: subject }
      : { type: `${type}ById`, id: subject };
  }
  const rule = 'must be user-ADDRESS, user-ID, group-ADDRESS, group-ID, domain-NAME, allUsers or allAuthenticatedUsers';
  throw invalidArgument('entity', `${rule}; not ${describe(entity)}`);
}

/** Whether an entry applies to this scope. Addresses and domains are case-insensitive. */
function isOf({ scope }: AclEntry, whom: AclScope): boolean {
  if (scope.type !== whom.type) return false;
  if ('id' in whom) return 'id' in scope && scope.id === whom.id;
  const nameOf = (one: AclScope) => ('emailAddress' in one ? one.emailAddress : 'domain' in one ? one.domain : '');
  return nameOf(scope).toLowerCase() === nameOf(whom).toLowerCase();
}
