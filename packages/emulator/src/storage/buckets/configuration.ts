/**
 * Sub-resources of a bucket. Those with an effect (versioning, storage class) are settings; the others are documents,
 * whose root element is checked and which are stored and returned.
 *
 * @see https://cloud.google.com/storage/docs/xml-api/overview
 */
import { refusal } from '../../errors.ts';
import type { Reply } from '../../front/reply.ts';
import { document, MULTIPART_NAMESPACE, parseDocument, tag } from '../../xml.ts';
import { authorizeBucket } from '../access.ts';
import { receiveText } from '../body.ts';
import { type Exchange, requireBucket, xmlHeaders } from '../exchange.ts';
import { checkStorageClass } from '../objects/headers.ts';
import { checkCors } from './cors.ts';

/** Root element of each document; a new bucket has an empty document. */
const documentRoots: Readonly<Record<string, string>> = {
  cors: 'CorsConfig',
  lifecycle: 'LifecycleConfiguration',
  logging: 'Logging',
  websiteConfig: 'WebsiteConfiguration',
  billing: 'BillingConfiguration',
  encryptionConfig: 'EncryptionConfiguration',
  tagging: 'Tagging',
};

/** Sub-resources that exist at Amazon or Google, but not here. */
const unimplemented = [
  'accelerate',
  'analytics',
  'encryption',
  'intelligent-tiering',
  'inventory',
  'metrics',
  'notification',
  'object-lock',
  'ownershipControls',
  'policy',
  'policyStatus',
  'publicAccessBlock',
  'replication',
  'requestPayment',
  'website',
];

const settings = ['location', 'storageClass', 'versioning'];

/** The sub-resource of a bucket request, if any. */
export function bucketSubresource(exchange: Exchange): string | undefined {
  const known = [...settings, ...Object.keys(documentRoots), ...unimplemented];
  return known.find((name) => exchange.query.has(name));
}

/** Answers GET and PUT of a sub-resource. */
export async function answerConfiguration(exchange: Exchange, name: string): Promise<Reply> {
  authorizeBucket(exchange, exchange.method === 'PUT' ? 'storage.buckets.update' : 'storage.buckets.get');
  if (unimplemented.includes(name)) throw refusal('NotImplemented', `The sub-resource ${name} is not emulated.`);
  if (exchange.method === 'GET') return read(exchange, name);
  if (exchange.method !== 'PUT' || name === 'location') throw refusal('MethodNotAllowed');
  return write(exchange, name, await receiveText(exchange));
}

function read(exchange: Exchange, name: string): Reply {
  const { settings: current } = requireBucket(exchange);
  const root = documentRoots[name];
  if (root !== undefined) return xml(current.documents[name] ?? document(root, undefined));
  if (name === 'location') return xml(document('LocationConstraint', MULTIPART_NAMESPACE, current.location));
  if (name === 'storageClass') return xml(document('StorageClass', undefined, current.storageClass));
  return xml(document('VersioningConfiguration', undefined, tag('Status', current.versioning)));
}

function write(exchange: Exchange, name: string, text: string): Reply {
  const { buckets } = exchange.store;
  const bucket = requireBucket(exchange);
  if (text.trim() === '') throw refusal('MissingRequestBodyError');
  const root = documentRoots[name];
  if (root !== undefined) {
    parseDocument(text, root);
    if (name === 'cors') checkCors(text);
    buckets.update(bucket, { documents: { ...bucket.settings.documents, [name]: text } });
  } else if (name === 'storageClass') {
    buckets.update(bucket, { storageClass: checkStorageClass(parseDocument(text, 'StorageClass').own.trim()) });
  } else {
    const status = parseDocument(text, 'VersioningConfiguration').text('Status')?.trim();
    if (status !== 'Enabled' && status !== 'Suspended') {
      throw refusal('MalformedXML', 'Status must be Enabled or Suspended.');
    }
    buckets.update(bucket, { versioning: status });
  }
  return { status: 200, headers: {} };
}

function xml(body: string): Reply {
  return { status: 200, headers: xmlHeaders, body };
}
