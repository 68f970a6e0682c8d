/**
 * Signatures of policy documents, in the fields of a form. The signature covers the base64 text of the policy.
 *
 * @see https://cloud.google.com/storage/docs/xml-api/post-object-forms
 */
import { refusal } from '../errors.ts';
import type { Caller, Verification } from './caller.ts';
import { isSignature, keyOf } from './signing-key.ts';
import { isSignatureV2 } from './v2.ts';
import { aws4, parseCredential, parseTimestamp, schemeOf } from './v4.ts';

/** The fields of a form, by lower-case name. */
type Fields = ReadonlyMap<string, string>;

/** Identifies the signer of a form's policy; a form without a policy is anonymous. */
export function verifyPolicy(fields: Fields, verification: Verification): Caller {
  const policy = fields.get('policy');
  if (policy === undefined) return { dialect: 'goog' };
  for (const prefix of ['x-goog-', 'x-amz-'] as const) {
    if (fields.has(`${prefix}signature`)) return verifyV4(policy, prefix, fields, verification);
  }
  for (const [field, dialect] of [
    ['googleaccessid', 'goog'],
    ['awsaccesskeyid', 'amz'],
  ] as const) {
    const id = fields.get(field);
    if (id === undefined) continue;
    if (!isSignatureV2(verification, id, fields.get('signature') ?? '', policy)) throw mismatch(policy);
    return { account: verification.accountOf(id), dialect };
  }
  throw refusal('InvalidArgument', 'The form has a policy, but no signature.');
}

function verifyV4(policy: string, prefix: 'x-goog-' | 'x-amz-', fields: Fields, verification: Verification): Caller {
  const field = (name: string) => fields.get(`${prefix}${name}`) ?? '';
  const scheme = schemeOf(field('algorithm'));
  if (scheme?.prefix !== prefix) throw refusal('InvalidArgument', `Unknown ${prefix}algorithm: ${field('algorithm')}`);
  const scope = parseCredential(field('credential'));
  if (scope === undefined || scope.service !== scheme.service || scope.terminator !== scheme.terminator) {
    throw refusal('InvalidArgument', `The ${prefix}credential of the form is malformed.`);
  }
  const date = field('date');
  if (parseTimestamp(date) === undefined || !date.startsWith(scope.date)) {
    throw refusal(
      'InvalidArgument',
      `The ${prefix}date of the form is malformed, or has another day than the credential.`,
    );
  }
  const key = keyOf(scheme, scope, verification);
  if (!isSignature(scheme, key, policy, field('signature'))) throw mismatch(policy);
  return { account: verification.accountOf(scope.accessKey), dialect: scheme === aws4 ? 'amz' : 'goog' };
}

function mismatch(policy: string) {
  return refusal('SignatureDoesNotMatch', {
    details: 'The request signature we calculated does not match the signature you provided.',
    extra: { StringToSign: policy },
  });
}
