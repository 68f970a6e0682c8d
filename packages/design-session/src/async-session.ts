/** The async session around one or several blocking drivers. */
import { asyncMethodsOf, markDriver } from '@isobar/connection';
import type { AsyncDriver, ProviderInfo } from '@isobar/core';
import { connectionOf, type ForSessions } from './connect.ts';

/** Any driver of this design. */
type AnyDriver = ForSessions<unknown> & { readonly provider: ProviderInfo };

/** The async methods of a driver. */
export type SessionOf<Driver extends AnyDriver> =
  Driver extends ForSessions<infer Operations> ? AsyncDriver<Operations> : never;

/** The members that close a session. */
export interface SessionEnd extends AsyncDisposable {
  /** Waits for the calls in flight, then closes. Later calls throw `session-closed`. The blocking drivers stay open. */
  close(): Promise<void>;
}

/** The constructor's overloads; see {@link AsyncSession}. */
export interface AsyncSessionConstructor {
  new <Driver extends AnyDriver>(driver: Driver): SessionOf<Driver> & SessionEnd;
  new <const Drivers extends readonly AnyDriver[]>(
    drivers: Drivers,
  ): { readonly [Index in keyof Drivers]: SessionOf<Drivers[Index]> } & SessionEnd;
}

/**
 * The async methods of a driver, or an array of async drivers when it is given several.
 *
 * A session has its own connections. Leaving its block waits for the calls in flight, then closes them.
 *
 * @throws {CloudError} `invalid-argument` for anything but a driver of this design.
 *
 * @example
 * await using session = new AsyncSession([europe, asia]);
 * const [inEurope, inAsia] = session;
 * const nodes = await Promise.all([inEurope.listNodes(), inAsia.listNodes()]);
 */
export const AsyncSession: AsyncSessionConstructor = class AsyncSession {
  constructor(drivers: object | readonly object[]) {
    const asyncDrivers = [drivers].flat().map((driver) => {
      const connection = connectionOf(driver);
      const { methods, runners, drain } = asyncMethodsOf(connection);
      const members = Object.assign(Array.isArray(drivers) ? {} : this, methods, { provider: connection.provider });
      return { driver: markDriver(members, connection, runners), drain };
    });
    const close = async (): Promise<void> => {
      await Promise.all(asyncDrivers.map(({ drain }) => drain()));
    };
    const session = Array.isArray(drivers) ? asyncDrivers.map(({ driver }) => driver) : this;
    // biome-ignore lint/correctness/noConstructorReturn: a session of several drivers is an array, so that it can be destructured
    return Object.assign(session, { close, [Symbol.asyncDispose]: close }) as this;
  }
} as unknown as AsyncSessionConstructor;
