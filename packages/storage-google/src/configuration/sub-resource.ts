/** Reads and writes a bucket's settings, each of which is a document. */
import type { ContainerReference, Operation } from '@isobar/core/provider';
import type { XmlElement } from '@isobar/core/xml';
import { readSubResource as read, writeSubResource as write } from '@isobar/s3-dialect';
import { bucketNameOf } from '../names.ts';
import { type Scope, send } from '../requests.ts';

/** Reads a sub-resource of a bucket, whose document has the root element `root`. One exchange. */
export function* readSubResource(
  scope: Scope,
  container: ContainerReference,
  name: string,
  root: string,
): Operation<XmlElement> {
  const resource = { container: bucketNameOf(container), query: { [name]: '' } };
  return yield* read((request) => send(scope, request), resource, root);
}

/** Replaces a sub-resource of a bucket. One exchange. */
export function* writeSubResource(
  scope: Scope,
  container: ContainerReference,
  name: string,
  document: string,
): Operation<void> {
  const resource = { container: bucketNameOf(container), query: { [name]: '' } };
  yield* write((request) => send(scope, request), resource, document);
}
