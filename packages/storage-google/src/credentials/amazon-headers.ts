/**
 * Translates headers between Google's and Amazon's dialect, for interoperability mode. The service refuses a request
 * with headers of both.
 *
 * @see https://cloud.google.com/storage/docs/interoperability
 */
import { CloudError, nodeCrypto, type RequestBody } from '@isobar/core/provider';
import type { Headers } from '../models.ts';
import type { HeaderDialect } from './credentials.ts';

const google = 'x-goog-';
const amazon = 'x-amz-';

/**
 * Headers that exist in both dialects, besides user metadata.
 *
 * @see https://cloud.google.com/storage/docs/migrating#custommeta
 */
const sharedNames: ReadonlySet<string> = new Set([
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

/** Amazon's dialect. */
export const amazonHeaders: HeaderDialect = {
  write(headers: Headers, body: RequestBody | undefined): Record<string, string> {
    const written: Record<string, string> = {};
    for (const [name, value] of Object.entries(headers)) {
      if (!name.startsWith(google)) written[name] = value;
      else if (name === 'x-goog-hash') Object.assign(written, contentMd5(body));
      else if (hasAmazonName(name.slice(google.length))) written[amazon + name.slice(google.length)] = value;
      else throw noAmazonName(name);
    }
    return written;
  },
  read(headers: Headers): Record<string, string> {
    return Object.fromEntries(
      Object.entries(headers).map(([name, value]) => {
        const isShared = name.startsWith(amazon) && hasAmazonName(name.slice(amazon.length));
        return [isShared ? google + name.slice(amazon.length) : name, value];
      }),
    );
  },
};

function hasAmazonName(rest: string): boolean {
  return rest.startsWith('meta-') || sharedNames.has(rest);
}

/** Replaces a CRC32C: the service refuses bytes that do not have this MD5. */
function contentMd5(body: RequestBody | undefined): Record<string, string> {
  return body instanceof Uint8Array ? { 'content-md5': nodeCrypto().hash('md5', body, 'base64') } : {};
}

function noAmazonName(name: string): CloudError {
  return new CloudError(
    'unsupported',
    `requests signed as \`aws4\` cannot carry \`${name}\`; connect with \`signature: 'goog4'\`, which takes the same key and secret`,
  );
}
