/**
 * Google's headers in Amazon's spelling, for interoperability mode: the service refuses a request that has both.
 *
 * @see https://cloud.google.com/storage/docs/interoperability
 */
import { CloudError, nodeCrypto, type RequestBody } from '@isobar/core/provider';
import type { Headers } from '../models.ts';
import type { HeaderSpelling } from './credentials.ts';

const google = 'x-goog-';
const amazon = 'x-amz-';

/**
 * Headers that have a twin: user metadata, and these.
 *
 * @see https://cloud.google.com/storage/docs/migrating#custommeta
 */
const twins: ReadonlySet<string> = new Set([
  'acl',
  'copy-source',
  'copy-source-if-match',
  'copy-source-if-modified-since',
  'copy-source-if-none-match',
  'copy-source-if-unmodified-since',
  'metadata-directive',
  'project-id',
  'storage-class',
]);

/** Amazon's spelling of Google's headers. */
export const amazonSpelling: HeaderSpelling = {
  write(headers: Headers, body: RequestBody | undefined): Record<string, string> {
    const written: Record<string, string> = {};
    for (const [name, value] of Object.entries(headers)) {
      if (!name.startsWith(google)) written[name] = value;
      else if (name === 'x-goog-hash') Object.assign(written, contentMd5(body));
      else if (hasTwin(name.slice(google.length))) written[amazon + name.slice(google.length)] = value;
      else throw withoutTwin(name);
    }
    return written;
  },
  read(headers: Headers): Record<string, string> {
    return Object.fromEntries(
      Object.entries(headers).map(([name, value]) => {
        const isTwin = name.startsWith(amazon) && hasTwin(name.slice(amazon.length));
        return [isTwin ? google + name.slice(amazon.length) : name, value];
      }),
    );
  },
};

function hasTwin(rest: string): boolean {
  return rest.startsWith('meta-') || twins.has(rest);
}

/** What takes the place of a CRC32C: the service stores bytes with this MD5 or none at all. */
function contentMd5(body: RequestBody | undefined): Record<string, string> {
  return body instanceof Uint8Array ? { 'content-md5': nodeCrypto().hash('md5', body, 'base64') } : {};
}

function withoutTwin(name: string): CloudError {
  return new CloudError(
    'unsupported',
    `requests signed as \`aws4\` cannot carry \`${name}\`; connect with \`signature: 'goog4'\`, for which the same key and secret work`,
  );
}
