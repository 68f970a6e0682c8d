/** Options of storage methods. Every option is optional. */
import type { CallOptions, ListingOptions, TransferOptions } from '../call-options.ts';

/** Options of `iterateContainers`. */
export interface ListContainersOptions extends ListingOptions {
  /** Only containers whose name starts with this. */
  readonly prefix?: string;
}

/** Options of `iterateContainerObjects`. */
export interface ListObjectsOptions extends ListingOptions {
  /** Only objects whose name starts with this. */
  readonly prefix?: string;
  /** Fold names that contain this after the prefix into common prefixes; see `prefixes` of a page. */
  readonly delimiter?: string;
  /** Only objects whose name comes after this one, in byte order of UTF-8. */
  readonly startAfter?: string;
  /** Most items on a page, 1–1000. Default: the server's, 1000. */
  readonly pageSize?: number;
  /**
   * All versions of each object, those of a name together, where the container keeps them; `extra` tells them apart.
   * Default false: the live ones.
   */
  readonly versions?: boolean;
}

/** Options of `createContainer`. */
export interface CreateContainerOptions extends CallOptions {
  /** Where the container's data lives, in the provider's own words. Default: the provider's. */
  readonly location?: string;
  /** Storage class of objects that do not name one, in the provider's own words. Default: the provider's. */
  readonly storageClass?: string;
}

/** What goes with an object's bytes. */
export interface ObjectHeaders {
  readonly contentType?: string;
  readonly contentEncoding?: string;
  readonly contentDisposition?: string;
  readonly contentLanguage?: string;
  readonly cacheControl?: string;
  /** The user's own metadata. Keys are case-insensitive; at most 8 KiB in all. */
  readonly metadata?: Readonly<Record<string, string>>;
}

/** Options of uploads. */
export interface UploadOptions extends ObjectHeaders, TransferOptions {
  /** Media type. Default: guessed from the name of the object, else `application/octet-stream`. */
  readonly contentType?: string;
  /** Storage class, in the provider's own words. Default: the container's. */
  readonly storageClass?: string;
}

/** Options of `copyObject`: what is to differ. What is not named is copied. */
export interface CopyOptions extends ObjectHeaders, CallOptions {
  /** Storage class of the copy, in the provider's own words. Default: that of the target's container. */
  readonly storageClass?: string;
}

/** What `updateObjectMetadata` changes. `metadata` replaces all user metadata. */
export type MetadataChanges = ObjectHeaders;

/** Options of `presignObjectUrl`. */
export interface PresignOptions extends CallOptions {
  /** What the URL lets its holder do. Default `GET`. */
  readonly method?: 'GET' | 'HEAD' | 'PUT' | 'DELETE';
  /** How long the URL works, in seconds: 1–604 800 (7 days). Default 3600. */
  readonly expiresInSeconds?: number;
  /** With `PUT`: the media type that the holder must send. Default: any. */
  readonly contentType?: string;
  /** With `GET`: the `Content-Type` of the answer, instead of the stored one. */
  readonly responseContentType?: string;
  /** With `GET`: the `Content-Disposition` of the answer, such as `attachment; filename="report.pdf"`. */
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
   * Decode an object that is stored with the content encoding gzip; not for ranges. The stored bytes are verified all the
   * same. Default false: bytes come as they are stored.
   */
  readonly decompress?: boolean;
}

/** Options of downloads into a file. */
export interface DownloadFileOptions extends DownloadOptions {
  /** Replace a file that is there. Default false: such a file is an error, found before anything is sent. */
  readonly overwriteExisting?: boolean;
}

/** Told how far the download of many objects has come. In a blocking call it runs on the blocked thread. */
export interface FolderProgress {
  /** Objects whose files are in the folder. */
  readonly doneObjects: number;
  readonly failedObjects: number;
  /** Bytes that have moved since the start, of all objects. After a retry it may fall back. */
  readonly transferredBytes: number;
}

/** Options of `downloadObjects`. */
export interface DownloadObjectsOptions extends CallOptions {
  /** Objects that are on their way at once, 1–1000. Default 16. */
  readonly concurrency?: number;
  /** Replace files that are there. Default false: the object of such a file fails. */
  readonly overwriteExisting?: boolean;
  /** Told after each piece of bytes and after each object. */
  readonly onProgress?: (progress: FolderProgress) => void;
}
