/** What all uploads share, and the upload of bytes in memory. Files and streams have modules of their own. */
import {
  type CloudError,
  type ContainerReference,
  crc32c,
  guessContentType,
  type HttpResponse,
  isCloudError,
  type ObjectHeaders,
  type Operation,
  type UploadOptions,
} from '@isobar/core/provider';
import { integrityFailure } from './failures.ts';
import { extraFromHeaders, formatCrc32c, type GoogleObject, metadataPrefix, storedHashes } from './models.ts';
import { checkedLocation, headerValue, metadataHeaders } from './names.ts';
import { type Scope, send } from './requests.ts';

/** An upload whose arguments have been checked. */
export interface CheckedUpload {
  readonly container: string;
  readonly object: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly options: UploadOptions;
}

/** Checks where an upload goes and what goes with it. */
export function checkUpload(
  container: ContainerReference,
  objectName: string,
  options: UploadOptions = {},
): CheckedUpload {
  const location = checkedLocation({ container, name: objectName });
  const contentType = options.contentType ?? guessContentType(location.name);
  const headers = objectHeaders({ ...options, contentType });
  return { container: location.container, object: location.name, headers, options };
}

/** What goes with an object's bytes, as headers. */
export function objectHeaders(options: ObjectHeaders): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [field, header] of [
    ['contentType', 'content-type'],
    ['cacheControl', 'cache-control'],
    ['contentDisposition', 'content-disposition'],
    ['contentEncoding', 'content-encoding'],
    ['contentLanguage', 'content-language'],
  ] as const) {
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
  const response = yield* send(scope, {
    method: 'PUT',
    container,
    object,
    headers: { ...headers, 'x-goog-hash': `crc32c=${checksum}` },
    body: data,
    idempotent: true,
  });
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
  upload: CheckedUpload,
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
  yield* removeGeneration(scope, upload, stored.generation, failure);
  throw failure;
}

/** Removes a wrong upload. If that fails too, the wrong upload is still what the caller must hear of. */
function* removeGeneration(
  scope: Scope,
  upload: CheckedUpload,
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

/** What is known of an object just uploaded, without asking for it. */
export function uploadedObject(upload: CheckedUpload, sizeBytes: number, response: HttpResponse): GoogleObject {
  const { container, object, headers, options } = upload;
  const { 'content-type': contentType = '' } = headers;
  const { etag } = response.headers;
  const metadata = Object.entries(options.metadata ?? {}).map(([key, value]) => [key.toLowerCase(), value]);
  return {
    container,
    name: object,
    sizeBytes,
    ...(etag && { etag }),
    contentType,
    metadata: Object.fromEntries(metadata),
    extra: extraFromHeaders({ ...headers, ...response.headers }),
  };
}
