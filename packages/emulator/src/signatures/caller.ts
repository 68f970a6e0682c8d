/**
 * What authentication finds out: who calls, in which family of headers, and what must still be checked once the body
 * has been read.
 */
import type { KeyObject } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { Query } from '../front/query.ts';
import type { Account } from '../identity/accounts.ts';

/** Which spelling of headers and documents the caller speaks. */
export type Family = 'goog' | 'amz';

/** The outcome of authentication. */
export interface Caller {
  /** Absent: anonymous. */
  readonly account?: Account;
  readonly family: Family;
  /** OAuth scopes, which limit what the caller may do; absent for signed requests. */
  readonly scopes?: readonly string[] | undefined;
  /** SHA-256 the body must have, lower-case hex. */
  readonly bodySha256?: string | undefined;
  /** For a signature that covers a body hash nobody sent: throws unless the signature fits this hash. */
  readonly verifyBody?: ((sha256: string) => void) | undefined;
  /** For bodies signed chunk by chunk. */
  readonly chunkSigning?: ChunkSigning | undefined;
}

/** What it takes to verify the signatures of `aws-chunked` bodies. */
export interface ChunkSigning {
  readonly key: KeyObject;
  readonly timestamp: string;
  readonly scope: string;
  /** Signature of the headers, the first link of the chain. */
  readonly seed: string;
}

/** The request as the verifiers need it: raw, nothing normalised. */
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

/** The keys that exist, and the time. */
export interface Verification {
  secretOf(accessKey: string): string | undefined;
  /** Whose an access key, or a service account, is that was verified. */
  accountOf(id: string): Account;
  /** The public key of a service account. */
  accountKeyOf(email: string): KeyObject | undefined;
  /** What a bearer token may be used for; `undefined` when it is not valid. */
  scopesOf(token: string): readonly string[] | undefined;
  /** Whether to see `accept-encoding` as the real service does, whose front end adds to it before it verifies. */
  readonly rewritesAcceptEncoding: boolean;
  readonly nowMs: number;
}

/** How far a request's clock may be off. */
export const LARGEST_SKEW_MS: number = 15 * 60 * 1000;
