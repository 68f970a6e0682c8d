/**
 * Authorisation: the owner of the key may do everything, the bearer of a token what its scopes cover, the guest and
 * anonymous callers only what an ACL grants them.
 *
 * @see https://cloud.google.com/storage/docs/access-control/lists
 */
import { refusal } from '../errors.ts';
import { coversPermission } from '../identity/scopes.ts';
import { guest } from '../options.ts';
import type { Acl, AclEntry, Bucket, ObjectRecord } from '../store/records.ts';
import { type Exchange, requireBucket } from './exchange.ts';

/** What an ACL can grant; each level includes those before it. */
const levels = ['READ', 'WRITE', 'FULL_CONTROL'] as const;

/** What an ACL can grant. */
export type Level = (typeof levels)[number];

/** Refuses callers who have no account here. */
export function authorizeAccount(exchange: Exchange, permission: string): void {
  if (isOwner(exchange, permission)) return;
  if (exchange.caller.kind === 'anonymous' && exchange.address.bucket === undefined) {
    throw refusal('MissingSecurityHeader', 'Authorization');
  }
  throw denied(exchange, permission);
}

/**
 * The bucket of a request, for its owner and whom its ACL grants the level; without a level, for its owner alone. That
 * there is no such bucket everybody may know.
 */
export function authorizeBucket(exchange: Exchange, permission: string, level?: Level): Bucket {
  const isOwned = isOwner(exchange, permission);
  const bucket = requireBucket(exchange);
  if (isOwned || (level !== undefined && isGranted(exchange, bucket.settings.acl, level))) return bucket;
  throw denied(exchange, permission);
}

/** An object looked up, which need not be there. */
export interface Lookup {
  readonly bucket: Bucket;
  readonly name: string;
  readonly record: ObjectRecord | undefined;
}

/**
 * The object, for its owner and whom its ACL grants the level. Only those who may list the bucket learn that there is
 * no such object.
 */
export function authorizeObject(
  exchange: Exchange,
  permission: string,
  { bucket, name, record }: Lookup,
  level: Level = 'READ',
): ObjectRecord {
  const isAllowed =
    isOwner(exchange, permission) ||
    (record === undefined
      ? isGranted(exchange, bucket.settings.acl, 'READ')
      : isGranted(exchange, record.attributes.acl, level));
  if (!isAllowed) throw denied(exchange, permission);
  if (record === undefined) throw refusal('NoSuchKey', `No such object: ${bucket.name}/${name}`);
  return record;
}

function isOwner({ caller }: Exchange, permission: string): boolean {
  if (caller.kind !== 'owner') return false;
  if (caller.scopes === undefined || coversPermission(caller.scopes, permission)) return true;
  throw refusal('AccessDenied', 'Insufficient OAuth2 scope to perform this operation.');
}

function isGranted(exchange: Exchange, acl: Acl, level: Level): boolean {
  const enough: readonly string[] = levels.slice(levels.indexOf(level));
  return grantsOf(acl).some((entry) => enough.includes(entry.permission) && concerns(entry, exchange));
}

/** What an ACL grants to others than the owner. */
function grantsOf(acl: Acl): readonly AclEntry[] {
  if (typeof acl !== 'string') return acl;
  if (acl === 'public-read') return [{ scope: 'AllUsers', permission: 'READ' }];
  if (acl === 'public-read-write') return [{ scope: 'AllUsers', permission: 'WRITE' }];
  return acl === 'authenticated-read' ? [{ scope: 'AllAuthenticatedUsers', permission: 'READ' }] : [];
}

function concerns({ scope, subject }: AclEntry, { caller }: Exchange): boolean {
  if (scope === 'AllUsers') return true;
  if (caller.kind !== 'guest') return false;
  return (
    scope === 'AllAuthenticatedUsers' || (scope.startsWith('User') && [guest.email, guest.id].includes(subject ?? ''))
  );
}

function denied({ caller }: Exchange, permission: string) {
  const kind = permission.startsWith('storage.objects.') ? 'object' : 'bucket';
  const who = caller.kind === 'guest' ? guest.email : 'Anonymous caller';
  return refusal(
    'AccessDenied',
    `${who} does not have ${permission} access to the Google Cloud Storage ${kind}. ` +
      `Permission '${permission}' denied on resource (or it may not exist).`,
  );
}
