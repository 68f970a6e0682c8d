/**
 * What providers can do, as data: users ask it, and the conformance kit tests just what is declared. These are all names
 * that there are, so a misspelt one does not compile.
 */

/** Optional abilities of storage providers. Absent means "cannot". */
export interface StorageCapabilities {
  /** Listings fold names into common prefixes. */
  readonly delimiter?: boolean;
  /** Listings can start after a name. */
  readonly startAfter?: boolean;
  /** Objects carry metadata of the user. */
  readonly userMetadata?: boolean;
  /** A part of an object can be downloaded. */
  readonly ranges?: boolean;
  /** Bytes of unknown length can be uploaded as they come. */
  readonly streamUpload?: boolean;
  /** Bytes that were changed on their way are noticed. */
  readonly checksums?: boolean;
  /** A download that breaks half-way goes on where it stopped. */
  readonly resumedDownload?: boolean;
  /** Objects are copied, and what goes with them changed, within the service. */
  readonly copy?: boolean;
  /** Many objects are removed by one call. */
  readonly deleteMany?: boolean;
  /** URLs let anyone who has them do one thing to one object. */
  readonly presignedUrls?: boolean;
  /** Listings can show all versions of each object. */
  readonly versions?: boolean;
  /** Objects that are stored as gzip are decoded on request. */
  readonly decompression?: boolean;
  /** A write can name a storage class. */
  readonly storageClasses?: boolean;
  /** Long uploads go in parts; unfinished ones can be listed and dropped. */
  readonly multipartUploads?: boolean;
}

/** Optional abilities of compute providers. Absent means "cannot". */
export interface ComputeCapabilities {
  /** Nodes are made, changed, awaited and removed. */
  readonly createNodes?: boolean;
  /** Images are made of nodes, copied and removed. */
  readonly images?: boolean;
  /** Volumes are made, attached and removed. */
  readonly volumes?: boolean;
  /** What a volume holds is kept. */
  readonly snapshots?: boolean;
  /** Keys are stored under names, for new nodes. */
  readonly keyPairs?: boolean;
}

/** What a provider can do. */
export interface Capabilities extends StorageCapabilities, ComputeCapabilities {}
