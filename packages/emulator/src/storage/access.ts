/**
 * Authorisation: the owner of the key may do everything, the bearer of a token what its scopes cover, others only what
 * a public ACL grants.
 *
 * @see https://cloud.google.com/storage/docs/access-control/lists
 */
import { refusal } from '../errors.ts';
import { coversPermission } from '../identity/scopes.ts';
import type { Acl } from '../store/records.ts';
import type { Exchange } from './exchange.ts';

/** Refuses everyone but the owner. */
export function requireOwner(exchange: Exchange, permission: string): void {
  if (isOwner(exchange, permission)) return;
  if (exchange.address.bucket === undefined) throw refusal('AuthenticationRequired');
  throw denied(permission);
}

/** Refuses anonymous callers unless the ACL lets all users read. */
export function requireRead(exchange: Exchange, permission: string, acl: Acl | undefined): void {
  if (isOwner(exchange, permission) || allows(acl, ['READ', 'WRITE', 'FULL_CONTROL'])) return;
  throw denied(permission);
}

/** Refuses anonymous callers unless the ACL lets all users write. */
export function requireWrite(exchange: Exchange, permission: string, acl: Acl | undefined): void {
  if (isOwner(exchange, permission) || allows(acl, ['WRITE', 'FULL_CONTROL'])) return;
  throw denied(permission);
}

function isOwner({ caller }: Exchange, permission: string): boolean {
  if (caller.kind !== 'owner') return false;
  if (caller.scopes === undefined || coversPermission(caller.scopes, permission)) return true;
  throw refusal('AccessDenied', 'Insufficient OAuth2 scope to perform this operation.');
}

function allows(acl: Acl | undefined, permissions: readonly string[]): boolean {
  if (acl === undefined) return false;
  if (acl === 'public-read') return permissions.includes('READ');
  if (acl === 'public-read-write') return true;
  if (typeof acl === 'string') return false;
  return acl.some(({ scope, permission }) => scope === 'AllUsers' && permissions.includes(permission));
}

function denied(permission: string) {
  const kind = permission.startsWith('storage.objects.') ? 'object' : 'bucket';
  return refusal(
    'AccessDenied',
    `Anonymous caller does not have ${permission} access to the Google Cloud Storage ${kind}. ` +
      `Permission '${permission}' denied on resource (or it may not exist).`,
  );
}
