/** What all uploads share, and the upload of bytes in memory. Files and streams have modules of their own. */
import {
  type CloudError,
  type ContainerReference,
  cleanUp,
  crc32c,
  type FileRange,
  fileCrc32c,
  guessContentType,
  type HttpResponse,
  isCloudError,
  type ObjectHeaders,
  type Operation,
} from '@isobar/core/provider';
import { conditionHeaders, type GoogleUploadOptions, placementHeaders } from '../call-options.ts';
import { integrityFailure } from '../failures.ts';
import { extraFromHeaders, formatCrc32c, type GoogleObject, metadataPrefix, storedHashes } from '../models.ts';
import { headerValue, locationAt, metadataHeaders } from '../names.ts';
import { headStored } from '../objects.ts';
import { type Scope, send } from '../requests.ts';
import { landedBefore } from './lost-answers.ts';

/** An upload whose arguments have been checked. */
export interface CheckedUpload {
  readonly container: string;
  readonly object: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Preconditions among the headers: what the service must find to store anything. */
  readonly isConditional: boolean;
  readonly options: GoogleUploadOptions;
}

/** Which object an upload makes. */
type UploadSubject = Pick<CheckedUpload, 'container' | 'object'>;

/** Checks where an upload goes and what goes with it. */
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

/** What {@link objectHeaders} knows: all that goes with an object's bytes. */
export const objectHeaderFields: readonly string[] = [...headerNames.map(([field]) => field), 'metadata'];

/** What goes with an object's bytes, as headers. */
export function objectHeaders(options: ObjectHeaders): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [field, header] of headerNames) {
    const value = options[field];
    if (value !== undefined) headers[header] = headerValue(field, value);
  }
  return { ...headers, ...metadataHeaders(options.metadata ?? {}, metadataPrefix) };
}

/**
 * Uploads bytes. One exchange. Their checksum goes with them, so the service stores them right or not at all.
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
    return yield* storedAnyway(scope, upload, failure, data.length, checksum);
  }
  yield* verifyStored(scope, upload, storedBy(response, data.length), data.length, checksum);
  options.onProgress?.({ transferredBytes: data.length, totalBytes: data.length });
  return uploadedObject(upload, data.length, response);
}

/** What a service says that it has stored; without a checksum when it keeps none. */
export interface Stored {
  readonly sizeBytes: number;
  readonly crc32c: string | undefined;
  readonly generation: string | undefined;
}

/** What the answer to an upload says of the object. */
export function storedBy(response: HttpResponse, sentBytes: number): Stored {
  const { headers } = response;
  return {
    sizeBytes: Number(headers['x-goog-stored-content-length'] ?? sentBytes),
    crc32c: storedHashes(headers).crc32c,
    generation: headers['x-goog-generation'],
  };
}

/**
 * Compares what was stored with what was sent. An object that differs is removed again, just that generation of it.
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
    `what was stored (${stored.sizeBytes} bytes, CRC32C ${stored.crc32c}) is not what was sent (${sizeBytes} bytes, CRC32C ${checksum})`,
  );
  yield* cleanUp(removeGeneration(scope, upload, stored.generation, failure));
  throw failure;
}

/** What an upload of several requests sent in all. */
export interface Sent {
  readonly sizeBytes: number;
  readonly crc32c: number;
}

/**
 * Compares an object that came of several requests with what was sent in all. One exchange.
 *
 * @throws {CloudError} `integrity`; `conflict` when the object was replaced before it could be looked at.
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

/** Removes a wrong upload. If that fails too, the wrong upload is still what the caller must hear of. */
function* removeGeneration(
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
 * The object that a failed conditional upload has stored all the same; see {@link landedBefore}.
 *
 * @param content Checksum of what was sent, or the file that it is still to be computed of.
 */
export function* storedAnyway(
  scope: Scope,
  upload: CheckedUpload,
  failure: unknown,
  sizeBytes: number,
  content: string | FileRange,
): Operation<GoogleObject> {
  const { container, object, headers, options } = upload;
  return yield* landedBefore(scope, { container, name: object }, options, failure, function* () {
    const checksum = typeof content === 'string' ? content : formatCrc32c(yield* fileCrc32c(content));
    return { sizeBytes, checksum, contentType: headers['content-type'], metadata: storedMetadata(options) };
  });
}

/** User metadata as the service keeps it: with keys in small letters. */
export function storedMetadata({ metadata }: ObjectHeaders): Record<string, string> {
  return Object.fromEntries(Object.entries(metadata ?? {}).map(([key, value]) => [key.toLowerCase(), value]));
}

/** What is known of an object just uploaded, without asking for it. */
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
