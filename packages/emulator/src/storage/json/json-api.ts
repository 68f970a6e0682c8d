/**
 * The parts of the JSON API that clients of the XML API, such as Apache Libcloud, use: access control lists, the
 * metadata of a bucket or an object, and deleting an object. Everything else is 501.
 *
 * @see https://cloud.google.com/storage/docs/json_api/v1
 */
import { encodeCrc32c } from '../../crc32c.ts';
import { decodeComponent } from '../../front/query.ts';
import type { Reply } from '../../front/reply.ts';
import type { ObjectRecord } from '../../store/records.ts';
import { authorizeBucket, authorizeObject } from '../access.ts';
import type { Address, Exchange } from '../exchange.ts';
import { deleteObject, lookUp } from '../objects/objects.ts';
import { answerJsonAcl } from './json-acl.ts';
import { jsonProblem, jsonReply } from './json-reply.ts';

/** The JSON API is on the same host, on paths that no bucket request has. */
export function isJsonApi(path: string): boolean {
  return /^\/((upload|download|batch)\/)?storage\/v1(\/|$)/.test(path);
}

/** The parts of a path: a bucket or an object, optionally its access control list, optionally one entry. */
interface Target {
  readonly bucket: string;
  readonly object?: string;
  readonly acl: boolean;
  readonly entity?: string;
}

function targetOf(path: string): Target | undefined {
  const [, bucket, object, acl, entity] =
    /^\/storage\/v1\/b\/([^/]+)(?:\/o\/([^/]+))?(\/acl)?(?:(?<=\/acl)\/([^/]+))?$/.exec(path) ?? [];
  if (bucket === undefined) return undefined;
  return {
    bucket: decodeComponent(bucket),
    acl: acl !== undefined,
    ...(object === undefined ? {} : { object: decodeComponent(object) }),
    ...(entity === undefined ? {} : { entity: decodeComponent(entity) }),
  };
}

/** The address of a request to the JSON API. */
export function jsonAddress(path: string): Address {
  const { bucket, object } = targetOf(path) ?? {};
  return { bucket, object, virtualHost: false };
}

/** Answers one request. */
export async function answerJson(exchange: Exchange, path: string): Promise<Reply> {
  const target = targetOf(path);
  const { method, query } = exchange;
  if (target?.acl === true) return answerJsonAcl(exchange, target.entity);
  if (target !== undefined && method === 'GET' && query.get('alt') !== 'media') {
    return target.object === undefined ? describeBucket(exchange) : describeObject(exchange);
  }
  if (target?.object !== undefined && method === 'DELETE') return deleteObject(withConditions(exchange));
  return jsonProblem(501, 'This part of the JSON API is not emulated; use the XML API.');
}

/** Preconditions are parameters here; headers are accepted too. */
function withConditions(exchange: Exchange): Exchange {
  const headers = { ...exchange.headers };
  for (const [parameter, header] of [
    ['ifGenerationMatch', 'x-goog-if-generation-match'],
    ['ifMetagenerationMatch', 'x-goog-if-metageneration-match'],
  ] as const) {
    const value = exchange.query.get(parameter);
    if (value !== undefined) headers[header] = value;
  }
  return { ...exchange, headers };
}

function describeBucket(exchange: Exchange): Reply {
  const { name, createdMs, settings } = authorizeBucket(exchange, 'storage.buckets.get', 'READ');
  return jsonReply(200, {
    kind: 'storage#bucket',
    id: name,
    name,
    location: settings.location,
    storageClass: settings.storageClass,
    timeCreated: new Date(createdMs).toISOString(),
    versioning: { enabled: settings.versioning === 'Enabled' },
  });
}

function describeObject(exchange: Exchange): Reply {
  const found = lookUp(exchange);
  const record = authorizeObject(exchange, 'storage.objects.get', found);
  return jsonReply(200, objectResource(found.bucket.name, record));
}

function objectResource(bucket: string, record: ObjectRecord) {
  const { name, generation, metageneration, attributes } = record;
  const updated = new Date(record.updatedMs).toISOString();
  return {
    kind: 'storage#object',
    id: `${bucket}/${name}/${generation}`,
    name,
    bucket,
    generation: String(generation),
    metageneration: String(metageneration),
    size: String(record.size),
    contentType: attributes.contentType,
    contentEncoding: attributes.contentEncoding,
    storageClass: attributes.storageClass,
    md5Hash: record.md5,
    crc32c: encodeCrc32c(record.crc32c),
    etag: record.etag,
    timeCreated: updated,
    updated,
    metadata: attributes.metadata,
  };
}
