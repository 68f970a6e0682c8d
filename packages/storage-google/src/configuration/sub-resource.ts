/** Reads and writes a bucket's settings, each of which is a document. */
import type { ContainerReference, Operation } from '@isobar/core/provider';
import type { XmlElement } from '@isobar/core/xml';
import { readDocument } from '@isobar/s3-dialect';
import { bucketNameOf } from '../names.ts';
import { type Scope, send } from '../requests.ts';

/** Reads a sub-resource of a bucket, whose document has the root element `root`. One exchange. */
export function* readSubResource(
  scope: Scope,
  container: ContainerReference,
  name: string,
  root: string,
): Operation<XmlElement> {
  const query = { [name]: '' };
  const response = yield* send(scope, { method: 'GET', container: bucketNameOf(container), query, idempotent: true });
  return readDocument(response.body, root);
}

/** Replaces a sub-resource of a bucket. One exchange. */
export function* writeSubResource(
  scope: Scope,
  container: ContainerReference,
  name: string,
  document: string,
): Operation<void> {
  yield* send(scope, {
    method: 'PUT',
    container: bucketNameOf(container),
    query: { [name]: '' },
    headers: { 'content-type': 'application/xml' },
    body: new TextEncoder().encode(document),
    idempotent: true,
  });
}
