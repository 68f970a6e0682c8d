/** What requests and signed URLs need of credentials, whatever their kind. Each kind has a file of its own. */
import type { Operation, RequestBody } from '@isobar/core/provider';
import type { SignableRequest, Signer } from '../dialect/signature-v4.ts';
import type { Headers } from '../models.ts';

/** Proves who asks. */
export interface Credentials {
  /** The headers of a request, with the proof added. No exchange, but where a token must be had first. */
  authorize(request: SignableRequest, nowMs: number): Operation<Record<string, string>>;
  /**
   * Told the headers of a request that was answered with 401.
   *
   * @returns Whether another try would have another proof. Absent: never.
   */
  renew?(refused: Headers): boolean;
  /**
   * Signs URLs.
   *
   * @throws {CloudError} `unsupported` when there is no key to sign with.
   */
  signer(): Operation<Signer>;
  /** The project that the credentials belong to. Absent: the service knows it, or the user must say it. */
  project?(): Operation<string | undefined>;
  /** How Google's headers are written on the wire, if not as they are. */
  readonly spelling?: HeaderSpelling;
}

/** Another spelling of headers. */
export interface HeaderSpelling {
  /**
   * Google's headers in this spelling.
   *
   * @throws {CloudError} `unsupported` for one that has no such spelling.
   */
  write(headers: Headers, body: RequestBody | undefined): Record<string, string>;
  /** An answer's headers in Google's spelling. */
  read(headers: Headers): Record<string, string>;
}

/** An operation that has its result already. */
// biome-ignore lint/correctness/useYield: there is nothing to ask for
export function* given<Result>(result: Result): Operation<Result> {
  return result;
}
