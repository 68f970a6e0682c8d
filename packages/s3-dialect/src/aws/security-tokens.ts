/**
 * The Security Token Service, which gives temporary keys of a role.
 *
 * @see https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
 * @see https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html
 */
import {
  CloudError,
  clock,
  environment,
  exchange,
  isSuccess,
  nodeCrypto,
  type Operation,
  type RetryPolicy,
  readFile,
  retry,
} from '@isobar/core/provider';
import { childOf, childText, readXml, type XmlElement } from '@isobar/core/xml';
import { amazon4, makeSigner } from '../signature-v4.ts';
import { type AwsKeys, keysIn } from './keys.ts';

/** A role to assume. */
export interface Role {
  readonly arn: string;
  readonly sessionName?: string | undefined;
  readonly externalId?: string | undefined;
  /** How long the keys are valid, in seconds: 900–43,200. */
  readonly durationSeconds?: string | undefined;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** Keys of a role, for the owner of other keys. */
export function assumeRole(policy: RetryPolicy, region: string, keys: AwsKeys, role: Role): Operation<AwsKeys> {
  const form = {
    ...formOf('AssumeRole', role),
    ...(role.externalId !== undefined && { ExternalId: role.externalId }),
  };
  return request(policy, region, form, keys);
}

/**
 * Keys of a role, for the owner of a token of another service, as in Kubernetes. The file is read each time: its token changes.
 *
 * @throws {CloudError} `unauthenticated` when the file cannot be read.
 */
export function* assumeRoleWithWebIdentity(
  policy: RetryPolicy,
  region: string,
  tokenFile: string,
  role: Role,
): Operation<AwsKeys> {
  const bytes = yield* readFile(tokenFile, { maxBytes: 64 * 1024 });
  const token = bytes && decoder.decode(bytes).trim();
  if (!token) throw new CloudError('unauthenticated', `there is no web identity token in ${tokenFile}`);
  const form = { ...formOf('AssumeRoleWithWebIdentity', role), WebIdentityToken: token };
  return yield* request(policy, region, form, undefined);
}

function formOf(action: string, { arn, durationSeconds, sessionName = 'isobar' }: Role): Record<string, string> {
  return {
    Action: action,
    Version: '2011-06-15',
    RoleArn: arn,
    RoleSessionName: sessionName,
    ...(durationSeconds !== undefined && { DurationSeconds: durationSeconds }),
  };
}

/** Sends a request, signed with keys if there are any, and retries it. */
function* request(
  policy: RetryPolicy,
  region: string,
  form: Readonly<Record<string, string>>,
  keys: AwsKeys | undefined,
): Operation<AwsKeys> {
  const { variables } = yield* environment(['AWS_ENDPOINT_URL_STS', 'AWS_STS_REGIONAL_ENDPOINTS']);
  const suffix = region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com';
  const usual = variables.AWS_STS_REGIONAL_ENDPOINTS === 'legacy' ? `sts.${suffix}` : `sts.${region}.${suffix}`;
  const { host, origin } = new URL(variables.AWS_ENDPOINT_URL_STS || `https://${usual}`);
  const body = encoder.encode(new URLSearchParams(form).toString());
  return yield* retry(policy, true, function* () {
    const nowMs = yield* clock();
    const headers = {
      host,
      'content-type': 'application/x-www-form-urlencoded; charset=utf-8',
      ...(keys?.sessionToken !== undefined && { 'x-amz-security-token': keys.sessionToken }),
    };
    const signer = keys && makeSigner({ ...amazon4, service: 'sts' }, keys.accessKeyId, keys.secretAccessKey, region);
    const hash = nodeCrypto().hash('sha256', body, 'hex');
    const signed = signer?.sign({ method: 'POST', path: '/', query: '', headers }, nowMs, hash) ?? headers;
    const response = yield* exchange({ method: 'POST', origin, path: '/', headers: signed, body });
    const answer = documentIn(response.body);
    if (!isSuccess(response.status)) throw refusal(host, response.status, answer);
    const result = answer && childOf(answer, `${form.Action}Result`);
    const given = result && childOf(result, 'Credentials');
    const fields = (given?.children ?? []).map(({ name, text }) => [name, text] as const);
    return keysIn(Object.fromEntries(fields), host);
  });
}

function documentIn(body: Uint8Array): XmlElement | undefined {
  try {
    return readXml(body);
  } catch {
    return undefined;
  }
}

/** Its message does not quote the token or the keys. */
function refusal(host: string, status: number, answer: XmlElement | undefined): CloudError {
  const error = answer && childOf(answer, 'Error');
  const reason = (error && childText(error, 'Code')) || undefined;
  const isTransient = status >= 500 || reason === 'IDPCommunicationError';
  const code =
    reason === 'Throttling' || status === 429 ? 'rate-limited' : isTransient ? 'unavailable' : 'unauthenticated';
  const message = ((error && childText(error, 'Message')) ?? '').slice(0, 300);
  return new CloudError(
    code,
    `${host} gave no keys of the role: ${message} (${[status, reason].filter(Boolean).join(' ')})`,
    {
      status,
      ...(reason !== undefined && { reason }),
    },
  );
}
