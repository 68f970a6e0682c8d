/**
 * A token of Keystone, and the addresses of services that came with it.
 *
 * @see https://docs.openstack.org/api-ref/identity/v3/#password-authentication-with-scoped-authorization
 */
import {
  CloudError,
  clock,
  exchange,
  failureFrom,
  type HttpRequest,
  type HttpResponse,
  invalidArgument,
  isSuccess,
  type Operation,
  type RetryPolicy,
  readJson,
  retry,
  type TlsOptions,
} from '@isobar/core/provider';
import * as z from '@isobar/core/schema';
import { type Credentials, secretsOf, tokenRequest } from './credentials/identity.ts';
import { findSettings } from './credentials/settings.ts';
import { wordsIn } from './failures.ts';
import { type CheckedOpenStackOptions, isPlain, type OpenStackInterface } from './options.ts';

/** The services that this provider speaks to. */
export type Service = 'compute' | 'image' | 'network' | 'volume';

/** A token, and where it is good. */
export interface Session {
  readonly token: string;
  /** In milliseconds since 1970 UTC, by this machine's clock. */
  readonly expiresMs: number;
  readonly projectId: string;
  readonly region: string | undefined;
  readonly interface: OpenStackInterface;
  readonly tls: TlsOptions | undefined;
  readonly catalogue: readonly CatalogueEntry[];
  /** Addresses that have been looked up, by service and region. */
  readonly addresses: Map<string, Address>;
}

/** Where a service is. */
export interface Address {
  readonly origin: string;
  readonly host: string;
  /** Without a slash at its end. */
  readonly path: string;
}

/** A service of the catalogue, in all its regions. */
interface CatalogueEntry {
  readonly type: string;
  readonly endpoints: readonly {
    readonly interface?: string | null | undefined;
    readonly region?: string | null | undefined;
    readonly region_id?: string | null | undefined;
    readonly url?: string | null | undefined;
  }[];
}

const text = z.nullish(z.string());
const wireEndpoint = z.object({ interface: text, region: text, region_id: text, url: text });
const wireEntry = z.object({ type: z.string(), endpoints: z.array(wireEndpoint) });
const wireToken = z.object({
  token: z.object({
    expires_at: z.string(),
    issued_at: text,
    project: z.nullish(z.object({ id: z.string() })),
    catalog: z.nullish(z.array(wireEntry)),
  }),
});

/** Finds the credentials, and exchanges them for a token. One exchange, repeated after transient failures. */
export function* openSession(options: CheckedOpenStackOptions, policy: RetryPolicy): Operation<Session> {
  const { credentials, interface: wanted, region, tls } = yield* findSettings(options);
  const response = yield* retry(policy, true, () => sendForToken(credentials, tls));
  const nowMs = yield* clock();
  const { catalog, expires_at: until, issued_at: from, project } = readJson(wireToken, response.body).token;
  const token = response.headers['x-subject-token'] ?? (response.status === 200 ? credentials.token : undefined);
  if (!token) throw new CloudError('malformed-response', 'Keystone sent no token in the header X-Subject-Token');
  if (!project || !catalog) {
    throw invalidArgument('project', 'is missing: the user has no default project, so the token opens no service');
  }
  // Its life counts from now: the clocks may differ.
  const lifeMs = Date.parse(until) - (from ? Date.parse(from) : nowMs);
  return {
    token,
    expiresMs: nowMs + (Number.isNaN(lifeMs) ? 0 : lifeMs),
    projectId: project.id,
    region,
    interface: wanted,
    tls,
    catalogue: catalog,
    addresses: new Map(),
  };
}

function* sendForToken(credentials: Credentials, tls: TlsOptions | undefined): Operation<HttpResponse> {
  const nowMs = yield* clock();
  const response = yield* exchange({ ...requestFor(credentials), tls });
  if (isSuccess(response.status)) return response;
  throw refusal(response, credentials, nowMs);
}

/** A token of the user's is described, or exchanged for one of the project. */
function requestFor(credentials: Credentials): HttpRequest {
  const { authUrl = '', project, projectId, token } = credentials;
  const url = new URL(authUrl);
  const path = `${url.pathname.replace(/\/+$/, '').replace(/\/v[23](\.0)?$/, '')}/v3/auth/tokens`;
  const to = { origin: url.origin, path };
  const headers = { host: url.host, accept: 'application/json' };
  if (token !== undefined && project === undefined && projectId === undefined) {
    return { ...to, method: 'GET', headers: { ...headers, 'x-auth-token': token, 'x-subject-token': token } };
  }
  const body = new TextEncoder().encode(JSON.stringify(tokenRequest(credentials)));
  return { ...to, method: 'POST', headers: { ...headers, 'content-type': 'application/json' }, body };
}

function refusal(response: HttpResponse, credentials: Credentials, nowMs: number): CloudError {
  const { headers, status } = response;
  const { message, reason } = wordsIn(response, secretsOf(credentials));
  const isUnknownCredential = status === 404 && /application credential/i.test(message);
  const isWrongAddress = status === 405 || (status === 404 && !isUnknownCredential && credentials.token === undefined);
  if (isWrongAddress || (status >= 300 && status < 400)) {
    const place = status < 400 ? `; it is said to be at ${headers.location?.split('?', 1)[0] ?? 'another place'}` : '';
    throw invalidArgument('authUrl', `is not the address of Keystone: it answered ${status}${place}`);
  }
  const needsMore =
    headers['openstack-auth-receipt'] === undefined ? '' : ' The user needs a second factor, which is not supported.';
  const code = status === 401 || status === 404 ? 'unauthenticated' : undefined;
  return failureFrom(
    {
      status,
      headers,
      subject: {},
      nowMs,
      reason,
      message: `Keystone: ${message}${needsMore}`,
      requestId: headers['x-openstack-request-id'],
    },
    code ? { byStatus: { [status]: code } } : {},
  );
}

/** The types under which catalogues list a service, the preferred first. */
const types: Readonly<Record<Service, readonly string[]>> = {
  compute: ['compute'],
  image: ['image'],
  network: ['network'],
  volume: ['block-storage', 'volumev3', 'block-store'],
};

/** The ids of the regions where nodes can be, in the order of the catalogue. */
export function regionsOf(session: Session): string[] {
  return [...new Set(endpointsOf(session, 'compute').map(({ region }) => region))];
}

/**
 * Where a service is.
 *
 * @param region Default: the session's, else the only one.
 * @throws {CloudError} `unsupported` without the service; `invalid-argument` when it is not clear which region is meant.
 */
export function addressOf(
  session: Session,
  service: Service,
  region: string | undefined,
  allowPlainHttp: boolean,
): Address {
  const key = `${service} ${region}`;
  const known = session.addresses.get(key);
  if (known) return known;
  const regions = regionsOf(session);
  const wanted = region ?? session.region ?? (regions.length === 1 ? regions[0] : undefined);
  const list = regions.join(', ');
  if (wanted === undefined && regions.length > 1) throw invalidArgument('region', `is missing: the cloud has ${list}`);
  if (wanted !== undefined && regions.length > 0 && !regions.includes(wanted)) {
    throw invalidArgument('region', `must be one of ${list}; the cloud has no ${wanted}`);
  }
  const found = endpointsOf(session, service).find((one) => wanted === undefined || one.region === wanted);
  if (!found) {
    const where = wanted === undefined ? '' : ` in region ${wanted}`;
    throw new CloudError(
      'unsupported',
      `the cloud has no ${service} service${where}`,
      wanted === undefined ? {} : { region: wanted },
    );
  }
  const address = parse(found.url, service, allowPlainHttp);
  session.addresses.set(key, address);
  return address;
}

function endpointsOf({ catalogue, interface: wanted }: Session, service: Service): { region: string; url: string }[] {
  const entries = types[service].flatMap((type) => catalogue.filter((entry) => entry.type === type));
  return entries
    .flatMap(({ endpoints }) => endpoints)
    .filter(({ interface: name }) => name === wanted || name === `${wanted}URL`)
    .flatMap(({ region, region_id: id, url }) => (url ? [{ region: id ?? region ?? '', url }] : []));
}

function parse(text: string, service: Service, allowPlainHttp: boolean): Address {
  const url = URL.parse(text);
  if (!url || !/^https?:$/.test(url.protocol)) {
    throw new CloudError('malformed-response', `the address of the ${service} service in the catalogue is not a URL`);
  }
  if (isPlain(url) && !allowPlainHttp) {
    const message = `must be true to use the ${service} service at ${url.origin}: plain http would show the token to the network`;
    throw invalidArgument('allowPlainHttp', message);
  }
  const path = url.pathname.replace(/\/+$/, '');
  return { origin: url.origin, host: url.host, path: versioned(path, service) };
}

/** Catalogues name some services without the version of their interface, or an old one that is the same below. */
function versioned(path: string, service: Service): string {
  if (service === 'compute') return path.replace(/\/v2(?=\/|$)/, '/v2.1');
  const version = { image: '/v2', network: '/v2.0', volume: '' }[service];
  return version === '' || /\/v\d+(\.\d+)?$/.test(path) ? path : `${path}${version}`;
}
