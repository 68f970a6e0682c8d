/**
 * Uploads from an HTML form, allowed by a signed policy document. The form is checked when its file begins; the file
 * then goes straight into a blob.
 *
 * @see https://cloud.google.com/storage/docs/xml-api/post-object-forms
 */
import { createHash } from 'node:crypto';
import type { OutgoingHttpHeaders } from 'node:http';
import { crc32c } from '../../crc32c.ts';
import { refusal } from '../../errors.ts';
import type { Reply } from '../../front/reply.ts';
import { verifyPolicy } from '../../signatures/policy.ts';
import type { BlobWriter } from '../../store/blobs.ts';
import type { ObjectRecord } from '../../store/records.ts';
import { document, tag } from '../../xml.ts';
import { authorizeBucket } from '../access.ts';
import { checkObjectName } from '../address.ts';
import { receive } from '../body.ts';
import { type Exchange, requireBucket, xmlHeaders } from '../exchange.ts';
import { readAttributes, writtenHeaders } from '../objects/headers.ts';
import { defaultsOf, publishBlob, simpleContent } from '../objects/objects.ts';
import { createFormDecoder, formBoundary } from './multipart-form.ts';
import { checkPolicy, type Fields, type SizeRange } from './policy-conditions.ts';

/** Whether a request is a form. */
export function isForm({ method, headers }: Exchange): boolean {
  return method === 'POST' && formBoundary(headers['content-type']) !== undefined;
}

/** The authorised upload, from the fields before the file. */
interface Upload {
  readonly name: string;
  readonly range: SizeRange;
  /** The exchange with the fields as headers. */
  readonly exchange: Exchange;
}

/** Answers `POST /bucket` with a form. */
export async function postForm(exchange: Exchange): Promise<Reply> {
  const fields = new Map<string, string>();
  const writer = exchange.store.blobs.create();
  const md5 = createHash('md5');
  let crc = 0;
  let size = 0;
  let upload: Upload | undefined;
  const decoder = createFormDecoder(formBoundary(exchange.headers['content-type']) ?? '', {
    field: (name, value) => void fields.set(name.toLowerCase(), value),
    file: (filename) => {
      upload = allow(exchange, fields, filename);
    },
    data(chunk) {
      size += chunk.length;
      if (upload !== undefined && size > upload.range.maxBytes) throw refusal('EntityTooLarge');
      md5.update(chunk);
      crc = crc32c(chunk, crc);
      return writer.write(chunk);
    },
  });
  const { blob, allowed } = await finishOrDiscard(writer, async () => {
    await receive(exchange, decoder.take, {});
    decoder.finish();
    if (upload === undefined) throw refusal('InvalidArgument', 'The form has no file.');
    if (size < upload.range.minBytes) throw refusal('EntityTooSmall');
    return upload;
  });
  const record = publishBlob(exchange, blob, () => {
    const bucket = requireBucket(exchange);
    const attributes = readAttributes(allowed.exchange, defaultsOf(bucket));
    const content = simpleContent(blob, { size, md5: md5.digest(), crc32c: crc });
    return exchange.store.objects.publish(bucket, allowed.name, content, attributes);
  });
  return succeeded(exchange, fields, record);
}

/** Finishes the blob if the work succeeds, else discards it. */
async function finishOrDiscard(
  writer: BlobWriter,
  work: () => Promise<Upload>,
): Promise<{ blob: string; allowed: Upload }> {
  try {
    const allowed = await work();
    return { allowed, blob: await writer.finish() };
  } catch (error) {
    await writer.discard();
    throw error;
  }
}

function allow(exchange: Exchange, fields: Fields, filename: string): Upload {
  const { address, verification } = exchange;
  const caller = verifyPolicy(fields, verification);
  const key = fields.get('key');
  if (key === undefined || key === '') throw refusal('InvalidArgument', 'The form has no key.');
  // Old browsers sent the whole path of the file.
  const name = key.replace(/\$\{filename\}/g, () => filename.replace(/^.*[/\\]/, ''));
  const policy = fields.get('policy');
  const known = new Map([
    ['bucket', address.bucket ?? ''],
    ['key', name],
  ]);
  const range: SizeRange =
    policy === undefined
      ? { minBytes: 0, maxBytes: Number.POSITIVE_INFINITY }
      : checkPolicy(Buffer.from(policy, 'base64').toString(), fields, known, verification.nowMs);
  const formExchange = { ...exchange, caller, headers: headersOf(fields, caller.dialect) };
  const bucket = authorizeBucket(formExchange, 'storage.objects.create', 'WRITE');
  checkObjectName(name);
  readAttributes(formExchange, defaultsOf(bucket));
  return { name, range, exchange: formExchange };
}

const headerFields = /^(cache-control|content-(type|disposition|encoding|language)|x-(goog|amz)-.*)$/;

/** The fields that are headers; `acl` and metadata are accepted in either dialect. Values are the bytes of a header. */
function headersOf(fields: Fields, dialect: 'goog' | 'amz'): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [field, value] of fields) {
    const name = field === 'acl' ? `x-${dialect}-acl` : field;
    if (headerFields.test(name)) headers[name] = Buffer.from(value).toString('latin1');
  }
  return headers;
}

function succeeded(exchange: Exchange, fields: Fields, record: ObjectRecord): Reply {
  const bucket = exchange.address.bucket ?? '';
  const path = `${exchange.address.virtualHost ? '' : `/${bucket}`}/${encodeURIComponent(record.name)}`;
  const location = `http://${exchange.headers.host ?? ''}${path}`;
  const headers: OutgoingHttpHeaders = { ...writtenHeaders(record), Location: location };
  const etag = `"${record.etag}"`;
  const redirect = redirectTo(fields.get('success_action_redirect') ?? fields.get('redirect'), [
    ['bucket', bucket],
    ['key', record.name],
    ['etag', etag],
  ]);
  if (redirect !== undefined) return { status: 303, headers: { ...headers, Location: redirect } };
  const status = fields.get('success_action_status');
  if (status === '200') return { status: 200, headers };
  if (status !== '201') return { status: 204, headers };
  const rows = [tag('Location', location), tag('Bucket', bucket), tag('Key', record.name), tag('ETag', etag)];
  return { status: 201, headers: { ...headers, ...xmlHeaders }, body: document('PostResponse', undefined, ...rows) };
}

/** The URL to redirect to; `undefined` when it cannot be parsed. */
function redirectTo(text: string | undefined, parameters: readonly (readonly [string, string])[]): string | undefined {
  const url = text === undefined ? null : URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol)) return undefined;
  for (const [name, value] of parameters) url.searchParams.append(name, value);
  return url.href;
}
