/**
 * Signed URLs, which give anyone who has one access to an object until they expire.
 *
 * @see https://cloud.google.com/storage/docs/access-control/signed-urls
 */
import {
  clock,
  headerValue,
  type ObjectLocation,
  type Operation,
  oneOf,
  type PresignOptions,
} from '@isobar/core/provider';
import { encodeName, encodePart, expiryOf, responseQuery } from '@isobar/s3-dialect';
import type { Scope } from './requests.ts';

const methods: readonly string[] = ['GET', 'HEAD', 'PUT', 'DELETE', 'POST'];

/** Options of `presignObjectUrl` of Google Storage. */
export interface GooglePresignOptions extends Omit<PresignOptions, 'contentType' | 'method'> {
  /**
   * The method that the URL allows. `POST` starts a resumable upload: the holder sends it without a body and with the
   * header `x-goog-resumable: start`, and uploads with `PUT` to the URL in the response's `location`. Default `GET`.
   *
   * @see https://cloud.google.com/storage/docs/performing-resumable-uploads
   */
  readonly method?: NonNullable<PresignOptions['method']> | 'POST';
  /** With `PUT` and `POST`: the media type that the holder must send. Default: any. */
  readonly contentType?: string;
}

/**
 * Makes a signed URL. No exchange.
 *
 * @throws {CloudError} `unsupported` when the credentials have no key to sign with.
 */
export function* presignObjectUrl(
  scope: Scope,
  { container, name }: ObjectLocation,
  options: GooglePresignOptions,
): Operation<string> {
  const { contentType, method = 'GET' } = options;
  const expiresInSeconds = expiryOf(options);
  oneOf('method', method, methods);
  const path = `/${encodePart(container)}/${encodeName(name)}`;
  const { dialect } = scope.credentials;
  const start = method === 'POST' ? { 'x-goog-resumable': 'start' } : {};
  const headers = {
    host: scope.host,
    ...(dialect ? dialect.write(start, undefined) : start),
    ...(contentType !== undefined && { 'content-type': headerValue('contentType', contentType) }),
  };
  const query = responseQuery(options);
  const signer = yield* scope.credentials.signer();
  const nowMs = yield* clock();
  return `${scope.origin}${path}?${signer.presign({ method, path, headers }, query, nowMs, expiresInSeconds)}`;
}
