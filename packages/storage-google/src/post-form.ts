/**
 * Signed forms, which let a visitor of a web page upload one file without credentials.
 *
 * @see https://cloud.google.com/storage/docs/authentication/signatures#policy-document
 * @see https://cloud.google.com/storage/docs/xml-api/post-object-forms
 */
import {
  type CallOptions,
  type ContainerReference,
  clock,
  describe,
  headerValue,
  invalidArgument,
  metadataOf,
  type Operation,
} from '@isobar/core/provider';
import { type PredefinedAcl, placementHeaders } from './call-options.ts';
import { maxMetadataBytes, maxObjectBytes, maxObjectNameBytes } from './limits.ts';
import { bucketNameOf, objectNameOf } from './names.ts';
import { expiryOf } from './presign.ts';
import type { Scope } from './requests.ts';
import { objectHeaders } from './targets.ts';

/** Options of `exPresignPostForm`: what the form may upload. Requires either `objectName` or `objectNamePrefix`. */
export interface PostFormOptions extends CallOptions {
  /** Name of the object. The service replaces `${filename}` in it by the name of the uploaded file. */
  readonly objectName?: string;
  /** Prefix of the object's name; empty for any name. The form sets the name to this prefix and the file's name. */
  readonly objectNamePrefix?: string;
  /** How long the form is valid, in seconds: 1–604,800 (7 days). Default 3600. */
  readonly expiresInSeconds?: number;
  /** Minimum size of the file. Default 0. */
  readonly minBytes?: number;
  /** Maximum size of the file. Default: the service's limit. */
  readonly maxBytes?: number;
  /** Media type of the object. */
  readonly contentType?: string;
  /** Prefix of the media type, such as `image/`; the page adds a field `content-type` with the full type. */
  readonly contentTypePrefix?: string;
  /** User metadata of the object, as for uploads. */
  readonly metadata?: Readonly<Record<string, string>>;
  /** Access to the object. Default: the container's default for new objects. */
  readonly predefinedAcl?: PredefinedAcl;
  /** Status of the response. Default 204. */
  readonly successStatus?: 200 | 201 | 204;
  /** URL to redirect the browser to instead; the service adds bucket, key and ETag to its query. */
  readonly successRedirect?: string;
}

/** A form: post `multipart/form-data` with all fields and, last, the file in a field called `file`. */
export interface PostForm {
  readonly url: string;
  readonly fields: Readonly<Record<string, string>>;
}

/** A field of the form and the condition that allows it. */
interface Part {
  readonly field?: readonly [name: string, value: string];
  readonly condition: object;
}

/** The service replaces this by the name of the file. */
// biome-ignore lint/suspicious/noTemplateCurlyInString: the service's placeholder
const filename = '${filename}';

/** Signs a form. No exchange. */
export function* presignPostForm(
  scope: Scope,
  container: ContainerReference,
  options: PostFormOptions,
): Operation<PostForm> {
  const bucket = bucketNameOf(container);
  if (typeof options !== 'object' || options === null) {
    throw invalidArgument('options', `must be an object with objectName or objectNamePrefix, not ${describe(options)}`);
  }
  const parts = [keyPart(options), ...otherParts(scope, options)];
  const range = sizeRange(options);
  const expiresInSeconds = expiryOf(options);
  const signer = yield* scope.credentials.signer();
  const nowMs = yield* clock();
  const expiration = `${new Date(nowMs + expiresInSeconds * 1000).toISOString().slice(0, 19)}Z`;
  const signed = signer.signForm((own) => {
    const conditions = [
      { bucket },
      ...parts.map(({ condition }) => condition),
      ...Object.entries(own).map(([name, value]) => ({ [name]: value })),
      ...range,
    ];
    return btoa(asciiJson({ expiration, conditions }));
  }, nowMs);
  const fields = parts.flatMap(({ field }) => (field ? [field] : []));
  return { url: `${scope.origin}/${bucket}/`, fields: { ...Object.fromEntries(fields), ...signed } };
}

function keyPart({ objectName, objectNamePrefix }: PostFormOptions): Part {
  if ((objectName === undefined) === (objectNamePrefix === undefined)) {
    throw invalidArgument('objectName', 'must be given, or else objectNamePrefix, but not both');
  }
  if (objectName !== undefined) {
    if (typeof objectName !== 'string')
      throw invalidArgument('objectName', `must be a string, not ${describe(objectName)}`);
    objectNameOf(objectName.replaceAll(filename, 'f'));
    const field = ['key', objectName] as const;
    const index = objectName.indexOf(filename);
    return { field, condition: index < 0 ? { key: objectName } : ['starts-with', '$key', objectName.slice(0, index)] };
  }
  const prefix: unknown = objectNamePrefix;
  const isValid = typeof prefix === 'string' && prefix.isWellFormed() && !/[\r\n]/.test(prefix);
  if (!isValid || prefix.includes(filename) || new TextEncoder().encode(prefix).length >= maxObjectNameBytes) {
    const rule = `must be the start of an object's name, without line breaks and ${filename}`;
    throw invalidArgument('objectNamePrefix', `${rule}, not ${describe(prefix)}`);
  }
  return { field: ['key', prefix + filename], condition: ['starts-with', '$key', prefix] };
}

function* otherParts(scope: Scope, options: PostFormOptions): Generator<Part, void> {
  const { contentType, contentTypePrefix, metadata = {}, predefinedAcl, successRedirect, successStatus } = options;
  const exactly = (name: string, value: string): Part => ({ field: [name, value], condition: { [name]: value } });
  if (predefinedAcl !== undefined) yield exactly('acl', placementHeaders({ predefinedAcl })['x-goog-acl'] ?? '');
  if (contentType !== undefined && contentTypePrefix !== undefined) {
    throw invalidArgument('contentTypePrefix', 'cannot be combined with contentType');
  }
  if (contentType !== undefined) yield exactly('content-type', headerValue('contentType', contentType));
  if (contentTypePrefix !== undefined) {
    yield { condition: ['starts-with', '$content-type', headerValue('contentTypePrefix', contentTypePrefix)] };
  }
  const { dialect } = scope.credentials;
  const own = objectHeaders({ metadata: metadataOf(metadata, maxMetadataBytes) });
  for (const [name, value] of Object.entries(dialect ? dialect.write(own, undefined) : own)) yield exactly(name, value);
  if (successStatus !== undefined) {
    if (![200, 201, 204].includes(successStatus)) {
      throw invalidArgument('successStatus', `must be 200, 201 or 204, not ${describe(successStatus)}`);
    }
    yield exactly('success_action_status', String(successStatus));
  }
  if (successRedirect !== undefined) {
    if (!/^https?:\/\/\S+$/.test(headerValue('successRedirect', successRedirect))) {
      throw invalidArgument('successRedirect', `must be a URL that starts with https:// or http://`);
    }
    yield exactly('success_action_redirect', successRedirect);
  }
}

/** The condition on the size, if there is one. */
function sizeRange({ minBytes, maxBytes }: PostFormOptions): (string | number)[][] {
  for (const [field, value] of Object.entries({ minBytes, maxBytes })) {
    if (value !== undefined && !(Number.isSafeInteger(value) && value >= 0)) {
      throw invalidArgument(field, `must be a whole number of bytes, at least 0, not ${describe(value)}`);
    }
  }
  if (minBytes === undefined && maxBytes === undefined) return [];
  const [min, max] = [minBytes ?? 0, maxBytes ?? maxObjectBytes];
  if (max < min) throw invalidArgument('maxBytes', `must not be below minBytes (${min}); not ${max}`);
  return [['content-length-range', min, max]];
}

/** JSON with all non-ASCII characters escaped, as the service requires for a policy. */
function asciiJson(value: unknown): string {
  return JSON.stringify(value).replace(
    /[\u007f-\uffff]/g,
    (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
