/**
 * The storage service: parse, authenticate, route, and give every reply the headers Google's front end adds.
 */
import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { refusal, refusalForStatus, StorageError } from '../errors.ts';
import { parseQuery, splitTarget } from '../front/query.ts';
import type { Reply } from '../front/reply.ts';
import type { Backend } from '../front/server.ts';
import { authenticate } from '../signatures/authenticate.ts';
import type { Caller, SignedRequest } from '../signatures/caller.ts';
import type { Store } from '../store/store.ts';
import { addressOf, hostBucket } from './address.ts';
import { answerPreflight, withCors } from './buckets/cors.ts';
import { errorReply } from './error-reply.ts';
import { route } from './routes.ts';
import { isSession } from './uploads/resumable.ts';

/** How the storage service is set up. */
export interface StorageOptions {
  readonly store: Store;
  readonly accessKey: string;
  readonly secret: string;
}

/** Builds the service. */
export function createStorage(options: StorageOptions): Backend {
  const bucketOf = (request: IncomingMessage) =>
    hostBucket(request.headers.host ?? '', (name) => options.store.buckets.find(name) !== undefined);
  return {
    service: 'storage',
    claims: (request) => bucketOf(request) !== undefined,
    failWith: (status) => withFrontHeaders({ ...errorReply(refusalForStatus(status)), status }),
    answer: async (request, proceed) => {
      try {
        return withFrontHeaders(await answer(request, proceed, options, bucketOf(request)));
      } catch (error) {
        return withFrontHeaders(errorReply(asRefusal(error)));
      }
    },
  };
}

function asRefusal(error: unknown): StorageError {
  if (error instanceof StorageError) return error;
  process.stderr.write(`isobar-emulator: ${error instanceof Error ? error.stack : String(error)}\n`);
  return refusal('InternalError');
}

// Opaque to clients: random once, then counted.
const uploadIdPrefix = randomBytes(18).toString('base64url');
let uploadIds = 0;

function withFrontHeaders(reply: Reply): Reply {
  uploadIds++;
  const uploadId = uploadIdPrefix + uploadIds.toString(36).padStart(8, '0');
  return { ...reply, headers: { ...reply.headers, 'X-GUploader-UploadID': uploadId, Server: 'UploadServer' } };
}

async function answer(
  request: IncomingMessage,
  proceed: () => void,
  options: StorageOptions,
  virtualBucket: string | undefined,
): Promise<Reply> {
  const method = request.method ?? '';
  const { path, query: rawQuery } = splitTarget(request.url ?? '/');
  if (isJsonApi(path) && virtualBucket === undefined) return jsonApiRefusal();
  const query = parseQuery(rawQuery);
  const address = addressOf(path, virtualBucket);
  const { headers, headersDistinct } = request;
  const signed: SignedRequest = {
    method,
    rawPath: path,
    query,
    headers,
    values: (name) => headersDistinct[name] ?? [],
    headerNames: Object.keys(headers),
    hostBucket: virtualBucket,
  };
  const bucket = options.store.buckets.find(address.bucket ?? '');
  const { origin } = headers;
  if (method === 'OPTIONS') {
    return answerPreflight(bucket, origin ?? '', headers['access-control-request-method'] ?? '');
  }
  const caller = isSession(method, query.get('upload_id'))
    ? sessionCaller(signed)
    : authenticate(signed, {
        secretOf: (accessKey) => (accessKey === options.accessKey ? options.secret : undefined),
        nowMs: Date.now(),
      });
  const reply = await route({ request, method, headers, query, address, caller, store: options.store, proceed });
  return withCors(reply, bucket, origin, method);
}

/** The address of a resumable upload is its own credential. */
function sessionCaller({ headers }: SignedRequest): Caller {
  const declared = headers['x-goog-content-sha256'];
  const isHash = typeof declared === 'string' && /^[\da-f]{64}$/i.test(declared);
  return { kind: 'owner', family: 'goog', bodySha256: isHash ? declared.toLowerCase() : undefined };
}

/** The JSON API lives on the same host, below paths no bucket request has. */
function isJsonApi(path: string): boolean {
  return /^\/((upload|download|batch)\/)?storage\/v1(\/|$)/.test(path);
}

function jsonApiRefusal(): Reply {
  const message = 'The JSON API is not emulated; use the XML API.';
  return {
    status: 501,
    headers: { 'Content-Type': 'application/json; charset=UTF-8' },
    body: JSON.stringify({
      error: { code: 501, message, errors: [{ message, domain: 'global', reason: 'notImplemented' }] },
    }),
  };
}
