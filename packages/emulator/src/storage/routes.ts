/**
 * Routes requests to handlers. The first match wins, in the order below.
 *
 * @see https://cloud.google.com/storage/docs/xml-api/reference-methods
 */
import { refusal } from '../errors.ts';
import type { Reply } from '../front/reply.ts';
import { answerBucketAcl, answerObjectAcl } from './acl.ts';
import { createBucket, deleteBucket, headBucket, listBuckets } from './buckets/buckets.ts';
import { answerConfiguration, bucketSubresource } from './buckets/configuration.ts';
import { listObjects } from './buckets/list-objects.ts';
import { listVersions } from './buckets/list-versions.ts';
import { type Exchange, extension } from './exchange.ts';
import { isForm, postForm } from './forms/post-form.ts';
import { composeObject, copyObject } from './objects/copy.ts';
import { refuseEncryption } from './objects/headers.ts';
import { deleteObjects } from './objects/multi-delete.ts';
import { deleteObject, getObject, putObject } from './objects/objects.ts';
import { listParts, listUploads } from './uploads/list-uploads.ts';
import { abortMultipart, completeMultipart, putPart, startMultipart } from './uploads/multipart.ts';
import { cancelSession, isSession, putChunk, startResumable } from './uploads/resumable.ts';

/** Answers one request. */
export async function route(exchange: Exchange): Promise<Reply> {
  if (exchange.address.bucket === undefined) return routeService(exchange);
  return exchange.address.object === undefined ? routeBucket(exchange) : routeObject(exchange);
}

function routeService(exchange: Exchange): Reply {
  if (exchange.method === 'GET' || exchange.method === 'HEAD') return listBuckets(exchange);
  if (exchange.method === 'POST' && exchange.query.has('Action')) {
    throw refusal('NotImplemented', 'Managing HMAC keys is not emulated.');
  }
  throw refusal('MethodNotAllowed');
}

async function routeBucket(exchange: Exchange): Promise<Reply> {
  const { method, query } = exchange;
  if (method === 'POST' && query.has('delete')) return deleteObjects(exchange);
  if (isForm(exchange)) return postForm(exchange);
  if (method === 'GET' && query.has('uploads')) return listUploads(exchange);
  if (query.has('acl')) return answerBucketAcl(exchange, false);
  if (query.has('defaultObjectAcl')) return answerBucketAcl(exchange, true);
  if (method === 'GET' && query.has('versions')) return listVersions(exchange);
  const subresource = bucketSubresource(exchange);
  if (subresource !== undefined) return answerConfiguration(exchange, subresource);
  switch (method) {
    case 'GET':
      return listObjects(exchange);
    case 'HEAD':
      return headBucket(exchange);
    case 'PUT':
      return createBucket(exchange);
    case 'DELETE':
      return deleteBucket(exchange);
    default:
      throw refusal('MethodNotAllowed');
  }
}

async function routeObject(exchange: Exchange): Promise<Reply> {
  const { method, query } = exchange;
  if (isSession(method, query.get('upload_id'))) {
    return method === 'PUT' ? putChunk(exchange) : cancelSession(exchange);
  }
  refuseUnimplemented(exchange);
  if (query.has('uploadId')) return routeMultipart(exchange);
  if (query.has('acl')) return answerObjectAcl(exchange);
  switch (method) {
    case 'GET':
    case 'HEAD':
      return getObject(exchange);
    case 'PUT':
      if (query.has('compose')) return composeObject(exchange);
      return extension(exchange, 'copy-source') === undefined ? putObject(exchange) : copyObject(exchange);
    case 'POST':
      if (query.has('uploads')) return startMultipart(exchange);
      if (extension(exchange, 'resumable') === 'start') return startResumable(exchange);
      throw refusal('NotImplemented', 'POST on an object starts a multipart or a resumable upload.');
    case 'DELETE':
      return deleteObject(exchange);
    default:
      throw refusal('MethodNotAllowed');
  }
}

/** Sub-resources of objects that exist only at Amazon. Without this, a GET of one would return the object. */
const unimplemented = ['attributes', 'legal-hold', 'restore', 'retention', 'select', 'tagging', 'torrent'];

function refuseUnimplemented({ headers, query }: Exchange): void {
  const named = unimplemented.find((name) => query.has(name));
  if (named !== undefined) throw refusal('NotImplemented', `The sub-resource ${named} of an object is not emulated.`);
  refuseEncryption(headers);
}

async function routeMultipart(exchange: Exchange): Promise<Reply> {
  switch (exchange.method) {
    case 'PUT':
      return putPart(exchange);
    case 'POST':
      return completeMultipart(exchange);
    case 'GET':
      return listParts(exchange);
    case 'DELETE':
      return abortMultipart(exchange);
    default:
      throw refusal('MethodNotAllowed');
  }
}
