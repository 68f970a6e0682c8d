/** Object storage in a local folder: containers are its folders, objects are files. */
// Needed for the declaration below.
import type {} from '@isobar/core';
import type { LocalFilesProvider } from './provider.ts';

export type { LocalObject, LocalObjectExtra } from './local-objects.ts';
export type { LocalFilesOptions } from './options.ts';
export {
  type LocalFilesOperations,
  type LocalFilesProvider,
  localFiles,
  localFiles as provider,
} from './provider.ts';

declare module '@isobar/core' {
  interface ProviderTypes {
    local: LocalFilesProvider;
  }
}
