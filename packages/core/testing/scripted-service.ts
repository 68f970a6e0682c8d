/**
 * A service that exists only as a script: answers by method and path, whatever the order in which they are asked for.
 * A request that no answer is left for is a mistake of the test, and is thrown past the operation.
 */
import { CloudError, type CloudErrorCode } from '../src/errors.ts';
import type { HttpRequest } from '../src/http.ts';

/** What a service answers. Status 200, no headers and no body unless told otherwise. */
export interface Answer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array | string;
  /** How the body of a streamed answer is cut. Default: one piece. */
  readonly pieceBytes?: number;
  /** The connection breaks after this many bytes of the body, with `breaksWith` or `network`. */
  readonly breaksAfterBytes?: number;
  readonly breaksWith?: CloudErrorCode;
  /** Overrides what was seen of a file body, as when the file changed while it was read. */
  readonly sent?: { readonly sizeBytes: number; readonly crc32c: number };
}

/** An answer, the failure to get one, or a function of the request that makes either. */
export type Reply = Answer | Error | ((request: HttpRequest) => Answer | Error);

/** An answer that never comes. Only what runs beside the exchange can end it. */
export const silence: Answer = {};

/** Which paths an answer is for: the whole path with its query, or a pattern. */
export type PathPattern = string | RegExp;

/** A mistake in a script, or an operation that does what its script does not expect. Never caught by operations. */
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
  readonly isEndless: boolean;
}

/** Answers by method and path, and a record of what was asked. */
export class ScriptedService {
  readonly requests: HttpRequest[] = [];
  /** Says what is wrong with a request, whatever its answer; that is thrown past the operation. */
  problemOf: (request: HttpRequest) => string | undefined = () => undefined;
  readonly #routes: Route[] = [];

  /** Answers requests to a path, one after the other. More of the same path may be added at any time. */
  on(method: HttpRequest['method'], path: PathPattern, ...replies: Reply[]): this {
    this.#routes.push({ method, path, replies, isEndless: false });
    return this;
  }

  /** Answers every request to a path alike. */
  always(method: HttpRequest['method'], path: PathPattern, reply: Reply): this {
    this.#routes.push({ method, path, replies: [reply], isEndless: true });
    return this;
  }

  /** Whether the answer for a request never comes. */
  isSilentFor(request: HttpRequest): boolean {
    return this.#routeOf(request)?.replies[0] === silence;
  }

  /** Takes the answer for a request and records the request. */
  take(request: HttpRequest): Answer {
    this.requests.push(request);
    const problem = this.problemOf(request);
    if (problem !== undefined) throw new ScriptError(`${request.method} ${request.path} ${problem}`);
    if (this.isSilentFor(request)) throw new ScriptError(`nothing ends ${request.method} ${request.path}`);
    const route = this.#routeOf(request);
    const reply = route?.isEndless ? route.replies[0] : route?.replies.shift();
    if (reply === undefined) throw new ScriptError(`no answer left for ${request.method} ${request.path}`);
    const answer = typeof reply === 'function' ? reply(request) : reply;
    if (answer instanceof Error) throw answer;
    return answer;
  }

  #routeOf(request: HttpRequest): Route | undefined {
    return this.#routes.find((other) => other.replies.length > 0 && matches(other, request));
  }

  /** What was asked, each as `METHOD path`. */
  get asked(): string[] {
    return this.requests.map(({ method, path }) => `${method} ${path}`);
  }

  /** Answers that nobody asked for, each as `METHOD path`. */
  get unasked(): string[] {
    return this.#routes
      .filter(({ isEndless, replies }) => !isEndless && replies.length > 0)
      .map(({ method, path }) => `${method} ${path}`);
  }
}

function matches({ method, path }: Route, request: HttpRequest): boolean {
  if (method !== request.method) return false;
  return typeof path === 'string' ? path === request.path : path.test(request.path);
}
