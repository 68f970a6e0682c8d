/**
 * Access control lists, in Google's dialect and, for AWS-signed requests, in Amazon's. The list is stored and returned;
 * its grants to all users, to all authenticated users, and to accounts have an effect.
 *
 * @see https://cloud.google.com/storage/docs/xml-api/reference-headers#xgoogacl
 * @see https://cloud.google.com/storage/docs/access-control/create-manage-lists
 */
import { refusal } from '../errors.ts';
import type { Reply } from '../front/reply.ts';
import type { Acl, AclEntry, BucketSettings } from '../store/records.ts';
import { document, group, parseDocument, tag, type XmlElement } from '../xml.ts';
import { authorizeBucket, authorizeObject, objectOwnerOf, ownerOf } from './access.ts';
import { receiveText } from './body.ts';
import { type Exchange, requireBucket, xmlHeaders } from './exchange.ts';
import { checkConditions, readConditions, requestedAcl } from './objects/headers.ts';
import { lookUp } from './objects/objects.ts';

const ALL_USERS_URI = 'http://acs.amazonaws.com/groups/global/AllUsers';
const AUTHENTICATED_URI = 'http://acs.amazonaws.com/groups/global/AuthenticatedUsers';

/** Answers GET and PUT of `?acl` and `?defaultObjectAcl` of a bucket. */
export async function answerBucketAcl(exchange: Exchange, isDefault: boolean): Promise<Reply> {
  const permission = exchange.method === 'PUT' ? 'storage.buckets.setIamPolicy' : 'storage.buckets.getIamPolicy';
  const authorized = authorizeBucket(exchange, permission, 'FULL_CONTROL');
  if (exchange.method === 'GET') {
    const { settings } = authorized;
    const acl = isDefault ? (settings.defaultObjectAcl ?? 'private') : settings.acl;
    const reply = aclReply(exchange, acl, ownerOf(authorized));
    return { ...reply, headers: { ...reply.headers, ...metagenerationOf(settings) } };
  }
  if (exchange.method !== 'PUT') throw refusal('MethodNotAllowed');
  const conditions = readConditions(exchange);
  const acl = await readAcl(exchange);
  const bucket = requireBucket(exchange);
  const { metageneration = 1 } = bucket.settings;
  if ((conditions.metageneration ?? metageneration) !== metageneration) throw refusal('PreconditionFailed');
  exchange.store.buckets.update(bucket, isDefault ? { defaultObjectAcl: acl } : { acl });
  return { status: 200, headers: metagenerationOf(requireBucket(exchange).settings) };
}

/** Answers GET and PUT of `?acl` of an object. A change keeps the generation and raises the metageneration. */
export async function answerObjectAcl(exchange: Exchange): Promise<Reply> {
  const permission = exchange.method === 'PUT' ? 'storage.objects.setIamPolicy' : 'storage.objects.getIamPolicy';
  const find = () => authorizeObject(exchange, permission, lookUp(exchange), 'FULL_CONTROL');
  if (exchange.method === 'GET') {
    const { attributes } = find();
    return aclReply(exchange, attributes.acl, objectOwnerOf(requireBucket(exchange), attributes));
  }
  if (exchange.method !== 'PUT') throw refusal('MethodNotAllowed');
  const conditions = readConditions(exchange);
  checkConditions(conditions, find());
  const acl = await readAcl(exchange);
  const record = find();
  checkConditions(conditions, record);
  exchange.store.objects.updateAttributes(record, { ...record.attributes, acl });
  return { status: 200, headers: { 'x-goog-metageneration': String(record.metageneration + 1) } };
}

/** A bucket's metageneration. It is not known whether the real service sends this header here. */
function metagenerationOf({ metageneration = 1 }: BucketSettings) {
  return { 'x-goog-metageneration': String(metageneration) };
}

async function readAcl(exchange: Exchange): Promise<Acl> {
  const named = requestedAcl(exchange);
  const text = await receiveText(exchange);
  if (named !== undefined) return named;
  if (text.trim() === '') throw refusal('MissingRequestBodyError');
  if (text.includes('AccessControlPolicy')) {
    const grants = parseDocument(text, 'AccessControlPolicy').children('AccessControlList')[0]?.children('Grant') ?? [];
    return grants.map(fromGrant);
  }
  const entries = parseDocument(text, 'AccessControlList').children('Entries')[0]?.children('Entry') ?? [];
  return entries.map(fromEntry);
}

const permissions = ['READ', 'WRITE', 'FULL_CONTROL'];

function checkPermission(permission: string | undefined): string {
  const name = permission?.trim() ?? '';
  if (!permissions.includes(name)) throw refusal('MalformedACLError', `Unknown permission: ${name}`);
  return name;
}

function fromEntry(entry: XmlElement): AclEntry {
  const scope = entry.children('Scope')[0];
  const kind = scope?.attribute('type');
  if (scope === undefined || kind === undefined) throw refusal('MalformedACLError', 'An entry has no scope.');
  const subject = scope.text('ID') ?? scope.text('EmailAddress') ?? scope.text('Domain');
  return {
    scope: kind,
    ...(subject === undefined ? {} : { subject }),
    permission: checkPermission(entry.text('Permission')),
  };
}

function fromGrant(grant: XmlElement): AclEntry {
  const grantee = grant.children('Grantee')[0];
  const permission = checkPermission(grant.text('Permission'));
  const uri = grantee?.text('URI')?.trim();
  if (uri === ALL_USERS_URI) return { scope: 'AllUsers', permission };
  if (uri === AUTHENTICATED_URI) return { scope: 'AllAuthenticatedUsers', permission };
  const email = grantee?.text('EmailAddress');
  if (email !== undefined) return { scope: 'UserByEmail', subject: email, permission };
  return { scope: 'UserById', subject: grantee?.text('ID') ?? '', permission };
}

/** The entries of a predefined ACL. */
export function entriesOf(acl: Acl, ownerId: string): readonly AclEntry[] {
  if (typeof acl !== 'string') return acl;
  const owner: AclEntry = { scope: 'UserById', subject: ownerId, permission: 'FULL_CONTROL' };
  const read: AclEntry = { scope: 'AllUsers', permission: 'READ' };
  if (acl === 'public-read') return [owner, read];
  if (acl === 'public-read-write') return [owner, { ...read, permission: 'WRITE' }];
  if (acl === 'authenticated-read') return [owner, { scope: 'AllAuthenticatedUsers', permission: 'READ' }];
  return [owner];
}

function aclReply({ caller }: Exchange, acl: Acl, ownerId: string): Reply {
  const entries = entriesOf(acl, ownerId);
  const name = caller.account?.id === ownerId ? caller.account.name : undefined;
  const body = caller.dialect === 'amz' ? amazonDocument(entries, ownerId, name) : googleDocument(entries, ownerId);
  return { status: 200, headers: xmlHeaders, body };
}

function googleDocument(entries: readonly AclEntry[], ownerId: string): string {
  const rows = entries.map(({ scope, subject, permission }) => {
    const name = scope.endsWith('ByEmail') ? 'EmailAddress' : scope.endsWith('Domain') ? 'Domain' : 'ID';
    const kind = scope.replace(/\W/g, '');
    return group('Entry', `<Scope type="${kind}">${tag(name, subject)}</Scope>`, tag('Permission', permission));
  });
  return document('AccessControlList', undefined, group('Owner', tag('ID', ownerId)), group('Entries', ...rows));
}

function amazonDocument(entries: readonly AclEntry[], ownerId: string, ownerName: string | undefined): string {
  const grants = entries.map(({ scope, subject, permission }) => {
    const [kind, inner] =
      scope === 'AllUsers'
        ? ['Group', tag('URI', ALL_USERS_URI)]
        : scope === 'AllAuthenticatedUsers'
          ? ['Group', tag('URI', AUTHENTICATED_URI)]
          : scope.endsWith('ByEmail')
            ? ['AmazonCustomerByEmail', tag('EmailAddress', subject)]
            : ['CanonicalUser', tag('ID', subject)];
    const grantee = `<Grantee xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="${kind}">${inner}</Grantee>`;
    return group('Grant', grantee, tag('Permission', permission));
  });
  const head = group('Owner', tag('ID', ownerId), tag('DisplayName', ownerName));
  return document('AccessControlPolicy', undefined, head, group('AccessControlList', ...grants));
}
