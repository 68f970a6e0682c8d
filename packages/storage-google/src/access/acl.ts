/**
 * Access control lists of a container, its new objects, or an object. They are predefined or made of entries.
 *
 * @see https://cloud.google.com/storage/docs/access-control/lists
 */
import {
  CloudError,
  type ContainerReference,
  checkedLocation,
  describe,
  invalidArgument,
  type ObjectReference,
  type Operation,
} from '@isobar/core/provider';
import { readDocument } from '@isobar/s3-dialect';
import { conditionHeaders, type GoogleUpdateOptions, type PredefinedAcl, placementHeaders } from '../call-options.ts';
import { bucketNameOf, nameChecks } from '../names.ts';
import { type Scope, send } from '../requests.ts';
import { type AccessControlList, type AclEntry, readAcl, writeAcl } from './acl-document.ts';

/** What a list belongs to, with checked names. */
export interface AclSubject {
  readonly container: string;
  readonly object?: string;
  readonly query: { readonly acl: '' } | { readonly defaultObjectAcl: '' };
}

/** The list of a container. */
export function ofContainer(container: ContainerReference): AclSubject {
  return { container: bucketNameOf(container), query: { acl: '' } };
}

/** The default list of a container's new objects. */
export function ofNewObjects(container: ContainerReference): AclSubject {
  return { container: bucketNameOf(container), query: { defaultObjectAcl: '' } };
}

/** The list of an object. */
export function ofObject(object: ObjectReference): AclSubject {
  const { container, name } = checkedLocation(nameChecks, object);
  return { container, object: name, query: { acl: '' } };
}

/** In Amazon's dialect the service sends lists in Amazon's format. Predefined lists work. */
function requireGoogleDialect({ credentials }: Scope): void {
  if (!credentials.dialect) return;
  const message =
    "requests signed as `aws4` cannot read or write entries; connect with `signature: 'goog4'`, which takes the same key";
  throw new CloudError('unsupported', message);
}

/** Reads a list. One exchange. */
export function* getAcl(scope: Scope, subject: AclSubject): Operation<AccessControlList> {
  requireGoogleDialect(scope);
  const response = yield* send(scope, { method: 'GET', ...subject, idempotent: true });
  const metageneration = response.headers['x-goog-metageneration'];
  return { ...readAcl(readDocument(response.body, 'AccessControlList')), ...(metageneration && { metageneration }) };
}

/** Replaces a list. One exchange. */
export function* setAcl(
  scope: Scope,
  subject: AclSubject,
  acl: PredefinedAcl | readonly AclEntry[],
  options: GoogleUpdateOptions = {},
): Operation<void> {
  const conditions = conditionHeaders(options);
  const content = contentOf(acl);
  if (content.body) requireGoogleDialect(scope);
  yield* send(scope, {
    method: 'PUT',
    ...subject,
    ...content,
    headers: { ...content.headers, ...conditions },
    // With a condition, a retry after a lost response would fail.
    idempotent: Object.keys(conditions).length === 0,
  });
}

function contentOf(acl: unknown): { readonly headers: Record<string, string>; readonly body?: Uint8Array } {
  if (typeof acl === 'string') return { headers: namedAcl(acl) };
  if (!Array.isArray(acl)) {
    const rule = 'must be the name of a predefined list, such as private, or an array of entries';
    throw invalidArgument('acl', `${rule}, not ${describe(acl)}`);
  }
  return { headers: { 'content-type': 'application/xml' }, body: new TextEncoder().encode(writeAcl(acl)) };
}

function namedAcl(acl: string): Record<string, string> {
  return placementHeaders({ predefinedAcl: acl as PredefinedAcl });
}
