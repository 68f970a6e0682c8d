/**
 * What the key in use may do, found out by trying, and single grants to others. Both in the terms that Apache Libcloud
 * has for them, which are the service's own for roles.
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
  type Operation,
} from '@isobar/core/provider';
import { documentText, oneOf } from '../checks.ts';
import { locationAt } from '../names.ts';
import { headObject } from '../objects.ts';
import { type Scope, send } from '../requests.ts';
import { type AclSubject, getAcl, ofContainer, ofObject, setAcl } from './acl.ts';
import type { AccessControlList, AclEntry, AclScope } from './acl-document.ts';

/** What may be done with a container; each includes those before it. */
export type ContainerRole = 'READER' | 'WRITER' | 'OWNER';

/** What may be done with an object; the second includes the first. */
export type ObjectRole = 'READER' | 'OWNER';

/** What the key in use may do. */
export interface Permissions {
  readonly container: ContainerRole | 'NONE';
  /** Absent when no object was asked about. */
  readonly object?: ObjectRole | 'NONE';
}

/** Finds out what the key in use may do. One to three exchanges, with an object one or two more. */
export function* getPermissions(
  scope: Scope,
  container: ContainerReference,
  objectName?: string,
): Operation<Permissions> {
  const bucket = ofContainer(container);
  const object = objectName === undefined ? undefined : ofObject(locationAt(container, objectName));
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
 * Whether objects may be written: asks to remove one with a name that chance made up, on the condition that it does not
 * exist. Whatever the answer, nothing is removed; that it is not a refusal says that removing would be allowed.
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

/** Whether a try is not refused. Lists that a container's uniform access has switched off count as refused. */
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

/** Gives someone a role, in place of those that they have. Two exchanges, three for an object; one less when it is so. */
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

/** Takes all roles from someone. Two exchanges, three for an object. */
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
  return objectName === undefined ? ofContainer(container) : ofObject(locationAt(container, objectName));
}

/** Reads a list and writes it changed, on the condition that nobody changed it meanwhile, as far as that can be said. */
function* change(
  scope: Scope,
  subject: AclSubject,
  edit: (entries: readonly AclEntry[]) => readonly AclEntry[] | undefined,
): Operation<void> {
  const { container, object } = subject;
  // Looked at before the list is read: what changes after this look makes the write fail.
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

/** Whom a name in the service's own words is about. */
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

/** Whether an entry is about someone. Addresses and domains are the same in any case. */
function isOf({ scope }: AclEntry, whom: AclScope): boolean {
  if (scope.type !== whom.type) return false;
  if ('id' in whom) return 'id' in scope && scope.id === whom.id;
  const nameOf = (one: AclScope) => ('emailAddress' in one ? one.emailAddress : 'domain' in one ? one.domain : '');
  return nameOf(scope).toLowerCase() === nameOf(whom).toLowerCase();
}
