/**
 * Reads bucket and object from the Host header and the raw path. The path is decoded once and not normalised.
 *
 * @see https://cloud.google.com/storage/docs/request-endpoints
 */
import { isIP } from 'node:net';
import { refusal } from '../errors.ts';
import { decodeComponent } from '../front/query.ts';
import type { Address } from './exchange.ts';

/** Hosts below which the first label or labels name a bucket. */
const virtualSuffixes = ['.storage.googleapis.com', '.localhost'];

/** The bucket in a Host header, if any. */
export function hostBucket(host: string, bucketExists: (name: string) => boolean): string | undefined {
  const name = host.replace(/:\d+$/, '').toLowerCase();
  if (name === 'localhost' || name.startsWith('[') || isIP(name) !== 0) return undefined;
  const suffix = virtualSuffixes.find((candidate) => name.endsWith(candidate));
  if (suffix !== undefined) return name.slice(0, -suffix.length);
  // A custom domain is the bucket's name. Any other host (such as a regional endpoint) means path style.
  return name.includes('.') && bucketExists(name) ? name : undefined;
}

/** Reads the address of a request. */
export function addressOf(rawPath: string, virtualBucket: string | undefined): Address {
  if (virtualBucket !== undefined) {
    const object = decodeComponent(rawPath.slice(1));
    return { bucket: virtualBucket, object: object === '' ? undefined : object, virtualHost: true };
  }
  const slash = rawPath.indexOf('/', 1);
  const bucket = decodeComponent(slash < 0 ? rawPath.slice(1) : rawPath.slice(1, slash));
  const object = slash < 0 ? '' : decodeComponent(rawPath.slice(slash + 1));
  if (bucket === '' && object !== '') throw refusal('InvalidBucketName', 'The bucket name is empty.');
  return { bucket: bucket === '' ? undefined : bucket, object: object === '' ? undefined : object, virtualHost: false };
}

/** Maximum length of an object name, in bytes of UTF-8. */
const MAX_NAME_BYTES = 1024;

/**
 * Refuses names that no object can have.
 *
 * @see https://cloud.google.com/storage/docs/objects#naming
 */
export function checkObjectName(name: string): void {
  if (Buffer.byteLength(name) > MAX_NAME_BYTES) throw refusal('KeyTooLong');
  if (/[\r\n]/.test(name)) throw refusal('InvalidObjectName', 'Object names must not contain line breaks.');
  if (name === '.' || name === '..' || name.startsWith('.well-known/acme-challenge/')) {
    throw refusal('InvalidObjectName', `The name ${name} is reserved.`);
  }
}

/**
 * Refuses names that no bucket can have.
 *
 * @see https://cloud.google.com/storage/docs/buckets#naming
 */
export function checkBucketName(name: string): void {
  const labels = name.split('.');
  const valid =
    /^[a-z0-9][a-z0-9\-_.]{1,220}[a-z0-9]$/.test(name) &&
    name.length <= (labels.length > 1 ? 222 : 63) &&
    labels.every((label) => label.length <= 63) &&
    !/\.\.|\.-|-\./.test(name) &&
    isIP(name) === 0 &&
    !name.startsWith('goog') &&
    !name.includes('google');
  if (!valid) throw refusal('InvalidBucketName', `Invalid bucket name: '${name}'`);
}
