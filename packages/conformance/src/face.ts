/**
 * What the kit is given, and how it sees it. One body of a test serves both colours: `await` accepts plain values and
 * `for await` plain iterables, so the kit works with faces whose methods return either.
 */
import type { Async, Blocking, ComputeOperations, ProviderInfo, StorageOperations } from '@isobar/core';

/** Whether a face's methods block, or return promises and async iterables. */
export type Colour = 'blocking' | 'async';

/** What every face has besides its operations. */
export interface FaceMembers {
  readonly provider: ProviderInfo;
  /** Ends the face. An asynchronous face returns a promise. */
  close(): unknown;
}

/** A storage driver of either colour, as `connect` returns it. */
export type StorageFace = FaceMembers & (Blocking<StorageOperations> | Async<StorageOperations>);

/** A compute driver of either colour, as `connect` returns it. */
export type ComputeFace = FaceMembers & (Blocking<ComputeOperations> | Async<ComputeOperations>);

/** One design in one colour, and how to open a driver of the provider with it. */
export interface FaceUnderTest<Face extends FaceMembers> {
  /** Name of the design, for titles: `mixin`. */
  readonly design: string;
  readonly colour: Colour;
  /**
   * Opens a new face that can reach the test server.
   *
   * @param options Options to add to those that `connect` is called with, or to put in their place.
   */
  open(options?: Readonly<Record<string, unknown>>): Face;
}

/** A design and colour that opens storage drivers. */
export type StorageFaceUnderTest = FaceUnderTest<StorageFace>;

/** A design and colour that opens compute drivers. */
export type ComputeFaceUnderTest = FaceUnderTest<ComputeFace>;

/**
 * Methods that return a value or a promise of it, an iterable or an async one. The arguments are those of the
 * asynchronous colour, so a case that passes a signal or an async source says `colour: 'async'`.
 */
export type EitherColour<Operations> = {
  readonly [Name in keyof Operations]: (
    ...args: ArgumentsOf<Async<Operations>[Name]>
  ) => ReturnedBy<Blocking<Operations>[Name]> | ReturnedBy<Async<Operations>[Name]>;
};

/** A storage driver as the kit's cases see it. */
export type AnyStorage = EitherColour<StorageOperations> & FaceMembers;

/** A compute driver as the kit's cases see it. */
export type AnyCompute = EitherColour<ComputeOperations> & FaceMembers;

type ArgumentsOf<Method> = Method extends (...args: infer Args) => unknown ? Args : never;

type ReturnedBy<Method> = Method extends (...args: never) => infer Returned ? Returned : never;
