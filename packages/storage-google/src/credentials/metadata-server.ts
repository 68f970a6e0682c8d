/**
 * The metadata server of Google's machines: tokens of the service account that a machine runs as.
 *
 * @see https://cloud.google.com/compute/docs/metadata/overview
 */
import {
  CloudError,
  environment,
  exchange,
  type HttpRequest,
  isCloudError,
  isSuccess,
  type Operation,
  retry,
  withinTime,
} from '@isobar/core/provider';
import { metadataProbeMs } from '../limits.ts';
import { bearerTokens, noSigner } from './bearer-tokens.ts';
import type { Credentials } from './credentials.ts';
import { askForToken } from './token-endpoint.ts';
import type { TokenSettings } from './token-settings.ts';

/** The address by which it is reached without asking a name server. */
const metadataAddress = '169.254.169.254';

/** Credentials of the machine that the program runs on. */
export function metadataServer({ retry: policy, scopes }: TokenSettings): Credentials {
  const source = function* () {
    const host = yield* metadataHost();
    const query = `scopes=${scopes.map(encodeURIComponent).join(',')}`;
    const request = metadataRequest(host, `/computeMetadata/v1/instance/service-accounts/default/token?${query}`);
    return yield* askForToken(policy, `metadata server ${host}`, () => request);
  };
  let known: string | undefined;
  return {
    ...bearerTokens(source),
    signer: () => noSigner('a metadata server hands out tokens only'),
    *project() {
      known ??= yield* retry(policy, true, () => askForProject());
      return known;
    },
  };
}

/**
 * Looks whether there is a metadata server. One exchange of at most three seconds, never repeated.
 *
 * @returns What is in the way; `undefined` when there is one.
 */
export function* metadataServerProblem(): Operation<string | undefined> {
  const host = yield* metadataHost();
  try {
    const response = yield* withinTime(exchange(metadataRequest(host, '/')), metadataProbeMs);
    return response.headers['metadata-flavor'] === 'Google' ? undefined : `${host} is no metadata server of Google`;
  } catch (failure) {
    if (!isCloudError(failure)) throw failure;
    return `no metadata server at ${host}`;
  }
}

function* askForProject(): Operation<string> {
  const host = yield* metadataHost();
  const response = yield* exchange(metadataRequest(host, '/computeMetadata/v1/project/project-id'));
  const project = new TextDecoder().decode(response.body).trim();
  if (isSuccess(response.status) && /^[\x21-\x7e]+$/.test(project)) return project;
  const code = response.status >= 500 ? 'unavailable' : 'unauthenticated';
  throw new CloudError(code, `metadata server ${host} answered ${response.status} when asked for the project`);
}

/** Host and port. `GCE_METADATA_HOST` and `GCE_METADATA_IP` are what Google's own libraries look at. */
function* metadataHost(): Operation<string> {
  const { variables } = yield* environment(['GCE_METADATA_HOST', 'GCE_METADATA_IP']);
  const host = variables.GCE_METADATA_HOST || variables.GCE_METADATA_IP || metadataAddress;
  if (/^[\w.-]+(:\d+)?$|^\[[\da-f:]+\](:\d+)?$/i.test(host)) return host;
  throw new CloudError('unauthenticated', 'GCE_METADATA_HOST or GCE_METADATA_IP is no host with an optional port');
}

function metadataRequest(host: string, path: string): HttpRequest {
  return { method: 'GET', origin: `http://${host}`, path, headers: { host, 'metadata-flavor': 'Google' } };
}
