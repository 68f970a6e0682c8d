/**
 * Signed forms, which let a visitor of a web page upload one file without credentials.
 *
 * @see https://cloud.google.com/storage/docs/authentication/signatures#policy-document
 * @see https://cloud.google.com/storage/docs/xml-api/post-object-forms
 */
import { type CallOptions, type ContainerReference, clock, metadataOf, type Operation } from '@isobar/core/provider';
import {
  expiryOf,
  type FormOptions,
  formParts,
  maxObjectNameBytes,
  objectHeaders,
  type PostForm,
  signForm,
} from '@isobar/s3-dialect';
import { type PredefinedAcl, placementHeaders } from './call-options.ts';
import { maxMetadataBytes, maxObjectBytes } from './limits.ts';
import { metadataPrefix } from './models.ts';
import { bucketNameOf, objectNameOf } from './names.ts';
import type { Scope } from './requests.ts';

/** Options of `exPresignPostForm`: what the form may upload. Requires either `objectName` or `objectNamePrefix`. */
export interface PostFormOptions extends FormOptions, CallOptions {
  /** Access to the object. Default: the container's default for new objects. */
  readonly predefinedAcl?: PredefinedAcl;
}

/** Signs a form. No exchange. */
export function* presignPostForm(
  scope: Scope,
  container: ContainerReference,
  options: PostFormOptions,
): Operation<PostForm> {
  const bucket = bucketNameOf(container);
  const { dialect } = scope.credentials;
  const parts = formParts(options, {
    maxNameBytes: maxObjectNameBytes,
    maxObjectBytes,
    checkName: objectNameOf,
    fields() {
      const { predefinedAcl } = options;
      return predefinedAcl === undefined ? {} : { acl: placementHeaders({ predefinedAcl })['x-goog-acl'] ?? '' };
    },
    metadata(metadata) {
      const headers = objectHeaders({ metadata: metadataOf(metadata, maxMetadataBytes) }, metadataPrefix);
      return dialect ? dialect.write(headers, undefined) : headers;
    },
  });
  const expiresInSeconds = expiryOf(options);
  const signer = yield* scope.credentials.signer();
  const fields = signForm(parts, bucket, signer, yield* clock(), expiresInSeconds);
  return { url: `${scope.origin}/${bucket}/`, fields };
}
