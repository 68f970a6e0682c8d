/**
 * The drivers that the kit tests, and their types. One test body serves both kinds, because `await` accepts plain
 * values and `for await` accepts plain iterables.
 */
import type { Async, Blocking, ComputeOperations, ProviderInfo, StorageOperations } from '@isobar/core';

/** Whether a driver's methods block, or return promises and async iterables. */
export type Kind = 'blocking' | 'async';

/** What every driver has besides its operations. */
export interface DriverMembers {
  readonly provider: ProviderInfo;
  /** Ends the driver. An asynchronous driver returns a promise. */
  close(): unknown;
}

/** A storage driver of either kind, as `connect` returns it. */
export type EitherStorageDriver = DriverMembers & (Blocking<StorageOperations> | Async<StorageOperations>);

/** A compute driver of either kind, as `connect` returns it. */
export type EitherComputeDriver = DriverMembers & (Blocking<ComputeOperations> | Async<ComputeOperations>);

/** One design in one kind, and how to open a driver of the provider with it. */
export interface DriverUnderTest<Driver extends DriverMembers> {
  /** Name of the design, for titles: `mixin`. */
  readonly design: string;
  readonly kind: Kind;
  /**
   * Opens a new driver that can reach the test server.
   *
   * @param options Added to the options of `connect`, or replacing them.
   */
  open(options?: Readonly<Record<string, unknown>>): Driver;
  /** Opens both kinds of the design, as one program has them. Cases about both are left out without it. */
  openBoth?(options?: Readonly<Record<string, unknown>>): BothKinds<Driver>;
}

/** Both kinds of a design, for the same account. */
export interface BothKinds<Driver extends DriverMembers> {
  readonly blocking: Driver;
  readonly async: Driver;
  /** Whether both are one object, so that either `close` ends both. */
  readonly isOneObject: boolean;
}

/** A design and kind that opens storage drivers. */
export type StorageDriverUnderTest = DriverUnderTest<EitherStorageDriver>;

/** A design and kind that opens compute drivers. */
export type ComputeDriverUnderTest = DriverUnderTest<EitherComputeDriver>;

/**
 * Methods that return a value or a promise of it, an iterable or an async one. The arguments are those of the
 * asynchronous kind, so a case that passes a signal or an async source says `kind: 'async'`.
 */
export type EitherKind<Operations> = {
  readonly [Name in keyof Operations]: (
    ...args: ArgumentsOf<Async<Operations>[Name]>
  ) => ReturnedBy<Blocking<Operations>[Name]> | ReturnedBy<Async<Operations>[Name]>;
};

/** A storage driver as the kit's cases see it. */
export type AnyStorage = EitherKind<StorageOperations> & DriverMembers;

/** A compute driver as the kit's cases see it. */
export type AnyCompute = EitherKind<ComputeOperations> & DriverMembers;

type ArgumentsOf<Method> = Method extends (...args: infer Args) => unknown ? Args : never;

type ReturnedBy<Method> = Method extends (...args: never) => infer Returned ? Returned : never;
