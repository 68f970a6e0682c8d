/**
 * Multipart uploads and deletions of many objects, as every S3 service takes them: the requests, without how they are signed.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/mpuoverview.html
 */
import {
  type BegunUpload,
  type Body,
  type CheckedWrite,
  CloudError,
  type HttpRequest,
  type HttpResponse,
  hasReason,
  type ListMultipartUploadsOptions,
  type MultipartUpload,
  type Operation,
  type Page,
  type PartUploads,
  type PutRequest,
  type SentRequest,
  type StoredPart,
} from '@isobar/core/provider';
import { pairOf } from './cursors.ts';
import { checkCompletion, readUploadId, readUploads, writeCompletion } from './documents.ts';
import type { Query } from './percent-encoding.ts';

/** A request about a bucket or an object, before it is signed. */
export interface BucketRequest extends SentRequest, Pick<HttpRequest, 'method' | 'body' | 'checksums' | 'onProgress'> {
  readonly container: string;
  readonly object?: string;
  readonly query?: Query;
  readonly headers?: Readonly<Record<string, string>>;
}

/** How one service of the family takes multipart uploads. */
export interface PartRules<Write extends CheckedWrite> {
  /** Signs and sends a request, and retries it. */
  send(request: BucketRequest): Operation<HttpResponse>;
  /** The headers that begin an upload. */
  headersOf(write: Write): Readonly<Record<string, string>>;
  /** The header of the version of a new object. */
  readonly versionHeader: string;
}

/** Uploads in parts. */
export function partUploads<Write extends CheckedWrite>(rules: PartRules<Write>): PartUploads<Write> {
  const { send } = rules;
  return {
    begin: (write) => begin(rules, write),
    put: (upload, part, body, request) => putPart(send, upload, part.number, body, request),
    complete: (upload, parts) => complete(rules, upload, parts),
    abort: (upload) => abort(send, upload),
    list: (container, options, cursor) => listUploads(send, container, options, cursor),
  };
}

type Send = PartRules<CheckedWrite>['send'];

function* begin<Write extends CheckedWrite>(rules: PartRules<Write>, write: Write): Operation<BegunUpload> {
  const { container, name } = write.location;
  // An attempt whose response is lost leaves an upload without parts behind, which costs nothing. Without a retry the
  // caller's stream would be lost.
  const response = yield* rules.send({
    method: 'POST',
    container,
    object: name,
    query: { uploads: '' },
    headers: rules.headersOf(write),
    idempotent: true,
  });
  return { container, name, uploadId: readUploadId(response.body) };
}

function* putPart(
  send: Send,
  { container, name, uploadId }: BegunUpload,
  number: number,
  body: Body,
  { compute, onProgress }: PutRequest,
): ReturnType<PartUploads['put']> {
  const response = yield* send({
    method: 'PUT',
    container,
    object: name,
    query: { partNumber: String(number), uploadId },
    body,
    ...(compute.length > 0 && { checksums: compute }),
    ...(onProgress && { onProgress }),
    idempotent: true,
  });
  const { etag } = response.headers;
  if (!etag) throw new CloudError('malformed-response', `part ${number} was stored without an ETag`);
  return { tag: etag, sent: response.passed?.checksums };
}

/** Completes an upload. @returns The object's version, unless the response with it was lost. */
function* complete<Write extends CheckedWrite>(
  { send, versionHeader }: PartRules<Write>,
  { container, name, uploadId }: BegunUpload,
  parts: readonly StoredPart[],
): Operation<string | undefined> {
  const response = yield* send({
    method: 'POST',
    container,
    object: name,
    query: { uploadId },
    headers: { 'content-type': 'application/xml' },
    body: writeCompletion(parts.map(({ number, tag }) => ({ partNumber: number, etag: tag }))),
    idempotent: true,
    alreadyDone: (failure) => hasReason(failure, 'NoSuchUpload'),
  });
  if (response.status === 200) checkCompletion(response.body);
  return response.headers[versionHeader];
}

function* abort(send: Send, { container, name, uploadId }: BegunUpload): Operation<void> {
  yield* send({
    method: 'DELETE',
    container,
    object: name,
    query: { uploadId },
    idempotent: true,
    alreadyDone: (failure) => hasReason(failure, 'NoSuchUpload'),
  });
}

/**
 * A page of unfinished uploads.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListMultipartUploads.html
 */
function* listUploads(
  send: Send,
  container: string,
  { prefix }: ListMultipartUploadsOptions,
  cursor: string | undefined,
): Operation<Page<MultipartUpload>> {
  const [key, uploadId] = pairOf(cursor) ?? [];
  const query = {
    uploads: '',
    ...(prefix && { prefix }),
    ...(key !== undefined && uploadId !== undefined && { 'key-marker': key, 'upload-id-marker': uploadId }),
  };
  const response = yield* send({ method: 'GET', container, query, idempotent: true });
  const { uploads, next } = readUploads(response.body);
  return { items: uploads.map((upload) => ({ container, ...upload })), ...(next && { cursor: JSON.stringify(next) }) };
}
