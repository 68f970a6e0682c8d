/**
 * Who may do what with a container, its new objects, or an object: as lists, or by the service's names for some.
 *
 * @see https://cloud.google.com/storage/docs/access-control/lists
 */
import {
  CloudError,
  type ContainerReference,
  describe,
  invalidArgument,
  type ObjectReference,
  type Operation,
} from '@isobar/core/provider';
import { conditionHeaders, type GoogleUpdateOptions, type PredefinedAcl, placementHeaders } from '../call-options.ts';
import { readDocument } from '../dialect/documents.ts';
import { bucketNameOf, checkedLocation } from '../names.ts';
import { type Scope, send } from '../requests.ts';
import { type AccessControlList, type AclEntry, readAcl, writeAcl } from './acl-document.ts';

/** What a list belongs to, names checked. */
export interface AclSubject {
  readonly container: string;
  readonly object?: string;
  readonly query: { readonly acl: '' } | { readonly defaultObjectAcl: '' };
}

/** The list of a container. */
export function ofContainer(container: ContainerReference): AclSubject {
  return { container: bucketNameOf(container), query: { acl: '' } };
}

/** The list that new objects of a container are given. */
export function ofNewObjects(container: ContainerReference): AclSubject {
  return { container: bucketNameOf(container), query: { defaultObjectAcl: '' } };
}

/** The list of an object. */
export function ofObject(object: ObjectReference): AclSubject {
  const { container, name } = checkedLocation(object);
  return { container, object: name, query: { acl: '' } };
}

/** Lists are in Amazon's own format for requests that are signed its way; those by name work all the same. */
function refuseAmazon({ credentials }: Scope): void {
  if (!credentials.spelling) return;
  const message =
    "requests signed as `aws4` cannot show lists; connect with `signature: 'goog4'`, for which the same key works";
  throw new CloudError('unsupported', message);
}

/** Reads a list. One exchange. */
export function* getAcl(scope: Scope, subject: AclSubject): Operation<AccessControlList> {
  refuseAmazon(scope);
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
  if (content.body) refuseAmazon(scope);
  yield* send(scope, {
    method: 'PUT',
    ...subject,
    ...content,
    headers: { ...content.headers, ...conditions },
    // With a condition, a lost answer would make the second try fail.
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
