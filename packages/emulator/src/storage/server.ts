/**
 * The storage service: parses, authenticates and routes requests, and adds the headers of Google's front end to
 * replies.
 */
import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { refusal, refusalForStatus, StorageError } from '../errors.ts';
import { parseQuery, splitTarget } from '../front/query.ts';
import type { Reply } from '../front/reply.ts';
import type { Backend } from '../front/server.ts';
import { guest, type KeyPair, owningAccounts } from '../identity/accounts.ts';
import type { Identity } from '../identity/identity.ts';
import { authenticate } from '../signatures/authenticate.ts';
import type { Caller, SignedRequest, Verification } from '../signatures/caller.ts';
import type { Store } from '../store/store.ts';
import { addressOf, hostBucket } from './address.ts';
import { answerPreflight, withCors } from './buckets/cors.ts';
import { errorReply } from './error-reply.ts';
import type { Behaviour, Exchange } from './exchange.ts';
import { answerJson, isJsonApi, jsonAddress } from './json/json-api.ts';
import { jsonErrorReply } from './json/json-reply.ts';
import { route } from './routes.ts';
import { isSession } from './uploads/resumable.ts';

/** Options of the storage service. */
export interface StorageOptions extends Behaviour {
  readonly store: Store;
  readonly accessKey: string;
  readonly secret: string;
  readonly accounts: readonly KeyPair[];
  readonly identity: Identity;
}

/** Builds the service. */
export function createStorage(options: StorageOptions): Backend {
  const bucketOf = (request: IncomingMessage) =>
    hostBucket(request.headers.host ?? '', (name) => options.store.buckets.find(name) !== undefined);
  const verification = createVerification(options);
  return {
    service: 'storage',
    claims: (request) => bucketOf(request) !== undefined,
    failWith: (status) => withFrontHeaders({ ...errorReply(refusalForStatus(status)), status }),
    answer: async (request, proceed, bodyFault) => {
      try {
        const bucket = bucketOf(request);
        const identified = bucket === undefined ? options.identity.answer(request, proceed) : undefined;
        return (
          identified ?? withFrontHeaders(await answer({ request, proceed, bodyFault }, options, bucket, verification()))
        );
      } catch (error) {
        const isJson = isJsonApi(splitTarget(request.url ?? '').path) && bucketOf(request) === undefined;
        return withFrontHeaders((isJson ? jsonErrorReply : errorReply)(asRefusal(error)));
      }
    },
  };
}

function asRefusal(error: unknown): StorageError {
  if (error instanceof StorageError) return error;
  process.stderr.write(`isobar-emulator: ${error instanceof Error ? error.stack : String(error)}\n`);
  return refusal('InternalError');
}

// Opaque to clients: a random prefix and a count.
const uploadIdPrefix = randomBytes(18).toString('base64url');
let uploadIds = 0;

function withFrontHeaders(reply: Reply): Reply {
  uploadIds++;
  const uploadId = uploadIdPrefix + uploadIds.toString(36).padStart(8, '0');
  return { ...reply, headers: { ...reply.headers, 'X-GUploader-UploadID': uploadId, Server: 'UploadServer' } };
}

async function answer(
  incoming: Pick<Exchange, 'request' | 'proceed' | 'bodyFault'>,
  options: StorageOptions,
  virtualBucket: string | undefined,
  verification: Verification,
): Promise<Reply> {
  const { request } = incoming;
  const method = request.method ?? '';
  const { path, query: rawQuery } = splitTarget(request.url ?? '/');
  const isJson = isJsonApi(path) && virtualBucket === undefined;
  const query = parseQuery(rawQuery);
  const address = isJson ? jsonAddress(path) : addressOf(path, virtualBucket);
  const { headers, headersDistinct } = request;
  const signed: SignedRequest = {
    method,
    rawPath: path,
    query,
    headers,
    values: (name) => (Object.hasOwn(headersDistinct, name) ? (headersDistinct[name] ?? []) : []),
    headerNames: Object.keys(headers),
    hostBucket: virtualBucket,
  };
  const bucket = options.store.buckets.find(address.bucket ?? '');
  const { origin } = headers;
  if (method === 'OPTIONS') {
    return answerPreflight(bucket, origin ?? '', headers['access-control-request-method'] ?? '');
  }
  const caller = isSession(method, query.get('upload_id')) ? sessionCaller(signed) : authenticate(signed, verification);
  const { store } = options;
  const exchange = { ...incoming, method, headers, query, address, caller, store, verification, behaviour: options };
  const reply = isJson ? await answerJson(exchange, path) : await route(exchange);
  return withCors(reply, bucket, origin, method);
}

/** Gives the known keys and tokens with the current time. */
function createVerification({ accessKey, secret, accounts, identity, strict }: StorageOptions): () => Verification {
  const owning = owningAccounts({ accessKey, secret }, accounts);
  const byKey = new Map([guest, ...owning].map((account) => [account.accessKey, account]));
  return () => {
    const nowMs = Date.now();
    return {
      secretOf: (key) => byKey.get(key)?.secret,
      // The service account is the emulator's own.
      accountOf: (id) => byKey.get(id) ?? owning[0],
      accountKeyOf: (email) => identity.account.keyOf(email),
      scopesOf: (token) => identity.scopesOf(token, nowMs),
      rewritesAcceptEncoding: strict,
      nowMs,
    };
  };
}

/** The address of a resumable upload is its own credential. */
function sessionCaller({ headers }: SignedRequest): Caller {
  const declared = headers['x-goog-content-sha256'];
  const isHash = typeof declared === 'string' && /^[\da-f]{64}$/i.test(declared);
  return { dialect: 'goog', bodySha256: isHash ? declared.toLowerCase() : undefined };
}
