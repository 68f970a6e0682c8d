/** How requests are addressed and signed, and how all of them are sent. */
import {
  environment,
  fileChecksums,
  type GetFields,
  type HttpRequest,
  type HttpResponse,
  invalidArgument,
  makePace,
  makeSend,
  nodeCrypto,
  type Operation,
  type OperationsContext,
  type Pace,
  parseEndpoint,
  type RequestBody,
  type RetryPolicy,
  type SentRequest,
  type Subject,
} from '@isobar/core/provider';
import {
  encodeName,
  encodeQuery,
  lateError,
  type Query,
  readDocumentText,
  readError,
  type Send,
  type Signer,
  unsignedPayload,
} from '@isobar/s3-dialect';
import { type AwsCredentials, type AwsKeys, awsCredentials, findRegion, givenKeys } from '@isobar/s3-dialect/aws';
import type { S3Dialect } from './dialects.ts';
import { failureOf } from './failures.ts';
import { maxSkewMs } from './limits.ts';
import { type CheckedS3StorageOptions, dialectOf, regionOf } from './options.ts';
import { makeSigners } from './signers.ts';

/** What all operations of a driver share. */
export interface Scope {
  readonly dialect: S3Dialect;
  /** The address of another service than Amazon's. */
  readonly endpoint: { readonly origin: string; readonly host: string } | undefined;
  readonly addressing: 'virtual' | 'path';
  /** The region of the service, and of buckets unless they are known to be elsewhere. The first request looks around for it. */
  readonly home: { region: string | undefined; isFound: boolean };
  /** The profile that the user names, which may have a region. */
  readonly profile: string | undefined;
  /** The regions of buckets that are in another one. */
  readonly regions: Map<string, string>;
  readonly credentials: AwsCredentials;
  readonly signerFor: (keys: AwsKeys, region: string) => Signer;
  readonly retry: RetryPolicy;
  /** How far the service's clock is ahead of this machine's, in milliseconds, once it has refused a signature. */
  readonly clock: { aheadMs: number };
  /** The budgets of requests: one for each bucket. */
  readonly paces: Map<string, Pace>;
}

/** The namespace of the documents that are sent. */
export const xmlns = 'xmlns="http://s3.amazonaws.com/doc/2006-03-01/"';

/** Headers of requests and responses. */
export type Headers = Readonly<Record<string, string>>;

/** A request to the service, before it is signed. Its names are checked. */
export interface StorageRequest extends SentRequest, GetFields {
  readonly container?: string;
  readonly object?: string;
  readonly method: HttpRequest['method'];
  readonly query?: Query | undefined;
  /** Lower-case names. All are signed. */
  readonly headers?: Headers;
  readonly body?: RequestBody | undefined;
  /** SHA-256 of the body, base64, if it is known. */
  readonly sha256?: string | undefined;
  /** Whether the service answers before it is done; see `lateError`. */
  readonly takesLong?: boolean;
  /** The source of a copy. */
  readonly source?: Subject;
}

/** Makes the scope of a driver. */
export function makeScope(options: CheckedS3StorageOptions, context: OperationsContext): Scope {
  const dialect = dialectOf(options);
  const { addressing, endpoint, key, profile, secret, sessionToken } = options;
  const credentials = profile === undefined ? (options.credentials ?? 'default') : { profile };
  return {
    dialect,
    endpoint: endpoint === undefined ? undefined : parseEndpoint(endpoint),
    addressing: addressing ?? (endpoint === undefined ? dialect.addressing : 'path'),
    home: { region: regionOf(options, dialect), isFound: endpoint !== undefined },
    profile: typeof credentials === 'object' && 'profile' in credentials ? credentials.profile : undefined,
    regions: new Map(),
    credentials:
      key !== undefined && secret !== undefined
        ? givenKeys({ accessKeyId: key, secretAccessKey: secret, ...(sessionToken && { sessionToken }) })
        : awsCredentials(credentials, context.retry),
    signerFor: makeSigners(),
    retry: context.retry,
    clock: { aheadMs: 0 },
    paces: new Map(),
  };
}

/** The keys to sign with, once the region is known. `undefined` for anonymous requests. */
export function* keysOf(scope: Scope, nowMs: number): Operation<AwsKeys | undefined> {
  if (!scope.home.isFound) yield* findHome(scope);
  return yield* scope.credentials.keys(nowMs);
}

/** Finds the region in the environment. Refuses to talk to Amazon where the environment names another service. */
function* findHome({ dialect, home, profile }: Scope): Operation<void> {
  const { variables } = yield* environment(['AWS_ENDPOINT_URL_S3', 'AWS_ENDPOINT_URL', ignoresEndpoints]);
  const [name] = Object.entries(variables).find(([key, value]) => key !== ignoresEndpoints && value) ?? [];
  if (name !== undefined && variables[ignoresEndpoints] !== 'true') {
    const way =
      "pass its address as `endpoint`, with its `dialect`; or Amazon's, such as https://s3.eu-central-1.amazonaws.com";
    throw invalidArgument('endpoint', `is missing, and ${name} names another service: ${way}`);
  }
  home.region ??= (yield* findRegion(profile)) ?? dialect.region;
  home.isFound = true;
}

/** @see https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html */
const ignoresEndpoints = 'AWS_IGNORE_CONFIGURED_ENDPOINT_URLS';

/**
 * Sends a request, and retries it after transient failures. One exchange per attempt, two when the first one shows the bucket's
 * region or the service's time.
 *
 * @throws {CloudError} The error for the response; see `failures.ts`.
 */
export const send: (scope: Scope, request: StorageRequest) => Operation<HttpResponse> = makeSend({
  makeRequest,
  renew: (scope, sent, response, { container }, nowMs) =>
    isOtherRegion(scope, container, sent, response) ||
    isOtherTime(scope, sent, response, nowMs) ||
    isOtherKey(scope, sent, response),
  readResponse: (_, response, { takesLong }) => (takesLong ? lateError(response) : response),
  paceOf({ paces }, { container = '' }) {
    const present = paces.get(container);
    if (present) return present;
    const pace = makePace();
    paces.set(container, pace);
    return pace;
  },
  // The service sends its own headers with HTML objects too.
  ownHeaders: /^x-(amzn?|goog|guploader|rgw|minio)-/,
  subjectOf: (_, { container, object }) => ({ ...(container && { container }), ...(object && { object }) }),
  failureOf: (response, subject, nowMs, { headers = {}, method, query, source }) =>
    failureOf(response, subject, nowMs, {
      source,
      isRepeatable: method === 'PUT' && !query?.uploadId,
      requiresEtag: (method === 'PUT' || method === 'POST') && headers['if-match'] !== undefined,
    }),
});

/** Sends requests of a driver, for what `s3-dialect` reads and writes. */
export function sendOf(scope: Scope): Send {
  return (request) => send(scope, request);
}

function* makeRequest(scope: Scope, request: StorageRequest, nowMs: number): Operation<HttpRequest> {
  const { body, method, sink, maxBodyBytes, decode, checksums, onProgress } = request;
  const keys = yield* keysOf(scope, nowMs);
  const { host, origin, path } = addressOf(scope, request.container, request.object);
  const query = request.query ? encodeQuery(request.query) : '';
  const headers: Record<string, string> = { host, ...request.headers };
  if (body instanceof Uint8Array && headers['content-type'] === 'application/xml') {
    headers['content-md5'] = nodeCrypto().hash('md5', body, 'base64');
  }
  const signed = keys
    ? yield* sign(scope, keys, { method, path, query, headers, body, origin }, request, nowMs)
    : headers;
  return {
    method,
    origin,
    path: query === '' ? path : `${path}?${query}`,
    headers: signed,
    body,
    sink,
    maxBodyBytes,
    decode,
    checksums,
    onProgress,
  };
}

interface Unsigned extends Pick<HttpRequest, 'method' | 'path' | 'origin' | 'headers'> {
  readonly body: RequestBody | undefined;
  readonly query: string;
}

function* sign(
  scope: Scope,
  keys: AwsKeys,
  { body, headers, method, origin, path, query }: Unsigned,
  { container, sha256 }: StorageRequest,
  nowMs: number,
): Operation<Record<string, string>> {
  const own = keys.sessionToken === undefined ? headers : { ...headers, 'x-amz-security-token': keys.sessionToken };
  const payload = yield* payloadHash(body, own, origin, sha256);
  const signer = scope.signerFor(keys, regionOfBucket(scope, container));
  const signed = signer.sign({ method, path, query, headers: own }, nowMs + scope.clock.aheadMs, payload);
  // Sent, not signed: some services change it on the way. Without it a proxy may compress what is stored plain.
  if (method === 'GET' || method === 'HEAD')
    signed['accept-encoding'] = scope.dialect.decodesGzip ? 'gzip' : 'identity';
  return signed;
}

const emptyHash = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';

/**
 * The hash of the body in the signature. A body with a signed checksum is not hashed again where TLS protects it. All others
 * are: the service refuses a body with another hash.
 */
function* payloadHash(
  body: RequestBody | undefined,
  headers: Headers,
  origin: string,
  known: string | undefined,
): Operation<string> {
  if (body === undefined) return emptyHash;
  if (known !== undefined) return Buffer.from(known, 'base64').toString('hex');
  const isChecked = Object.keys(headers).some((name) => name.startsWith('x-amz-checksum-'));
  if (isChecked && origin.startsWith('https:')) return unsignedPayload;
  if (body instanceof Uint8Array) return nodeCrypto().hash('sha256', body, 'hex');
  const { sha256 = '' } = yield* fileChecksums(body, ['sha256']);
  return Buffer.from(sha256, 'base64').toString('hex');
}

/** Where an object is. */
export interface Address {
  readonly origin: string;
  readonly host: string;
  /** Percent-encoded, exactly as it is sent. */
  readonly path: string;
}

/** The address of a bucket or an object; without a bucket, of the service. */
export function addressOf(scope: Scope, container: string | undefined, object: string | undefined): Address {
  const { endpoint } = scope;
  const region = regionOfBucket(scope, container);
  const suffix = region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com';
  const host = endpoint?.host ?? `s3.${region}.${suffix}`;
  const origin = endpoint?.origin ?? `https://${host}`;
  const name = object === undefined ? '' : `/${encodeName(object)}`;
  if (container === undefined) return { origin, host, path: '/' };
  if (scope.addressing === 'path' || !isHostLabel(container, origin)) {
    return { origin, host, path: `/${container}${name}` };
  }
  const [scheme] = origin.split('//');
  return { origin: `${scheme}//${container}.${host}`, host: `${container}.${host}`, path: name || '/' };
}

/** Whether a bucket can stand in a host name: certificates hold for one label only. */
function isHostLabel(container: string, origin: string): boolean {
  return (
    /^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/.test(container) || (origin.startsWith('http:') && !/[A-Z_:]/.test(container))
  );
}

/** The region that a request about a bucket is signed for. */
export function regionOfBucket({ dialect, home, regions }: Scope, container: string | undefined): string {
  return (container === undefined ? undefined : regions.get(container)) ?? home.region ?? dialect.region;
}

/** The signer of URLs and forms of a bucket. `undefined` without credentials. */
export function* signerOf(
  scope: Scope,
  container: string,
  nowMs: number,
): Operation<{ readonly signer: Signer; readonly keys: AwsKeys } | undefined> {
  const keys = yield* keysOf(scope, nowMs);
  return keys && { keys, signer: scope.signerFor(keys, regionOfBucket(scope, container)) };
}

/**
 * What a request was signed with. Another call may have learned something since it was sent, so only this says whether the same
 * request would be another one now. `undefined` for an anonymous request.
 */
function signedWith({ headers }: HttpRequest): { keyId: string; region: string; timeMs: number } | undefined {
  const [, keyId, region] = /Credential=([^/]+)\/\d+\/([^/]+)\//.exec(headers.authorization ?? '') ?? [];
  if (keyId === undefined || region === undefined) return undefined;
  const time = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(headers['x-amz-date'] ?? '') ?? [];
  const [year = 0, month = 0, day, hour, minute, second] = time.slice(1).map(Number);
  return { keyId, region, timeMs: Date.UTC(year, month - 1, day, hour, minute, second) };
}

/**
 * Whether an answer shows that the bucket is in another region than the request was signed for. Remembers it. Hosts that an
 * answer names are never used.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/Redirects.html
 */
function isOtherRegion(
  scope: Scope,
  container: string | undefined,
  sent: HttpRequest,
  { body, headers, status }: HttpResponse,
): boolean {
  if (container === undefined || ![301, 302, 307, 400, 403].includes(status)) return false;
  let region = headers['x-amz-bucket-region'];
  if (region === undefined && status !== 403) {
    const { reason } = readError(body);
    const names = ['AuthorizationHeaderMalformed', 'PermanentRedirect', 'IllegalLocationConstraintException'];
    if (reason !== undefined && names.includes(reason)) region = readDocumentText(body, 'Error', 'Region');
  }
  if (region === undefined || !/^[a-z0-9-]{1,32}$/.test(region)) return false;
  if (region === (signedWith(sent)?.region ?? regionOfBucket(scope, container))) return false;
  scope.regions.set(container, region);
  return true;
}

/** Whether an answer shows that the clocks differ too much. Remembers by how much. */
function isOtherTime(scope: Scope, sent: HttpRequest, { body, headers, status }: HttpResponse, nowMs: number): boolean {
  if (status !== 403) return false;
  const { reason } = readError(body);
  // The answer to a HEAD has no reason.
  if (reason !== undefined && reason !== 'RequestTimeTooSkewed') return false;
  const serverMs = Date.parse(headers.date ?? '');
  const signed = signedWith(sent);
  if (!signed || Number.isNaN(serverMs) || Math.abs(serverMs - signed.timeMs) < maxSkewMs) return false;
  scope.clock.aheadMs = serverMs - nowMs;
  return true;
}

/** Whether an answer shows that the keys have expired, and there are others. */
function isOtherKey({ credentials }: Scope, sent: HttpRequest, { body, status }: HttpResponse): boolean {
  if (status !== 400 && status !== 403) return false;
  const { reason } = readError(body);
  if (reason !== 'ExpiredToken' && reason !== 'InvalidToken' && reason !== 'TokenRefreshRequired') return false;
  const signed = signedWith(sent);
  return signed !== undefined && credentials.drop(signed.keyId);
}
