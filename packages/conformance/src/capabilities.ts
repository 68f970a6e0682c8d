/**
 * The capabilities that the kit looks for in `provider.capabilities`: all that core knows. The kit does not test an
 * undeclared capability, but fails when it works, because users would depend on it by accident. It also fails for an
 * unknown capability, which no case would test.
 */
import type { Capabilities, ComputeCapabilities, StorageCapabilities } from '@isobar/core/provider';

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
  userMetadata: 'objects carry user metadata',
  modificationTimes: 'a write can say when the object was last modified',
  ranges: 'a part of an object can be downloaded',
  streamUpload: 'bytes of unknown length can be uploaded as they come',
  checksums: 'bytes that change in transit are detected',
  resumedDownload: 'a download that breaks resumes where it stopped',
  copy: 'the service copies objects and changes their metadata',
  deleteMany: 'one call removes many objects',
  presignedUrls: 'a URL allows its holder one method on one object',
  versions: 'listings can show all versions of each object',
  decompression: 'objects that are stored as gzip are decoded on request',
  storageClasses: 'a write can name a storage class',
  multipartUploads: 'long uploads go in parts; unfinished ones can be listed and aborted',
};

/** Optional abilities of compute providers. */
export const computeCapabilities: Readonly<Record<ComputeCapability, string>> = {
  createNodes: 'nodes are created, changed, awaited and removed',
  images: 'images are created from nodes, copied and removed',
  volumes: 'volumes are created, attached and removed',
  snapshots: 'snapshots of volumes are created, restored and removed',
  keyPairs: 'keys are stored by name, for new nodes',
};

/**
 * Fails when a provider declares an unknown capability.
 *
 * @param declared `provider.capabilities`.
 */
export function refuseUnknownCapabilities(declared: object): void {
  const known = [...Object.keys(storageCapabilities), ...Object.keys(computeCapabilities)];
  const unknown = Object.keys(declared).filter((name) => !known.includes(name));
  if (unknown.length === 0) return;
  throw new Error(`unknown capability ${unknown.join(', ')}; known: ${known.join(', ')}`);
}
