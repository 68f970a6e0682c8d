/**
 * Authorisation: the owner of a bucket or an object may do everything with it, all others what an ACL grants them. A
 * token also limits its bearer to its scopes.
 *
 * @see https://cloud.google.com/storage/docs/access-control/lists
 */
import { refusal } from '../errors.ts';
import { type Account, guest, OWNER_ID } from '../identity/accounts.ts';
import { coversPermission } from '../identity/scopes.ts';
import type { Acl, AclEntry, Attributes, Bucket, ObjectRecord } from '../store/records.ts';
import { type Exchange, requireBucket } from './exchange.ts';

/** Permissions of an ACL; each level includes those before it. */
const levels = ['READ', 'WRITE', 'FULL_CONTROL'] as const;

/** A permission of an ACL. */
export type Level = (typeof levels)[number];

/** The account of a caller who may own buckets. */
export function authorizeAccount(exchange: Exchange, permission: string): Account {
  checkScopes(exchange, permission);
  const { account } = exchange.caller;
  if (account !== undefined && account.id !== guest.id) return account;
  if (account === undefined && exchange.address.bucket === undefined) {
    throw refusal('MissingSecurityHeader', 'Authorization');
  }
  throw denied(exchange, permission);
}

/** The owner of a bucket. */
export function ownerOf({ settings }: Bucket): string {
  return settings.owner ?? OWNER_ID;
}

/** The owner of an object, or of one being uploaded. */
export function objectOwnerOf(bucket: Bucket, attributes: Attributes): string {
  return attributes.owner ?? ownerOf(bucket);
}

/**
 * The bucket of a request, for its owner and callers whose ACL grants the level; without a level, only for its owner.
 * Any caller may learn that a bucket does not exist.
 */
export function authorizeBucket(exchange: Exchange, permission: string, level?: Level): Bucket {
  checkScopes(exchange, permission);
  const bucket = requireBucket(exchange);
  if (owns(exchange, ownerOf(bucket)) || (level !== undefined && isGranted(exchange, bucket.settings.acl, level)))
    return bucket;
  throw denied(exchange, permission);
}

/** The result of an object look-up. */
export interface Lookup {
  readonly bucket: Bucket;
  readonly name: string;
  readonly record: ObjectRecord | undefined;
}

/**
 * The object, for its owner and callers whose ACL grants the level. Only callers who may list the bucket learn that an
 * object does not exist.
 */
export function authorizeObject(
  exchange: Exchange,
  permission: string,
  { bucket, name, record }: Lookup,
  level: Level = 'READ',
): ObjectRecord {
  checkScopes(exchange, permission);
  const isAllowed =
    owns(exchange, ownerOf(bucket)) ||
    (record === undefined
      ? isGranted(exchange, bucket.settings.acl, 'READ')
      : owns(exchange, record.attributes.owner) || isGranted(exchange, record.attributes.acl, level));
  if (!isAllowed) throw denied(exchange, permission);
  if (record === undefined) throw refusal('NoSuchKey', `No such object: ${bucket.name}/${name}`);
  return record;
}

function checkScopes({ caller: { scopes } }: Exchange, permission: string): void {
  if (scopes === undefined || coversPermission(scopes, permission)) return;
  throw refusal('AccessDenied', 'Insufficient OAuth2 scope to perform this operation.');
}

function owns({ caller: { account } }: Exchange, ownerId: string | undefined): boolean {
  return account !== undefined && account.id === ownerId;
}

function isGranted(exchange: Exchange, acl: Acl, level: Level): boolean {
  const enough: readonly string[] = levels.slice(levels.indexOf(level));
  return grantsOf(acl).some((entry) => enough.includes(entry.permission) && concerns(entry, exchange));
}

/** The grants of an ACL to others than the owner. */
function grantsOf(acl: Acl): readonly AclEntry[] {
  if (typeof acl !== 'string') return acl;
  if (acl === 'public-read') return [{ scope: 'AllUsers', permission: 'READ' }];
  if (acl === 'public-read-write') return [{ scope: 'AllUsers', permission: 'WRITE' }];
  return acl === 'authenticated-read' ? [{ scope: 'AllAuthenticatedUsers', permission: 'READ' }] : [];
}

function concerns({ scope, subject = '' }: AclEntry, { caller: { account } }: Exchange): boolean {
  if (scope === 'AllUsers') return true;
  if (account === undefined) return false;
  return (
    scope === 'AllAuthenticatedUsers' || (scope.startsWith('User') && [account.email, account.id].includes(subject))
  );
}

function denied({ caller }: Exchange, permission: string) {
  const kind = permission.startsWith('storage.objects.') ? 'object' : 'bucket';
  const who = caller.account?.email ?? 'Anonymous caller';
  return refusal(
    'AccessDenied',
    `${who} does not have ${permission} access to the Google Cloud Storage ${kind}. ` +
      `Permission '${permission}' denied on resource (or it may not exist).`,
  );
}
