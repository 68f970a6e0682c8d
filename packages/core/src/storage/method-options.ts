/**
 * The arguments and options of the portable storage methods. A provider whose methods take more options adds its own; the
 * types keep its table complete.
 */
import type { CallOptionNames, OptionNames } from '../call-option-names.ts';
import type { CallOptions, ListingOptions, TransferOptions } from '../call-options.ts';
import type { StorageOperations } from './contract.ts';
import type {
  CopyOptions,
  CreateContainerOptions,
  DeleteOptions,
  DownloadFileOptions,
  DownloadObjectsOptions,
  DownloadOptions,
  ListContainersOptions,
  ListMultipartUploadsOptions,
  ListObjectsOptions,
  ObjectHeaders,
  PresignOptions,
  UpdateOptions,
  UploadObjectsOptions,
  UploadOptions,
} from './options.ts';

const call: OptionNames<CallOptions> = { timeoutMs: true };
const listing: OptionNames<ListingOptions> = { ...call, prefetch: true };
const transfer: OptionNames<TransferOptions> = { ...call, onProgress: true };
const headers: OptionNames<ObjectHeaders> = {
  contentType: true,
  contentEncoding: true,
  contentDisposition: true,
  contentLanguage: true,
  cacheControl: true,
  metadata: true,
};
const prefixed: OptionNames<ListContainersOptions & ListMultipartUploadsOptions> = { ...listing, prefix: true };
const listObjects: OptionNames<ListObjectsOptions> = {
  ...prefixed,
  delimiter: true,
  startAfter: true,
  pageSize: true,
  versions: true,
};
const createContainer: OptionNames<CreateContainerOptions> = { ...call, location: true, storageClass: true };
const change: OptionNames<UpdateOptions & DeleteOptions> = { ...call, ifVersion: true };
const copy: OptionNames<CopyOptions> = { ...change, ...headers, ifAbsent: true, storageClass: true };
const upload: OptionNames<UploadOptions> = { ...copy, ...transfer };
const download: OptionNames<DownloadOptions> = { ...transfer, decompress: true };
const downloadFile: OptionNames<DownloadFileOptions> = { ...download, overwriteExisting: true };
const downloadObjects: OptionNames<DownloadObjectsOptions> = {
  ...transfer,
  concurrency: true,
  overwriteExisting: true,
};
const uploadObjects: OptionNames<UploadObjectsOptions> = { ...transfer, concurrency: true, prefix: true, filter: true };
const presign: OptionNames<PresignOptions> = {
  ...call,
  method: true,
  expiresInSeconds: true,
  contentType: true,
  responseContentType: true,
  responseContentDisposition: true,
};

/** For each portable method: its argument names, then its option names. */
export const storageMethodOptions: CallOptionNames<StorageOperations> = {
  iterateContainers: [prefixed],
  listContainers: [prefixed],
  iterateContainerObjects: ['container', listObjects],
  listContainerObjects: ['container', listObjects],
  getContainer: ['containerName', call],
  getObject: ['container', 'objectName', call],
  createContainer: ['containerName', createContainer],
  deleteContainer: ['container', call],
  uploadObject: ['filePath', 'container', 'objectName', upload],
  uploadObjectViaStream: ['source', 'container', 'objectName', upload],
  uploadObjects: ['files', 'container', uploadObjects],
  writeObject: ['data', 'container', 'objectName', upload],
  downloadObject: ['object', 'destinationPath', downloadFile],
  downloadObjects: ['objects', 'folderPath', downloadObjects],
  downloadObjectAsStream: ['object', download],
  downloadObjectRange: ['object', 'destinationPath', 'startBytes', 'endBytes', downloadFile],
  downloadObjectRangeAsStream: ['object', 'startBytes', 'endBytes', download],
  readObject: ['object', download],
  deleteObject: ['object', change],
  copyObject: ['object', 'container', 'objectName', copy],
  moveObject: ['object', 'container', 'objectName', copy],
  updateObjectMetadata: ['object', 'changes', change],
  deleteObjects: ['objects', call],
  presignObjectUrl: ['object', presign],
  iterateMultipartUploads: ['container', prefixed],
  abortMultipartUpload: ['upload', call],
};
