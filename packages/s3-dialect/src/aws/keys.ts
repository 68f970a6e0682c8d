/** Access keys, and how they are kept. */
import { CloudError, immediate, keepFresh, type Operation } from '@isobar/core/provider';

/** An access key. */
export interface AwsKeys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  /** In milliseconds since 1970 UTC; `Infinity` for keys that do not expire. */
  readonly expiresMs: number;
}

/** Access keys as users have them. */
export interface GivenKeys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  /** Default: they do not expire. */
  readonly expiration?: Date;
}

/** Where the keys of a driver come from. */
export interface AwsCredentials {
  /** The keys to sign with; `undefined` for anonymous requests. No exchange unless they must be fetched first. */
  keys(nowMs: number): Operation<AwsKeys | undefined>;
  /** Takes the id of keys that the service has refused as expired. @returns Whether the next ones would be others. */
  drop(accessKeyId: string): boolean;
}

/** Keys that the user gave. */
export function givenKeys(given: GivenKeys): AwsCredentials {
  const keys: AwsKeys = { ...given, expiresMs: given.expiration?.getTime() ?? Number.POSITIVE_INFINITY };
  return { keys: () => immediate(keys), drop: () => false };
}

/** No keys: access to public data only. */
export const anonymousKeys: AwsCredentials = { keys: () => immediate(undefined), drop: () => false };

/** Keys from a source that may have to be asked again. Concurrent calls share one question. */
export function fetchedKeys(source: () => Operation<AwsKeys>): AwsCredentials {
  const kept = keepFresh(source);
  return {
    *keys(nowMs) {
      return kept.fresh(nowMs) ?? (yield* kept.renew());
    },
    drop(accessKeyId) {
      // Another call may have renewed them meanwhile.
      let isLasting = false;
      kept.drop((held) => {
        if (held.accessKeyId !== accessKeyId) return false;
        isLasting = held.expiresMs === Number.POSITIVE_INFINITY;
        return !isLasting;
      });
      return !isLasting;
    },
  };
}

/**
 * The keys in a JSON object, as services and programs write them.
 *
 * @param source Its name in messages, which never contain its values.
 * @throws {CloudError} `unauthenticated`.
 */
export function keysIn(value: unknown, source: string): AwsKeys {
  const fields = Object(value) as Readonly<Record<string, unknown>>;
  const { AccessKeyId: accessKeyId, SecretAccessKey: secretAccessKey, Expiration } = fields;
  const sessionToken = fields.SessionToken ?? fields.Token;
  if (!isKeyText(accessKeyId) || !isKeyText(secretAccessKey)) {
    const code = typeof fields.Code === 'string' && /^\w{1,64}$/.test(fields.Code) ? ` (${fields.Code})` : '';
    throw new CloudError('unauthenticated', `${source} gave no access key${code}`);
  }
  const expiresMs = Expiration === undefined ? Number.POSITIVE_INFINITY : Date.parse(String(Expiration));
  if (Number.isNaN(expiresMs))
    throw new CloudError('unauthenticated', `${source} gave an access key without a valid expiry`);
  return { accessKeyId, secretAccessKey, ...(isKeyText(sessionToken) && { sessionToken }), expiresMs };
}

/** Whether a value can be a part of an access key: printable ASCII without white space. */
export function isKeyText(value: unknown): value is string {
  return typeof value === 'string' && /^[\x21-\x7e]+$/.test(value);
}

/** The object in a JSON text; an empty one for anything else, so that no parser quotes a secret. */
export function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}
