/**
 * What a case works with: one driver for the whole triple of provider, design and kind, further drivers on request, a
 * folder, and the test server. The kit removes what a case creates.
 */
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CloudError } from '@isobar/core';
import { expect } from 'vitest';
import type { BothKinds, DriverMembers, Kind } from './driver.ts';
import { type ExpectedFailure, expectFailure, expectNoSecret, failureOf } from './failures.ts';
import type { TestServer } from './test-server.ts';

/** Fast retries, as options of `connect`. */
export const fastRetry = { retry: { attempts: 4, baseDelayMs: 1, maxDelayMs: 20, budgetMs: 10_000 } } as const;

/** What the kit knows about one triple. */
export interface KitSetup<Driver extends DriverMembers> {
  /** Id that drivers and errors must name. */
  readonly provider: string;
  readonly kind: Kind;
  /** Opens a driver of this design and kind. */
  readonly open: (options?: Readonly<Record<string, unknown>>) => Driver;
  /** Opens both kinds of this design. */
  readonly openBoth?: ((options?: Readonly<Record<string, unknown>>) => BothKinds<Driver>) | undefined;
  /** The driver that most cases share. */
  readonly driver: Driver;
  readonly server: TestServer;
  /** Options that `connect` accepts, but that make the service refuse every call. */
  readonly wrongCredentials: Readonly<Record<string, unknown>>;
  /** Strings that no failure may show. */
  readonly secrets: readonly string[];
  /** A cheap call that needs the service, and its name. */
  readonly probe: { readonly name: string; run(driver: Driver, options?: object): unknown };
}

/** What a case works with, whatever the service. */
export interface Kit<Driver extends DriverMembers> extends KitSetup<Driver> {
  /** Opens both kinds of this design, for cases with `bothKinds`. */
  both(options?: Readonly<Record<string, unknown>>): BothKinds<Driver>;
  /** The name of a new empty folder. */
  folder(): Promise<string>;
  /** Ends a case that asks for what it may not have here. It is skipped for this reason, whatever its outcome. */
  refuse(reason: string): never;
  /** Adds a task to run after the case. Tasks run in reverse order. */
  afterwards(task: () => unknown): void;
  /** Expects a call to fail, with an error that names this provider and shows no secret. */
  fails(call: () => unknown, expected: ExpectedFailure): Promise<CloudError>;
  /** Counts the requests that the server sees during an action; `undefined` without a request log. */
  requestsOf(action: () => Promise<unknown>): Promise<number | undefined>;
  /** Expects a call to fail before anything is sent. */
  failsUnsent(call: () => unknown, expected: ExpectedFailure): Promise<CloudError>;
}

/** A kit for one case, and what belongs to the end of that case. */
export interface MadeKit<Made> {
  readonly kit: Made;
  /** Cleans up. */
  tidy(): Promise<void>;
  /** Why the case was refused something, if it was. */
  refusal(): string | undefined;
}

/** Makes a kit for one case. */
export function makeKit<Driver extends DriverMembers>(setup: KitSetup<Driver>): MadeKit<Kit<Driver>> {
  const tasks: (() => unknown)[] = [];
  let refusal: string | undefined;
  const { faults, requests } = setup.server;

  const kit: Kit<Driver> = {
    ...setup,
    open(options) {
      const driver = setup.open(options);
      tasks.push(() => driver.close());
      return driver;
    },
    both(options) {
      if (!setup.openBoth) throw new Error('this design does not open both kinds');
      const both = setup.openBoth(options);
      tasks.push(
        () => both.blocking.close(),
        () => both.async.close(),
      );
      return both;
    },
    async folder() {
      const path = await mkdtemp(join(tmpdir(), 'isobar-conformance-'));
      tasks.push(() => rm(path, { recursive: true, force: true }));
      return path;
    },
    refuse(reason) {
      refusal = reason;
      throw new Error(reason);
    },
    afterwards: (task) => void tasks.push(task),
    async fails(call, expected) {
      const failure = await failureOf(call);
      expectFailure(failure, { ...expected, details: { provider: setup.provider, ...expected.details } });
      expectNoSecret(failure, setup.secrets);
      return failure;
    },
    async requestsOf(action) {
      await requests?.clear();
      await action();
      return requests && (await requests.read()).length;
    },
    async failsUnsent(call, expected) {
      let failure: CloudError | undefined;
      const sent = await kit.requestsOf(async () => {
        failure = await kit.fails(call, expected);
      });
      expect(sent ?? 0, 'requests sent before the failure').toBe(0);
      return failure as CloudError;
    },
  };

  return {
    kit,
    refusal: () => refusal,
    async tidy() {
      const failures: unknown[] = [];
      // Added last, so it runs first: faults of the case must not affect the cleanup.
      if (faults) tasks.push(() => faults.clear());
      while (tasks.length > 0) {
        try {
          await tasks.pop()?.();
        } catch (failure) {
          failures.push(failure);
        }
      }
      if (failures.length > 0) throw failures[0];
    },
  };
}

/** Names of all files in a folder, those of temporary files too. */
export async function filesIn(folder: string): Promise<string[]> {
  return (await readdir(folder)).sort();
}
