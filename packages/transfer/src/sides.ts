/** The two trees of a run: their drivers' operations, containers and prefixes. */
import type { AsyncStorageDriver, StorageDriver } from '@isobar/core';
import {
  type ContainerReference,
  containerNameOf,
  invalidArgument,
  operationsOf,
  recordOf,
  type StorageCapabilities,
  type StorageOperations,
  wellFormedOf,
} from '@isobar/core/provider';

/** Objects of a container whose names start with a prefix, and the driver that reads and writes them. */
interface TreeOf<Driver> {
  readonly driver: Driver;
  readonly container: ContainerReference;
  /** The folder, such as `2026/`. The slash at its end may be left out. Default: the whole container. */
  readonly prefix?: string;
}

/** A tree of an asynchronous driver. */
export interface AsyncTree extends TreeOf<AsyncStorageDriver> {}

/** A tree of a blocking driver. */
export interface BlockingTree extends TreeOf<StorageDriver> {}

/** A tree of either kind. */
export type AnyTree = AsyncTree | BlockingTree;

/** A tree, checked. */
export interface Side {
  /** The argument that named it, for errors. */
  readonly field: 'from' | 'to';
  readonly driver: object;
  readonly operations: StorageOperations;
  readonly provider: string;
  readonly capabilities: StorageCapabilities;
  readonly container: string;
  /** Empty, or with a slash at its end. */
  readonly prefix: string;
}

/** Checks a tree. @throws {CloudError} `invalid-argument`. */
export function sideOf(field: 'from' | 'to', tree: unknown): Side {
  const {
    container,
    driver,
    prefix = '',
  } = recordOf(field, tree, ['driver', 'container', 'prefix']) as Partial<AsyncTree>;
  const operations = operationsOf<StorageOperations>(driver as AsyncStorageDriver);
  if (typeof operations.iterateContainerObjects !== 'function') {
    throw invalidArgument(`${field}.driver`, 'must be a driver for storage');
  }
  const checked = wellFormedOf(`${field}.prefix`, prefix);
  const { capabilities, id } = (driver as AsyncStorageDriver).provider;
  return {
    field,
    driver: driver as object,
    operations,
    provider: id,
    capabilities,
    container: containerNameOf(container as ContainerReference, `${field}.container`),
    prefix: checked === '' || checked.endsWith('/') ? checked : `${checked}/`,
  };
}

/** Refuses two trees of which one contains the other: a run would copy its own copies, or move objects onto themselves. */
export function refuseOverlap(from: Side, to: Side): void {
  if (from.driver !== to.driver || from.container !== to.container) return;
  if (!from.prefix.startsWith(to.prefix) && !to.prefix.startsWith(from.prefix)) return;
  throw invalidArgument('to', `overlaps \`from\`: both are in ${from.container}, and one contains the other`);
}

/** A side in messages and journals. */
export function labelOf({ container, prefix, provider }: Side): string {
  return `${provider}:${container}/${prefix}`;
}
