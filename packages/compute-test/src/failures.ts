/** Maps the test cloud's error responses to errors. */
import {
  type CloudError,
  type FailureTables,
  failureFrom,
  type HttpResponse,
  type Subject,
} from '@isobar/core/provider';
import { readFailure } from './wire/failure.ts';

/** Error codes by the cloud's own code, which is more precise than the statuses 403 and 409. */
const refusals: FailureTables = {
  byReason: {
    'already-exists': 'already-exists',
    'in-use': 'wrong-state',
    'quota-exceeded': 'quota-exceeded',
    'wrong-state': 'wrong-state',
  },
};

/** The error for an unsuccessful response. */
export function failureOf({ body, headers, status }: HttpResponse, subject: Subject, nowMs: number): CloudError {
  const isRefusal = status === 403 || status === 409;
  return failureFrom({ status, headers, subject, nowMs, ...readFailure(body) }, isRefusal ? refusals : {});
}
