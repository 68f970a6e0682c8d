/**
 * What every storage provider offers. Faces turn these into methods; see `surface.ts`.
 *
 * Contract operations are neither generic nor overloaded: mapped types would lose both. A provider narrows the two
 * models instead, through this interface's parameters.
 */
import type { ByteSource, ByteStream } from '../bytes.ts';
import type { CallOptions, TransferOptions } from '../call-options.ts';
import type { Listing } from '../listing.ts';
import type { Operation } from '../operation.ts';
import type { Container, ContainerReference, DownloadedFile, ObjectReference, StorageObject } from './models.ts';

/** Options of {@link StorageOperations.iterateContainers}. */
export interface ListContainersOptions extends CallOptions {
  /** Only containers whose name starts with this. */
  readonly prefix?: string;
}

/** Options of {@link StorageOperations.iterateContainerObjects}. */
export interface ListObjectsOptions extends CallOptions {
  /** Only objects whose name starts with this. */
  readonly prefix?: string;
  /** Fold names that contain this after the prefix into common prefixes; see `prefixes` of a page. */
  readonly delimiter?: string;
  /** Only objects whose name comes after this one, in byte order of UTF-8. */
  readonly startAfter?: string;
  /** Most items on a page, 1–1000. Default: the server's, 1000. */
  readonly pageSize?: number;
}

/** Options of {@link StorageOperations.createContainer}. */
export interface CreateContainerOptions extends CallOptions {
  /** Where the container's data lives, in the provider's own words. Default: the provider's. */
  readonly location?: string;
  /** Storage class of objects that do not name one, in the provider's own words. Default: the provider's. */
  readonly storageClass?: string;
}

/** Options of uploads. */
export interface UploadOptions extends TransferOptions {
  /** Media type. Default: guessed from the name of the object, else `application/octet-stream`. */
  readonly contentType?: string;
  readonly contentEncoding?: string;
  readonly contentDisposition?: string;
  readonly contentLanguage?: string;
  readonly cacheControl?: string;
  /** The user's own metadata. Keys are case-insensitive; at most 8 KiB in all. */
  readonly metadata?: Readonly<Record<string, string>>;
}

/** Options of downloads. */
export type DownloadOptions = TransferOptions;

/** Options of downloads into a file. */
export interface DownloadFileOptions extends DownloadOptions {
  /** Replace a file that is there. Default false: such a file is an error, found before anything is sent. */
  readonly overwriteExisting?: boolean;
}

/** The methods of a storage driver. */
export interface StorageOperations<Item extends StorageObject = StorageObject, Holder extends Container = Container> {
  /**
   * The account's containers, by name. One exchange a page.
   *
   * @throws {CloudError} `unauthenticated`, `permission-denied`.
   */
  iterateContainers(options?: ListContainersOptions): Listing<Holder>;

  /** All containers in one array. See {@link iterateContainers}. */
  listContainers(options?: ListContainersOptions): Operation<Holder[]>;

  /**
   * A container's objects, in byte order of their names. One exchange a page.
   *
   * @throws {CloudError} `not-found` when the container does not exist, `permission-denied`.
   */
  iterateContainerObjects(container: ContainerReference, options?: ListObjectsOptions): Listing<Item>;

  /** All objects of a container in one array. See {@link iterateContainerObjects}. */
  listContainerObjects(container: ContainerReference, options?: ListObjectsOptions): Operation<Item[]>;

  /**
   * Looks a container up. One exchange.
   *
   * @throws {CloudError} `not-found`, `permission-denied`.
   */
  getContainer(containerName: string, options?: CallOptions): Operation<Holder>;

  /**
   * An object's size, type and metadata, without its bytes. One exchange.
   *
   * @throws {CloudError} `not-found` when the object or its container does not exist, `permission-denied`.
   */
  getObject(container: ContainerReference, objectName: string, options?: CallOptions): Operation<Item>;

  /**
   * Makes a container. One exchange.
   *
   * @throws {CloudError} `already-exists` when the name is taken, by you or anyone; `invalid-argument` for a name that
   * the provider does not allow, before anything is sent.
   */
  createContainer(containerName: string, options?: CreateContainerOptions): Operation<Holder>;

  /**
   * Removes an empty container. One exchange.
   *
   * @throws {CloudError} `not-found`, `not-empty`.
   */
  deleteContainer(container: ContainerReference, options?: CallOptions): Operation<void>;

  /**
   * Uploads a file, replacing an object of that name. One exchange. The file is never held in memory; size and checksum
   * of what arrived are compared with what was read.
   *
   * @throws {CloudError} `invalid-argument` when the file is missing, before anything is sent; `not-found` when the
   * container does not exist; `integrity` when the stored bytes differ.
   */
  uploadObject(
    filePath: string,
    container: ContainerReference,
    objectName: string,
    options?: UploadOptions,
  ): Operation<Item>;

  /**
   * Uploads bytes of unknown length as they come, replacing an object of that name. One exchange for a short source,
   * several for a long one; memory is bounded whatever the length. A source that fails leaves no object behind, and its
   * own error is thrown.
   *
   * @throws {CloudError} `not-found` when the container does not exist; `integrity` when the stored bytes differ.
   */
  uploadObjectViaStream(
    source: ByteSource,
    container: ContainerReference,
    objectName: string,
    options?: UploadOptions,
  ): Operation<Item>;

  /**
   * Uploads bytes (a string as UTF-8), replacing an object of that name. One exchange.
   *
   * @throws {CloudError} `not-found` when the container does not exist; `integrity` when the stored bytes differ.
   */
  writeObject(
    data: Uint8Array | string,
    container: ContainerReference,
    objectName: string,
    options?: UploadOptions,
  ): Operation<Item>;

  /**
   * Downloads into a file, which appears under its name only when it is whole and verified. One exchange; a connection
   * that breaks half-way resumes where it stopped, with one more.
   *
   * @param destinationPath A file, or an existing folder when it ends in `/`: then the last segment of the object's
   * name is appended.
   * @throws {CloudError} `already-exists` when the file exists and `overwriteExisting` is not set, before anything is
   * sent; `not-found`; `integrity`.
   */
  downloadObject(
    object: ObjectReference,
    destinationPath: string,
    options?: DownloadFileOptions,
  ): Operation<DownloadedFile>;

  /**
   * Downloads piece by piece. One exchange; see {@link downloadObject} for broken connections. What was delivered is
   * verified at the end: bytes that do not match end in `integrity` instead of a normal end.
   *
   * @throws {CloudError} `not-found`, `integrity`.
   */
  downloadObjectAsStream(object: ObjectReference, options?: DownloadOptions): ByteStream;

  /**
   * Downloads a part of an object into a file. One exchange.
   *
   * @param startBytes First byte, from 0.
   * @param endBytes First byte that is no longer wanted. Default: the object's end.
   * @throws {CloudError} `invalid-argument` when the range is empty, reversed, or starts after the object's end.
   */
  downloadObjectRange(
    object: ObjectReference,
    destinationPath: string,
    startBytes: number,
    endBytes?: number,
    options?: DownloadFileOptions,
  ): Operation<DownloadedFile>;

  /** Downloads a part of an object piece by piece. See {@link downloadObjectRange}. One exchange. */
  downloadObjectRangeAsStream(
    object: ObjectReference,
    startBytes: number,
    endBytes?: number,
    options?: DownloadOptions,
  ): ByteStream;

  /**
   * Downloads into memory. One exchange; see {@link downloadObject} for broken connections.
   *
   * @throws {CloudError} `not-found`, `integrity`.
   */
  readObject(object: ObjectReference, options?: DownloadOptions): Operation<Uint8Array>;

  /**
   * Removes an object. One exchange.
   *
   * @throws {CloudError} `not-found` when the object or its container does not exist.
   */
  deleteObject(object: ObjectReference, options?: CallOptions): Operation<void>;
}
