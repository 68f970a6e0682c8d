/** Reads and writes settings of a bucket or an object, each of which is a document. */
import { hasReason, type Operation } from '@isobar/core/provider';
import type { XmlElement } from '@isobar/core/xml';
import { readDocument } from './documents.ts';
import type { BucketRequest, Send } from './multipart.ts';

/** What a setting belongs to, and its name: `{ container, query: { cors: '' } }`. */
export type SubResource = Pick<BucketRequest, 'container' | 'object' | 'query'>;

/** Reads a setting, whose document has the root element `root`. One exchange. */
export function* readSubResource(send: Send, resource: SubResource, root: string | RegExp): Operation<XmlElement> {
  const { body } = yield* send({ method: 'GET', ...resource, idempotent: true });
  return readDocument(body, root);
}

/** Replaces a setting. One exchange. */
export function* writeSubResource(send: Send, resource: SubResource, document: string): Operation<void> {
  const headers = { 'content-type': 'application/xml' };
  const body = new TextEncoder().encode(document);
  yield* send({ method: 'PUT', ...resource, headers, body, idempotent: true });
}

/** Removes a setting. One exchange. */
export function* removeSubResource(send: Send, resource: SubResource): Operation<void> {
  yield* send({ method: 'DELETE', ...resource, idempotent: true });
}

/** A setting that may be absent. @param reason The service's error code for an absent one. */
export function* ifPresent<Setting>(reading: Operation<Setting>, reason: string): Operation<Setting | undefined> {
  try {
    return yield* reading;
  } catch (failure) {
    if (hasReason(failure, reason)) return undefined;
    throw failure;
  }
}
