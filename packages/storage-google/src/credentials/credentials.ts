/** What requests and signed URLs need from credentials. Each kind of credentials has its own file. */
import { CloudError, type Operation, type RequestBody } from '@isobar/core/provider';
import type { SignableRequest, Signer } from '@isobar/s3-dialect';
import type { Headers } from '../models.ts';

/** Authenticates requests. */
export interface Credentials {
  /** The headers of a request, with authorization added. No exchange unless a token must be fetched first. */
  authorize(request: SignableRequest, nowMs: number): Operation<Record<string, string>>;
  /**
   * Takes the headers of a request that got a 401.
   *
   * @returns Whether another attempt would have another authorization. Absent: never.
   */
  renew?(refused: Headers): boolean;
  /**
   * Signs URLs.
   *
   * @throws {CloudError} `unsupported` when there is no key to sign with.
   */
  signer(): Operation<Signer>;
  /** The project of the credentials. Absent: the service knows it, or the user must pass it. */
  project?(): Operation<string | undefined>;
  /** The dialect of headers on the wire, if it is not Google's. */
  readonly dialect?: HeaderDialect;
}

/** A dialect of headers. */
export interface HeaderDialect {
  /**
   * Translates Google's headers to this dialect.
   *
   * @throws {CloudError} `unsupported` for a header that this dialect does not have.
   */
  write(headers: Headers, body: RequestBody | undefined): Record<string, string>;
  /** Translates response headers to Google's. */
  read(headers: Headers): Record<string, string>;
}

/** Refuses to sign, and suggests credentials that can. */
// biome-ignore lint/correctness/useYield: it always throws
export function* noSigner(reason: string): Operation<Signer> {
  throw new CloudError(
    'unsupported',
    `signing a URL needs a key, and ${reason}; connect with \`key\` and \`secret\`, or with \`serviceAccount\``,
  );
}
