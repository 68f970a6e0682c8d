/** The contract of an S3 driver: portable methods that take more options, and its own. */
import type {
  ByteSource,
  ByteStream,
  ContainerReference,
  DownloadedFile,
  ObjectReference,
  Operation,
  StorageOperations,
} from '@isobar/core/provider';
import type {
  S3CopyOptions,
  S3DeleteOptions,
  S3DownloadFileOptions,
  S3DownloadOptions,
  S3GetOptions,
  S3UploadOptions,
} from './call-options.ts';
import type { S3Container, S3Object } from './models.ts';
import type { S3PresignOptions } from './presign.ts';

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
}
