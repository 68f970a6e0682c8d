/** The asynchronous session around one blocking driver, or around several at once. */
import { asyncMethodsOf } from '@isobar/connection';
import type { Async, ProviderInfo } from '@isobar/core';
import { connectionOf, type Remembers } from './connect.ts';

/** Any driver of this design. */
type AnyDriver = Remembers<unknown> & { readonly provider: ProviderInfo };

/** A driver's methods, awaited. */
export type AsyncDriver<Driver extends AnyDriver> =
  Driver extends Remembers<infer Operations> ? Async<Operations> & { readonly provider: ProviderInfo } : never;

/** What ends a session. */
export interface SessionEnd extends AsyncDisposable {
  /** Waits for what is in flight, then closes; later calls throw `session-closed`. The blocking drivers stay open. */
  close(): Promise<void>;
}

/** How sessions are made; see {@link AsyncSession}. */
export interface AsyncSessionConstructor {
  new <Driver extends AnyDriver>(driver: Driver): AsyncDriver<Driver> & SessionEnd;
  new <const Drivers extends readonly AnyDriver[]>(
    drivers: Drivers,
  ): { readonly [Index in keyof Drivers]: AsyncDriver<Drivers[Index]> } & SessionEnd;
}

/**
 * A session in which the methods of one driver are awaited, or of several: then it is an array of them.
 *
 * It has connections of its own; leaving its block waits for what is in flight, then closes them.
 *
 * @throws {CloudError} `invalid-argument` for something that is no driver of this design.
 *
 * @example
 * await using session = new AsyncSession([europe, asia]);
 * const [inEurope, inAsia] = session;
 * const nodes = await Promise.all([inEurope.listNodes(), inAsia.listNodes()]);
 */
export const AsyncSession: AsyncSessionConstructor = class AsyncSession {
  constructor(drivers: object | readonly object[]) {
    const kinds = [drivers].flat().map((driver) => {
      const connection = connectionOf(driver);
      const { methods, drain } = asyncMethodsOf(connection);
      return { driver: Object.assign(methods as object, { provider: connection.provider }), drain };
    });
    const close = async (): Promise<void> => {
      await Promise.all(kinds.map(({ drain }) => drain()));
    };
    const awaited = kinds.map(({ driver }) => driver);
    const session = Array.isArray(drivers) ? awaited : Object.assign(this, awaited[0]);
    // biome-ignore lint/correctness/noConstructorReturn: a session of several drivers is an array, so that it can be taken apart
    return Object.assign(session, { close, [Symbol.asyncDispose]: close }) as this;
  }
} as unknown as AsyncSessionConstructor;
