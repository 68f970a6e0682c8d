/** Uploads in one request: bytes from memory and files from disk. Streams are in `stream-uploads.ts`. */
import {
  type CloudError,
  type ContainerReference,
  crc32c,
  describe,
  type FileSlice,
  guessContentType,
  type HttpResponse,
  invalidArgument,
  isCloudError,
  type Operation,
  stat,
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
  const { cacheControl, contentDisposition, contentEncoding, contentLanguage } = options;
  const contentType = options.contentType ?? guessContentType(location.name);
  const headers: Record<string, string> = { 'content-type': headerValue('contentType', contentType) };
  for (const [field, header, value] of [
    ['cacheControl', 'cache-control', cacheControl],
    ['contentDisposition', 'content-disposition', contentDisposition],
    ['contentEncoding', 'content-encoding', contentEncoding],
    ['contentLanguage', 'content-language', contentLanguage],
  ] as const) {
    if (value !== undefined) headers[header] = headerValue(field, value);
  }
  Object.assign(headers, metadataHeaders(options.metadata ?? {}, metadataPrefix));
  return { container: location.container, object: location.name, headers, options };
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
  yield* verifyStored(scope, upload, response, data.length, checksum);
  options.onProgress?.({ transferredBytes: data.length, totalBytes: data.length });
  return uploadedObject(upload, data.length, response);
}

/**
 * Uploads a file. One exchange. Its checksum is computed as it is read, and compared with that of what was stored.
 *
 * @see https://cloud.google.com/storage/docs/xml-api/put-object-upload
 */
export function* putFile(scope: Scope, upload: CheckedUpload, filePath: string): Operation<GoogleObject> {
  const { container, object, headers, options } = upload;
  const { onProgress } = options;
  const sizeBytes = yield* fileSize(filePath);
  const body: FileSlice = { path: filePath, startBytes: 0, endBytes: sizeBytes, checksum: true };
  const response = yield* send(scope, {
    method: 'PUT',
    container,
    object,
    headers,
    body,
    idempotent: true,
    ...(onProgress && {
      onProgress: (transferredBytes) => onProgress({ transferredBytes, totalBytes: sizeBytes }),
    }),
  });
  const passed = response.passed ?? { sizeBytes: 0, crc32c: 0 };
  yield* verifyStored(scope, upload, response, passed.sizeBytes, formatCrc32c(passed.crc32c ?? 0));
  return uploadedObject(upload, sizeBytes, response);
}

function* fileSize(filePath: string): Operation<number> {
  if (typeof filePath !== 'string' || filePath === '' || filePath.includes('\0')) {
    throw invalidArgument('filePath', `must be a path, not ${describe(filePath)}`);
  }
  const file = yield* stat(filePath);
  if (!file) throw invalidArgument('filePath', `names no file: ${filePath}`);
  if (file.kind !== 'file') throw invalidArgument('filePath', `names a ${file.kind}, not a file: ${filePath}`);
  return file.sizeBytes;
}

/**
 * Compares what was stored with what was sent. An object that differs is removed again, just that generation of it.
 *
 * @throws {CloudError} `integrity`.
 */
function* verifyStored(
  scope: Scope,
  upload: CheckedUpload,
  response: HttpResponse,
  sizeBytes: number,
  checksum: string,
): Operation<void> {
  const { container, object } = upload;
  const { crc32c: stored } = storedHashes(response.headers);
  const storedBytes = Number(response.headers['x-goog-stored-content-length'] ?? sizeBytes);
  if ((stored === undefined || stored === checksum) && storedBytes === sizeBytes) return;
  const failure = integrityFailure(
    { container, object },
    `what was stored (${storedBytes} bytes, CRC32C ${stored}) is not what was sent (${sizeBytes} bytes, CRC32C ${checksum})`,
  );
  yield* removeGeneration(scope, upload, response.headers['x-goog-generation'], failure);
  throw failure;
}

/** Removes a wrong upload. If that fails too, the wrong upload is still what the caller must hear of. */
export function* removeGeneration(
  scope: Scope,
  upload: Pick<CheckedUpload, 'container' | 'object'>,
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
function uploadedObject(upload: CheckedUpload, sizeBytes: number, response: HttpResponse): GoogleObject {
  const { container, object, headers, options } = upload;
  const { 'content-type': contentType = '' } = headers;
  const { etag } = response.headers;
  const metadata: Record<string, string> = {};
  for (const [key, value] of Object.entries(options.metadata ?? {})) metadata[key.toLowerCase()] = value;
  return {
    container,
    name: object,
    sizeBytes,
    ...(etag && { etag }),
    contentType,
    metadata,
    extra: extraFromHeaders({ ...headers, ...response.headers }),
  };
}
