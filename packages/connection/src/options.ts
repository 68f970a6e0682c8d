/** The options of every connection, whatever its provider, and the check of all options. */
import {
  type AnyProvider,
  CloudError,
  defaultRetryPolicy,
  type InputOf,
  type OptionIssue,
  type RetryPolicy,
  schemaFor,
  type TlsOptions,
} from '@isobar/core/provider';
import * as z from '@isobar/core/schema';
import { suggestion } from './option-names.ts';

/** Options of `connect` besides the provider's own. All times in milliseconds; 0 means no limit. */
export interface ConnectionOptions {
  /** Timeout of a whole call including retries; a call's own `timeoutMs` overrides it. Default 3 600 000 (an hour). */
  readonly timeoutMs?: number;
  /** Timeout for opening a connection. Default 10 000. */
  readonly connectTimeoutMs?: number;
  /** Timeout from the request's last byte to the response's headers. Default 60 000. */
  readonly headersTimeoutMs?: number;
  /** Timeout between two chunks of a response's body. Default 60 000. */
  readonly idleTimeoutMs?: number;
  /** Maximum number of connections to one server, at least 1. Default 128. */
  readonly maxConnections?: number;
  /**
   * Certificates for servers behind an authority of one's own, such as a private cloud. Servers are always verified. Default: the
   * system's authorities, and no certificate of the client.
   *
   * @example
   * connect(s3, { key, secret, endpoint: 'https://minio.internal:9000', tls: { ca: '/etc/ssl/own-authority.pem' } });
   */
  readonly tls?: TlsOptions;
  /** How failed exchanges are retried; `false` turns retries off. */
  readonly retry?: Partial<RetryPolicy> | false;
  /**
   * Warns about each blocking call that takes longer than this while the event loop has other work, such as a server or a
   * timer. Uses `process.emitWarning` with an `IsobarWarning` and the code `ISOBAR_BLOCKING_CALL`. Asynchronous calls are
   * never reported. Default 0: no warnings.
   *
   * @example
   * const driver = connect(googleStorage, { key, secret, warnBlockingMs: 50 });
   */
  readonly warnBlockingMs?: number;
  /**
   * The file of the worker that performs blocking calls: a path or a file URL. Bundled programs may need it. Default: the
   * environment variable `ISOBAR_WORKER`, else the file in the package.
   */
  readonly worker?: string;
}

/** Limits and certificates of the HTTP client. Plain data, so that they can be sent to the worker. */
export interface TransportLimits
  extends Required<
    Pick<ConnectionOptions, 'connectTimeoutMs' | 'headersTimeoutMs' | 'idleTimeoutMs' | 'maxConnections'>
  > {
  readonly tls?: TlsOptions | undefined;
}

/** Checked options. `worker` is empty for the default. */
export interface CheckedOptions extends Required<Pick<ConnectionOptions, 'timeoutMs' | 'warnBlockingMs' | 'worker'>> {
  /** The provider's own options, as its schema returned them. */
  readonly providerOptions: unknown;
  /** The design's flags that are true. */
  readonly flags: ReadonlySet<string>;
  readonly limits: TransportLimits;
  readonly retry: RetryPolicy;
}

const connectionSchema = schemaFor<ConnectionOptions>()(() => {
  const isDuration = z.refine<number>((ms) => ms >= 0, 'must be a number of milliseconds from 0');
  const isCount = z.refine<number>((n) => Number.isSafeInteger(n) && n >= 1, 'must be a whole number from 1');
  // Shared by all options, because making a schema is expensive.
  const [duration, wholeNumber] = [z.number().check(isDuration), z.number().check(isCount)];
  const limit = (fallback: number) => z._default(duration, fallback);
  const count = (fallback: number) => z._default(wholeNumber, fallback);
  return z.strictObject({
    timeoutMs: limit(3_600_000),
    connectTimeoutMs: limit(10_000),
    headersTimeoutMs: limit(60_000),
    idleTimeoutMs: limit(60_000),
    maxConnections: count(128),
    tls: z.optional(
      z.custom<TlsOptions>(isTls, 'must be { ca, cert, key }, each PEM text or the path of a PEM file; cert needs key'),
    ),
    retry: z.prefault(
      z.union([
        z.literal(false),
        z.strictObject({
          attempts: count(defaultRetryPolicy.attempts),
          baseDelayMs: limit(defaultRetryPolicy.baseDelayMs),
          maxDelayMs: limit(defaultRetryPolicy.maxDelayMs),
          budgetMs: limit(defaultRetryPolicy.budgetMs),
        }),
      ]),
      {},
    ),
    warnBlockingMs: limit(0),
    worker: z._default(z.string(), ''),
  });
});

function isTls(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const { ca, cert, key, ...others } = value as Readonly<Record<string, unknown>>;
  const given = [ca, cert, key].filter((one) => one !== undefined);
  const isComplete = (cert === undefined) === (key === undefined) && Object.keys(others).length === 0;
  return isComplete && given.length > 0 && given.every((one) => typeof one === 'string' && one !== '');
}

/**
 * Checks all options that a user passed to `connect`. No I/O.
 *
 * @param flags Names of the design's own boolean options.
 * @throws {CloudError} `invalid-argument` that names each wrong option and what is allowed. It contains no values, because
 * one of them may be a secret in the wrong place.
 */
export function checkOptions<Provider extends AnyProvider>(
  provider: Provider,
  input: InputOf<Provider>,
  flags: readonly string[] = [],
): CheckedOptions {
  const fail = (sentences: readonly string[], field = 'options'): never => {
    const details = { provider: provider.id, operation: 'connect', field };
    throw new CloudError('invalid-argument', `${provider.id} connect: ${sentences.join('; ')}`, details);
  };
  const known = connectionSchema.shape;
  const names = [...Object.keys(provider.options.shape), ...Object.keys(known), ...flags];
  if (typeof input !== 'object' || input === null || Array.isArray(input)) {
    return fail([`options must be an object: connect(provider, { … }). Known options: ${names.join(', ')}`]);
  }
  const own: Record<string, unknown> = {};
  const common: Record<string, unknown> = {};
  const design: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(input as object)) {
    (flags.includes(name) ? design : Object.hasOwn(known, name) ? common : own)[name] = value;
  }
  const checkedOwn = provider.options.safeParse(own);
  const checkedCommon = connectionSchema.safeParse(common);
  const wrongFlags = flagIssues(design);
  if (!checkedOwn.success || !checkedCommon.success || wrongFlags.length > 0) {
    const issues: OptionIssue[] = [checkedOwn, checkedCommon].flatMap((checked) =>
      checked.success ? [] : checked.error.issues,
    );
    issues.push(...wrongFlags);
    return fail(
      issues.map((issue) => explain(issue, names)),
      issues.flatMap(fieldsOf)[0],
    );
  }
  const { retry, timeoutMs, warnBlockingMs, worker, ...limits } = checkedCommon.data;
  return {
    providerOptions: checkedOwn.data,
    flags: new Set(Object.keys(design).filter((name) => design[name] === true)),
    timeoutMs,
    warnBlockingMs,
    limits,
    worker,
    retry: retry === false ? { ...defaultRetryPolicy, attempts: 1 } : retry,
  };
}

/** Refuses flags that are not booleans, so that `async: 1` does not make a blocking driver. */
function flagIssues(design: Readonly<Record<string, unknown>>): OptionIssue[] {
  return Object.entries(design)
    .filter(([, value]) => value !== undefined && typeof value !== 'boolean')
    .map(([name]) => ({ path: [name], message: 'must be true or false' }));
}

/** Converts an issue to a sentence that names the option and what is allowed. */
function explain(issue: OptionIssue, known: readonly string[]): string {
  if (issue.code === 'unrecognized_keys') {
    const unknown = fieldsOf(issue).map((field) => `\`${field}\`${suggestion(field, known)}`);
    const hint = issue.path.length === 0 ? `. Known options: ${known.join(', ')}` : '';
    return `unknown option ${unknown.join(', ')}${hint}`;
  }
  const name = `\`${fieldsOf(issue)[0]}\``;
  if (issue.code === 'invalid_type') return `${name} is missing or of the wrong type; it must be a ${issue.expected}`;
  if (issue.code === 'invalid_union') return `${name} has none of the shapes that are allowed`;
  return `${name} ${issue.message}`;
}

/** The options that an issue is about, as dotted paths. */
function fieldsOf(issue: OptionIssue): string[] {
  const path = issue.path.map(String);
  return issue.keys ? issue.keys.map((key) => [...path, key].join('.')) : [path.join('.')];
}
