/** Functions that all uploads share, and uploads of bytes in memory. Files and streams have their own modules. */

import {
  type CloudError,
  type ContainerReference,
  cleanUp,
  crc32c,
  type FileRange,
  fileCrc32c,
  guessContentType,
  type HttpResponse,
  headerValue,
  integrityFailure,
  isCloudError,
  type ObjectHeaders,
  type Operation,
} from '@isobar/core/provider';
import { metadataHeaders } from '@isobar/s3-dialect';
import { conditionHeaders, type GoogleUploadOptions, placementHeaders } from '../call-options.ts';
import { maxMetadataBytes } from '../limits.ts';
import { extraFromHeaders, formatCrc32c, type GoogleObject, metadataPrefix, storedHashes } from '../models.ts';
import { locationAt } from '../names.ts';
import { headStored } from '../objects.ts';
import { type Scope, send } from '../requests.ts';
import { appliedWrite } from './lost-responses.ts';

/** An upload whose arguments have been checked. */
export interface CheckedUpload {
  readonly container: string;
  readonly object: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Whether the headers include preconditions. */
  readonly isConditional: boolean;
  readonly options: GoogleUploadOptions;
}

/** The target object of an upload. */
type UploadSubject = Pick<CheckedUpload, 'container' | 'object'>;

/** Checks the arguments of an upload. */
export function checkUpload(
  container: ContainerReference,
  objectName: string,
  options: GoogleUploadOptions = {},
): CheckedUpload {
  const location = locationAt(container, objectName);
  const contentType = options.contentType ?? guessContentType(location.name);
  const conditions = conditionHeaders(options);
  const headers = { ...objectHeaders({ ...options, contentType }), ...placementHeaders(options), ...conditions };
  const isConditional = Object.keys(conditions).length > 0;
  return { container: location.container, object: location.name, headers, isConditional, options };
}

const headerNames = [
  ['contentType', 'content-type'],
  ['cacheControl', 'cache-control'],
  ['contentDisposition', 'content-disposition'],
  ['contentEncoding', 'content-encoding'],
  ['contentLanguage', 'content-language'],
] as const;

/** The fields that {@link objectHeaders} accepts. */
export const objectHeaderFields: readonly string[] = [...headerNames.map(([field]) => field), 'metadata'];

/** The headers for an object's content headers and metadata. */
export function objectHeaders(options: ObjectHeaders): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [field, header] of headerNames) {
    const value = options[field];
    if (value !== undefined) headers[header] = headerValue(field, value);
  }
  return { ...headers, ...metadataHeaders(options.metadata ?? {}, metadataPrefix, maxMetadataBytes) };
}

/**
 * Uploads bytes. One exchange. Sends their checksum, which the service verifies before it stores them.
 *
 * @see https://cloud.google.com/storage/docs/xml-api/put-object-upload
 */
export function* putBytes(scope: Scope, upload: CheckedUpload, data: Uint8Array): Operation<GoogleObject> {
  const { container, object, headers, options } = upload;
  const checksum = formatCrc32c(crc32c(data));
  let response: HttpResponse;
  try {
    response = yield* send(scope, {
      method: 'PUT',
      container,
      object,
      headers: { ...headers, 'x-goog-hash': `crc32c=${checksum}` },
      body: data,
      idempotent: true,
    });
  } catch (failure) {
    return yield* appliedUpload(scope, upload, failure, data.length, checksum);
  }
  yield* verifyStored(scope, upload, storedBy(response, data.length), data.length, checksum);
  options.onProgress?.({ transferredBytes: data.length, totalBytes: data.length });
  return uploadedObject(upload, data.length, response);
}

/** What a service reports as stored; without a checksum when it has none. */
export interface Stored {
  readonly sizeBytes: number;
  readonly crc32c: string | undefined;
  readonly generation: string | undefined;
}

/** Reads what was stored from the response to an upload. */
export function storedBy(response: HttpResponse, sentBytes: number): Stored {
  const { headers } = response;
  return {
    sizeBytes: Number(headers['x-goog-stored-content-length'] ?? sentBytes),
    crc32c: storedHashes(headers).crc32c,
    generation: headers['x-goog-generation'],
  };
}

/**
 * Compares what was stored with what was sent. If they differ, deletes that generation of the object.
 *
 * @throws {CloudError} `integrity`.
 */
export function* verifyStored(
  scope: Scope,
  upload: UploadSubject,
  stored: Stored,
  sizeBytes: number,
  checksum: string,
): Operation<void> {
  if (stored.sizeBytes === sizeBytes && (stored.crc32c ?? checksum) === checksum) return;
  const { container, object } = upload;
  const failure = integrityFailure(
    { container, object },
    `the stored object (${stored.sizeBytes} bytes, CRC32C ${stored.crc32c}) differs from what was sent (${sizeBytes} bytes, CRC32C ${checksum})`,
  );
  yield* cleanUp(deleteGeneration(scope, upload, stored.generation, failure));
  throw failure;
}

/** What several requests of an upload sent in total. */
export interface Sent {
  readonly sizeBytes: number;
  readonly crc32c: number;
}

/**
 * Verifies an object that several requests made. One exchange.
 *
 * @throws {CloudError} `integrity`; `conflict` when the object was replaced before the look-up.
 */
export function* verifyWhole(
  scope: Scope,
  upload: UploadSubject,
  sent: Sent,
  generation: string | undefined,
): Operation<GoogleObject> {
  const { container, object } = upload;
  const found = yield* headStored(scope, { container, name: object }, generation);
  const stored = { sizeBytes: found.sizeBytes, crc32c: found.extra.crc32c, generation };
  yield* verifyStored(scope, upload, stored, sent.sizeBytes, formatCrc32c(sent.crc32c));
  return found;
}

/** Deletes a wrong upload. If that fails too, the caller still gets the integrity error. */
function* deleteGeneration(
  scope: Scope,
  upload: UploadSubject,
  generation: string | undefined,
  reason: CloudError,
): Operation<void> {
  if (generation === undefined) return;
  const { container, object } = upload;
  try {
    yield* send(scope, { method: 'DELETE', container, object, query: { generation }, idempotent: true });
  } catch (failure) {
    if (!isCloudError(failure)) throw failure;
    reason.cause ??= failure;
  }
}

/**
 * The stored object, if an earlier attempt of a conditional upload was applied; see {@link appliedWrite}.
 *
 * @param content The checksum of what was sent, or the file to compute it from.
 */
export function* appliedUpload(
  scope: Scope,
  upload: CheckedUpload,
  failure: unknown,
  sizeBytes: number,
  content: string | FileRange,
): Operation<GoogleObject> {
  const { container, object, headers, options } = upload;
  return yield* appliedWrite(scope, { container, name: object }, options, failure, function* () {
    const checksum = typeof content === 'string' ? content : formatCrc32c(yield* fileCrc32c(content));
    return { sizeBytes, checksum, contentType: headers['content-type'], metadata: storedMetadata(options) };
  });
}

/** User metadata as the service stores it, with lower-case keys. */
export function storedMetadata({ metadata }: ObjectHeaders): Record<string, string> {
  return Object.fromEntries(Object.entries(metadata ?? {}).map(([key, value]) => [key.toLowerCase(), value]));
}

/** The model of an object just uploaded, from the request and response alone. */
export function uploadedObject(upload: CheckedUpload, sizeBytes: number, response: HttpResponse): GoogleObject {
  const { container, object, headers, options } = upload;
  const { 'content-type': contentType = '' } = headers;
  const { etag } = response.headers;
  return {
    container,
    name: object,
    sizeBytes,
    ...(etag && { etag }),
    contentType,
    metadata: storedMetadata(options),
    extra: extraFromHeaders({ ...headers, ...response.headers }),
  };
}
