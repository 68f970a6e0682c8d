/**
 * The result of authentication: the caller, the dialect of the request, and what must still be checked once the body
 * has been read.
 */
import type { KeyObject } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { Query } from '../front/query.ts';
import type { Account } from '../identity/accounts.ts';

/** Whether headers and documents are Google's or Amazon's. */
export type Dialect = 'goog' | 'amz';

/** The outcome of authentication. */
export interface Caller {
  /** Absent: anonymous. */
  readonly account?: Account;
  readonly dialect: Dialect;
  /** OAuth scopes, which limit what the caller may do; absent for signed requests. */
  readonly scopes?: readonly string[] | undefined;
  /** The SHA-256 that the body must have, lower-case hex. */
  readonly bodySha256?: string | undefined;
  /** For a signature over a body hash that was not sent: throws unless the signature matches this hash. */
  readonly verifyBody?: ((sha256: string) => void) | undefined;
  /** For bodies signed chunk by chunk. */
  readonly chunkSigning?: ChunkSigning | undefined;
}

/** The data to verify the signatures of `aws-chunked` bodies. */
export interface ChunkSigning {
  readonly key: KeyObject;
  readonly timestamp: string;
  readonly scope: string;
  /** Signature of the headers, the first link of the chain. */
  readonly seed: string;
}

/** The raw request for the verifiers, nothing normalised. */
export interface SignedRequest {
  readonly method: string;
  readonly rawPath: string;
  readonly query: Query;
  readonly headers: IncomingHttpHeaders;
  /** Every value of a header, in order. */
  values(name: string): readonly string[];
  readonly headerNames: readonly string[];
  /** The bucket named by the Host header, if any; V2 puts it into the resource. */
  readonly hostBucket?: string | undefined;
}

/** The known keys and tokens, and the time. */
export interface Verification {
  secretOf(accessKey: string): string | undefined;
  /** The account of a verified access key or service account. */
  accountOf(id: string): Account;
  /** The public key of a service account. */
  accountKeyOf(email: string): KeyObject | undefined;
  /** The scopes of a bearer token; `undefined` when it is not valid. */
  scopesOf(token: string): readonly string[] | undefined;
  /** Whether to verify `accept-encoding` as the real service does, whose front end changes it first. */
  readonly rewritesAcceptEncoding: boolean;
  readonly nowMs: number;
}

/** Maximum skew of a request's clock. */
export const MAX_SKEW_MS: number = 15 * 60 * 1000;
