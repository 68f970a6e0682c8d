/**
 * Copies within the service. An object's headers and metadata can only be changed by copying it onto itself.
 *
 * @see https://cloud.google.com/storage/docs/xml-api/put-object-copy
 */
import { hasReason, type Operation } from '@isobar/core/provider';
import { checkCopy, encodeName } from '@isobar/s3-dialect';
import { type GoogleCopyOptions, versionOf } from './call-options.ts';
import type { GoogleObject } from './models.ts';
import { headObject } from './objects.ts';
import { type Scope, send } from './requests.ts';
import type { GoogleTarget, GoogleWrite } from './targets.ts';

/**
 * Copies an object.
 *
 * @param replaces The source, if the copy gets only the headers of the write.
 * @returns The generation of the copy.
 */
export function* copyWithin(
  scope: Scope,
  source: GoogleTarget,
  write: GoogleWrite,
  replaces: GoogleObject | undefined,
): Operation<string | undefined> {
  const { location: target, requestHeaders } = write;
  const { container, name } = source;
  const { ifSourceGenerationMatch: match } = write.options as GoogleCopyOptions;
  const isItself = container === target.container && name === target.name;
  const storageClass = isItself ? replaces?.extra.storageClass : undefined;
  try {
    const response = yield* send(scope, {
      method: 'PUT',
      container: target.container,
      object: target.name,
      headers: {
        ...requestHeaders,
        // `REPLACE` drops the old headers, so those to keep are sent again.
        ...(replaces && { 'x-goog-metadata-directive': 'REPLACE' }),
        // Otherwise the copy would get the bucket's default class.
        ...(storageClass !== undefined && { 'x-goog-storage-class': storageClass }),
        ...(source.version !== undefined && { 'x-goog-copy-source-generation': source.version }),
        ...(match !== undefined && {
          'x-goog-copy-source-if-generation-match': versionOf('ifSourceGenerationMatch', match),
        }),
        'x-goog-copy-source': `/${container}/${encodeName(name)}`,
      },
      source: { container, object: name },
      takesLong: true,
      idempotent: true,
    });
    checkCopy(response.body);
    return response.headers['x-goog-generation'];
  } catch (failure) {
    // The response does not name the missing bucket. If it is the source's, this fails and names it.
    if (hasReason(failure, 'NoSuchBucket') && container !== target.container)
      yield* headObject(scope, { container, name });
    throw failure;
  }
}
