/** Fills a bucket with empty objects at once, for tests of long listings. */
import { createHash } from 'node:crypto';
import type { Content } from './records.ts';
import type { Store } from './store.ts';

/** Maximum of objects in one request. */
const MAX_OBJECTS = 1_000_000;

/**
 * Creates objects called `PREFIX0000000`, `PREFIX0000001`, …, in one transaction.
 *
 * @throws An `Error` that names the wrong parameter.
 */
export function fillBucket(store: Store, parameters: URLSearchParams): void {
  const bucket = store.buckets.find(parameters.get('bucket') ?? '');
  if (bucket === undefined) throw new Error('"bucket" must be the name of a bucket that exists.');
  const count = Number(parameters.get('count') ?? '');
  if (!(Number.isInteger(count) && count >= 1 && count <= MAX_OBJECTS)) {
    throw new Error(`"count" must be a whole number from 1 to ${MAX_OBJECTS}.`);
  }
  const prefix = parameters.get('prefix') ?? '';
  const empty = createHash('md5').digest();
  const content: Content = {
    segments: [],
    size: 0,
    etag: empty.toString('hex'),
    md5: empty.toString('base64'),
    crc32c: 0,
  };
  const { storageClass, defaultObjectAcl = 'private' } = bucket.settings;
  store.atomically(() => {
    for (let index = 0; index < count; index++) {
      const name = `${prefix}${String(index).padStart(7, '0')}`;
      store.objects.publish(bucket, name, content, { storageClass, acl: defaultObjectAcl, metadata: {} });
    }
  });
}
