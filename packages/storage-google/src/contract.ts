/** What a Google Storage driver offers beyond the portable contract, and where its methods take more options. */
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
import type { PostForm, PostFormOptions } from './post-form.ts';
import type { GooglePresignOptions } from './presign.ts';
import type { ResumableUpload, ResumableUploadStatus } from './uploads/resumable-uploads.ts';

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
    data: Uint8Array | string,
    container: ContainerReference,
    objectName: string,
    options?: GoogleUploadOptions,
  ): Operation<GoogleObject>;
  downloadObject(
    object: ObjectReference,
    destinationPath: string,
    options?: GoogleDownloadFileOptions,
  ): Operation<DownloadedFile>;
  downloadObjectAsStream(object: ObjectReference, options?: GoogleDownloadOptions): ByteStream;
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
  ): ByteStream;
  readObject(object: ObjectReference, options?: GoogleDownloadOptions): Operation<Uint8Array>;
  deleteObject(object: GoogleVersionReference, options?: GoogleDeleteOptions): Operation<void>;

  /**
   * Removes many objects, or single versions of them for good where a `generation` is named, of any containers. One
   * exchange for up to 1,000 of a container, on older servers one for each. Never fails because of single objects or
   * containers: the result says what became of each. What does not exist counts as deleted.
   *
   * @throws {CloudError} `unauthenticated`, or another failure that concerns all of them; `invalid-argument` for a model of
   * an old version without a `generation` beside its name, before anything is sent.
   */
  deleteObjects(objects: Iterable<GoogleVersionReference>, options?: CallOptions): Operation<GoogleDeletedObjects>;
  copyObject(
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
   * Begins an upload of a file that may go on in another process. What goes with the object, and on which condition it
   * is made, is settled here. One exchange.
   *
   * @returns Plain data to keep, as JSON for example. Who has it can write the object without credentials: it is a secret.
   * @throws {CloudError} `not-found` when the container does not exist, `precondition-failed`, `permission-denied`.
   */
  exCreateResumableUpload(
    container: ContainerReference,
    objectName: string,
    options?: Omit<GoogleUploadOptions, 'onProgress'>,
  ): Operation<ResumableUpload>;

  /**
   * How many bytes of an upload are stored, and the object once it is complete. One exchange, two when it is complete.
   *
   * @throws {CloudError} `not-found` when it has expired or was cancelled; `conflict` when it is complete, and its object
   * has been replaced.
   */
  exGetResumableUpload(upload: ResumableUpload, options?: CallOptions): Operation<ResumableUploadStatus>;

  /**
   * Sends what is missing of a file, from where the service stopped, and compares size and checksum of the whole object
   * with the file. Two exchanges and one for each 16 MiB; two more for each connection that breaks. The file is never held
   * in memory. On failure the upload stays, and can be resumed again.
   *
   * @throws {CloudError} `not-found` when it has expired or was cancelled; `integrity` or `conflict` when the file is not
   * the one that the upload was begun with; `precondition-failed`; `invalid-argument` when the file is missing.
   */
  exResumeUpload(upload: ResumableUpload, filePath: string, options?: TransferOptions): Operation<GoogleObject>;

  /**
   * Drops an upload and what is stored of it. One exchange.
   *
   * @throws {CloudError} `not-found` when it has expired or was cancelled.
   */
  exCancelResumableUpload(upload: ResumableUpload, options?: CallOptions): Operation<void>;

  presignObjectUrl(object: ObjectReference, options?: GooglePresignOptions): Operation<string>;

  /**
   * Signs a form with which anyone who has it may upload one file for a while, from a web page without credentials. No
   * exchange: nothing is checked but the arguments. Treat the form as the secret that it is.
   *
   * @throws {CloudError} `invalid-argument` for what no form can allow; `unsupported` when the credentials have no key to
   * sign with.
   */
  exPresignPostForm(container: ContainerReference, options: PostFormOptions): Operation<PostForm>;

  /**
   * Makes one object of 1–32 others of the same container, one after the other, within the service. Two exchanges. The
   * sources stay as they are; one of them may have the name of the new object. When all are given as models with their
   * checksums (as `getObject` and uploads return them), size and checksum of the new object are compared with theirs.
   *
   * Conditions of the options are about the new object's name.
   *
   * @throws {CloudError} `not-found` when a source, or its generation, does not exist; `precondition-failed`; `integrity`.
   */
  exComposeObjects(
    sources: readonly ComposeSource[],
    container: ContainerReference,
    objectName: string,
    options?: ComposeOptions,
  ): Operation<GoogleObject>;

  /**
   * Where a container's data lives, in Google's words and capital letters: `US`, `EUROPE-WEST1`. One exchange.
   *
   * @throws {CloudError} `not-found`, `permission-denied`; so of all settings below.
   */
  exGetContainerLocation(container: ContainerReference, options?: CallOptions): Operation<string>;

  /** The storage class of new objects that do not name one, such as `STANDARD`. One exchange. */
  exGetContainerStorageClass(container: ContainerReference, options?: CallOptions): Operation<string>;

  /** Sets the storage class of new objects that do not name one. Those that are there keep theirs. One exchange. */
  exSetContainerStorageClass(
    container: ContainerReference,
    storageClass: string,
    options?: CallOptions,
  ): Operation<void>;

  /** Whether a container keeps the old version of an object that is replaced or removed. One exchange. */
  exGetContainerVersioning(container: ContainerReference, options?: CallOptions): Operation<boolean>;

  /** Sets whether a container keeps old versions. Those that it has stay when it no longer does. One exchange. */
  exSetContainerVersioning(container: ContainerReference, enabled: boolean, options?: CallOptions): Operation<void>;

  /** What a container does by itself with objects as they age; empty when nothing. One exchange. */
  exGetContainerLifecycle(container: ContainerReference, options?: CallOptions): Operation<LifecycleRule[]>;

  /**
   * Replaces what a container does by itself with objects as they age; an empty array ends that. It may take a day until
   * the service acts by new rules. One exchange.
   *
   * @throws {CloudError} `invalid-argument` that names the field, such as `rules[2].condition.ageInDays`, before anything
   * is sent; also for a rule that was read with parts this version does not know.
   */
  exSetContainerLifecycle(
    container: ContainerReference,
    rules: readonly LifecycleRule[],
    options?: CallOptions,
  ): Operation<void>;

  /** What a container lets web pages of other origins do; empty when nothing. One exchange. */
  exGetContainerCors(container: ContainerReference, options?: CallOptions): Operation<CorsRule[]>;

  /**
   * Replaces what a container lets web pages of other origins do; an empty array ends that. One exchange.
   *
   * @throws {CloudError} `invalid-argument` that names the field, such as `rules[0].methods[1]`, before anything is sent.
   */
  exSetContainerCors(container: ContainerReference, rules: readonly CorsRule[], options?: CallOptions): Operation<void>;

  /**
   * Who may do what with a container. One exchange.
   *
   * @throws {CloudError} `not-found`; `permission-denied` for all but owners; so of all lists below. `invalid-argument`
   * where the container has uniform access, which switches lists off.
   */
  exGetContainerAcl(container: ContainerReference, options?: CallOptions): Operation<AccessControlList>;

  /**
   * Replaces who may do what with a container: by the service's name for a list, or entry by entry. One exchange.
   *
   * @throws {CloudError} `invalid-argument` that names the field, such as `acl[1].scope.emailAddress`, before anything is
   * sent; `precondition-failed` when a condition of the options does not hold.
   */
  exSetContainerAcl(
    container: ContainerReference,
    acl: PredefinedAcl | readonly AclEntry[],
    options?: GoogleUpdateOptions,
  ): Operation<void>;

  /** Who may do what with new objects of a container whose writer says nothing else. One exchange. */
  exGetDefaultObjectAcl(container: ContainerReference, options?: CallOptions): Operation<AccessControlList>;

  /** Replaces who may do what with new objects of a container. Those that are there keep theirs. One exchange. */
  exSetDefaultObjectAcl(
    container: ContainerReference,
    acl: PredefinedAcl | readonly AclEntry[],
    options?: GoogleUpdateOptions,
  ): Operation<void>;

  /** Who may do what with an object. One exchange. */
  exGetObjectAcl(object: ObjectReference, options?: CallOptions): Operation<AccessControlList>;

  /** Replaces who may do what with an object. Its generation stays, its metageneration does not. One exchange. */
  exSetObjectAcl(
    object: ObjectReference,
    acl: PredefinedAcl | readonly AclEntry[],
    options?: GoogleUpdateOptions,
  ): Operation<void>;

  /**
   * What the key in use may do with a container and, if it is named, an object, found out by trying; nothing is changed.
   * One to three exchanges, with an object one or two more. An owner is told as such only where there are access control
   * lists: not with uniform access.
   *
   * @throws {CloudError} `not-found` when that is told, which is not to callers who may not list; `unauthenticated`.
   */
  exGetPermissions(container: ContainerReference, objectName?: string, options?: CallOptions): Operation<Permissions>;

  /**
   * Gives someone a role on a container, or on an object that is named, in place of those that they have. Two exchanges,
   * three for an object: the list is read, and written if nobody changed it meanwhile.
   *
   * @param entity `user-ADDRESS`, `user-ID`, `group-ADDRESS`, `group-ID`, `domain-NAME`, `allUsers` or
   * `allAuthenticatedUsers`.
   * @param role `READER`, `WRITER` (not of objects) or `OWNER`.
   * @throws {CloudError} `precondition-failed` when the list changed meanwhile; `unsupported` when it has entries that
   * this version does not know, and would lose.
   */
  exSetPermissions(
    container: ContainerReference,
    objectName: string | undefined,
    entity: string,
    role: ContainerRole,
    options?: CallOptions,
  ): Operation<void>;

  /**
   * Takes from someone what they were given on a container, or on an object that is named. Exchanges, entities and errors
   * as of {@link exSetPermissions}.
   *
   * @throws {CloudError} `not-found` also when they were given nothing.
   */
  exDeletePermissions(
    container: ContainerReference,
    objectName: string | undefined,
    entity: string,
    options?: CallOptions,
  ): Operation<void>;
}
