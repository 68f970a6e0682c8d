/**
 * Multipart uploads and deletions of many objects, as every S3 service takes them: the requests, without how they are signed.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/mpuoverview.html
 */
import {
  type BegunUpload,
  type Body,
  type CheckedWrite,
  type Checksums,
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
  /** SHA-256 of the body, base64, if it is known. */
  readonly sha256?: string | undefined;
  /** Whether the service answers before it is done, so that the body may still be an error; see `lateError`. */
  readonly takesLong?: boolean;
}

/** How one service of the family takes multipart uploads. */
export interface PartRules<Write extends CheckedWrite> {
  /** Signs and sends a request, and retries it. */
  send(request: BucketRequest): Operation<HttpResponse>;
  /** The headers that begin an upload. */
  headersOf(write: Write): Readonly<Record<string, string>>;
  /** The header of the version of a new object. Absent: its ETag, in the answer's document, is its version. */
  readonly versionHeader?: string;
  /** The headers of a part for its checksums. Absent: none. */
  partHeaders?(checksums: Checksums): Readonly<Record<string, string>>;
  /** What completes an upload besides the numbers and ETags of its parts. Absent: nothing. */
  completion?(parts: readonly StoredPart[], write: Write): Completion;
}

/** What completes an upload. */
export interface Completion {
  readonly headers: Readonly<Record<string, string>>;
  /** A part's checksum, by the name of its element. */
  checksumOf?(part: StoredPart): readonly [element: string, value: string] | undefined;
}

/** Uploads in parts. */
export function partUploads<Write extends CheckedWrite>(rules: PartRules<Write>): PartUploads<Write> {
  const { send } = rules;
  return {
    begin: (write) => begin(rules, write),
    put: (upload, part, body, request) => putPart(rules, upload, part.number, body, request),
    complete: (upload, parts, write) => complete(rules, upload, parts, write),
    abort: (upload) => abort(send, upload),
    list: (container, options, cursor) => listUploads(send, container, options, cursor),
  };
}

/** Signs and sends a request about a bucket. */
export type Send = PartRules<CheckedWrite>['send'];

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

function* putPart<Write extends CheckedWrite>(
  { partHeaders, send }: PartRules<Write>,
  { container, name, uploadId }: BegunUpload,
  number: number,
  body: Body,
  { checksums, compute, onProgress }: PutRequest,
): ReturnType<PartUploads['put']> {
  const response = yield* send({
    method: 'PUT',
    container,
    object: name,
    query: { partNumber: String(number), uploadId },
    ...(partHeaders && { headers: partHeaders(checksums) }),
    body,
    sha256: checksums.sha256,
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
  { completion, send, versionHeader }: PartRules<Write>,
  { container, name, uploadId }: BegunUpload,
  parts: readonly StoredPart[],
  write: Write,
): Operation<string | undefined> {
  const { checksumOf, headers } = completion?.(parts, write) ?? { headers: {} };
  const response = yield* send({
    method: 'POST',
    container,
    object: name,
    query: { uploadId },
    headers: { 'content-type': 'application/xml', ...headers },
    body: writeCompletion(
      parts.map((part) => ({ partNumber: part.number, etag: part.tag, checksum: checksumOf?.(part) })),
    ),
    idempotent: true,
    takesLong: true,
    alreadyDone: (failure) => hasReason(failure, 'NoSuchUpload'),
  });
  const etag = response.status === 200 ? checkCompletion(response.body) : undefined;
  return versionHeader === undefined ? etag : response.headers[versionHeader];
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
