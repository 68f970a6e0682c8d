/**
 * The error document, as Google's servers write it.
 *
 * @see https://cloud.google.com/storage/docs/xml-api/reference-status
 */
import type { StorageError } from '../errors.ts';
import type { Reply } from '../front/reply.ts';
import { document, tag } from '../xml.ts';

/** The reply for a refusal: the error document, or no body for 304. */
export function errorReply(error: StorageError): Reply {
  if (error.status === 304) return { status: 304, headers: { ...error.headers } };
  const extra = Object.entries(error.extra).map(([name, value]) => tag(name, value));
  const now = new Date().toUTCString();
  const details = error.details === undefined ? '' : tag('Details', error.details);
  return {
    status: error.status,
    headers: {
      'Content-Type': 'application/xml; charset=UTF-8',
      'Cache-Control': 'private, max-age=0',
      Date: now,
      Expires: now,
      ...error.headers,
    },
    body: document('Error', undefined, tag('Code', error.code), tag('Message', error.message), details, ...extra),
  };
}
