/**
 * One request to the storage service, with its bucket, object and caller. Handlers take an exchange and return a reply,
 * or throw a `StorageError`.
 */
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { refusal } from '../errors.ts';
import type { BodyFault } from '../front/faults.ts';
import type { Query } from '../front/query.ts';
import type { MultiDelete } from '../options.ts';
import type { Caller, Verification } from '../signatures/caller.ts';
import type { Bucket } from '../store/records.ts';
import type { Store } from '../store/store.ts';
import { LISTING_NAMESPACE, MULTIPART_NAMESPACE } from '../xml.ts';

/** The bucket and the object in the path and the Host header. */
export interface Address {
  readonly bucket?: string | undefined;
  readonly object?: string | undefined;
  /** Whether the bucket came from the Host header. */
  readonly virtualHost: boolean;
}

/** Options that change the emulator's default behaviour. */
export interface Behaviour {
  readonly strict: boolean;
  readonly s3Compat: boolean;
  readonly amazonNamespace: boolean;
  readonly multiDelete: MultiDelete;
}

/** One request. */
export interface Exchange {
  readonly request: IncomingMessage;
  readonly method: string;
  readonly headers: IncomingHttpHeaders;
  readonly query: Query;
  readonly address: Address;
  readonly caller: Caller;
  readonly store: Store;
  readonly verification: Verification;
  readonly behaviour: Behaviour;
  readonly bodyFault?: BodyFault | undefined;
  /** Asks a client that sent `Expect: 100-continue` for its body. */
  proceed(): void;
}

/** A header of either dialect: `extension(exchange, 'acl')` is `x-goog-acl` or `x-amz-acl`. */
export function extension(exchange: Pick<Exchange, 'headers'>, name: string): string | undefined {
  const value = exchange.headers[`x-goog-${name}`] ?? exchange.headers[`x-amz-${name}`];
  return Array.isArray(value) ? value.join(',') : value;
}

/** The bucket of the exchange; 404 when it does not exist. */
export function requireBucket(exchange: Exchange): Bucket {
  const bucket = exchange.store.buckets.find(exchange.address.bucket ?? '');
  if (bucket === undefined) throw refusal('NoSuchBucket');
  return bucket;
}

/** The object's name. Routing guarantees that there is one. */
export function objectName(exchange: Exchange): string {
  return exchange.address.object ?? '';
}

/** The XML namespace of listings. Google has its own; some S3 clients accept only Amazon's. */
export function listingNamespace({ behaviour, caller }: Exchange): string {
  return behaviour.amazonNamespace && caller.dialect === 'amz' ? MULTIPART_NAMESPACE : LISTING_NAMESPACE;
}

/** Headers of every XML document. */
export const xmlHeaders: Readonly<Record<string, string>> = { 'Content-Type': 'application/xml; charset=UTF-8' };
