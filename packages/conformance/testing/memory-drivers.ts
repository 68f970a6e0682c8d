/** Opens the drivers that the kit's own tests break on purpose: those of the memory provider, over one account. */
import type { Blocking, StorageOperations } from '@isobar/core';
import { connect } from '@isobar/design-flag';
import type { AnyStorage, Kind } from '../src/driver.ts';
import { signingMemory } from './signing-memory.ts';

/** The methods of a blocking driver. */
export type Methods = Blocking<StorageOperations>;

/** Name of a store; see `MemoryStorageOptions`. */
export type Account = string;

/** A new, empty account. */
export function newAccount(): Account {
  return crypto.randomUUID();
}

/** Opens a driver of either kind. */
export function openMemory(account: Account, kind: Kind, options: object = {}): AnyStorage {
  const driver = connect(signingMemory, { name: account, ...options, async: kind === 'async' });
  return driver as unknown as AnyStorage;
}
