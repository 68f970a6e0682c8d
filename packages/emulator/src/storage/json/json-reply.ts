/**
 * Replies of the JSON API: documents and errors.
 *
 * @see https://cloud.google.com/storage/docs/json_api/v1/status-codes
 */
import type { StorageError } from '../../errors.ts';
import type { Reply } from '../../front/reply.ts';

/** A document. */
export function jsonReply(status: number, value: unknown): Reply {
  return { status, headers: { 'Content-Type': 'application/json; charset=UTF-8' }, body: JSON.stringify(value) };
}

const reasons: Readonly<Record<number, string>> = {
  400: 'invalid',
  401: 'authError',
  403: 'forbidden',
  404: 'notFound',
  405: 'httpMethodNotAllowed',
  409: 'conflict',
  412: 'conditionNotMet',
  501: 'notImplemented',
};

/** A refusal. */
export function jsonErrorReply({ status, message, details, headers }: StorageError): Reply {
  const reply = jsonProblem(status, details ?? message);
  return { ...reply, headers: { ...reply.headers, ...headers } };
}

/** An error with a status and a message. */
export function jsonProblem(status: number, message: string): Reply {
  const reason = reasons[status] ?? 'backendError';
  return jsonReply(status, { error: { code: status, message, errors: [{ message, domain: 'global', reason }] } });
}
