/**
 * A scripted service: it answers requests by method and path, in any order. A request without an answer is a mistake in
 * the test; its error bypasses the operation.
 */
import { CloudError, type CloudErrorCode, type HttpRequest, type PassedBytes } from '../provider.ts';

/** An answer of the service. Defaults: status 200, no headers, no body. */
export interface Answer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array | string;
  /** Piece size of a streamed answer. Default: one piece. */
  readonly pieceBytes?: number;
  /** The connection breaks after this many bytes of the body, with `breaksWith` or `network`. */
  readonly breaksAfterBytes?: number;
  readonly breaksWith?: CloudErrorCode;
  /** Overrides size and checksum of a file body, as if the file had changed while it was read. */
  readonly sent?: PassedBytes;
}

/** An answer, the failure to get one, or a function of the request that makes either. */
export type Reply = Answer | Error | ((request: HttpRequest) => Answer | Error);

/** No answer ever. The exchange ends only when something else cancels it. */
export const silence: Answer = {};

/** The paths that an answer is for: a whole path including its query, or a pattern. */
export type PathPattern = string | RegExp;

/** A mistake in a script, or an unexpected request. Operations cannot catch it. */
export class ScriptError extends Error {
  override readonly name = 'ScriptError';
}

/** A connection that broke. */
export function networkFailure(details: { readonly unsent?: boolean } = {}): CloudError {
  return new CloudError('network', 'the connection broke', details);
}

interface Route {
  readonly method: string;
  readonly path: PathPattern;
  readonly replies: Reply[];
  readonly isRepeated: boolean;
}

/** Answers requests and records them. */
export class ScriptedService {
  readonly requests: HttpRequest[] = [];
  /** Checks every request. A problem that it returns is thrown, and bypasses the operation. */
  problemOf: (request: HttpRequest) => string | undefined = () => undefined;
  readonly #routes: Route[] = [];

  /** Adds answers for requests to a path, each used once, in order. More may be added at any time. */
  on(method: HttpRequest['method'], path: PathPattern, ...replies: Reply[]): this {
    this.#routes.push({ method, path, replies, isRepeated: false });
    return this;
  }

  /** Gives every request to a path the same answer. */
  always(method: HttpRequest['method'], path: PathPattern, reply: Reply): this {
    this.#routes.push({ method, path, replies: [reply], isRepeated: true });
    return this;
  }

  /** Whether a request is never answered. */
  isSilentFor(request: HttpRequest): boolean {
    return this.#routeOf(request)?.replies[0] === silence;
  }

  /** Takes the answer for a request and records the request. */
  take(request: HttpRequest): Answer {
    this.requests.push(request);
    const problem = this.problemOf(request);
    if (problem !== undefined) throw new ScriptError(`${request.method} ${request.path} ${problem}`);
    if (this.isSilentFor(request))
      throw new ScriptError(`${request.method} ${request.path} has no answer and nothing cancels it`);
    const route = this.#routeOf(request);
    const reply = route?.isRepeated ? route.replies[0] : route?.replies.shift();
    if (reply === undefined) throw new ScriptError(`no answer left for ${request.method} ${request.path}`);
    const answer = typeof reply === 'function' ? reply(request) : reply;
    if (answer instanceof Error) throw answer;
    return answer;
  }

  #routeOf(request: HttpRequest): Route | undefined {
    return this.#routes.find((other) => other.replies.length > 0 && matches(other, request));
  }

  /** The requests so far, each as `METHOD path`. */
  get asked(): string[] {
    return this.requests.map(({ method, path }) => `${method} ${path}`);
  }

  /** The answers that no request has used, each as `METHOD path`. */
  get unasked(): string[] {
    return this.#routes
      .filter(({ isRepeated, replies }) => !isRepeated && replies.length > 0)
      .map(({ method, path }) => `${method} ${path}`);
  }
}

function matches({ method, path }: Route, request: HttpRequest): boolean {
  if (method !== request.method) return false;
  return typeof path === 'string' ? path === request.path : path.test(request.path);
}
