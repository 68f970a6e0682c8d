/** The contract of an S3 driver: portable methods that take more options, and its own. */
import type {
  ByteSource,
  ByteStream,
  CallOptions,
  ContainerReference,
  DownloadedFile,
  ObjectReference,
  Operation,
  StorageOperations,
} from '@isobar/core/provider';
import type { PostForm } from '@isobar/s3-dialect';
import type {
  CannedAcl,
  S3CopyOptions,
  S3DeleteOptions,
  S3DownloadFileOptions,
  S3DownloadOptions,
  S3GetOptions,
  S3UploadOptions,
} from './call-options.ts';
import type { S3Container, S3Object, S3VersionReference } from './models.ts';
import type { S3PostFormOptions } from './post-form.ts';
import type { S3PresignOptions } from './presign.ts';
import type { S3CorsRule } from './settings/cors.ts';
import type { S3LifecycleRule } from './settings/lifecycle.ts';

/** The methods of an S3 driver: those of every storage driver, some with more options. */
export interface S3StorageOperations extends StorageOperations<S3Object, S3Container> {
  getObject(container: ContainerReference, objectName: string, options?: S3GetOptions): Operation<S3Object>;
  uploadObject(
    filePath: string,
    container: ContainerReference,
    objectName: string,
    options?: S3UploadOptions,
  ): Operation<S3Object>;
  uploadObjectViaStream(
    source: ByteSource,
    container: ContainerReference,
    objectName: string,
    options?: S3UploadOptions,
  ): Operation<S3Object>;
  writeObject(
    data: ByteSource,
    container: ContainerReference,
    objectName: string,
    options?: S3UploadOptions,
  ): Operation<S3Object>;
  downloadObject(
    object: ObjectReference,
    destinationPath: string,
    options?: S3DownloadFileOptions,
  ): Operation<DownloadedFile>;
  downloadObjectAsStream(object: ObjectReference, options?: S3DownloadOptions): ByteStream<S3Object>;
  readObject(object: ObjectReference, options?: S3DownloadOptions): Operation<Uint8Array>;
  deleteObject(object: ObjectReference, options?: S3DeleteOptions): Operation<void>;
  copyObject(
    object: ObjectReference,
    container: ContainerReference,
    objectName: string,
    options?: S3CopyOptions,
  ): Operation<S3Object>;
  presignObjectUrl(object: ObjectReference, options?: S3PresignOptions): Operation<string>;

  /** The region of a container. One exchange. */
  exGetContainerLocation(container: ContainerReference, options?: CallOptions): Operation<string>;
  /** Whether a container keeps objects that are replaced or deleted. One exchange. */
  exGetContainerVersioning(container: ContainerReference, options?: CallOptions): Operation<boolean>;
  /** Sets whether a container keeps objects that are replaced or deleted. One exchange. Amazon: wait 15 minutes before writing. */
  exSetContainerVersioning(container: ContainerReference, enabled: boolean, options?: CallOptions): Operation<void>;
  /** The lifecycle rules of a container; none when it has none. One exchange. */
  exGetContainerLifecycle(container: ContainerReference, options?: CallOptions): Operation<S3LifecycleRule[]>;
  /** Replaces the lifecycle rules of a container. One exchange. */
  exSetContainerLifecycle(
    container: ContainerReference,
    rules: readonly S3LifecycleRule[],
    options?: CallOptions,
  ): Operation<void>;
  /** The CORS rules of a container; none when it has none. One exchange. */
  exGetContainerCors(container: ContainerReference, options?: CallOptions): Operation<S3CorsRule[]>;
  /** Replaces the CORS rules of a container. One exchange. */
  exSetContainerCors(
    container: ContainerReference,
    rules: readonly S3CorsRule[],
    options?: CallOptions,
  ): Operation<void>;
  /**
   * Gives a container one of the predefined access control lists. One exchange.
   *
   * @throws {CloudError} `unsupported` where lists are switched off, Amazon's default.
   */
  exSetContainerAcl(container: ContainerReference, cannedAcl: CannedAcl, options?: CallOptions): Operation<void>;
  /** The same for an object, or for one version of it. */
  exSetObjectAcl(
    object: ObjectReference | S3VersionReference,
    cannedAcl: CannedAcl,
    options?: CallOptions,
  ): Operation<void>;
  /** The tags of an object, or of one version of it. One exchange. */
  exGetObjectTags(
    object: ObjectReference | S3VersionReference,
    options?: CallOptions,
  ): Operation<Readonly<Record<string, string>>>;
  /** Replaces the tags of an object, or of one version of it; at most ten. One exchange. */
  exSetObjectTags(
    object: ObjectReference | S3VersionReference,
    tags: Readonly<Record<string, string>>,
    options?: CallOptions,
  ): Operation<void>;
  /**
   * Signs a form with which a web page uploads one file without credentials. No exchange.
   *
   * @example
   * const { url, fields } = driver.exPresignPostForm('inbox', { objectNamePrefix: 'uploads/', maxBytes: 1_000_000 });
   */
  exPresignPostForm(container: ContainerReference, options: S3PostFormOptions): Operation<PostForm>;
}
