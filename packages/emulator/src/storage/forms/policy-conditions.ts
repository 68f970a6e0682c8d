/**
 * Policy documents: when a form expires, and conditions on its fields.
 *
 * @see https://cloud.google.com/storage/docs/authentication/signatures#policy-document
 */
import { refusal } from '../../errors.ts';

/** The fields of a form, by lower-case name. */
export type Fields = ReadonlyMap<string, string>;

/** The allowed size of the file, checked after the rest of the policy. */
export interface SizeRange {
  readonly minBytes: number;
  readonly maxBytes: number;
}

/** One condition on a field. */
interface Condition {
  readonly field: string;
  readonly kind: 'eq' | 'starts-with';
  readonly operand: string;
}

/** Fields that need no condition: they carry the policy itself. */
const uncovered = new Set([
  'file',
  'policy',
  'signature',
  'x-goog-signature',
  'x-amz-signature',
  'googleaccessid',
  'awsaccesskeyid',
]);

/** Whether a policy must have a condition for a field. */
function needsCover(field: string): boolean {
  return !uncovered.has(field) && !field.startsWith('x-ignore-');
}

/**
 * Checks everything but the size of the file; 403 for an expired policy, 400 for a field that does not match.
 *
 * @param known Values besides the fields: the bucket, and the key with the file name filled in.
 */
export function checkPolicy(text: string, fields: Fields, known: Fields, nowMs: number): SizeRange {
  const policy = parsePolicy(text);
  const expires = Date.parse(textOf(policy.expiration));
  if (Number.isNaN(expires)) throw invalid('The expiration of the policy is not a date.');
  if (expires < nowMs) throw refusal('AccessDenied', `The policy expired at ${textOf(policy.expiration)}.`);
  if (!Array.isArray(policy.conditions)) throw invalid('The policy has no conditions.');
  let range: SizeRange = { minBytes: 0, maxBytes: Number.POSITIVE_INFINITY };
  const conditions: Condition[] = [];
  for (const entry of policy.conditions) {
    const size = sizeRange(entry);
    if (size !== undefined) range = size;
    else conditions.push(...readConditions(entry));
  }
  for (const condition of conditions) {
    if (!holds(condition, fields, known)) {
      throw invalid(`Policy did not permit field ${condition.field}: ${condition.kind} "${condition.operand}".`);
    }
  }
  for (const field of fields.keys()) {
    if (needsCover(field) && !conditions.some((condition) => condition.field === field)) {
      throw invalid(`Policy did not reference these fields: ${field}`);
    }
  }
  return range;
}

function invalid(details: string) {
  return refusal('InvalidPolicyDocument', details);
}

function parsePolicy(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null) return value as Record<string, unknown>;
  } catch {}
  throw invalid('The policy is not JSON.');
}

/** A value as text, also one without a working `toString`. */
function textOf(value: unknown): string {
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

function sizeRange(entry: unknown): SizeRange | undefined {
  if (!Array.isArray(entry) || textOf(entry[0]).toLowerCase() !== 'content-length-range') return undefined;
  const [minBytes, maxBytes] = [Number(entry[1]), Number(entry[2])];
  if (!(minBytes >= 0 && maxBytes >= minBytes)) throw invalid('The content-length-range of the policy is not valid.');
  return { minBytes, maxBytes };
}

/** `{"field": "value", …}` or `["eq", "$field", "value"]` or `["starts-with", "$field", "value"]`. */
function readConditions(entry: unknown): readonly Condition[] {
  if (Array.isArray(entry)) {
    const [kind, field, operand] = entry.map(textOf);
    const name = kind?.toLowerCase();
    if ((name !== 'eq' && name !== 'starts-with') || field?.startsWith('$') !== true || operand === undefined) {
      throw invalid(`The policy has an unknown condition: ${JSON.stringify(entry)}`);
    }
    return [{ kind: name, field: field.slice(1).toLowerCase(), operand }];
  }
  if (typeof entry !== 'object' || entry === null) throw invalid('The policy has an unknown condition.');
  return Object.entries(entry).map(([field, operand]) => ({
    kind: 'eq',
    field: field.toLowerCase(),
    operand: textOf(operand),
  }));
}

/** A condition may match the key as sent, or with the file name filled in. */
function holds({ field, kind, operand }: Condition, fields: Fields, known: Fields): boolean {
  const values = [fields.get(field), known.get(field)].filter((value) => value !== undefined);
  // A condition that allows any value also allows a missing field.
  if (values.length === 0) return kind === 'starts-with' && operand === '';
  if (field === 'bucket') return values.every((value) => fits(kind, value, operand));
  return values.some((value) => fits(kind, value, operand));
}

function fits(kind: Condition['kind'], value: string, operand: string): boolean {
  return kind === 'eq' ? value === operand : value.startsWith(operand);
}
