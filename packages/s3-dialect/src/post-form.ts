/**
 * Signed forms, which let a visitor of a web page upload one file without credentials.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-HTTPPOSTConstructPolicy.html
 */
import { describe, headerValue, invalidArgument } from '@isobar/core/provider';
import type { Signer } from './signature-v4.ts';

/** What a form may upload. Requires either `objectName` or `objectNamePrefix`. */
export interface FormOptions {
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

/** What a service allows, and which fields it adds. */
export interface FormRules {
  /** Maximum length of an object's name, in bytes of UTF-8. */
  readonly maxNameBytes: number;
  /** Maximum size of an object, in bytes. */
  readonly maxObjectBytes: number;
  /** Checks an object's name. */
  checkName(name: string): unknown;
  /** Further fields, whose values the form fixes, such as `acl`. */
  fields(): Readonly<Record<string, string>>;
  /** The fields of user metadata. */
  metadata(metadata: Readonly<Record<string, string>>): Readonly<Record<string, string>>;
}

/** The fields of a form, and the conditions that allow them. */
export interface FormParts {
  readonly fields: Readonly<Record<string, string>>;
  /** In the order of the fields. */
  readonly conditions: readonly object[];
  /** The condition on the size; comes last in the policy. */
  readonly range: readonly object[];
}

/** The service replaces this by the name of the file. */
// biome-ignore lint/suspicious/noTemplateCurlyInString: the service's placeholder
const filename = '${filename}';

/**
 * Checks the options of a form.
 *
 * @throws {CloudError} `invalid-argument` that names the option.
 */
export function formParts(options: FormOptions, rules: FormRules): FormParts {
  if (typeof options !== 'object' || options === null) {
    throw invalidArgument('options', `must be an object with objectName or objectNamePrefix, not ${describe(options)}`);
  }
  const { contentType, contentTypePrefix, metadata = {}, successRedirect, successStatus } = options;
  const [name, nameCondition] = nameOf(options, rules);
  const fields: Record<string, string> = { key: name };
  const conditions: object[] = [nameCondition];
  const fix = (fixed: Readonly<Record<string, string>>): void => {
    Object.assign(fields, fixed);
    for (const [field, value] of Object.entries(fixed)) conditions.push({ [field]: value });
  };
  fix(rules.fields());
  if (contentType !== undefined && contentTypePrefix !== undefined) {
    throw invalidArgument('contentTypePrefix', 'cannot be combined with contentType');
  }
  if (contentType !== undefined) fix({ 'content-type': headerValue('contentType', contentType) });
  if (contentTypePrefix !== undefined) {
    conditions.push(['starts-with', '$content-type', headerValue('contentTypePrefix', contentTypePrefix)]);
  }
  fix(rules.metadata(metadata));
  if (successStatus !== undefined) {
    if (![200, 201, 204].includes(successStatus)) {
      throw invalidArgument('successStatus', `must be 200, 201 or 204, not ${describe(successStatus)}`);
    }
    fix({ success_action_status: String(successStatus) });
  }
  if (successRedirect !== undefined) {
    if (!/^https?:\/\/\S+$/.test(headerValue('successRedirect', successRedirect))) {
      throw invalidArgument('successRedirect', `must be a URL that starts with https:// or http://`);
    }
    fix({ success_action_redirect: successRedirect });
  }
  return { fields, conditions, range: sizeRange(options, rules) };
}

/**
 * Signs a form.
 *
 * @param expiresInSeconds How long the form is valid.
 * @returns All fields but the file.
 */
export function signForm(
  { conditions, fields, range }: FormParts,
  bucket: string,
  signer: Signer,
  nowMs: number,
  expiresInSeconds: number,
): Record<string, string> {
  const expiration = `${new Date(nowMs + expiresInSeconds * 1000).toISOString().slice(0, 19)}Z`;
  const signed = signer.signForm((own) => {
    const ofSigner = Object.entries(own).map(([name, value]) => ({ [name]: value }));
    return btoa(asciiJson({ expiration, conditions: [{ bucket }, ...conditions, ...ofSigner, ...range] }));
  }, nowMs);
  return { ...fields, ...signed };
}

/** The name of the object, and the condition that allows it. */
function nameOf({ objectName, objectNamePrefix }: FormOptions, rules: FormRules): [name: string, condition: object] {
  if ((objectName === undefined) === (objectNamePrefix === undefined)) {
    throw invalidArgument('objectName', 'must be given, or else objectNamePrefix, but not both');
  }
  if (objectName !== undefined) {
    if (typeof objectName !== 'string')
      throw invalidArgument('objectName', `must be a string, not ${describe(objectName)}`);
    rules.checkName(objectName.replaceAll(filename, 'f'));
    const index = objectName.indexOf(filename);
    return [objectName, index < 0 ? { key: objectName } : ['starts-with', '$key', objectName.slice(0, index)]];
  }
  const prefix: unknown = objectNamePrefix;
  const isValid = typeof prefix === 'string' && prefix.isWellFormed() && !/[\r\n]/.test(prefix);
  if (!isValid || prefix.includes(filename) || new TextEncoder().encode(prefix).length >= rules.maxNameBytes) {
    const rule = `must be the start of an object's name, without line breaks and ${filename}`;
    throw invalidArgument('objectNamePrefix', `${rule}, not ${describe(prefix)}`);
  }
  return [prefix + filename, ['starts-with', '$key', prefix]];
}

/** The condition on the size, if there is one. */
function sizeRange({ minBytes, maxBytes }: FormOptions, rules: FormRules): (string | number)[][] {
  for (const [field, value] of Object.entries({ minBytes, maxBytes })) {
    if (value !== undefined && !(Number.isSafeInteger(value) && value >= 0)) {
      throw invalidArgument(field, `must be a whole number of bytes, at least 0, not ${describe(value)}`);
    }
  }
  if (minBytes === undefined && maxBytes === undefined) return [];
  const [min, max] = [minBytes ?? 0, maxBytes ?? rules.maxObjectBytes];
  if (max < min) throw invalidArgument('maxBytes', `must not be below minBytes (${min}); not ${max}`);
  return [['content-length-range', min, max]];
}

/** JSON with all non-ASCII characters escaped, as the services require for a policy. */
function asciiJson(value: unknown): string {
  return JSON.stringify(value).replace(
    /[\u007f-\uffff]/g,
    (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
