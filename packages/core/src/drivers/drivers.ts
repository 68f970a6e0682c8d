/** Types for functions that take any provider's driver, of any design that has the kind. */
import type { ComputeOperations } from '../compute/contract.ts';
import type { OperationsOf, ProviderInfo } from '../providers/provider-definition.ts';
import type { ProviderTypes } from '../providers/registry.ts';
import type { StorageOperations } from '../storage/contract.ts';
import type { WithOperations } from './driver-operations.ts';
import type { Async, Blocking } from './driver-types.ts';

/** What every driver has besides its methods. Functions that are given a driver do not close it. */
export interface DriverInfo {
  /** Id, name and capabilities of the provider. */
  readonly provider: ProviderInfo;
}

/** A driver whose methods block. */
export type BlockingDriver<Operations> = Blocking<Operations> & DriverInfo & WithOperations<Operations>;

/** A driver whose methods return promises and async iterables. */
export type AsyncDriver<Operations> = Async<Operations> & DriverInfo & WithOperations<Operations>;

/**
 * Any blocking storage driver: of the flag or the mixin design, or the driver that a session is made of.
 *
 * @example
 * function backUp(from: StorageDriver, to: StorageDriver): void { … }
 */
export type StorageDriver = BlockingDriver<StorageOperations>;

/** Any asynchronous storage driver: of the flag design, a session, or `asyncOf` a driver of the mixin design. */
export type AsyncStorageDriver = AsyncDriver<StorageOperations>;

/** Any blocking compute driver. See {@link StorageDriver}. */
export type ComputeDriver = BlockingDriver<ComputeOperations>;

/** Any asynchronous compute driver. See {@link AsyncStorageDriver}. */
export type AsyncComputeDriver = AsyncDriver<ComputeOperations>;

// `Extract` and not an intersection: methods of an intersection are overloads, which return the portable models.
type AnyBlockingDriver = StorageDriver | ComputeDriver;
type AnyAsyncDriver = AsyncStorageDriver | AsyncComputeDriver;

/**
 * Whether a driver is of the provider with an id. Then its type has what that provider offers beyond the portable contract.
 * For the types, import the provider's package somewhere: `import type {} from '@isobar/storage-google'`.
 *
 * @example
 * if (isDriverOf(driver, 'google-storage')) await driver.exSetContainerVersioning('bucket', true);
 */
export function isDriverOf<const Id extends keyof ProviderTypes>(
  driver: AnyBlockingDriver,
  id: Id,
): driver is Extract<BlockingDriver<OperationsOf<ProviderTypes[Id]>>, AnyBlockingDriver>;
export function isDriverOf<const Id extends keyof ProviderTypes>(
  driver: AnyAsyncDriver,
  id: Id,
): driver is Extract<AsyncDriver<OperationsOf<ProviderTypes[Id]>>, AnyAsyncDriver>;
export function isDriverOf({ provider }: DriverInfo, id: string): boolean {
  return provider.id === id;
}

/** The type for any driver of the kind of another driver. */
type OfKind<Driver, Operations> = Driver extends Disposable ? BlockingDriver<Operations> : AsyncDriver<Operations>;

/**
 * Whether a driver is one for storage, for a provider that only configuration names.
 *
 * @example
 * const driver = connect(await getProvider(settings.provider), { ...settings.options, async: true });
 * if (!isStorageDriver(driver)) throw new Error(`${settings.provider} has no objects`);
 * await driver.writeObject('hello', 'bucket', 'hello.txt');
 */
export function isStorageDriver<Driver extends DriverInfo>(
  driver: Driver,
): driver is Driver & OfKind<Driver, StorageOperations> {
  return 'iterateContainerObjects' in driver;
}

/** Whether a driver is one for compute. See {@link isStorageDriver}. */
export function isComputeDriver<Driver extends DriverInfo>(
  driver: Driver,
): driver is Driver & OfKind<Driver, ComputeOperations> {
  return 'iterateNodes' in driver;
}
