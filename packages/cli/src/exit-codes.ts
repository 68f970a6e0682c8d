/** Exit codes, by what went wrong. The README has the table. */
import { type CloudErrorCode, isCloudError } from '@isobar/core';

/** Some objects failed, or differ. */
export const someFailed = 1;
/** The command line is wrong. */
const wrongUsage = 2;
const other = 10;

const byCode: Readonly<Record<CloudErrorCode, number>> = {
  'invalid-argument': wrongUsage,
  'not-found': 3,
  'already-exists': 4,
  'not-empty': 4,
  conflict: 4,
  'wrong-state': 4,
  'precondition-failed': 4,
  unauthenticated: 5,
  'permission-denied': 5,
  'quota-exceeded': 6,
  'rate-limited': 6,
  'no-space': 6,
  unavailable: 7,
  timeout: 7,
  network: 7,
  integrity: 8,
  'malformed-response': 8,
  unsupported: 9,
  'not-installed': 9,
  aborted: other,
  'file-failed': other,
  'session-closed': other,
  'worker-lost': other,
  rejected: other,
};

/** The exit code for an error. */
export function exitCodeOf(failure: unknown): number {
  return isCloudError(failure) ? byCode[failure.code] : other;
}
