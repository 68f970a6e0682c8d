/** The contract of a Google Storage driver: its own methods, and portable methods that take more options. */
import type {
  ByteSource,
  ByteStream,
  CallOptions,
  ContainerReference,
  DownloadedFile,
  MetadataChanges,
  ObjectReference,
  Operation,
  StorageOperations,
  TransferOptions,
} from '@isobar/core/provider';
import type { PostForm } from '@isobar/s3-dialect';
import type { AccessControlList, AclEntry } from './access/acl-document.ts';
import type { ContainerRole, Permissions } from './access/permissions.ts';
import type {
  GoogleCopyOptions,
  GoogleDeleteOptions,
  GoogleDownloadFileOptions,
  GoogleDownloadOptions,
  GoogleGetOptions,
  GoogleUpdateOptions,
  GoogleUploadOptions,
  PredefinedAcl,
} from './call-options.ts';
import type { ComposeOptions, ComposeSource } from './compose.ts';
import type { CorsRule } from './configuration/cors.ts';
import type { LifecycleRule } from './configuration/lifecycle.ts';
import type { GoogleContainer, GoogleDeletedObjects, GoogleObject, GoogleVersionReference } from './models.ts';
import type { PostFormOptions } from './post-form.ts';
import type { GooglePresignOptions } from './presign.ts';
import type { ResumableUpload, ResumableUploadStatus } from './resumable-uploads.ts';

/** The methods of a Google Storage driver: those of every storage driver, some with more options. */
export interface GoogleStorageOperations extends StorageOperations<GoogleObject, GoogleContainer> {
  getObject(container: ContainerReference, objectName: string, options?: GoogleGetOptions): Operation<GoogleObject>;
  uploadObject(
    filePath: string,
    container: ContainerReference,
    objectName: string,
    options?: GoogleUploadOptions,
  ): Operation<GoogleObject>;
  uploadObjectViaStream(
    source: ByteSource,
    container: ContainerReference,
    objectName: string,
    options?: GoogleUploadOptions,
  ): Operation<GoogleObject>;
  writeObject(
    data: ByteSource,
    container: ContainerReference,
    objectName: string,
    options?: GoogleUploadOptions,
  ): Operation<GoogleObject>;
  downloadObject(
    object: ObjectReference,
    destinationPath: string,
    options?: GoogleDownloadFileOptions,
  ): Operation<DownloadedFile>;
  downloadObjectAsStream(object: ObjectReference, options?: GoogleDownloadOptions): ByteStream<GoogleObject>;
  downloadObjectRange(
    object: ObjectReference,
    destinationPath: string,
    startBytes: number,
    endBytes?: number,
    options?: GoogleDownloadFileOptions,
  ): Operation<DownloadedFile>;
  downloadObjectRangeAsStream(
    object: ObjectReference,
    startBytes: number,
    endBytes?: number,
    options?: GoogleDownloadOptions,
  ): ByteStream<GoogleObject>;
  readObject(object: ObjectReference, options?: GoogleDownloadOptions): Operation<Uint8Array>;
  deleteObject(object: GoogleVersionReference, options?: GoogleDeleteOptions): Operation<void>;

  /**
   * Deletes many objects, of any containers. Where a `generation` is named, deletes that version permanently. One
   * exchange per 1,000 objects of a container, on older servers one per object. Does not fail because of single objects
   * or containers: the result reports the outcome of each. An object that does not exist counts as deleted.
   *
   * @throws {CloudError} `unauthenticated`, or another failure that affects all objects; `invalid-argument` for a model
   * of an old version without a `generation` beside its name, before anything is sent.
   */
  deleteObjects(
    objects: Iterable<GoogleVersionReference> | AsyncIterable<GoogleVersionReference>,
    options?: CallOptions,
  ): Operation<GoogleDeletedObjects>;
  copyObject(
    object: ObjectReference,
    container: ContainerReference,
    objectName: string,
    options?: GoogleCopyOptions,
  ): Operation<GoogleObject>;
  moveObject(
    object: ObjectReference,
    container: ContainerReference,
    objectName: string,
    options?: GoogleCopyOptions,
  ): Operation<GoogleObject>;
  updateObjectMetadata(
    object: ObjectReference,
    changes: MetadataChanges,
    options?: GoogleUpdateOptions,
  ): Operation<GoogleObject>;

  /**
   * Starts an upload of a file that another process can continue. This call fixes the object's headers, metadata and
   * conditions. One exchange.
   *
   * @returns Plain data to keep, for example as JSON. Anyone who has it can write the object without credentials: it is
   * a secret.
   * @throws {CloudError} `not-found` when the container does not exist, `precondition-failed`, `permission-denied`.
   */
  exCreateResumableUpload(
    container: ContainerReference,
    objectName: string,
    options?: Omit<GoogleUploadOptions, 'expectedSizeBytes' | 'onProgress'>,
  ): Operation<ResumableUpload>;

  /**
   * The number of bytes that are stored, and the object when the upload is complete. One exchange, two when complete.
   *
   * @throws {CloudError} `not-found` when it has expired or was cancelled; `conflict` when it is complete and its
   * object was replaced.
   */
  exGetResumableUpload(upload: ResumableUpload, options?: CallOptions): Operation<ResumableUploadStatus>;

  /**
   * Sends the rest of a file, from the last stored byte on, and verifies the size and checksum of the whole object. Two
   * exchanges and one per 16 MiB; two more for each broken connection. The file is never held in memory. After a
   * failure the upload can be resumed again.
   *
   * @throws {CloudError} `not-found` when it has expired or was cancelled; `integrity` or `conflict` when the file is
   * not the one that the upload started with; `precondition-failed`; `invalid-argument` when the file is missing.
   */
  exResumeUpload(upload: ResumableUpload, filePath: string, options?: TransferOptions): Operation<GoogleObject>;

  /**
   * Cancels an upload and discards its stored bytes. One exchange.
   *
   * @throws {CloudError} `not-found` when it has expired or was cancelled.
   */
  exCancelResumableUpload(upload: ResumableUpload, options?: CallOptions): Operation<void>;

  presignObjectUrl(object: ObjectReference, options?: GooglePresignOptions): Operation<string>;

  /**
   * Signs a form that lets anyone who has it upload one file from a web page, without credentials, until it expires. No
   * exchange: only the arguments are checked. The form is a secret.
   *
   * @throws {CloudError} `invalid-argument` for options that a form cannot express; `unsupported` when the credentials
   * have no key to sign with.
   */
  exPresignPostForm(container: ContainerReference, options: PostFormOptions): Operation<PostForm>;

  /**
   * Joins 1–32 objects of one container, in order, into one object, within the service. Two exchanges. The sources are
   * not changed; one of them may have the name of the new object. If all are given as models with checksums (as
   * `getObject` and uploads return them), the size and checksum of the new object are verified.
   *
   * Conditions in the options apply to the new object's name.
   *
   * @throws {CloudError} `not-found` when a source or its generation does not exist; `precondition-failed`;
   * `integrity`.
   */
  exComposeObjects(
    sources: readonly ComposeSource[],
    container: ContainerReference,
    objectName: string,
    options?: ComposeOptions,
  ): Operation<GoogleObject>;

  /**
   * The location of a container, as Google names it, in capital letters: `US`, `EUROPE-WEST1`. One exchange.
   *
   * @throws {CloudError} `not-found`, `permission-denied`; the same for all settings below.
   */
  exGetContainerLocation(container: ContainerReference, options?: CallOptions): Operation<string>;

  /** The storage class of new objects that do not name one, such as `STANDARD`. One exchange. */
  exGetContainerStorageClass(container: ContainerReference, options?: CallOptions): Operation<string>;

  /** Sets the storage class of new objects that do not name one. Existing objects keep theirs. One exchange. */
  exSetContainerStorageClass(
    container: ContainerReference,
    storageClass: string,
    options?: CallOptions,
  ): Operation<void>;

  /** Whether a container keeps the old version of an object that is replaced or deleted. One exchange. */
  exGetContainerVersioning(container: ContainerReference, options?: CallOptions): Operation<boolean>;

  /** Sets whether a container keeps old versions. Turning this off does not delete old versions. One exchange. */
  exSetContainerVersioning(container: ContainerReference, enabled: boolean, options?: CallOptions): Operation<void>;

  /** The lifecycle rules of a container; empty when there are none. One exchange. */
  exGetContainerLifecycle(container: ContainerReference, options?: CallOptions): Operation<LifecycleRule[]>;

  /**
   * Replaces the lifecycle rules of a container; an empty array removes them. The service may take a day to apply new
   * rules. One exchange.
   *
   * @throws {CloudError} `invalid-argument` that names the field, such as `rules[2].condition.ageInDays`, before
   * anything is sent; also for a rule that was read with elements that this version does not know.
   */
  exSetContainerLifecycle(
    container: ContainerReference,
    rules: readonly LifecycleRule[],
    options?: CallOptions,
  ): Operation<void>;

  /** The CORS rules of a container; empty when there are none. One exchange. */
  exGetContainerCors(container: ContainerReference, options?: CallOptions): Operation<CorsRule[]>;

  /**
   * Replaces the CORS rules of a container; an empty array removes them. One exchange.
   *
   * @throws {CloudError} `invalid-argument` that names the field, such as `rules[0].methods[1]`, before anything is
   * sent.
   */
  exSetContainerCors(container: ContainerReference, rules: readonly CorsRule[], options?: CallOptions): Operation<void>;

  /**
   * The access control list of a container. One exchange.
   *
   * @throws {CloudError} `not-found`; `permission-denied` for all but owners; the same for all lists below.
   * `invalid-argument` when the container has uniform access, which disables lists.
   */
  exGetContainerAcl(container: ContainerReference, options?: CallOptions): Operation<AccessControlList>;

  /**
   * Replaces the access control list of a container by a predefined list or by entries. One exchange.
   *
   * @throws {CloudError} `invalid-argument` that names the field, such as `acl[1].scope.emailAddress`, before anything
   * is sent; `precondition-failed` when a condition of the options does not hold.
   */
  exSetContainerAcl(
    container: ContainerReference,
    acl: PredefinedAcl | readonly AclEntry[],
    options?: GoogleUpdateOptions,
  ): Operation<void>;

  /** The access control list of new objects of a container that do not name one. One exchange. */
  exGetDefaultObjectAcl(container: ContainerReference, options?: CallOptions): Operation<AccessControlList>;

  /** Replaces the access control list of a container's new objects. Existing objects keep theirs. One exchange. */
  exSetDefaultObjectAcl(
    container: ContainerReference,
    acl: PredefinedAcl | readonly AclEntry[],
    options?: GoogleUpdateOptions,
  ): Operation<void>;

  /** The access control list of an object. One exchange. */
  exGetObjectAcl(object: ObjectReference, options?: CallOptions): Operation<AccessControlList>;

  /** Replaces the access control list of an object. Keeps its generation, changes its metageneration. One exchange. */
  exSetObjectAcl(
    object: ObjectReference,
    acl: PredefinedAcl | readonly AclEntry[],
    options?: GoogleUpdateOptions,
  ): Operation<void>;

  /**
   * The roles of the driver's credentials on a container and, if it is named, on an object. Probes with requests that
   * change nothing. One to three exchanges, with an object one or two more. `OWNER` is reported only where access
   * control lists are enabled: not with uniform access.
   *
   * @throws {CloudError} `not-found`, which the service reports only to callers who may list; `unauthenticated`.
   */
  exGetPermissions(container: ContainerReference, objectName?: string, options?: CallOptions): Operation<Permissions>;

  /**
   * Grants an entity a role on a container, or on an object if it is named, in place of its current roles. Two
   * exchanges, three for an object: reads the list and writes it back on the condition that it has not changed.
   *
   * @param entity `user-ADDRESS`, `user-ID`, `group-ADDRESS`, `group-ID`, `domain-NAME`, `allUsers` or
   * `allAuthenticatedUsers`.
   * @param role `READER`, `WRITER` (not of objects) or `OWNER`.
   * @throws {CloudError} `precondition-failed` when the list changed meanwhile; `unsupported` when it has entries that
   * this version does not know and would lose.
   */
  exSetPermissions(
    container: ContainerReference,
    objectName: string | undefined,
    entity: string,
    role: ContainerRole,
    options?: CallOptions,
  ): Operation<void>;

  /**
   * Revokes all roles of an entity on a container, or on an object if it is named. Exchanges, entities and errors as
   * for {@link exSetPermissions}.
   *
   * @throws {CloudError} `not-found` also when the entity has no role.
   */
  exDeletePermissions(
    container: ContainerReference,
    objectName: string | undefined,
    entity: string,
    options?: CallOptions,
  ): Operation<void>;
}
