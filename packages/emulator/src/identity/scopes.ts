/**
 * OAuth scopes of the storage service, and what each allows.
 *
 * @see https://cloud.google.com/storage/docs/oauth-scopes
 */
const PREFIX = 'https://www.googleapis.com/auth/';
const read = `${PREFIX}devstorage.read_only`;
const write = `${PREFIX}devstorage.read_write`;
const full = [`${PREFIX}devstorage.full_control`, `${PREFIX}cloud-platform`];

/** The default scopes of a token. */
export const DEFAULT_SCOPES: readonly string[] = [`${PREFIX}cloud-platform`];

/** Splits a list of scopes; `undefined` when none of them is for storage. */
export function readScopes(text: unknown): readonly string[] | undefined {
  if (typeof text !== 'string') return undefined;
  const scopes = text.split(/[ ,]+/).filter((scope) => scope !== '');
  return scopes.some((scope) => [read, write, ...full].includes(scope)) ? scopes : undefined;
}

/** Whether these scopes cover a permission such as `storage.objects.create`. */
export function coversPermission(scopes: readonly string[], permission: string): boolean {
  if (scopes.some((scope) => full.includes(scope))) return true;
  // Access control and the configuration of buckets need full control.
  if (/IamPolicy$|^storage\.buckets\.update$/.test(permission)) return false;
  return scopes.includes(write) || (scopes.includes(read) && /\.(get|list|listParts)$/.test(permission));
}
