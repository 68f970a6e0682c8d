/**
 * Authorisation: the owner of the key may do everything, the bearer of a token what its scopes cover, the guest and
 * anonymous callers only what an ACL grants them.
 *
 * @see https://cloud.google.com/storage/docs/access-control/lists
 */
import { refusal } from '../errors.ts';
import { coversPermission } from '../identity/scopes.ts';
import { guest } from '../options.ts';
import type { Acl, AclEntry } from '../store/records.ts';
import type { Exchange } from './exchange.ts';

/** Refuses everyone but the owner. */
export function requireOwner(exchange: Exchange, permission: string): void {
  if (isOwner(exchange, permission)) return;
  if (exchange.caller.kind === 'anonymous' && exchange.address.bucket === undefined) {
    throw refusal('AuthenticationRequired');
  }
  throw denied(exchange, permission);
}

/** Refuses callers unless the ACL lets them read. */
export function requireRead(exchange: Exchange, permission: string, acl: Acl | undefined): void {
  requireGrant(exchange, permission, acl, ['READ', 'WRITE', 'FULL_CONTROL']);
}

/** Refuses callers unless the ACL lets them write. */
export function requireWrite(exchange: Exchange, permission: string, acl: Acl | undefined): void {
  requireGrant(exchange, permission, acl, ['WRITE', 'FULL_CONTROL']);
}

/** Refuses callers unless the ACL lets them see and change it. */
export function requireControl(exchange: Exchange, permission: string, acl: Acl | undefined): void {
  requireGrant(exchange, permission, acl, ['FULL_CONTROL']);
}

function requireGrant(exchange: Exchange, permission: string, acl: Acl | undefined, enough: readonly string[]): void {
  if (isOwner(exchange, permission)) return;
  if (!grantsOf(acl).some((entry) => enough.includes(entry.permission) && concerns(entry, exchange))) {
    throw denied(exchange, permission);
  }
}

function isOwner({ caller }: Exchange, permission: string): boolean {
  if (caller.kind !== 'owner') return false;
  if (caller.scopes === undefined || coversPermission(caller.scopes, permission)) return true;
  throw refusal('AccessDenied', 'Insufficient OAuth2 scope to perform this operation.');
}

/** What an ACL grants to others than the owner. */
function grantsOf(acl: Acl | undefined): readonly AclEntry[] {
  if (typeof acl !== 'string') return acl ?? [];
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
