/**
 * Access control lists in Google's XML.
 *
 * @see https://cloud.google.com/storage/docs/xml-api/get-bucket-acls
 */

import { describe, invalidArgument, listOf, oneOf, recordOf } from '@isobar/core/provider';
import { attributeOf, childOf, childrenOf, childText, escapeXml, type XmlElement } from '@isobar/core/xml';
import { documentText } from '@isobar/s3-dialect';
import { maxAclEntries } from '../limits.ts';

/** The user, group or domain that an entry applies to. */
export type AclScope =
  | { readonly type: 'UserById' | 'GroupById'; readonly id: string }
  | { readonly type: 'UserByEmail' | 'GroupByEmail'; readonly emailAddress: string }
  | { readonly type: 'GroupByDomain'; readonly domain: string }
  | { readonly type: 'AllUsers' | 'AllAuthenticatedUsers' };

/** What an entry allows; each permission includes those before it. Objects have no `WRITE`. */
export type AclPermission = 'READ' | 'WRITE' | 'FULL_CONTROL';

/** One entry of an access control list. */
export interface AclEntry {
  readonly scope: AclScope;
  readonly permission: AclPermission;
}

/** The access control list of a container or an object. */
export interface AccessControlList {
  /** Id of the owner; absent when the service does not report it. */
  readonly ownerId?: string;
  readonly entries: readonly AclEntry[];
  /**
   * Entries that this version does not know; absent when there are none. Writing `entries` back without them revokes
   * what they grant.
   */
  readonly unknown?: readonly string[];
  /** Version of the metadata that includes the list, for `ifMetagenerationMatch`; absent when not reported. */
  readonly metageneration?: string;
}

/** For each type of scope: the field and the element that identify its subject. */
const subjects = {
  UserById: ['id', 'ID'],
  GroupById: ['id', 'ID'],
  UserByEmail: ['emailAddress', 'EmailAddress'],
  GroupByEmail: ['emailAddress', 'EmailAddress'],
  GroupByDomain: ['domain', 'Domain'],
  AllUsers: undefined,
  AllAuthenticatedUsers: undefined,
} as const;
const types = Object.keys(subjects) as (keyof typeof subjects)[];
const permissions: readonly AclPermission[] = ['READ', 'WRITE', 'FULL_CONTROL'];

/** Reads `AccessControlList`. */
export function readAcl(list: XmlElement): AccessControlList {
  const ownerId = childText(childOf(list, 'Owner') ?? list, 'ID');
  const entries: AclEntry[] = [];
  const unknown: string[] = [];
  for (const element of childrenOf(childOf(list, 'Entries') ?? list, 'Entry')) {
    const type = attributeOf(childOf(element, 'Scope') ?? element, 'type') ?? '';
    const scope = readScope(element, type);
    const permission = permissions.find((known) => known === childText(element, 'Permission')?.trim());
    if (scope && permission) entries.push({ scope, permission });
    else unknown.push(`${type || 'no scope'}: ${childText(element, 'Permission') ?? 'no permission'}`);
  }
  return { ...(ownerId && { ownerId }), entries, ...(unknown.length > 0 && { unknown }) };
}

function readScope(entry: XmlElement, given: string): AclScope | undefined {
  const type = types.find((known) => known === given);
  if (type === undefined) return undefined;
  const subject = subjects[type];
  if (subject === undefined) return { type } as AclScope;
  const text = childText(childOf(entry, 'Scope') ?? entry, subject[1])?.trim();
  return text ? ({ type, [subject[0]]: text } as unknown as AclScope) : undefined;
}

/**
 * Writes `AccessControlList`.
 *
 * @throws {CloudError} `invalid-argument` that names the field, such as `acl[1].scope.emailAddress`.
 */
export function writeAcl(entries: readonly AclEntry[]): string {
  const rows = listOf('acl', entries, maxAclEntries).map((entry, index) => writeEntry(`acl[${index}]`, entry));
  return `<AccessControlList><Entries>${rows.join('')}</Entries></AccessControlList>`;
}

function writeEntry(field: string, entry: unknown): string {
  const { permission, scope } = recordOf(field, entry, ['scope', 'permission']);
  const given = recordOf(`${field}.scope`, scope, ['type', 'id', 'emailAddress', 'domain']);
  const type = oneOf(`${field}.scope.type`, given.type, types);
  const subject = subjects[type];
  const others = Object.keys(given).filter((name) => name !== 'type' && name !== subject?.[0]);
  if (others[0] !== undefined) {
    const value = describe(given[others[0]]);
    throw invalidArgument(`${field}.scope.${others[0]}`, `must be absent for ${type}, not ${value}`);
  }
  const inner = subject
    ? `<${subject[1]}>${escapeXml(documentText(`${field}.scope.${subject[0]}`, given[subject[0]]))}</${subject[1]}>`
    : '';
  const allowed = oneOf(`${field}.permission`, permission, permissions);
  return `<Entry><Scope type="${type}">${inner}</Scope><Permission>${allowed}</Permission></Entry>`;
}
