/** Options of storage methods. All are optional. */
import type { CallOptions, ListingOptions, TransferOptions } from '../drivers/call-options.ts';

/**
 * Conditions on the object that a call writes, changes or deletes. A condition that does not hold is
 * `precondition-failed`; one that the service cannot keep is `unsupported`, before anything is sent.
 */
export interface ConditionOptions {
  /** Only if there is no object of that name, so that a write never replaces one. */
  readonly ifAbsent?: true;
  /** Only if the object has this version, from the `version` of a model. */
  readonly ifVersion?: string;
}

/** Options of `iterateContainers`. */
export interface ListContainersOptions extends ListingOptions {
  /** Only containers whose name starts with this. */
  readonly prefix?: string;
}

/** Options of `iterateContainerObjects`. */
export interface ListObjectsOptions extends ListingOptions {
  /** Only objects whose name starts with this. */
  readonly prefix?: string;
  /** Group names that contain this after the prefix into common prefixes; see `prefixes` of a page. */
  readonly delimiter?: string;
  /** Only objects whose name sorts after this one, in byte order of UTF-8. */
  readonly startAfter?: string;
  /** Maximum number of items on a page, 1–1000. Default: the server's, 1000. */
  readonly pageSize?: number;
  /**
   * List all versions of each object, grouped by name, if the container keeps them; `extra` identifies the version.
   * Default false: only live versions.
   */
  readonly versions?: boolean;
  /**
   * Give the checksums of each object, as far as the service tells them in listings; see `checksums` of an object. Default
   * false: it takes a little time for each object, and on a local disk each file is read.
   */
  readonly checksums?: boolean;
}

/** Options of `iterateFolder`. */
export interface ListFolderOptions extends ListingOptions {
  /** What separates the names of folders. Default `/`. */
  readonly delimiter?: string;
  /** Maximum number of entries on a page, 1–1000. Default: the server's, 1000. */
  readonly pageSize?: number;
}

/** Options of `createContainer`. */
export interface CreateContainerOptions extends CallOptions {
  /** Location of the container's data, as the provider names it. Default: the provider's. */
  readonly location?: string;
  /** Default storage class of its objects, as the provider names it. Default: the provider's. */
  readonly storageClass?: string;
}

/** Headers and metadata of an object. */
export interface ObjectHeaders {
  readonly contentType?: string;
  readonly contentEncoding?: string;
  readonly contentDisposition?: string;
  readonly contentLanguage?: string;
  readonly cacheControl?: string;
  /** User metadata. Keys are case-insensitive; at most 8 KiB in total. */
  readonly metadata?: Readonly<Record<string, string>>;
}

/** Options of uploads. */
export interface UploadOptions extends ObjectHeaders, ConditionOptions, TransferOptions {
  /** Media type. Default: guessed from the object's name, else `application/octet-stream`. */
  readonly contentType?: string;
  /** Storage class, as the provider names it. Default: the container's. */
  readonly storageClass?: string;
  /** When the object was last modified, where the provider keeps that (capability `modificationTimes`). Default: now. */
  readonly lastModified?: Date;
  /**
   * With a stream: its size in bytes, or somewhat more, so that its parts are large enough. Needed for very long streams, where the
   * service takes a limited number of parts of one size. Default: unknown.
   */
  readonly expectedSizeBytes?: number;
}

/** Options of `copyObject` and `moveObject`: what to change in the copy. Conditions are about the copy's name. */
export interface CopyOptions extends ObjectHeaders, ConditionOptions, CallOptions {
  /** Storage class of the copy, as the provider names it. Default: that of the target container. */
  readonly storageClass?: string;
  /** When the copy was last modified, where the provider keeps that (capability `modificationTimes`). Default: now. */
  readonly lastModified?: Date;
}

/** What `updateObjectMetadata` changes. `metadata` replaces all user metadata. */
export type MetadataChanges = ObjectHeaders;

/** Options of `updateObjectMetadata`. */
export interface UpdateOptions extends Pick<ConditionOptions, 'ifVersion'>, CallOptions {}

/** Options of `deleteObject`. */
export interface DeleteOptions extends Pick<ConditionOptions, 'ifVersion'>, CallOptions {}

/** Options of `presignObjectUrl`. */
export interface PresignOptions extends CallOptions {
  /** The method that the URL allows. Default `GET`. */
  readonly method?: 'GET' | 'HEAD' | 'PUT' | 'DELETE';
  /** Lifetime of the URL in seconds, 1–604 800 (7 days). Default 3600. */
  readonly expiresInSeconds?: number;
  /** With `PUT`: the media type that the request must have. Default: any. */
  readonly contentType?: string;
  /** With `GET`: the `Content-Type` of the response, instead of the stored one. */
  readonly responseContentType?: string;
  /** With `GET`: the `Content-Disposition` of the response, such as `attachment; filename="report.pdf"`. */
  readonly responseContentDisposition?: string;
}

/** Options of `iterateMultipartUploads`. */
export interface ListMultipartUploadsOptions extends ListingOptions {
  /** Only uploads whose object's name starts with this. */
  readonly prefix?: string;
}

/** Options of downloads. */
export interface DownloadOptions extends TransferOptions {
  /**
   * Decode an object that is stored with the content encoding gzip; not for ranges. The stored bytes are verified in both
   * cases. Default false: the bytes are delivered as stored.
   */
  readonly decompress?: boolean;
}

/** Options of downloads into a file. */
export interface DownloadFileOptions extends DownloadOptions {
  /** Replace an existing file. Default false: an existing file is an error before anything is sent. */
  readonly overwriteExisting?: boolean;
}

/** Progress of `downloadObjects` and `uploadObjects`. */
export interface FolderProgress {
  /** Objects that have been transferred. */
  readonly doneObjects: number;
  readonly failedObjects: number;
  /** Bytes transferred since the start, of all objects. May decrease after a retry. */
  readonly transferredBytes: number;
}

/** Options of `downloadObjects`. */
export interface DownloadObjectsOptions extends CallOptions {
  /** Objects to download at once, 1–1000. Default 16. */
  readonly concurrency?: number;
  /** Replace existing files. Default false: an object whose file exists fails. */
  readonly overwriteExisting?: boolean;
  /** Called after each chunk of bytes and after each object. In a blocking call it runs on the blocked thread. */
  readonly onProgress?: (progress: FolderProgress) => void;
}

/** A file of `uploadObjects`. */
export interface FileToUpload {
  readonly path: string;
  /** Name of its object, after the prefix. Of a file in a folder: the path below the folder, with slashes. */
  readonly name: string;
}

/** Options of `uploadObjects`. */
export interface UploadObjectsOptions extends CallOptions {
  /** Put before each object's name, such as `2026/`. Default: nothing. */
  readonly prefix?: string;
  /** Returns whether to upload a file. Default: all files. */
  readonly filter?: (file: FileToUpload) => boolean;
  /** Files to upload at once, 1–1000. Default 16. */
  readonly concurrency?: number;
  /** Called after each chunk of bytes and after each file. In a blocking call it runs on the blocked thread. */
  readonly onProgress?: (progress: FolderProgress) => void;
}
