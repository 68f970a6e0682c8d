/** What the answers of OpenStack's services mean. */
import {
  type CloudError,
  type CloudErrorCode,
  failureFrom,
  type HttpResponse,
  type Subject,
  tryJson,
  withDetails,
} from '@isobar/core/provider';

/** What a service said about a refusal. */
export interface Words {
  readonly message: string;
  readonly reason?: string;
}

/** Reads the body of a refusal, in the form of any service. Texts that the caller sent as secrets are left out. */
export function wordsIn({ body }: HttpResponse, secrets: readonly string[] = []): Words {
  const document = tryJson(body);
  const [[key, value] = ['', undefined]] = Object.entries(Object(document)) as [string, unknown][];
  const fields = Object(value) as Readonly<Record<string, unknown>>;
  const top = Object(document) as Readonly<Record<string, unknown>>;
  const text =
    typeof fields.message === 'string'
      ? fields.message
      : typeof top.message === 'string'
        ? top.message
        : typeof value === 'string' && key === 'NeutronError'
          ? value
          : document === undefined
            ? new TextDecoder().decode(body.subarray(0, 1000))
            : '';
  const reason = typeof fields.type === 'string' ? fields.type : typeof fields.message === 'string' ? key : undefined;
  return { message: plain(text, secrets), ...(reason !== undefined && reason !== 'error' && { reason }) };
}

/** A message without markup, and without the caller's secrets: Nova repeats the values that it refuses. */
function plain(text: string, secrets: readonly string[]): string {
  const clean = secrets
    .filter((secret) => secret.length > 0)
    .reduce((left, secret) => left.replaceAll(secret, '…'), text);
  return clean
    .replace(/<(style|script).*?<\/\1>|<[^>]*>/gs, ' ')
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, 500);
}

/** What a refusal of a request means besides its status. */
export interface Meanings {
  /** The argument at fault, by words of the message. */
  readonly fields?: Readonly<Record<string, RegExp>>;
  /** What a conflict (409) means. Default `conflict`. */
  readonly conflict?: CloudErrorCode;
  /** Texts that the request has and that no message may show. */
  readonly secrets?: readonly string[];
}

/** The error for an unsuccessful response. */
export function failureOf(response: HttpResponse, subject: Subject, nowMs: number, meanings: Meanings): CloudError {
  const { headers, status } = response;
  const { message, reason } = wordsIn(response, meanings.secrets);
  const field = Object.entries(meanings.fields ?? {}).find(([, words]) => words.test(message))?.[0];
  const isAboutArgument = field !== undefined && [400, 404, 409].includes(status);
  const code = isAboutArgument ? 'invalid-argument' : codeOf(status, message, reason, headers, meanings);
  const failure = failureFrom(
    {
      status,
      headers: code === 'quota-exceeded' ? {} : headers,
      subject,
      nowMs,
      reason,
      message,
      requestId: headers['x-openstack-request-id'] ?? headers['x-compute-request-id'],
      ...(isAboutArgument && { field }),
    },
    code === undefined ? {} : { byStatus: { [status]: code } },
  );
  const state = code === 'wrong-state' ? /(?:vm_state|task_state) ([\w-]+)/.exec(message)?.[1] : undefined;
  return state === undefined ? failure : (withDetails(failure, { state }) as CloudError);
}

function codeOf(
  status: number,
  message: string,
  reason: string | undefined,
  headers: HttpResponse['headers'],
  { conflict }: Meanings,
): CloudErrorCode | undefined {
  switch (status) {
    case 400:
      if (/^Invalid (volume|snapshot): |^Cannot detach a root device volume/.test(message)) return 'wrong-state';
      // Which argument is at fault is not said, or it is none.
      return /^Invalid input for field/.test(message) ? 'invalid-argument' : 'rejected';
    case 403:
      return /quota|too many|maximum number of/i.test(message) ? 'quota-exceeded' : undefined;
    case 406:
      return 'unsupported';
    case 409:
      if (/already exists/.test(message)) return 'already-exists';
      if (reason === 'OverQuota' || reason === 'IpAddressGenerationFailure') return 'quota-exceeded';
      return conflict;
    case 413:
      // Cinder's quota has the status of a rate limit, and asks to wait for no time at all.
      return Number(headers['retry-after'] ?? 0) > 0 ? 'rate-limited' : 'quota-exceeded';
    case 498:
      return 'rate-limited';
    default:
      return undefined;
  }
}
