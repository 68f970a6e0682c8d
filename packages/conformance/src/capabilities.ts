/**
 * The capabilities that the kit looks for in `provider.capabilities`, which are all that core knows. What is not declared is
 * not tested, and must not work: a feature that users find by accident is one that nobody keeps working. What nobody knows
 * must not be declared: it would be a promise that nothing tests.
 */
import type { Capabilities, ComputeCapabilities, StorageCapabilities } from '@isobar/core/provider';
import type { Suite } from './case.ts';

/** A name of a capability. */
export type Capability = keyof Capabilities;

/** A name of {@link storageCapabilities}. */
export type StorageCapability = keyof StorageCapabilities;

/** A name of {@link computeCapabilities}. */
export type ComputeCapability = keyof ComputeCapabilities;

/** Optional abilities of storage providers. */
export const storageCapabilities: Readonly<Record<StorageCapability, string>> = {
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
};

/** Optional abilities of compute providers. */
export const computeCapabilities: Readonly<Record<ComputeCapability, string>> = {
  createNodes: 'nodes are made, changed, awaited and removed',
  images: 'images are made of nodes, copied and removed',
  volumes: 'volumes are made, attached and removed',
  snapshots: 'what a volume holds is kept',
  keyPairs: 'keys are stored under names, for new nodes',
};

/**
 * Fails when a provider declares a capability that there is not.
 *
 * @param declared `provider.capabilities`.
 */
export function refuseUnknownCapabilities(declared: object): void {
  const known = [...Object.keys(storageCapabilities), ...Object.keys(computeCapabilities)];
  const unknown = Object.keys(declared).filter((name) => !known.includes(name));
  if (unknown.length === 0) return;
  throw new Error(`nobody knows the capability ${unknown.join(', ')}; there are ${known.join(', ')}`);
}

/** Makes every case of a suite need a capability. */
export function needing<Kit>(capability: Capability, suite: Suite<Kit>): Suite<Kit> {
  return { ...suite, cases: suite.cases.map((entry) => ({ needs: capability, ...entry })) };
}
