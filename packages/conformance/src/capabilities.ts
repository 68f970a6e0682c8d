/**
 * The capabilities that the kit looks for in `provider.capabilities`. What is not declared is not tested, and must not
 * work: a feature that users find by accident is one that nobody keeps working.
 */
import type { Suite } from './case.ts';

/** Optional abilities of storage providers. */
export const storageCapabilities = {
  delimiter: 'listings fold names into common prefixes',
  startAfter: 'listings can start after a name',
  userMetadata: 'objects carry metadata of the user',
  ranges: 'a part of an object can be downloaded',
  streamUpload: 'bytes of unknown length can be uploaded as they come',
  checksums: 'bytes that were changed on their way are noticed',
  resumedDownload: 'a download that breaks half-way goes on where it stopped',
  copy: 'objects are copied, and what goes with them changed, within the service',
  deleteMany: 'many objects are removed by one call',
  presignedUrls: 'URLs let anyone who has them do one thing to one object',
  versions: 'listings can show all versions of each object',
  decompression: 'objects that are stored as gzip are decoded on request',
  storageClasses: 'a write can name a storage class',
  multipartUploads: 'long uploads go in parts; unfinished ones can be listed and dropped',
} as const;

/** A key of {@link storageCapabilities}. */
export type StorageCapability = keyof typeof storageCapabilities;

/** Optional abilities of compute providers. */
export const computeCapabilities = {
  createNodes: 'nodes are made, changed, awaited and removed',
  images: 'images are made of nodes, copied and removed',
  volumes: 'volumes are made, attached and removed',
  snapshots: 'what a volume holds is kept',
  keyPairs: 'keys are stored under names, for new nodes',
} as const;

/** A key of {@link computeCapabilities}. */
export type ComputeCapability = keyof typeof computeCapabilities;

/** Makes every case of a suite need a capability. */
export function needing<Kit>(capability: StorageCapability | ComputeCapability, suite: Suite<Kit>): Suite<Kit> {
  return { ...suite, cases: suite.cases.map((entry) => ({ needs: capability, ...entry })) };
}
