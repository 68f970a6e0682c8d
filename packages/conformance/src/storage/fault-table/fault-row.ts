/**
 * A row of the fault table: a fault, and the required outcome of a call that meets it. A row fails when the fault does
 * not occur, when the same call fails without it, or when the driver does not work afterwards.
 */
import { isCloudError } from '@isobar/core';
import { expect } from 'vitest';
import type { Case } from '../../case.ts';
import type { AnyStorage } from '../../driver.ts';
import { expectNoSecret } from '../../failures.ts';
import { fastRetry } from '../../kit.ts';
import type { Fault, LoggedRequest, TestServer } from '../../test-server.ts';
import type { StorageKit } from '../storage-kit.ts';

/**
 * The outcome of a call: `ok`; `R (3)`: retried, and succeeded at the third request; `A network`: rejected with that
 * code; `A own error`: rejected with an error that the caller's own code threw; `accepted`: reported as a success
 * although wrong.
 */
export type Outcome = 'ok' | `R (${number})` | `A ${string}` | 'accepted';

/** A row of the table. Its case passes when what it observes is its outcome. */
export interface FaultRow extends Pick<Case<StorageKit>, 'needs' | 'server'> {
  /** What happens, in the words of `docs/reliability.md`. */
  readonly fault: string;
  readonly outcome: Outcome;
  observe(kit: StorageKit): Promise<Outcome>;
}

/** Checks, after a call has returned, that it did what it reported. */
export type Check = () => boolean | Promise<boolean>;

/** A call that can be made again and again, such as a download into a file. */
export interface Call {
  run(driver: AnyStorage): Promise<Check>;
  /** Fails the case when the last call, which failed, left something behind. */
  expectNothingLeft?(): Promise<void>;
}

/** One of several ways to do the same, such as a download into memory or into a file. Prepares what the call needs. */
export interface Way {
  readonly title: string;
  prepare(kit: StorageKit): Promise<Call>;
}

/** A fault for `times` requests (default 1), of `method` if given. */
export interface Injection {
  readonly fault: Fault;
  readonly times?: number;
  readonly method?: string;
}

/** A row whose fault the server injects. */
export interface ServerFault extends Pick<FaultRow, 'fault' | 'outcome' | 'needs'> {
  readonly ways: readonly Way[];
  /** Met by the requests of one call, in this order. */
  readonly injections: readonly Injection[];
  /** Options of `connect`, besides fast retries. */
  readonly options?: object;
  /** The same fault for every request, and how the call must then fail. */
  readonly permanent?: { readonly fault: Fault; readonly outcome: Outcome };
  /** Further checks of the requests of the call that met the fault. */
  readonly alsoCheck?: (requests: readonly LoggedRequest[], failure: unknown) => void;
}

/** The login page that a network sends in place of any response. */
export const captivePortal: Fault = {
  kind: 'answer',
  status: 200,
  headers: { 'content-type': 'text/html' },
  body: '<!doctype html><html><head><title>Log in</title></head><body><p>Welcome<br></body></html>',
};

/** Abilities of the server that inject faults and show that they occurred. */
export const faultServer: readonly (keyof TestServer)[] = ['faults', 'requests'];

/** Makes a row whose fault the server injects. */
export function serverFault(row: ServerFault): FaultRow {
  const { fault, outcome, needs } = row;
  return {
    fault,
    outcome,
    ...(needs !== undefined && { needs }),
    server: faultServer,
    async observe(kit) {
      const outcomes = new Map<Outcome, string>();
      for (const way of row.ways) outcomes.set(await observeWay(kit, row, way), way.title);
      const [first, ...others] = outcomes.keys();
      expect(others, `as ${outcomes.get(first as Outcome)}`).toEqual([]);
      return first as Outcome;
    },
  };
}

async function observeWay(kit: StorageKit, row: ServerFault, way: Way): Promise<Outcome> {
  const faults = kit.server.faults;
  const driver = kit.open({ ...fastRetry, ...row.options });
  const call = await way.prepare(kit);
  // Control: without the fault the call works. Its requests are counted.
  const control = await observeCall(kit, () => call.run(driver));
  expect(control.outcome, `${way.title} without the fault`).toBe('ok');

  for (const { fault, times, method } of row.injections) await faults?.inject(fault, times, method);
  const seen = await observeCall(kit, () => call.run(driver), control.requests.length);
  await faults?.clear();
  // Control: the fault occurred.
  const times = row.injections.reduce((sum, injection) => sum + (injection.times ?? 1), 0);
  expect(seen.requests.filter(({ fault }) => fault).length, `requests that met the fault, ${way.title}`).toBe(times);
  row.alsoCheck?.(seen.requests, seen.failure);
  if (seen.failure) await call.expectNothingLeft?.();

  const afterwards = await observeCall(kit, () => call.run(driver), control.requests.length);
  expect(afterwards.outcome, `${way.title} after the fault`).toBe('ok');
  if (row.permanent) {
    await faults?.inject(row.permanent.fault, 10_000);
    const end = await observeCall(kit, () => call.run(driver));
    await faults?.clear();
    expect(end.outcome, `${way.title} when the fault lasts`).toBe(row.permanent.outcome);
    await call.expectNothingLeft?.();
  }
  return seen.outcome;
}

/** The outcome of one call. */
export interface Observation {
  readonly outcome: Outcome;
  /** What the server saw meanwhile. */
  readonly requests: readonly LoggedRequest[];
  readonly failure: unknown;
}

/**
 * Makes a call and reports its outcome.
 *
 * @param plainRequests How many requests it sends when nothing goes wrong; default: as many as it sent now.
 * @param ownError What the caller's own code throws meanwhile.
 */
export async function observeCall(
  kit: StorageKit,
  call: () => Promise<Check>,
  plainRequests?: number,
  ownError?: unknown,
): Promise<Observation> {
  const log = kit.server.requests;
  await log?.clear();
  let check: Check | undefined;
  let failure: unknown;
  try {
    check = await call();
  } catch (thrown) {
    failure = thrown;
  }
  const requests = (await log?.read()) ?? [];
  if (!check) return { outcome: rejected(kit, failure, ownError), requests, failure };
  const extra = requests.length - (plainRequests ?? requests.length);
  const outcome = (await check()) ? (extra === 0 ? 'ok' : (`R (${extra + 1})` as const)) : 'accepted';
  return { outcome, requests, failure: undefined };
}

/** The outcome of a call that failed. Whatever is neither a `CloudError` nor the caller's own error fails the case. */
function rejected(kit: StorageKit, failure: unknown, ownError: unknown): Outcome {
  if (ownError !== undefined && failure === ownError) return 'A own error';
  if (!isCloudError(failure)) throw failure;
  expect(failure.details.provider, `provider of: ${failure.message}`).toBe(kit.provider);
  expectNoSecret(failure, kit.secrets);
  return `A ${failure.code}`;
}

/** A row as a case of the kit. */
export function caseOf(row: FaultRow): Case<StorageKit> {
  const { fault, outcome, observe, ...conditions } = row;
  return {
    ...conditions,
    title: fault,
    async run(kit) {
      expect(await observe(kit), fault).toBe(outcome);
    },
  };
}
