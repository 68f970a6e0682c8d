/** The definition of the memory provider. Start reading here. */
import {
  type Container,
  defineProvider,
  type ProviderDefinition,
  type StorageOperations,
  storageMethods,
  storageOperations,
} from '@isobar/core/provider';
import type { MemoryObject } from './memory-objects.ts';
import { memoryService } from './memory-service.ts';
import { storeNamed } from './memory-store.ts';
import { type CheckedMemoryStorageOptions, type MemoryStorageOptions, optionsSchema } from './options.ts';

/** The methods of a memory driver: those of every storage driver. */
export type MemoryStorageOperations = StorageOperations<MemoryObject, Container>;

/** The type of {@link memoryStorage}. */
export type MemoryStorageProvider = ProviderDefinition<
  MemoryStorageOptions,
  CheckedMemoryStorageOptions,
  MemoryStorageOperations
>;

const capabilities = {
  delimiter: true,
  startAfter: true,
  userMetadata: true,
  modificationTimes: true,
  ranges: true,
  streamUpload: true,
  copy: true,
  deleteMany: true,
  multipartUploads: true,
  decompression: true,
} as const;

/** Object storage in the memory of this thread, for tests: nothing is sent, and nothing outlives the thread. */
export const memoryStorage: MemoryStorageProvider = defineProvider({
  id: 'memory',
  name: 'Memory',
  website: 'https://github.com/isobar-cloud/isobar',
  capabilities,
  options: optionsSchema,
  methods: storageMethods,
  operations: ({ name }, { retry }) => storageOperations(memoryService(storeNamed(name), retry), capabilities),
});
