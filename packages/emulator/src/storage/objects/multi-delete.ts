/**
 * Deleting many objects in one request.
 *
 * @see https://cloud.google.com/storage/docs/xml-api/post-bucket-delete
 */
import { refusal } from '../../errors.ts';
import type { Reply } from '../../front/reply.ts';
import { document, group, MULTIPART_NAMESPACE, parseDocument, tag, type XmlElement } from '../../xml.ts';
import { authorizeBucket } from '../access.ts';
import { receiveText } from '../body.ts';
import { type Exchange, requireBucket, xmlHeaders } from '../exchange.ts';

/** Maximum of objects in one request. */
const MAX_OBJECTS = 1000;

/** Answers `POST /bucket?delete`. A missing object counts as deleted. */
export async function deleteObjects(exchange: Exchange): Promise<Reply> {
  requireEnabled(exchange);
  authorizeBucket(exchange, 'storage.objects.delete', 'WRITE');
  const request = parseDocument(await receiveText(exchange), 'Delete');
  const objects = request.children('Object');
  if (objects.length === 0) throw refusal('MalformedXML', 'The list of objects is empty.');
  if (objects.length > MAX_OBJECTS) {
    throw refusal('InvalidMultiObjectDeleteRequest', `At most ${MAX_OBJECTS} objects can be deleted in one request.`);
  }
  const quiet = request.text('Quiet')?.trim() === 'true';
  const outcomes = exchange.store.atomically(() => objects.map((element) => deleteOne(exchange, element, quiet)));
  return { status: 200, headers: xmlHeaders, body: document('DeleteResult', MULTIPART_NAMESPACE, ...outcomes) };
}

/** The real service lacked this for years, and refused it in two ways. */
function requireEnabled({ behaviour: { multiDelete } }: Exchange): void {
  if (multiDelete === 'unsupported') throw refusal('NotImplemented');
  if (multiDelete === 'create-error') throw refusal('InvalidArgument', 'Cannot create buckets using a POST.');
}

function deleteOne(exchange: Exchange, element: XmlElement, quiet: boolean): string {
  const { objects } = exchange.store;
  const bucket = requireBucket(exchange);
  const key = element.text('Key') ?? '';
  const version = element.text('VersionId')?.trim();
  const named = [tag('Key', key), tag('VersionId', version)];
  if (key === '') throw refusal('MalformedXML', 'An object has no key.');
  if (version !== undefined && !/^\d{1,19}$/.test(version)) {
    return group('Error', ...named, tag('Code', 'InvalidArgument'), tag('Message', 'Invalid argument.'));
  }
  if (version === undefined) {
    const live = objects.findLive(bucket, key);
    if (live !== undefined) objects.removeLive(bucket, live);
  } else {
    const record = objects.findGeneration(bucket, key, Number(version));
    if (record !== undefined) objects.erase(record);
  }
  return quiet ? '' : group('Deleted', ...named);
}
