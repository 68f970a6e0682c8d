/**
 * Keys of the role that a container or a machine runs as, from servers that only it can reach.
 *
 * @see https://docs.aws.amazon.com/sdkref/latest/guide/feature-container-credentials.html
 * @see https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instancedata-data-retrieval.html
 */
import {
  CloudError,
  type Environment,
  environment,
  exchange,
  type HttpRequest,
  isCloudError,
  isLoopback,
  type Operation,
  type RetryPolicy,
  readFile,
  retry,
  withTimeout,
} from '@isobar/core/provider';
import { type AwsKeys, jsonIn, keysIn } from './keys.ts';

/** How long these servers may take, in milliseconds: they are near, or not there. */
const containerTimeoutMs = 2000;
const instanceTimeoutMs = 1000;

const decoder = new TextDecoder();

const containerVariables = [
  'AWS_CONTAINER_CREDENTIALS_RELATIVE_URI',
  'AWS_CONTAINER_CREDENTIALS_FULL_URI',
  'AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE',
  'AWS_CONTAINER_AUTHORIZATION_TOKEN',
];

/** Keys from the container's server (ECS, EKS Pod Identity); `undefined` when the environment names none. */
export function* containerKeys(policy: RetryPolicy): Operation<AwsKeys | undefined> {
  const { variables } = yield* environment(containerVariables);
  const address = containerAddress(variables);
  if (!address) return undefined;
  const authorization = yield* containerToken(variables);
  const { host, origin, pathname, search } = address;
  const request: HttpRequest = {
    method: 'GET',
    origin,
    path: pathname + search,
    headers: { host, accept: 'application/json', ...(authorization !== undefined && { authorization }) },
  };
  return yield* retry({ ...policy, attempts: Math.min(policy.attempts, 3) }, true, function* () {
    const response = yield* withTimeout(exchange(request), containerTimeoutMs);
    if (response.status === 200) return keysIn(jsonIn(decoder.decode(response.body)), host);
    const code = response.status >= 500 ? 'unavailable' : 'unauthenticated';
    throw new CloudError(code, `${host} gave no keys of the container's role (${response.status})`, {
      status: response.status,
    });
  });
}

/** The hosts that may get the container's token over plain HTTP, besides this machine. */
const containerHosts: readonly string[] = ['169.254.170.2', '169.254.170.23', '[fd00:ec2::23]'];

function containerAddress(variables: Environment['variables']): URL | undefined {
  const { AWS_CONTAINER_CREDENTIALS_FULL_URI: full, AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: relative } = variables;
  if (relative) return new URL(relative, 'http://169.254.170.2');
  if (!full) return undefined;
  const url = URL.parse(full);
  const isSafe =
    url?.protocol === 'https:' ||
    (url?.protocol === 'http:' && (isLoopback(url.hostname) || containerHosts.includes(url.hostname)));
  if (url && isSafe) return url;
  const rule = 'must be an https URL, or an http URL of this machine or of a container server';
  throw new CloudError('unauthenticated', `AWS_CONTAINER_CREDENTIALS_FULL_URI ${rule}`);
}

function* containerToken(variables: Environment['variables']): Operation<string | undefined> {
  const file = variables.AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE;
  let token = variables.AWS_CONTAINER_AUTHORIZATION_TOKEN || undefined;
  if (file) {
    const bytes = yield* readFile(file, { maxBytes: 64 * 1024 });
    if (!bytes)
      throw new CloudError(
        'unauthenticated',
        `AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE names ${file}, which does not exist`,
      );
    token = decoder.decode(bytes).trim();
  }
  if (token === undefined || /^[\x20-\x7e]+$/.test(token)) return token;
  throw new CloudError(
    'unauthenticated',
    'the authorization token of the container has characters that a header cannot have',
  );
}

/**
 * Keys from the machine's metadata server, version 2; `undefined` when there is none, or the machine has no role.
 *
 * @throws {CloudError} `unauthenticated`, `unavailable`.
 */
export function* instanceKeys(): Operation<AwsKeys | undefined> {
  const { variables } = yield* environment(['AWS_EC2_METADATA_DISABLED', 'AWS_EC2_METADATA_SERVICE_ENDPOINT']);
  if (variables.AWS_EC2_METADATA_DISABLED?.toLowerCase() === 'true') return undefined;
  const url = URL.parse(variables.AWS_EC2_METADATA_SERVICE_ENDPOINT || 'http://169.254.169.254');
  if (!url) throw new CloudError('unauthenticated', 'AWS_EC2_METADATA_SERVICE_ENDPOINT must be a URL');
  const { host, origin } = url;
  const ask = (method: 'GET' | 'PUT', path: string, headers: Readonly<Record<string, string>>) =>
    withTimeout(exchange({ method, origin, path, headers: { host, ...headers } }), instanceTimeoutMs);
  let token: string;
  try {
    const answer = yield* ask('PUT', '/latest/api/token', { 'x-aws-ec2-metadata-token-ttl-seconds': '21600' });
    // Without version 2 there is no safe way to ask.
    if (answer.status !== 200) return undefined;
    token = decoder.decode(answer.body).trim();
  } catch (failure) {
    if (!isCloudError(failure)) throw failure;
    return undefined;
  }
  const authorized = { 'x-aws-ec2-metadata-token': token };
  const folder = '/latest/meta-data/iam/security-credentials/';
  const listed = yield* ask('GET', folder, authorized);
  const role = decoder.decode(listed.body).trim().split('\n', 1)[0] ?? '';
  if (listed.status === 404 || role === '') return undefined;
  if (listed.status !== 200) throw refusal(host, listed.status);
  const found = yield* ask('GET', folder + encodeURIComponent(role), authorized);
  if (found.status !== 200) throw refusal(host, found.status);
  return keysIn(jsonIn(decoder.decode(found.body)), host);
}

function refusal(host: string, status: number): CloudError {
  const code = status >= 500 ? 'unavailable' : 'unauthenticated';
  return new CloudError(code, `metadata server ${host} gave no keys (${status})`, { status });
}
