/**
 * A client of the test cloud for the tests: requests with credentials, and the routes that control the cloud.
 */
import { afterAll, beforeAll, beforeEach } from 'vitest';
import { type Emulator, type EmulatorOptions, startEmulator } from '../index.ts';
import { type Answer, exchange } from './client.ts';

/** A response of the cloud. */
export interface CloudAnswer extends Answer {
  /** The body's JSON; `undefined` when there is none. */
  // biome-ignore lint/suspicious/noExplicitAny: the tests check its shape.
  readonly json: any;
}

export interface CloudClient {
  /** A request with credentials; `target` begins after `/compute`. */
  call(method: string, target: string, body?: unknown): Promise<CloudAnswer>;
  /** A request to a route of the emulator itself; `target` begins after `/_emulator/`. */
  admin(method: string, target: string, body?: unknown): Promise<CloudAnswer>;
  /** Advances the clock. */
  advance(milliseconds: number): Promise<void>;
}

/** A client of an emulator. */
export function cloudClient(emulator: Pick<Emulator, 'compute' | 'user' | 'password'>): CloudClient {
  const authorization = `Basic ${btoa(`${emulator.user}:${emulator.password}`)}`;
  const send = async (method: string, target: string, body: unknown): Promise<CloudAnswer> => {
    const text = body === undefined ? {} : { body: JSON.stringify(body) };
    const answer = await exchange(emulator.compute, method, target, { headers: { authorization }, ...text });
    const isJson = answer.headers['content-type'] === 'application/json' && answer.text !== '';
    return { ...answer, json: isJson ? JSON.parse(answer.text) : undefined };
  };
  const admin: CloudClient['admin'] = (method, target, body) => send(method, `/_emulator/${target}`, body);
  return {
    call: (method, target, body) => send(method, `/compute${target}`, body),
    admin,
    async advance(milliseconds) {
      await admin('POST', 'clock', { advance_ms: milliseconds });
    },
  };
}

/** A cloud for the tests of a file: reset and with a frozen clock before each. */
export function frozenCloud(options: EmulatorOptions = {}): CloudClient {
  let emulator: Emulator;
  let client: CloudClient;
  beforeAll(async () => {
    emulator = await startEmulator(options);
    client = cloudClient(emulator);
  });
  beforeEach(async () => {
    await client.admin('POST', 'reset');
    await client.admin('POST', 'clock', { frozen: true });
  });
  afterAll(() => emulator.close());
  return {
    call: (...args) => client.call(...args),
    admin: (...args) => client.admin(...args),
    advance: (...args) => client.advance(...args),
  };
}

/** Status and code of a refusal, and the field it names. */
export function refusal({ status, json }: CloudAnswer): unknown[] {
  const { code, field } = json.error;
  return field === undefined ? [status, code] : [status, code, field];
}
