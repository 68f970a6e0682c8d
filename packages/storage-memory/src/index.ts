/** Object storage in the memory of this thread. */
// Needed for the declaration below.
import type {} from '@isobar/core';
import type { MemoryStorageProvider } from './provider.ts';

export type { MemoryObject, MemoryObjectExtra } from './memory-objects.ts';
export type { MemoryStorageOptions } from './options.ts';
export {
  type MemoryStorageOperations,
  type MemoryStorageProvider,
  memoryStorage,
  memoryStorage as provider,
} from './provider.ts';

declare module '@isobar/core' {
  interface ProviderTypes {
    memory: MemoryStorageProvider;
  }
}
