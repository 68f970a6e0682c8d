/** What storage methods return: plain data that can be logged, cloned, compared and sent to a worker. */
import type { Algorithm, Checksums } from '../checksums/checksums.ts';
import type { CloudFailure } from '../errors.ts';

/** A container of objects (bucket). */
export interface Container {
  readonly name: string;
  readonly createdAt?: Date;
  /** Provider-specific fields. */
  readonly extra: object;
}

/** An object, without its bytes. */
export interface StorageObject {
  /** Name of its container. */
  readonly container: string;
  readonly name: string;
  /** Size as stored, in bytes. */
  readonly sizeBytes: number;
  /** The ETag exactly as sent, including quotes; absent when the server sends none. */
  readonly etag?: string;
  /**
   * Version of its bytes, for `ifVersion`. Opaque: a generation, a version id or an ETag, as the provider has it. Absent when
   * the provider has no versions.
   */
  readonly version?: string;
  readonly lastModified?: Date;
  /**
   * Checksums of its bytes as stored, as far as the service tells, in base64: what `checksumFile` gives of the same bytes. In
   * listings only with the option `checksums`, and only where listings tell.
   */
  readonly checksums?: Checksums;
  /** Absent in listings of providers whose listings do not include it. */
  readonly contentType?: string;
  /** User metadata, with lower-case keys; empty in listings of providers whose listings do not include it. */
  readonly metadata: Readonly<Record<string, string>>;
  /** Provider-specific fields. */
  readonly extra: object;
}

/**
 * All objects of a container whose names start with a prefix that ends in a delimiter. It exists as long as one of them does.
 * Only folders have a `prefix`.
 */
export interface Folder {
  /** Name of its container. */
  readonly container: string;
  /** With the delimiter at its end, such as `2026/november/`. */
  readonly prefix: string;
}

/** A container, or just its name. The type excludes objects, which have a name too. */
export type ContainerReference = string | (Pick<Container, 'name'> & { readonly container?: never });

/** An object, or just its container and name. */
export type ObjectReference = { readonly container: ContainerReference; readonly name: string };

/** A file that a download wrote. */
export interface DownloadedFile {
  /** Path of the file, with the object's name appended when the destination was a folder. */
  readonly path: string;
  readonly sizeBytes: number;
  /** How the bytes were verified before the file got its name. */
  readonly verified: Algorithm | 'size';
}

/** A multipart upload that has not been completed. */
export interface MultipartUpload {
  readonly container: string;
  /** Name of the object to be created. */
  readonly name: string;
  readonly uploadId: string;
  readonly startedAt?: Date;
}

/** An object that could not be deleted or downloaded, and the reason. */
export interface FailedObject {
  readonly container: string;
  readonly name: string;
  /** The version, if one was named. */
  readonly version?: string;
  readonly error: CloudFailure;
}

/** The result of `deleteObjects`. */
export interface DeletedObjects {
  /** With the version, if one was named. */
  readonly deleted: readonly { readonly container: string; readonly name: string; readonly version?: string }[];
  /** Objects that were not deleted, each with the reason. */
  readonly failed: readonly FailedObject[];
}

/** An object downloaded by `downloadObjects`, and its file. */
export interface DownloadedObject extends DownloadedFile {
  readonly container: string;
  readonly name: string;
}

/** The result of `downloadObjects`; both lists are in the order in which the objects were given. */
export interface DownloadedObjects {
  readonly downloaded: readonly DownloadedObject[];
  /** Objects that were not downloaded, each with the reason. */
  readonly failed: readonly FailedObject[];
}

/** An object that `uploadObjects` stored, and its file. */
export interface UploadedObject<Item extends StorageObject = StorageObject> {
  readonly path: string;
  readonly object: Item;
}

/** A file that `uploadObjects` did not upload, and the reason. */
export interface FailedUpload extends FailedObject {
  readonly path: string;
}

/** The result of `uploadObjects`; both lists are in the order in which the files were found. */
export interface UploadedObjects<Item extends StorageObject = StorageObject> {
  readonly uploaded: readonly UploadedObject<Item>[];
  /** Files that were not uploaded, each with the reason. */
  readonly failed: readonly FailedUpload[];
}
