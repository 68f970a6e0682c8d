/**
 * Signatures of policy documents, in the fields of a form. What is signed is the base64 text of the policy.
 *
 * @see https://cloud.google.com/storage/docs/xml-api/post-object-forms
 */
import { refusal } from '../errors.ts';
import type { Caller, Verification } from './caller.ts';
import { isSignature, keyOf } from './signing-key.ts';
import { isSignatureV2 } from './v2.ts';
import { aws4, dialectOf, parseCredential, parseTimestamp } from './v4.ts';

/** The fields of a form, by lower-case name. */
type Fields = ReadonlyMap<string, string>;

/** Finds out who signed the policy of a form; a form without one is anonymous. */
export function verifyPolicy(fields: Fields, verification: Verification): Caller {
  const policy = fields.get('policy');
  if (policy === undefined) return { family: 'goog' };
  for (const prefix of ['x-goog-', 'x-amz-'] as const) {
    if (fields.has(`${prefix}signature`)) return verifyV4(policy, prefix, fields, verification);
  }
  for (const [field, family] of [
    ['googleaccessid', 'goog'],
    ['awsaccesskeyid', 'amz'],
  ] as const) {
    const id = fields.get(field);
    if (id === undefined) continue;
    if (!isSignatureV2(verification, id, fields.get('signature') ?? '', policy)) throw mismatch(policy);
    return { account: verification.accountOf(id), family };
  }
  throw refusal('InvalidArgument', 'The form has a policy, but no signature.');
}

function verifyV4(policy: string, prefix: 'x-goog-' | 'x-amz-', fields: Fields, verification: Verification): Caller {
  const field = (name: string) => fields.get(`${prefix}${name}`) ?? '';
  const dialect = dialectOf(field('algorithm'));
  if (dialect?.prefix !== prefix) throw refusal('InvalidArgument', `Unknown ${prefix}algorithm: ${field('algorithm')}`);
  const scope = parseCredential(field('credential'));
  if (scope === undefined || scope.service !== dialect.service || scope.terminator !== dialect.terminator) {
    throw refusal('InvalidArgument', `The ${prefix}credential of the form is malformed.`);
  }
  const date = field('date');
  if (parseTimestamp(date) === undefined || !date.startsWith(scope.date)) {
    throw refusal('InvalidArgument', `The ${prefix}date of the form is malformed, or of another day.`);
  }
  const key = keyOf(dialect, scope, verification);
  if (!isSignature(dialect, key, policy, field('signature'))) throw mismatch(policy);
  return { account: verification.accountOf(scope.accessKey), family: dialect === aws4 ? 'amz' : 'goog' };
}

function mismatch(policy: string) {
  return refusal('SignatureDoesNotMatch', {
    details: 'The request signature we calculated does not match the signature you provided.',
    extra: { StringToSign: policy },
  });
}
