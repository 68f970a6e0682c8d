/** Maps the test cloud's statuses and error codes to errors. */
import {
  CloudError,
  type CloudErrorCode,
  type CloudErrorDetails,
  type HttpResponse,
  parseRetryAfter,
} from '@isobar/core/provider';
import { readFailure } from './wire/failure.ts';

/** What a request is about. */
export type Subject = Pick<CloudErrorDetails, 'image' | 'keyPair' | 'node' | 'region' | 'snapshot' | 'volume'>;

/** Error codes by status. Other statuses from 500 mean `unavailable`, all others `rejected`. */
const byStatus: Readonly<Record<number, CloudErrorCode>> = {
  400: 'invalid-argument',
  401: 'unauthenticated',
  403: 'permission-denied',
  404: 'not-found',
  409: 'conflict',
  429: 'rate-limited',
};

/** Error codes by the cloud's own code, where it is more precise than the status. */
const byReason: ReadonlyMap<string | undefined, CloudErrorCode> = new Map([
  ['already-exists', 'already-exists'],
  ['in-use', 'wrong-state'],
  ['quota-exceeded', 'quota-exceeded'],
  ['wrong-state', 'wrong-state'],
] as const);

/** The error for an unsuccessful response. */
export function failureOf(response: HttpResponse, subject: Subject, nowMs: number): CloudError {
  const { body, headers, status } = response;
  const { field, message, reason } = readFailure(body);
  const isRefusal = status === 403 || status === 409;
  const code = (isRefusal && byReason.get(reason)) || byStatus[status] || (status >= 500 ? 'unavailable' : 'rejected');
  const retryAfterMs = parseRetryAfter(headers['retry-after'], nowMs);
  return new CloudError(code, `${prefixFor(subject)}${message} (${status})`, {
    status,
    ...subject,
    ...(reason !== undefined && { reason }),
    ...(field !== undefined && { field }),
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  });
}

function prefixFor({ region, ...subject }: Subject): string {
  const [named] = Object.entries({ ...subject, ...(region !== undefined && { region }) });
  if (!named) return '';
  return `${named[0] === 'keyPair' ? 'key pair' : named[0]} ${named[1]}: `;
}
