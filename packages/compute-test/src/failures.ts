/** What the test cloud's statuses and error codes mean. */
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

/** What a status means. Everything above 499 that is not listed is the cloud's own trouble. */
const byStatus: Readonly<Record<number, CloudErrorCode>> = {
  400: 'invalid-argument',
  401: 'unauthenticated',
  403: 'permission-denied',
  404: 'not-found',
  409: 'conflict',
  429: 'rate-limited',
};

/** Where the cloud's own code says more than its status. */
const byReason: ReadonlyMap<string | undefined, CloudErrorCode> = new Map([
  ['already-exists', 'already-exists'],
  ['in-use', 'wrong-state'],
  ['quota-exceeded', 'quota-exceeded'],
  ['wrong-state', 'wrong-state'],
] as const);

/** The error that an unsuccessful answer stands for. */
export function failureOf(response: HttpResponse, subject: Subject, nowMs: number): CloudError {
  const { body, headers, status } = response;
  const { field, message, reason } = readFailure(body);
  const isRefusal = status === 403 || status === 409;
  const code = (isRefusal && byReason.get(reason)) || byStatus[status] || (status >= 500 ? 'unavailable' : 'rejected');
  const retryAfterMs = parseRetryAfter(headers['retry-after'], nowMs);
  return new CloudError(code, `${wordsFor(subject)}${message} (${status})`, {
    status,
    ...subject,
    ...(reason !== undefined && { reason }),
    ...(field !== undefined && { field }),
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  });
}

function wordsFor({ region, ...subject }: Subject): string {
  const [named] = Object.entries({ ...subject, ...(region !== undefined && { region }) });
  if (!named) return '';
  return `${named[0] === 'keyPair' ? 'key pair' : named[0]} ${named[1]}: `;
}
