/**
 * The metadata server of Google's machines, which issues tokens of the service account that a machine runs as.
 *
 * @see https://cloud.google.com/compute/docs/metadata/overview
 */
import { bearerTokens, fetchToken } from '@isobar/core/oauth';
import {
  CloudError,
  environment,
  exchange,
  type HttpRequest,
  isCloudError,
  isSuccess,
  type Operation,
  retry,
  withTimeout,
} from '@isobar/core/provider';
import { metadataProbeMs } from '../limits.ts';
import { type Credentials, noSigner } from './credentials.ts';
import type { TokenSettings } from './token-settings.ts';

/** Its IP address, which needs no name server. */
const metadataAddress = '169.254.169.254';

/** Credentials of the service account that this machine runs as. */
export function metadataServer({ retry: policy, scopes }: TokenSettings): Credentials {
  const source = function* () {
    const host = yield* metadataHost();
    const query = `scopes=${scopes.map(encodeURIComponent).join(',')}`;
    const request = metadataRequest(host, `/computeMetadata/v1/instance/service-accounts/default/token?${query}`);
    return yield* fetchToken(policy, `metadata server ${host}`, () => request);
  };
  let known: string | undefined;
  return {
    ...bearerTokens(source),
    signer: () => noSigner('a metadata server only issues tokens'),
    *project() {
      known ??= yield* retry(policy, true, () => fetchProject());
      return known;
    },
  };
}

/**
 * Checks that there is a metadata server. One exchange of at most three seconds, never retried.
 *
 * @returns The problem; `undefined` when there is a metadata server.
 */
export function* metadataServerProblem(): Operation<string | undefined> {
  const host = yield* metadataHost();
  try {
    const response = yield* withTimeout(exchange(metadataRequest(host, '/')), metadataProbeMs);
    return response.headers['metadata-flavor'] === 'Google' ? undefined : `${host} is not Google's metadata server`;
  } catch (failure) {
    if (!isCloudError(failure)) throw failure;
    return `no metadata server at ${host}`;
  }
}

function* fetchProject(): Operation<string> {
  const host = yield* metadataHost();
  const response = yield* exchange(metadataRequest(host, '/computeMetadata/v1/project/project-id'));
  const project = new TextDecoder().decode(response.body).trim();
  if (isSuccess(response.status) && /^[\x21-\x7e]+$/.test(project)) return project;
  const code = response.status >= 500 ? 'unavailable' : 'unauthenticated';
  throw new CloudError(code, `metadata server ${host} responded with ${response.status} to a request for the project`);
}

/** Host and port. Google's libraries read `GCE_METADATA_HOST` and `GCE_METADATA_IP` too. */
function* metadataHost(): Operation<string> {
  const { variables } = yield* environment(['GCE_METADATA_HOST', 'GCE_METADATA_IP']);
  const host = variables.GCE_METADATA_HOST || variables.GCE_METADATA_IP || metadataAddress;
  if (/^[\w.-]+(:\d+)?$|^\[[\da-f:]+\](:\d+)?$/i.test(host)) return host;
  throw new CloudError('unauthenticated', 'GCE_METADATA_HOST or GCE_METADATA_IP is not a host with an optional port');
}

function metadataRequest(host: string, path: string): HttpRequest {
  return { method: 'GET', origin: `http://${host}`, path, headers: { host, 'metadata-flavor': 'Google' } };
}
