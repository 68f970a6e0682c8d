/**
 * Errors of the test cloud: one table from code to status, one class to throw.
 */
import type { OutgoingHttpHeaders } from 'node:http';
import { StorageError } from '../../errors.ts';
import type { Reply } from '../../front/reply.ts';

/** Every code of the test cloud's errors, and its status. */
export const problemStatuses = {
  'invalid-argument': 400,
  unauthenticated: 401,
  'permission-denied': 403,
  'quota-exceeded': 403,
  'not-found': 404,
  'method-not-allowed': 405,
  'request-timeout': 408,
  'already-exists': 409,
  'client-token-reused': 409,
  'in-use': 409,
  'wrong-state': 409,
  'rate-limited': 429,
  internal: 500,
  'region-down': 503,
} as const;

/** A code of the test cloud's errors. */
export type ProblemCode = keyof typeof problemStatuses;

/** A refused request. */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly code: ProblemCode;
  /** The wrong parameter or field of the body, such as `auth.key_pair`. */
  readonly field: string | undefined;
  readonly headers: OutgoingHttpHeaders;

  constructor(code: ProblemCode, message: string, more: { field?: string; headers?: OutgoingHttpHeaders } = {}) {
    super(message);
    this.code = code;
    this.field = more.field;
    this.headers = more.headers ?? {};
  }
}

/** The error for a wrong parameter or field of the body. */
export function invalid(field: string, rule: string): Problem {
  return new Problem('invalid-argument', `${field} ${rule}.`, { field });
}

/** The reply for an error. */
export function problemReply({ code, message, field, headers }: Problem): Reply {
  return jsonReply(problemStatuses[code], { error: { code, message, ...(field !== undefined && { field }) } }, headers);
}

/** A JSON reply. */
export function jsonReply(status: number, value: unknown, headers: OutgoingHttpHeaders = {}): Reply {
  return { status, headers: { 'Content-Type': 'application/json', ...headers }, body: JSON.stringify(value) };
}

/** The error to answer for anything thrown. Unexpected errors are printed to standard error. */
export function asProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof StorageError) {
    return new Problem(error.code === 'RequestTimeout' ? 'request-timeout' : 'invalid-argument', error.message);
  }
  process.stderr.write(`isobar-emulator: ${error instanceof Error ? error.stack : String(error)}\n`);
  return new Problem('internal', 'The test cloud failed; see its standard error.');
}
