/** The definition of Google Storage and its table of operations. Read it first: everything else hangs off it. */
import {
  type ByteSource,
  type ByteStream,
  type CallOptions,
  type ContainerReference,
  checkRange,
  type DownloadedFile,
  defineProvider,
  describe,
  downloadIntoFolder,
  drain,
  invalidArgument,
  type Listing,
  type ListObjectsOptions,
  type MetadataChanges,
  type ObjectReference,
  type Operation,
  type OperationsContext,
  type ProviderDefinition,
  type StorageOperations,
  type TransferOptions,
} from '@isobar/core/provider';
import { getAcl, ofContainer, ofNewObjects, ofObject, setAcl } from './access/acl.ts';
import type { AccessControlList, AclEntry } from './access/acl-document.ts';
import {
  type ContainerRole,
  deletePermissions,
  getPermissions,
  type Permissions,
  setPermissions,
} from './access/permissions.ts';
import { createBucket, deleteBucket, getBucket, iterateBuckets } from './buckets.ts';
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
import { type ComposeOptions, type ComposeSource, composeObjects } from './compose.ts';
import { type CorsRule, getCors, setCors } from './configuration/cors.ts';
import { getLifecycle, type LifecycleRule, setLifecycle } from './configuration/lifecycle.ts';
import {
  getLocation,
  getStorageClass,
  getVersioning,
  setStorageClass,
  setVersioning,
} from './configuration/settings.ts';
import { copyObject, updateObjectMetadata } from './copies.ts';
import { downloadAsStream, readObject } from './downloads.ts';
import { downloadToFile } from './file-downloads.ts';
import { putFile } from './file-uploads.ts';
import type { GoogleContainer, GoogleObject } from './models.ts';
import { deleteObjects } from './multi-delete.ts';
import { abortMultipartUpload, iterateMultipartUploads } from './multipart.ts';
import { deleteObject, getObject, iterateObjects } from './objects.ts';
import { type CheckedGoogleStorageOptions, type GoogleStorageOptions, optionsSchema } from './options.ts';
import { type PostForm, type PostFormOptions, presignPostForm } from './post-form.ts';
import { type GooglePresignOptions, presignObjectUrl } from './presign.ts';
import { makeScope, type Scope } from './requests.ts';
import {
  cancelResumableUpload,
  createResumableUpload,
  getResumableUpload,
  type ResumableUpload,
  type ResumableUploadStatus,
  resumeUpload,
} from './resumable-uploads.ts';
import { putStream } from './stream-uploads.ts';
import { checkUpload, putBytes } from './uploads.ts';
import { iterateVersions } from './versions.ts';

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
  deleteObject(object: ObjectReference, options?: GoogleDeleteOptions): Operation<void>;
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
   * @throws {CloudError} `not-found` when a source, or its generation, does not exist; `integrity`.
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

/** The type of {@link googleStorage}. */
export type GoogleStorageProvider = ProviderDefinition<
  GoogleStorageOptions,
  CheckedGoogleStorageOptions,
  GoogleStorageOperations
>;

/** Google Cloud Storage, through its XML API. */
export const googleStorage: GoogleStorageProvider = defineProvider({
  id: 'google-storage',
  name: 'Google Cloud Storage',
  website: 'https://cloud.google.com/storage',
  capabilities: {
    containers: true,
    containerLocation: true,
    delimiter: true,
    startAfter: true,
    userMetadata: true,
    ranges: true,
    streamUpload: true,
    checksums: true,
    resumedDownload: true,
    copy: true,
    deleteMany: true,
    presignedUrls: true,
    multipartUploads: true,
    versions: true,
    decompression: true,
    storageClasses: true,
  },
  options: optionsSchema,
  operations,
});

function operations(options: CheckedGoogleStorageOptions, context: OperationsContext): GoogleStorageOperations {
  const scope = makeScope(options, context);
  return {
    iterateContainers: (listOptions) => iterateBuckets(scope, listOptions),
    listContainers: (listOptions) => drain(iterateBuckets(scope, listOptions)),
    iterateContainerObjects: (container, listOptions) => objectsOf(scope, container, listOptions),
    listContainerObjects: (container, listOptions) => drain(objectsOf(scope, container, listOptions)),
    getContainer: (containerName) => getBucket(scope, containerName),
    getObject: (container, objectName, getOptions) => getObject(scope, container, objectName, getOptions),
    createContainer: (containerName, createOptions) => createBucket(scope, containerName, createOptions),
    deleteContainer: (container) => deleteBucket(scope, container),
    *uploadObject(filePath, container, objectName, uploadOptions) {
      return yield* putFile(scope, checkUpload(container, objectName, uploadOptions), filePath);
    },
    *uploadObjectViaStream(source, container, objectName, uploadOptions) {
      return yield* putStream(scope, checkUpload(container, objectName, uploadOptions), source);
    },
    *writeObject(data, container, objectName, uploadOptions) {
      return yield* putBytes(scope, checkUpload(container, objectName, uploadOptions), bytesOf(data));
    },
    downloadObject: (object, path, downloadOptions) => downloadToFile(scope, object, path, undefined, downloadOptions),
    downloadObjects: (objects, folderPath, downloadOptions) =>
      downloadIntoFolder(
        (object, path, fileOptions) => downloadToFile(scope, object, path, undefined, fileOptions),
        objects,
        folderPath,
        downloadOptions,
      ),
    downloadObjectAsStream: (object, downloadOptions) => downloadAsStream(scope, object, undefined, downloadOptions),
    *downloadObjectRange(object, path, startBytes, endBytes, downloadOptions) {
      const range = checkRange(startBytes, endBytes);
      return yield* downloadToFile(scope, object, path, range, downloadOptions);
    },
    downloadObjectRangeAsStream: (object, startBytes, endBytes, downloadOptions) =>
      downloadAsStream(scope, object, checkRange(startBytes, endBytes), downloadOptions),
    readObject: (object, downloadOptions) => readObject(scope, object, downloadOptions),
    deleteObject: (object, deleteOptions) => deleteObject(scope, object, deleteOptions),
    copyObject: (object, container, objectName, copyOptions) =>
      copyObject(scope, object, container, objectName, copyOptions),
    updateObjectMetadata: (object, changes, updateOptions) =>
      updateObjectMetadata(scope, object, changes, updateOptions),
    deleteObjects: (objects) => deleteObjects(scope, objects),
    presignObjectUrl: (object, presignOptions) => presignObjectUrl(scope, object, presignOptions),
    iterateMultipartUploads: (container, listOptions) => iterateMultipartUploads(scope, container, listOptions),
    abortMultipartUpload: (upload) => abortMultipartUpload(scope, upload),
    exPresignPostForm: (container, formOptions) => presignPostForm(scope, container, formOptions),
    exComposeObjects: (sources, container, objectName, composeOptions) =>
      composeObjects(scope, sources, container, objectName, composeOptions),
    exCreateResumableUpload: (container, objectName, createOptions) =>
      createResumableUpload(scope, container, objectName, createOptions),
    exGetResumableUpload: (upload) => getResumableUpload(scope, upload),
    exResumeUpload: (upload, filePath, resumeOptions) => resumeUpload(scope, upload, filePath, resumeOptions),
    exCancelResumableUpload: (upload) => cancelResumableUpload(scope, upload),
    exGetContainerLocation: (container) => getLocation(scope, container),
    exGetContainerStorageClass: (container) => getStorageClass(scope, container),
    exSetContainerStorageClass: (container, storageClass) => setStorageClass(scope, container, storageClass),
    exGetContainerVersioning: (container) => getVersioning(scope, container),
    exSetContainerVersioning: (container, enabled) => setVersioning(scope, container, enabled),
    exGetContainerLifecycle: (container) => getLifecycle(scope, container),
    exSetContainerLifecycle: (container, rules) => setLifecycle(scope, container, rules),
    exGetContainerCors: (container) => getCors(scope, container),
    exSetContainerCors: (container, rules) => setCors(scope, container, rules),
    *exGetContainerAcl(container) {
      return yield* getAcl(scope, ofContainer(container));
    },
    *exSetContainerAcl(container, acl, aclOptions) {
      yield* setAcl(scope, ofContainer(container), acl, aclOptions);
    },
    *exGetDefaultObjectAcl(container) {
      return yield* getAcl(scope, ofNewObjects(container));
    },
    *exSetDefaultObjectAcl(container, acl, aclOptions) {
      yield* setAcl(scope, ofNewObjects(container), acl, aclOptions);
    },
    *exGetObjectAcl(object) {
      return yield* getAcl(scope, ofObject(object));
    },
    *exSetObjectAcl(object, acl, aclOptions) {
      yield* setAcl(scope, ofObject(object), acl, aclOptions);
    },
    exGetPermissions: (container, objectName) => getPermissions(scope, container, objectName),
    exSetPermissions: (container, objectName, entity, role) =>
      setPermissions(scope, container, objectName, entity, role),
    exDeletePermissions: (container, objectName, entity) => deletePermissions(scope, container, objectName, entity),
  } satisfies Record<string, (...args: never[]) => Operation<unknown> | object>;
}

function objectsOf(
  scope: Scope,
  container: ContainerReference,
  options: ListObjectsOptions = {},
): Listing<GoogleObject> {
  return options.versions === true
    ? iterateVersions(scope, container, options)
    : iterateObjects(scope, container, options);
}

function bytesOf(data: Uint8Array | string): Uint8Array {
  if (typeof data === 'string') return new TextEncoder().encode(data);
  if (data instanceof Uint8Array) return data;
  throw invalidArgument('data', `must be a Uint8Array or a string, not ${describe(data)}`);
}
