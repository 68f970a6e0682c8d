/**
 * The portable storage methods. A provider whose methods take more options adds them to its own table; the types keep both
 * complete. Checks here hold for every provider; what depends on a provider's plan, its operations check.
 */
import {
  countOf,
  flagOf,
  functionOf,
  millisecondsOf,
  oneOf,
  pathOf,
  stringOf,
  textOf,
  timeOf,
  wellFormedOf,
} from '../arguments.ts';
import { checkSource } from '../bytes.ts';
import { algorithms } from '../checksums/checksums.ts';
import type { CallOptions, ListingOptions, TransferOptions } from '../drivers/call-options.ts';
import {
  argument,
  type Check,
  checkedLater,
  type MethodTable,
  method,
  type OptionChecks,
  optional,
} from '../drivers/methods.ts';
import { checkRange, containerNameOf, locationOf, objectsOf } from './arguments.ts';
import type { StorageOperations } from './contract.ts';
import type {
  CopyOptions,
  CreateContainerOptions,
  DeleteOptions,
  DownloadFileOptions,
  DownloadObjectsOptions,
  DownloadOptions,
  ListContainersOptions,
  ListFolderOptions,
  ListMultipartUploadsOptions,
  ListObjectsOptions,
  ObjectHeaders,
  PresignOptions,
  UpdateOptions,
  UploadObjectsOptions,
  UploadOptions,
} from './options.ts';

const location: Check = (field, value) => locationOf(value, field);
const containerName: Check = (field, value) => containerNameOf(value, field);
const container = argument('container', containerName);
const objectName = argument('objectName', textOf);
const object = argument('object', location);
const filePath = argument('filePath', pathOf);
const source = argument('source', checkSource);
const data = argument('data', checkSource);
const destinationPath = argument('destinationPath', pathOf);
const startBytes = argument('startBytes', (_, value) => checkRange(value, undefined));
const endBytes = argument('endBytes', optional(countOf));

const algorithm: Check = (field, value) => oneOf(field, value, algorithms);

/** Maximum number of objects in progress at once: far more than a connection serves. */
const maxConcurrency = 1000;
const concurrency: Check = (field, value) => countOf(field, value, 1, maxConcurrency);

const call: OptionChecks<CallOptions> = { timeoutMs: millisecondsOf };
const listing: OptionChecks<ListingOptions> = { ...call, prefetch: flagOf };
const transfer: OptionChecks<TransferOptions> = { ...call, onProgress: functionOf };
const headers: OptionChecks<ObjectHeaders> = {
  contentType: stringOf,
  contentEncoding: stringOf,
  contentDisposition: stringOf,
  contentLanguage: stringOf,
  cacheControl: stringOf,
  metadata: checkedLater,
};
const prefixed: OptionChecks<ListContainersOptions & ListMultipartUploadsOptions> = {
  ...listing,
  prefix: wellFormedOf,
};
const listObjects: OptionChecks<ListObjectsOptions> = {
  ...prefixed,
  delimiter: wellFormedOf,
  startAfter: wellFormedOf,
  pageSize: checkedLater,
  versions: flagOf,
  checksums: flagOf,
};
const listFolder: OptionChecks<ListFolderOptions> = {
  ...listing,
  delimiter: wellFormedOf,
  pageSize: checkedLater,
};
const createContainer: OptionChecks<CreateContainerOptions> = { ...call, location: stringOf, storageClass: stringOf };
const change: OptionChecks<UpdateOptions & DeleteOptions> = { ...call, ifVersion: checkedLater };
const copy: OptionChecks<CopyOptions> = {
  ...change,
  ...headers,
  ifAbsent: checkedLater,
  storageClass: stringOf,
  lastModified: timeOf,
};
const upload: OptionChecks<UploadOptions> = {
  ...copy,
  ...transfer,
  expectedSizeBytes: (field, value) => countOf(field, value, 1),
};
const download: OptionChecks<DownloadOptions> = { ...transfer, decompress: flagOf };
const downloadFile: OptionChecks<DownloadFileOptions> = { ...download, overwriteExisting: flagOf };
const downloadObjects: OptionChecks<DownloadObjectsOptions> = { ...transfer, concurrency, overwriteExisting: flagOf };
const uploadObjects: OptionChecks<UploadObjectsOptions> = {
  ...transfer,
  concurrency,
  prefix: stringOf,
  filter: functionOf,
};
const presign: OptionChecks<PresignOptions> = {
  ...call,
  method: (field, value) => oneOf(field, value, ['GET', 'HEAD', 'PUT', 'DELETE']),
  expiresInSeconds: checkedLater,
  contentType: stringOf,
  responseContentType: stringOf,
  responseContentDisposition: stringOf,
};

/** The portable methods of a storage provider. */
export const storageMethods: MethodTable<StorageOperations> = {
  iterateContainers: method('listing', [], prefixed),
  listContainers: method('operation', [], prefixed),
  iterateContainerObjects: method('listing', [container], listObjects),
  listContainerObjects: method('operation', [container], listObjects),
  getContainer: method('operation', [argument('containerName', containerName)], call),
  getObject: method('operation', [container, objectName], call),
  objectExists: method('operation', [container, objectName], call),
  iterateFolder: method('listing', [container, argument('prefix', optional(wellFormedOf))], listFolder),
  createContainer: method('operation', [argument('containerName', containerName)], createContainer),
  deleteContainer: method('operation', [container], call),
  uploadObject: method('operation', [filePath, container, objectName], upload),
  uploadObjectViaStream: method('operation', [source, container, objectName], upload),
  uploadObjects: method('operation', [argument('files', checkedLater), container], uploadObjects),
  writeObject: method('operation', [data, container, objectName], upload),
  downloadObject: method('operation', [object, destinationPath], downloadFile),
  downloadObjects: method(
    'operation',
    [argument('objects', (_, value) => objectsOf(value)), argument('folderPath', pathOf)],
    downloadObjects,
  ),
  downloadObjectAsStream: method('stream', [object], download),
  downloadObjectRange: method('operation', [object, destinationPath, startBytes, endBytes], downloadFile),
  downloadObjectRangeAsStream: method('stream', [object, startBytes, endBytes], download),
  readObject: method('operation', [object], download),
  readText: method('operation', [object], download),
  readJson: method('operation', [object], download),
  checksumFile: method('operation', [filePath, argument('algorithm', algorithm)], call),
  deleteObject: method('operation', [object], change),
  copyObject: method('operation', [object, container, objectName], copy),
  moveObject: method('operation', [object, container, objectName], copy),
  updateObjectMetadata: method('operation', [object, argument('changes', checkedLater)], change),
  deleteObjects: method('operation', [argument('objects', (_, value) => objectsOf(value))], call),
  presignObjectUrl: method('operation', [object], presign),
  iterateMultipartUploads: method('listing', [container], prefixed),
  abortMultipartUpload: method('operation', [argument('upload', location)], call),
};
