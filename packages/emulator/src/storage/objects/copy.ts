/**
 * Copies and compositions. Neither moves bytes: the new object refers to the same blobs.
 *
 * @see https://cloud.google.com/storage/docs/xml-api/put-object-copy
 * @see https://cloud.google.com/storage/docs/xml-api/put-object-compose
 */
import { createHash } from 'node:crypto';
import { combine } from '../../crc32c.ts';
import { refusal } from '../../errors.ts';
import { decodeComponent } from '../../front/query.ts';
import type { Reply } from '../../front/reply.ts';
import type { Attributes, Bucket, Content, ObjectRecord } from '../../store/records.ts';
import { document, MULTIPART_NAMESPACE, parseDocument, tag, type XmlElement } from '../../xml.ts';
import { authorizeBucket, authorizeObject } from '../access.ts';
import { checkObjectName } from '../address.ts';
import { receiveText } from '../body.ts';
import { type Exchange, extension, objectName, requireBucket, xmlHeaders } from '../exchange.ts';
import { checkConditions, readAttributes, readConditions, writtenHeaders } from './headers.ts';
import { defaultsOf } from './objects.ts';
import { moment, names } from './ranges.ts';

/** Maximum of components in one composition. */
const MAX_COMPONENTS = 32;

/** Answers `PUT /bucket/object` with `x-goog-copy-source`. */
export async function copyObject(exchange: Exchange): Promise<Reply> {
  authorizeBucket(exchange, 'storage.objects.create', 'WRITE');
  const name = objectName(exchange);
  checkObjectName(name);
  const directive = (extension(exchange, 'metadata-directive') ?? 'COPY').toUpperCase();
  if (directive !== 'COPY' && directive !== 'REPLACE') {
    throw refusal('InvalidArgument', `Unknown metadata directive: ${directive}`);
  }
  const conditions = readConditions(exchange);
  await receiveText(exchange);
  const { store } = exchange;
  const record = store.atomically(() => {
    const bucket = requireBucket(exchange);
    const source = requireSource(exchange);
    checkSourceConditions(exchange, source);
    checkConditions(conditions, store.objects.findLive(bucket, name));
    const attributes =
      directive === 'COPY' ? copiedAttributes(exchange, bucket, source) : replacedAttributes(exchange, bucket, source);
    return store.objects.publish(bucket, name, source, attributes);
  });
  const result = [tag('LastModified', new Date(record.updatedMs).toISOString()), tag('ETag', `"${record.etag}"`)];
  const body = document('CopyObjectResult', MULTIPART_NAMESPACE, ...result);
  return { status: 200, headers: { ...writtenHeaders(record), ...xmlHeaders }, body };
}

function copiedAttributes(exchange: Exchange, bucket: Bucket, source: ObjectRecord): Attributes {
  const { storageClass, acl, owner } = readAttributes(exchange, defaultsOf(bucket));
  return { ...source.attributes, storageClass, acl, owner };
}

function replacedAttributes(exchange: Exchange, bucket: Bucket, source: ObjectRecord): Attributes {
  return { ...readAttributes(exchange, defaultsOf(bucket)), componentCount: source.attributes.componentCount };
}

/** The object in `x-goog-copy-source`, percent-encoded, with or without a leading slash. */
function requireSource(exchange: Exchange): ObjectRecord {
  const header = (extension(exchange, 'copy-source') ?? '').replace(/^\//, '');
  const [path = '', query = ''] = header.split('?');
  const slash = path.indexOf('/');
  if (slash < 1 || slash === path.length - 1) throw refusal('InvalidArgument', 'The copy source names no object.');
  const bucketName = decodeComponent(path.slice(0, slash));
  const name = decodeComponent(path.slice(slash + 1));
  const generation = extension(exchange, 'copy-source-generation') ?? /^versionId=(\d+)$/.exec(query)?.[1];
  const { store } = exchange;
  const bucket = store.buckets.find(bucketName);
  if (bucket === undefined) throw refusal('NoSuchBucket');
  const record =
    generation === undefined
      ? store.objects.findLive(bucket, name)
      : store.objects.findGeneration(bucket, name, Number(generation));
  return authorizeObject(exchange, 'storage.objects.get', { bucket, name, record });
}

function checkSourceConditions(exchange: Exchange, source: ObjectRecord): void {
  const condition = (name: string) => extension(exchange, `copy-source-if-${name}`);
  const match = condition('match');
  // ETags of multipart uploads are not accepted as conditions.
  if (match?.includes('-') === true) throw refusal('InvalidArgument', 'The ETag of the copy source cannot be matched.');
  const updated = Math.floor(source.updatedMs / 1000) * 1000;
  const noneMatch = condition('none-match');
  const holds =
    (match === undefined || names(match, source.etag)) &&
    (noneMatch === undefined || !names(noneMatch, source.etag)) &&
    updated > moment(condition('modified-since'), Number.NEGATIVE_INFINITY) &&
    updated <= moment(condition('unmodified-since'), Number.POSITIVE_INFINITY);
  if (!holds) throw refusal('PreconditionFailed');
  const number = (text: string | undefined) => (text === undefined ? undefined : Number(text));
  const conditions = {
    generation: number(condition('generation-match')),
    metageneration: number(condition('metageneration-match')),
  };
  checkConditions(conditions, source);
}

/** Answers `PUT /bucket/object?compose`. */
export async function composeObject(exchange: Exchange): Promise<Reply> {
  const destination = authorizeBucket(exchange, 'storage.objects.create', 'WRITE');
  const name = objectName(exchange);
  checkObjectName(name);
  const attributes = readAttributes(exchange, defaultsOf(destination));
  const conditions = readConditions(exchange);
  const wanted = parseDocument(await receiveText(exchange), 'ComposeRequest').children('Component');
  if (wanted.length < 1 || wanted.length > MAX_COMPONENTS) {
    throw refusal('InvalidArgument', `A composition has from 1 to ${MAX_COMPONENTS} components.`);
  }
  const { store } = exchange;
  const record = store.atomically(() => {
    const bucket = requireBucket(exchange);
    const components = wanted.map((element) => requireComponent(exchange, bucket, element));
    checkConditions(conditions, store.objects.findLive(bucket, name));
    const componentCount = components.reduce((sum, { attributes: { componentCount: own = 1 } }) => sum + own, 0);
    return store.objects.publish(bucket, name, composed(components), { ...attributes, componentCount });
  });
  const count = String(record.attributes.componentCount);
  return { status: 200, headers: { ...writtenHeaders(record), 'x-goog-component-count': count } };
}

function requireComponent(exchange: Exchange, bucket: Bucket, element: XmlElement): ObjectRecord {
  const name = element.text('Name') ?? '';
  const generation = element.text('Generation');
  const condition = element.text('IfGenerationMatch');
  const { objects } = exchange.store;
  const found =
    generation === undefined
      ? objects.findLive(bucket, name)
      : objects.findGeneration(bucket, name, Number(generation));
  const record = authorizeObject(exchange, 'storage.objects.get', { bucket, name, record: found });
  if (condition !== undefined) checkConditions({ generation: Number(condition) }, record);
  return record;
}

/** The content of all components: with a CRC32C but no MD5, and an ETag that is not an MD5. */
function composed(components: readonly ObjectRecord[]): Content {
  const pinned = components.map(({ etag, generation }) => `${etag}@${generation}`).join();
  const etag = createHash('md5').update(pinned).digest('base64url').slice(0, 16);
  return {
    segments: components.flatMap(({ segments }) => segments),
    size: components.reduce((sum, { size }) => sum + size, 0),
    etag: `-${etag}`,
    crc32c: components.reduce((crc, { crc32c, size }) => combine(crc, crc32c, size), 0),
  };
}
