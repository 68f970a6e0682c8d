/**
 * Access control lists of a bucket or an object, in the JSON API.
 *
 * @see https://cloud.google.com/storage/docs/json_api/v1/bucketAccessControls
 * @see https://cloud.google.com/storage/docs/json_api/v1/objectAccessControls
 */
import { refusal } from '../../errors.ts';
import type { Reply } from '../../front/reply.ts';
import type { AclEntry } from '../../store/records.ts';
import { authorizeBucket, authorizeObject, objectOwnerOf, ownerOf } from '../access.ts';
import { entriesOf } from '../acl.ts';
import { receiveText } from '../body.ts';
import { type Exchange, requireBucket } from '../exchange.ts';
import { lookUp } from '../objects/objects.ts';
import { jsonReply } from './json-reply.ts';

const permissionOf: Readonly<Record<string, string>> = { READER: 'READ', WRITER: 'WRITE', OWNER: 'FULL_CONTROL' };

/** Answers `/acl` (list, insert) and `/acl/ENTITY` (get, delete) of the bucket or object. */
export async function answerJsonAcl(exchange: Exchange, entity: string | undefined): Promise<Reply> {
  const { method, address } = exchange;
  const change = method === 'POST' || method === 'DELETE';
  const kind = address.object === undefined ? 'buckets' : 'objects';
  const authorized = () => authorizedEntries(exchange, `storage.${kind}.${change ? 'set' : 'get'}IamPolicy`);
  const entries = authorized();
  if (entity === undefined) {
    if (method === 'GET') {
      const items = entries.map((entry) => resource(exchange, entry));
      return jsonReply(200, { kind: `storage#${kind.slice(0, -1)}AccessControls`, items });
    }
    if (method !== 'POST') throw refusal('MethodNotAllowed');
    const entry = readEntry(exchange, await receiveText(exchange));
    updateAcl(exchange, [...authorized().filter((known) => !isSame(known, entry)), entry]);
    return jsonReply(200, resource(exchange, entry));
  }
  const found = entries.find((entry) => entityOf(entry) === entity);
  if (found === undefined) throw refusal('NoSuchKey', `There is no access control entry for ${entity}.`);
  if (method === 'GET') return jsonReply(200, resource(exchange, found));
  if (method !== 'DELETE') throw refusal('MethodNotAllowed');
  const left = entries.filter((entry) => entry !== found);
  updateAcl(exchange, left);
  return { status: 204, headers: {} };
}

function authorizedEntries(exchange: Exchange, permission: string): readonly AclEntry[] {
  if (exchange.address.object === undefined) {
    const bucket = authorizeBucket(exchange, permission, 'FULL_CONTROL');
    return entriesOf(bucket.settings.acl, ownerOf(bucket));
  }
  const { attributes } = authorizeObject(exchange, permission, lookUp(exchange), 'FULL_CONTROL');
  return entriesOf(attributes.acl, objectOwnerOf(requireBucket(exchange), attributes));
}

function updateAcl(exchange: Exchange, acl: readonly AclEntry[]): void {
  const { buckets, objects } = exchange.store;
  const record = exchange.address.object === undefined ? undefined : lookUp(exchange).record;
  if (record === undefined) buckets.update(requireBucket(exchange), { acl });
  else objects.updateAttributes(record, { ...record.attributes, acl });
}

function isSame(a: AclEntry, b: AclEntry): boolean {
  return entityOf(a) === entityOf(b);
}

function resource({ address }: Exchange, entry: AclEntry) {
  const { bucket, object } = address;
  const entity = entityOf(entry);
  const role = Object.entries(permissionOf).find(([, permission]) => permission === entry.permission)?.[0];
  const common = { entity, role, bucket, ...(object === undefined ? {} : { object }) };
  const kind = object === undefined ? 'storage#bucketAccessControl' : 'storage#objectAccessControl';
  return { kind, id: [bucket, object, entity].filter(Boolean).join('/'), ...common };
}

function entityOf({ scope, subject }: AclEntry): string {
  if (scope === 'AllUsers') return 'allUsers';
  if (scope === 'AllAuthenticatedUsers') return 'allAuthenticatedUsers';
  const kind = scope === 'GroupByDomain' ? 'domain' : scope.startsWith('Group') ? 'group' : 'user';
  return `${kind}-${subject ?? ''}`;
}

function readEntry({ address }: Exchange, text: string): AclEntry {
  const { entity, role } = parseObject(text);
  if (typeof entity !== 'string' || typeof role !== 'string') {
    throw refusal('InvalidArgument', 'An entry needs an entity and a role, both text.');
  }
  const permission = Object.hasOwn(permissionOf, role) ? permissionOf[role] : undefined;
  // Objects have no writers: their bytes cannot be changed.
  if (permission === undefined || (permission === 'WRITE' && address.object !== undefined)) {
    throw refusal('InvalidArgument', `Invalid role: ${role}`);
  }
  if (entity === 'allUsers') return { scope: 'AllUsers', permission };
  if (entity === 'allAuthenticatedUsers') return { scope: 'AllAuthenticatedUsers', permission };
  const [, kind, subject] = /^(user|group|domain)-(.+)$/.exec(entity) ?? [];
  if (kind === undefined || subject === undefined) throw refusal('InvalidArgument', `Invalid entity: ${entity}`);
  if (kind === 'domain') return { scope: 'GroupByDomain', subject, permission };
  return {
    scope: `${kind === 'user' ? 'User' : 'Group'}${subject.includes('@') ? 'ByEmail' : 'ById'}`,
    subject,
    permission,
  };
}

function parseObject(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null) return value as Record<string, unknown>;
  } catch {}
  throw refusal('InvalidArgument', 'The body is not a JSON object.');
}
