/**
 * What every storage provider offers. Drivers turn these into methods; see `driver-types.ts`.
 *
 * Contract operations are neither generic nor overloaded: mapped types would lose both. A provider narrows the two
 * models instead, through this interface's parameters.
 */
import type { ByteSource, ByteStream } from '../bytes.ts';
import type { CallOptions } from '../call-options.ts';
import type { Listing } from '../listing.ts';
import type { Operation } from '../operation.ts';
import type {
  Container,
  ContainerReference,
  DeletedObjects,
  DownloadedFile,
  DownloadedObjects,
  MultipartUpload,
  ObjectReference,
  StorageObject,
} from './models.ts';
import type {
  CopyOptions,
  CreateContainerOptions,
  DownloadFileOptions,
  DownloadObjectsOptions,
  DownloadOptions,
  ListContainersOptions,
  ListMultipartUploadsOptions,
  ListObjectsOptions,
  MetadataChanges,
  PresignOptions,
  UploadOptions,
} from './options.ts';

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
   * that breaks half-way resumes where it stopped, with one more. A large object that is given as a model, so that its
   * size is known, may come in several ranges at once.
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
   * Downloads many objects, of any containers, into a folder: each into the folder and its name, in subfolders made as
   * they are needed. Exchanges as {@link downloadObject} makes them, several objects at once. The folder is made when it
   * is missing.
   *
   * Never fails because of single objects: the result says what became of each. No object gets out of the folder: one
   * fails whose name has empty segments, `.` or `..` among them, a backslash or a NUL (on Windows also what no file there
   * may be called), whose way leads through a file or through a link out of the folder, or whose file would be that of an
   * object before it. A link in the place of the file itself is replaced, not followed.
   *
   * @param objects Any iterable: drawn from as places become free, so a generator of many holds few in memory. In blocking
   * calls also a listing.
   * @throws {CloudError} `unauthenticated`, `aborted`, or another failure that concerns all of them; what is in the folder
   * by then stays. An error that is no {@link CloudError}, such as that of a full disk or of the iterable, passes.
   */
  downloadObjects(
    objects: Iterable<ObjectReference>,
    folderPath: string,
    options?: DownloadObjectsOptions,
  ): Operation<DownloadedObjects>;

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

  /**
   * Copies an object within the service, also to another container; the bytes do not pass through this machine. Two
   * exchanges, one more when something about the copy is to differ.
   *
   * @throws {CloudError} `not-found` when the source or the target's container does not exist.
   */
  copyObject(
    object: ObjectReference,
    container: ContainerReference,
    objectName: string,
    options?: CopyOptions,
  ): Operation<Item>;

  /**
   * Changes an object's type, headers or metadata, leaving the rest as it is. Three exchanges. Fails rather than to undo
   * what another writer changed meanwhile.
   *
   * @throws {CloudError} `not-found`; `precondition-failed` when the object was replaced meanwhile.
   */
  updateObjectMetadata(object: ObjectReference, changes: MetadataChanges, options?: CallOptions): Operation<Item>;

  /**
   * Removes many objects, of any containers. One exchange for up to 1,000 objects of a container where the service has
   * such a request, else one for each. Never fails because of single objects or containers: the result says what became of
   * each. An object that does not exist counts as deleted.
   *
   * @throws {CloudError} `unauthenticated`, or another failure that concerns all of them.
   */
  deleteObjects(objects: Iterable<ObjectReference>, options?: CallOptions): Operation<DeletedObjects>;

  /**
   * A URL that lets anyone who has it do one thing to one object for a while. No exchange: nothing is checked but the
   * arguments. Treat it as the secret that it is.
   *
   * @throws {CloudError} `invalid-argument` for a time outside of what the service allows.
   */
  presignObjectUrl(object: ObjectReference, options?: PresignOptions): Operation<string>;

  /** Uploads in parts that were begun and neither completed nor aborted. One exchange a page. */
  iterateMultipartUploads(
    container: ContainerReference,
    options?: ListMultipartUploadsOptions,
  ): Listing<MultipartUpload>;

  /**
   * Drops an unfinished upload and the parts that were stored. One exchange.
   *
   * @throws {CloudError} `not-found` when there is none.
   */
  abortMultipartUpload(upload: MultipartUpload, options?: CallOptions): Operation<void>;
}
