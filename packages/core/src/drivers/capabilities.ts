/**
 * What providers can do, as data. Users read it, and the conformance kit tests exactly what is declared. The set of names
 * is closed, so a misspelt one does not compile.
 */

/** Optional capabilities of storage providers. Absent means unsupported. */
export interface StorageCapabilities {
  /** Listings fold names into common prefixes. */
  readonly delimiter?: boolean;
  /** Listings can start after a name. */
  readonly startAfter?: boolean;
  /** Objects carry user metadata. */
  readonly userMetadata?: boolean;
  /** A write can say when the object was last modified, as files do. */
  readonly modificationTimes?: boolean;
  /** A part of an object can be downloaded. */
  readonly ranges?: boolean;
  /** Streams of unknown length can be uploaded. */
  readonly streamUpload?: boolean;
  /** Corruption in transit is detected. */
  readonly checksums?: boolean;
  /** An interrupted download resumes where it stopped. */
  readonly resumedDownload?: boolean;
  /** The service copies objects and changes their headers and metadata itself. */
  readonly copy?: boolean;
  /** One call deletes many objects. */
  readonly deleteMany?: boolean;
  /** Signed URLs let anyone who has one perform one request on one object. */
  readonly presignedUrls?: boolean;
  /** Listings can show all versions of each object. */
  readonly versions?: boolean;
  /** Objects that are stored as gzip are decoded on request. */
  readonly decompression?: boolean;
  /** A write can name a storage class. */
  readonly storageClasses?: boolean;
  /** Large uploads are sent in parts; unfinished ones can be listed and aborted. */
  readonly multipartUploads?: boolean;
}

/** Optional capabilities of compute providers. Absent means unsupported. */
export interface ComputeCapabilities {
  /** Nodes can be created, changed, waited for and destroyed. */
  readonly createNodes?: boolean;
  /** Images can be created from nodes, copied and deleted. */
  readonly images?: boolean;
  /** Volumes can be created, attached and destroyed. */
  readonly volumes?: boolean;
  /** Volumes can be snapshotted. */
  readonly snapshots?: boolean;
  /** Named key pairs are stored for new nodes. */
  readonly keyPairs?: boolean;
}

/** What a provider can do. */
export interface Capabilities extends StorageCapabilities, ComputeCapabilities {}
