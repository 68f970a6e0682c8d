/** The definition of the local provider. Start reading here. */
import {
  type Container,
  defineProvider,
  type ProviderDefinition,
  type StorageOperations,
  storageMethods,
  storageOperations,
} from '@isobar/core/provider';
import type { LocalObject } from './local-objects.ts';
import { localService } from './local-service.ts';
import { type CheckedLocalFilesOptions, type LocalFilesOptions, optionsSchema } from './options.ts';

/** The methods of a local driver: those of every storage driver. */
export type LocalFilesOperations = StorageOperations<LocalObject, Container>;

/** The type of {@link localFiles}. */
export type LocalFilesProvider = ProviderDefinition<LocalFilesOptions, CheckedLocalFilesOptions, LocalFilesOperations>;

const capabilities = {
  delimiter: true,
  startAfter: true,
  userMetadata: true,
  modificationTimes: true,
  ranges: true,
  streamUpload: true,
  copy: true,
} as const;

/** Object storage in a local folder: its folders are the containers, the files below them the objects. */
export const localFiles: LocalFilesProvider = defineProvider({
  id: 'local',
  name: 'Local files',
  website: 'https://github.com/isobar-cloud/isobar',
  capabilities,
  options: optionsSchema,
  methods: storageMethods,
  operations: (options, { retry }) => storageOperations(localService(options, retry), capabilities),
});
