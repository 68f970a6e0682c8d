/** Makes errors from responses: shared tables by status, and a provider's own by the error codes of its service. */
import { CloudError, type CloudErrorCode, type CloudErrorDetails, isCloudError } from '../errors.ts';
import type { HttpResponse } from './http.ts';
import { parseRetryAfter } from './retry.ts';

/** The resources that a request is about. Errors name them. */
export type Subject = Pick<
  CloudErrorDetails,
  'container' | 'object' | 'node' | 'volume' | 'snapshot' | 'image' | 'keyPair' | 'region'
>;

/** What a provider's service means by its error codes and statuses. */
export interface FailureTables {
  /** By the service's error code, where the status is not precise enough. */
  readonly byReason?: Readonly<Record<string, CloudErrorCode>>;
  /** By status, where the service means something else than HTTP does. */
  readonly byStatus?: Readonly<Record<number, CloudErrorCode>>;
}

/** An unsuccessful response, once its body has been read. */
export interface Refusal extends Pick<HttpResponse, 'status' | 'headers'> {
  readonly subject: Subject;
  /** When the request was sent, in milliseconds since 1970 UTC. */
  readonly nowMs: number;
  /** The service's own error code. */
  readonly reason?: string | undefined;
  /** The service's message. Default: one for the status. */
  readonly message?: string | undefined;
  /** The argument or option at fault. */
  readonly field?: string | undefined;
  /** The service's id of the request. */
  readonly requestId?: string | undefined;
}

const defaultCodes: Readonly<Record<number, CloudErrorCode>> = {
  400: 'invalid-argument',
  401: 'unauthenticated',
  403: 'permission-denied',
  404: 'not-found',
  405: 'unsupported',
  408: 'unavailable',
  409: 'conflict',
  411: 'invalid-argument',
  412: 'precondition-failed',
  416: 'invalid-argument',
  429: 'rate-limited',
  501: 'unsupported',
};

/** Redirects are not followed, because a signature is valid for one host and path only. */
const redirected = 'A redirect was not followed; check the endpoint.';

/** Messages for responses without a body, such as those to HEAD. */
const defaultMessages: Readonly<Record<number, string>> = {
  301: redirected,
  302: redirected,
  303: redirected,
  307: redirected,
  308: redirected,
  401: 'The credentials were not accepted.',
  403: 'Access denied.',
  404: 'Not found.',
  412: 'A condition did not hold.',
  416: 'The range is outside the object.',
  429: 'Too many requests.',
};

/**
 * The error for an unsuccessful response. Its code is that of the service's error code, else of the status, else
 * `unavailable` from 500 and `rejected` below.
 */
export function failureFrom(refusal: Refusal, { byReason = {}, byStatus = {} }: FailureTables): CloudError {
  const { field, headers, message, nowMs, reason, requestId, status, subject } = refusal;
  const ofReason = reason !== undefined && Object.hasOwn(byReason, reason) ? byReason[reason] : undefined;
  const ofStatus = byStatus[status] ?? defaultCodes[status] ?? (status >= 500 ? 'unavailable' : 'rejected');
  const retryAfterMs = parseRetryAfter(headers['retry-after'], nowMs);
  const text = message || defaultMessages[status] || 'The service refused the request.';
  const origin = reason ? `${status} ${reason}` : status;
  return new CloudError(ofReason ?? ofStatus, `${describeSubject(subject)}${text} (${origin})`, {
    status,
    ...subject,
    ...(reason && { reason }),
    ...(field !== undefined && { field }),
    ...(requestId && { requestId }),
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  });
}

/** Whether a failure is a {@link CloudError} with this error code of the service. */
export function hasReason(failure: unknown, reason: string): boolean {
  return isCloudError(failure) && failure.details.reason === reason;
}

/** The beginning of a message: the resource, and a colon. */
function describeSubject({ container, object, region, ...others }: Subject): string {
  if (container !== undefined) {
    return object === undefined ? `container ${container}: ` : `object ${JSON.stringify(object)} in ${container}: `;
  }
  const [named] = Object.entries({ ...others, ...(region !== undefined && { region }) });
  return named ? `${named[0].replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)} ${named[1]}: ` : '';
}
