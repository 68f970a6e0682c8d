/**
 * Signed forms, which let a visitor of a web page upload one file without credentials.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-post-example.html
 */
import {
  type CallOptions,
  CloudError,
  type ContainerReference,
  clock,
  metadataOf,
  type Operation,
} from '@isobar/core/provider';
import {
  expiryOf,
  type FormOptions,
  formParts,
  maxObjectNameBytes,
  objectHeaders,
  type PostForm,
  signForm,
} from '@isobar/s3-dialect';
import { type PlacementOptions, placementHeaders } from './call-options.ts';
import { metadataPrefix } from './models.ts';
import { objectNameOf } from './names.ts';
import { addressOf, signerOf } from './requests.ts';
import type { Settings } from './settings/settings.ts';

/** Options of `exPresignPostForm`: what the form may upload. Requires either `objectName` or `objectNamePrefix`. */
export interface S3PostFormOptions extends FormOptions, CallOptions, Pick<PlacementOptions, 'cannedAcl'> {}

/** Signs a form. No exchange. */
export function* presignPostForm(
  { scope, service }: Settings,
  container: ContainerReference,
  options: S3PostFormOptions,
): Operation<PostForm> {
  const bucket = service.containerName(container);
  const nowMs = yield* clock();
  const signing = yield* signerOf(scope, bucket, nowMs);
  if (!signing) throw new CloudError('unsupported', 'signing a form needs a key; connect with `key` and `secret`');
  const token = signing.keys.sessionToken;
  const parts = formParts(options, {
    maxNameBytes: maxObjectNameBytes,
    maxObjectBytes: scope.dialect.maxPutBytes,
    checkName: objectNameOf,
    fields() {
      const { cannedAcl } = options;
      const acl = cannedAcl === undefined ? undefined : placementHeaders({ cannedAcl })['x-amz-acl'];
      return { ...(acl !== undefined && { acl }), ...(token !== undefined && { 'x-amz-security-token': token }) };
    },
    metadata: (metadata) =>
      objectHeaders({ metadata: metadataOf(metadata, scope.dialect.maxMetadataBytes) }, metadataPrefix),
  });
  const fields = signForm(parts, bucket, signing.signer, nowMs + scope.clock.aheadMs, expiryOf(options));
  const { origin, path } = addressOf(scope, bucket, undefined);
  return { url: `${origin}${path.endsWith('/') ? path : `${path}/`}`, fields };
}
