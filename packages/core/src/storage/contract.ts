/**
 * The operations of every storage provider. Drivers turn them into methods; see `driver-types.ts`.
 *
 * Operations are neither generic nor overloaded, because mapped types would lose both. A provider narrows the two models
 * through this interface's type parameters instead.
 */
import type { ByteSource, ByteStream } from '../bytes.ts';
import type { Algorithm } from '../checksums/checksums.ts';
import type { CallOptions } from '../drivers/call-options.ts';
import type { Listing } from '../operations/listing.ts';
import type { Operation } from '../operations/operation.ts';
import type {
  Container,
  ContainerReference,
  DeletedObjects,
  DownloadedFile,
  DownloadedObjects,
  Folder,
  MultipartUpload,
  ObjectReference,
  StorageObject,
  UploadedObjects,
} from './models.ts';
import type {
  CopyOptions,
  CreateContainerOptions,
  DeleteOptions,
  DownloadFileOptions,
  DownloadObjectsOptions,
  DownloadOptions,
  FileToUpload,
  ListContainersOptions,
  ListFolderOptions,
  ListMultipartUploadsOptions,
  ListObjectsOptions,
  MetadataChanges,
  PresignOptions,
  UpdateOptions,
  UploadObjectsOptions,
  UploadOptions,
} from './options.ts';

/** The methods of a storage driver. Examples are of asynchronous drivers; blocking ones take no `await`. */
export interface StorageOperations<Item extends StorageObject = StorageObject, Holder extends Container = Container> {
  /**
   * The account's containers, sorted by name. One exchange a page.
   *
   * @throws {CloudError} `unauthenticated`, `permission-denied`.
   */
  iterateContainers(options?: ListContainersOptions): Listing<Holder>;

  /** Collects all containers in one array. See {@link iterateContainers}. */
  listContainers(options?: ListContainersOptions): Operation<Holder[]>;

  /**
   * A container's objects, in byte order of their names. One exchange a page.
   *
   * @throws {CloudError} `not-found` when the container does not exist, `permission-denied`.
   *
   * @example
   * for await (const object of driver.iterateContainerObjects('bucket', { prefix: '2026/' })) console.log(object.name);
   */
  iterateContainerObjects(container: ContainerReference, options?: ListObjectsOptions): Listing<Item>;

  /** Collects all objects of a container in one array. See {@link iterateContainerObjects}. */
  listContainerObjects(container: ContainerReference, options?: ListObjectsOptions): Operation<Item[]>;

  /**
   * Returns a container. One exchange.
   *
   * @throws {CloudError} `not-found`, `permission-denied`.
   */
  getContainer(containerName: string, options?: CallOptions): Operation<Holder>;

  /**
   * Returns an object's size, type and metadata, without its bytes. One exchange.
   *
   * @throws {CloudError} `not-found` when the object or its container does not exist, `permission-denied`.
   */
  getObject(container: ContainerReference, objectName: string, options?: CallOptions): Operation<Item>;

  /**
   * Whether an object exists. One exchange.
   *
   * @throws {CloudError} `not-found` when the container does not exist, if the service tells; `permission-denied`.
   *
   * @example
   * if (!(await driver.objectExists('bucket', 'done'))) await work();
   */
  objectExists(container: ContainerReference, objectName: string, options?: CallOptions): Operation<boolean>;

  /**
   * What a container has directly under a prefix, as if names were paths: objects, and folders, which stand for all objects
   * below them. In byte order. One exchange a page.
   *
   * @param prefix The folder, such as `2026/` or the `prefix` of a {@link Folder}. A delimiter at its end may be left out.
   * Default: the top.
   * @throws {CloudError} `not-found` when the container does not exist. An empty folder has no entries.
   *
   * @example
   * for await (const entry of driver.iterateFolder('bucket', '2026/')) {
   *   console.log('prefix' in entry ? `folder ${entry.prefix}` : entry.name);
   * }
   */
  iterateFolder(container: ContainerReference, prefix?: string, options?: ListFolderOptions): Listing<Item | Folder>;

  /**
   * Creates a container. One exchange.
   *
   * @throws {CloudError} `already-exists` when the name is taken, by you or anyone else; `invalid-argument` for a name
   * that the provider does not allow, before anything is sent.
   */
  createContainer(containerName: string, options?: CreateContainerOptions): Operation<Holder>;

  /**
   * Deletes an empty container. One exchange.
   *
   * @throws {CloudError} `not-found`, `not-empty`.
   */
  deleteContainer(container: ContainerReference, options?: CallOptions): Operation<void>;

  /**
   * Uploads a file, replacing an object of that name. The file is streamed, a large one in parts; the size and checksum of
   * the stored object are compared with the bytes that were read.
   *
   * @throws {CloudError} `invalid-argument` when the file is missing, before anything is sent; `not-found` when the
   * container does not exist; `precondition-failed`; `integrity` when the stored bytes differ.
   *
   * @example
   * const object = await driver.uploadObject('report.pdf', 'bucket', '2026/report.pdf');
   */
  uploadObject(
    filePath: string,
    container: ContainerReference,
    objectName: string,
    options?: UploadOptions,
  ): Operation<Item>;

  /**
   * Uploads a stream of unknown length, replacing an object of that name. A long one is sent in parts; memory use is
   * bounded. If the source fails, no object is stored and the source's own error is thrown.
   *
   * @throws {CloudError} `not-found` when the container does not exist; `precondition-failed`; `integrity` when the stored
   * bytes differ.
   *
   * @example
   * await driver.uploadObjectViaStream(createReadStream('log.txt'), 'bucket', 'log.txt', { contentType: 'text/plain' });
   */
  uploadObjectViaStream(
    source: ByteSource,
    container: ContainerReference,
    objectName: string,
    options?: UploadOptions,
  ): Operation<Item>;

  /**
   * Uploads many files: those of a folder and its subfolders, or of an iterable. An object's name is the prefix followed by
   * the file's name. Several files upload at once, and are found while others are uploaded.
   *
   * A single file's failure does not fail the call; the result lists it. Links to files are followed, links to folders are
   * not.
   *
   * @param files The path of a folder, or files; a file is taken from an iterable only when it can be uploaded. Only
   * asynchronous calls take asynchronous iterables.
   * @throws {CloudError} `invalid-argument` when the folder is missing, before anything is sent; `unauthenticated`,
   * `aborted`, or another error that affects all files. Other errors, such as one thrown by the iterable, are thrown
   * unchanged.
   *
   * @example
   * const { uploaded, failed } = await driver.uploadObjects('reports', 'bucket', { prefix: '2026/' });
   */
  uploadObjects(
    files: string | Iterable<FileToUpload> | AsyncIterable<FileToUpload>,
    container: ContainerReference,
    options?: UploadObjectsOptions,
  ): Operation<UploadedObjects<Item>>;

  /**
   * Uploads data, replacing an object of that name. Bytes and strings (as UTF-8) take one exchange; a `Blob`, a stream or an
   * iterable is uploaded as {@link uploadObjectViaStream} does.
   *
   * @throws {CloudError} `not-found` when the container does not exist; `precondition-failed`; `integrity` when the stored
   * bytes differ.
   *
   * @example
   * await driver.writeObject('Hello!', 'bucket', 'hello.txt');
   * await driver.writeObject('taken', 'bucket', 'lock', { ifAbsent: true });
   */
  writeObject(
    data: ByteSource,
    container: ContainerReference,
    objectName: string,
    options?: UploadOptions,
  ): Operation<Item>;

  /**
   * Downloads into a file, which gets its name only when it is complete and verified. A broken connection is resumed from
   * where it stopped. A large object that is passed as a model, so that its size is known, may be downloaded in several
   * ranges at once.
   *
   * @param destinationPath A file, or an existing folder when it ends in `/`: then the last segment of the object's
   * name is appended.
   * @throws {CloudError} `already-exists` when the file exists and `overwriteExisting` is not set, before anything is
   * sent; `not-found`; `integrity`.
   *
   * @example
   * await driver.downloadObject({ container: 'bucket', name: '2026/report.pdf' }, 'report.pdf');
   */
  downloadObject(
    object: ObjectReference,
    destinationPath: string,
    options?: DownloadFileOptions,
  ): Operation<DownloadedFile>;

  /**
   * Downloads many objects, of any containers, into a folder. Each object's file is the folder followed by the object's
   * name. Creates the folder and its subfolders as needed. Several objects download at once.
   *
   * A single object's failure does not fail the call; the result lists it. No file is written outside of the folder. An
   * object fails if its name has empty segments, `.` or `..` segments, a backslash or a NUL (on Windows also names that
   * Windows does not allow), if its path leads through a file or a link out of the folder, or if an earlier object of the
   * call has the same file. If a link is in the place of the file itself, it is replaced, not followed.
   *
   * @param objects Any iterable, such as a listing of the same kind. An object is taken from it only when a download slot is
   * free, so a generator can produce many objects with few of them in memory.
   * @throws {CloudError} `unauthenticated`, `aborted`, or another error that affects all objects; files that are complete
   * by then stay. Other errors, such as one thrown by the iterable, are thrown unchanged.
   *
   * @example
   * const objects = await driver.listContainerObjects('bucket', { prefix: '2026/' });
   * const { downloaded, failed } = await driver.downloadObjects(objects, 'reports');
   */
  downloadObjects(
    objects: Iterable<ObjectReference> | AsyncIterable<ObjectReference>,
    folderPath: string,
    options?: DownloadObjectsOptions,
  ): Operation<DownloadedObjects>;

  /**
   * Downloads as a stream. One exchange; see {@link downloadObject} for broken connections. The bytes are verified at the
   * end: if they do not match, the stream ends with an `integrity` error.
   *
   * @throws {CloudError} `not-found`, `integrity`.
   *
   * @example
   * for await (const chunk of driver.downloadObjectAsStream({ container: 'bucket', name: 'log.txt' })) use(chunk);
   */
  downloadObjectAsStream(object: ObjectReference, options?: DownloadOptions): ByteStream<Item>;

  /**
   * Downloads a part of an object into a file. One exchange.
   *
   * @param startBytes First byte, from 0.
   * @param endBytes The byte after the last one. Default: the object's end.
   * @throws {CloudError} `invalid-argument` when the range is empty, reversed, or starts after the object's end.
   */
  downloadObjectRange(
    object: ObjectReference,
    destinationPath: string,
    startBytes: number,
    endBytes?: number,
    options?: DownloadFileOptions,
  ): Operation<DownloadedFile>;

  /** Downloads a part of an object as a stream. See {@link downloadObjectRange}. One exchange. */
  downloadObjectRangeAsStream(
    object: ObjectReference,
    startBytes: number,
    endBytes?: number,
    options?: DownloadOptions,
  ): ByteStream<Item>;

  /**
   * Downloads into memory. One exchange; see {@link downloadObject} for broken connections.
   *
   * @throws {CloudError} `not-found`, `integrity`.
   *
   * @example
   * const text = new TextDecoder().decode(await driver.readObject({ container: 'bucket', name: 'hello.txt' }));
   */
  readObject(object: ObjectReference, options?: DownloadOptions): Operation<Uint8Array>;

  /**
   * Reads an object as text in UTF-8. One exchange; see {@link readObject}.
   *
   * @throws {CloudError} `not-found`, `integrity`; `malformed-response` when the bytes are not UTF-8.
   */
  readText(object: ObjectReference, options?: DownloadOptions): Operation<string>;

  /**
   * Reads an object as JSON. One exchange; see {@link readObject}. The value has whatever shape was stored: check it.
   *
   * @throws {CloudError} `not-found`, `integrity`; `malformed-response` when it is not JSON in UTF-8.
   *
   * @example
   * const settings = settingsSchema.parse(await driver.readJson({ container: 'bucket', name: 'settings.json' }));
   */
  readJson(object: ObjectReference, options?: DownloadOptions): Operation<unknown>;

  /**
   * The checksum of a local file, in the form in which models have the checksums of objects. No exchange.
   *
   * @param algorithm `crc32c`, `crc32`, `crc64nvme`, `md5` or `sha256`.
   * @throws {CloudError} `invalid-argument` when the file is missing or not a file; `conflict` when it changes meanwhile.
   */
  checksumFile(filePath: string, algorithm: Algorithm, options?: CallOptions): Operation<string>;

  /**
   * Deletes an object. One exchange.
   *
   * @throws {CloudError} `not-found` when the object or its container does not exist; `precondition-failed`.
   */
  deleteObject(object: ObjectReference, options?: DeleteOptions): Operation<void>;

  /**
   * Copies an object, also to another container. Where the service copies (capability `copy`), no byte passes through this
   * process; else the object is read and written again. Everything that the options do not change is copied.
   *
   * @throws {CloudError} `not-found` when the source or the target's container does not exist; `precondition-failed`.
   */
  copyObject(
    object: ObjectReference,
    container: ContainerReference,
    objectName: string,
    options?: CopyOptions,
  ): Operation<Item>;

  /**
   * Copies an object to another name or container, then deletes it there where it was. If the copy fails, nothing is
   * deleted. An object that another writer stores under the old name meanwhile is kept where the service has versions.
   *
   * @throws {CloudError} As {@link copyObject}; `invalid-argument` when both names are the same.
   *
   * @example
   * await driver.moveObject({ container: 'bucket', name: 'draft.txt' }, 'bucket', 'final.txt', { ifAbsent: true });
   */
  moveObject(
    object: ObjectReference,
    container: ContainerReference,
    objectName: string,
    options?: CopyOptions,
  ): Operation<Item>;

  /**
   * Changes an object's type, headers or metadata and leaves the rest unchanged. Never overwrites a concurrent change where
   * the service has versions.
   *
   * @throws {CloudError} `not-found`; `precondition-failed` when the object was changed concurrently.
   */
  updateObjectMetadata(object: ObjectReference, changes: MetadataChanges, options?: UpdateOptions): Operation<Item>;

  /**
   * Deletes many objects, of any containers, in batches if the service supports it, else one by one. A single object's or
   * container's failure does not fail the call; the result lists it. An object that does not exist counts as deleted.
   *
   * @param objects Any iterable, such as a listing of the same kind. All objects of a plain iterable are checked before
   * anything is sent; those of an asynchronous one are deleted as they arrive.
   * @throws {CloudError} `unauthenticated`, or another error that affects all objects.
   */
  deleteObjects(
    objects: Iterable<ObjectReference> | AsyncIterable<ObjectReference>,
    options?: CallOptions,
  ): Operation<DeletedObjects>;

  /**
   * Returns a signed URL that lets anyone who has it perform one request on one object for a limited time. No exchange:
   * only the arguments are checked. Treat the URL as a secret.
   *
   * @throws {CloudError} `invalid-argument` for a lifetime that the service does not allow.
   *
   * @example
   * const url = await driver.presignObjectUrl({ container: 'bucket', name: 'hello.txt' }, { expiresInSeconds: 600 });
   */
  presignObjectUrl(object: ObjectReference, options?: PresignOptions): Operation<string>;

  /** The multipart uploads that have been neither completed nor aborted. One exchange a page. */
  iterateMultipartUploads(
    container: ContainerReference,
    options?: ListMultipartUploadsOptions,
  ): Listing<MultipartUpload>;

  /**
   * Aborts an unfinished multipart upload and deletes its stored parts. One exchange.
   *
   * @throws {CloudError} `not-found` when there is no such upload.
   */
  abortMultipartUpload(upload: MultipartUpload, options?: CallOptions): Operation<void>;
}
