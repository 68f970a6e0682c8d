/** The names of all options of all methods: what is not here is refused. TypeScript keeps it in step with the contract. */
import type {
  CallOptionNames,
  CallOptions,
  CreateContainerOptions,
  DownloadObjectsOptions,
  ListContainersOptions,
  ListingOptions,
  ListMultipartUploadsOptions,
  ListObjectsOptions,
  ObjectHeaders,
  OptionNames,
  TransferOptions,
} from '@isobar/core/provider';
import type {
  GenerationOptions,
  GoogleCopyOptions,
  GoogleDownloadFileOptions,
  GoogleDownloadOptions,
  GoogleGetOptions,
  GoogleUpdateOptions,
  GoogleUploadOptions,
  Preconditions,
} from './call-options.ts';
import type { ComposeOptions } from './compose.ts';
import type { GoogleStorageOperations } from './contract.ts';
import type { PostFormOptions } from './post-form.ts';
import type { GooglePresignOptions } from './presign.ts';

const call: OptionNames<CallOptions> = { timeoutMs: true };
const listing: OptionNames<ListingOptions> = { ...call, prefetch: true };
const transfer: OptionNames<TransferOptions> = { ...call, onProgress: true };
const conditions: OptionNames<Preconditions> = { ifGenerationMatch: true, ifMetagenerationMatch: true };
const version: OptionNames<GenerationOptions> = { generation: true };
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
const get: OptionNames<GoogleGetOptions> = { ...call, ...version };
const update: OptionNames<GoogleUpdateOptions> = { ...call, ...conditions };
const stored: OptionNames<ComposeOptions> = {
  ...call,
  ...headers,
  ...conditions,
  storageClass: true,
  predefinedAcl: true,
};
const upload: OptionNames<GoogleUploadOptions> = { ...stored, ...transfer };
const copy: OptionNames<GoogleCopyOptions> = { ...stored, ...version, ifSourceGenerationMatch: true };
const download: OptionNames<GoogleDownloadOptions> = { ...transfer, ...conditions, ...version, decompress: true };
const downloadFile: OptionNames<GoogleDownloadFileOptions> = { ...download, overwriteExisting: true };
const downloadObjects: OptionNames<DownloadObjectsOptions> = {
  ...transfer,
  concurrency: true,
  overwriteExisting: true,
};
const presign: OptionNames<GooglePresignOptions> = {
  ...call,
  method: true,
  expiresInSeconds: true,
  contentType: true,
  responseContentType: true,
  responseContentDisposition: true,
};
const postForm: OptionNames<PostFormOptions> = {
  ...call,
  objectName: true,
  objectNamePrefix: true,
  expiresInSeconds: true,
  leastBytes: true,
  mostBytes: true,
  contentType: true,
  contentTypePrefix: true,
  metadata: true,
  predefinedAcl: true,
  successStatus: true,
  successRedirect: true,
};

/** By method: which argument its options are, and their names. */
export const callOptions: CallOptionNames<GoogleStorageOperations> = {
  iterateContainers: [0, prefixed],
  listContainers: [0, prefixed],
  iterateContainerObjects: [1, listObjects],
  listContainerObjects: [1, listObjects],
  getContainer: [1, call],
  getObject: [2, get],
  createContainer: [1, createContainer],
  deleteContainer: [1, call],
  uploadObject: [3, upload],
  uploadObjectViaStream: [3, upload],
  writeObject: [3, upload],
  downloadObject: [2, downloadFile],
  downloadObjects: [2, downloadObjects],
  downloadObjectAsStream: [1, download],
  downloadObjectRange: [4, downloadFile],
  downloadObjectRangeAsStream: [3, download],
  readObject: [1, download],
  deleteObject: [1, { ...update, ...version }],
  copyObject: [3, copy],
  updateObjectMetadata: [2, update],
  deleteObjects: [1, call],
  presignObjectUrl: [1, presign],
  iterateMultipartUploads: [1, prefixed],
  abortMultipartUpload: [1, call],
  exPresignPostForm: [1, postForm],
  exComposeObjects: [3, stored],
  exCreateResumableUpload: [2, stored],
  exGetResumableUpload: [1, call],
  exResumeUpload: [2, transfer],
  exCancelResumableUpload: [1, call],
  exGetContainerLocation: [1, call],
  exGetContainerStorageClass: [1, call],
  exSetContainerStorageClass: [2, call],
  exGetContainerVersioning: [1, call],
  exSetContainerVersioning: [2, call],
  exGetContainerLifecycle: [1, call],
  exSetContainerLifecycle: [2, call],
  exGetContainerCors: [1, call],
  exSetContainerCors: [2, call],
  exGetContainerAcl: [1, call],
  exSetContainerAcl: [2, update],
  exGetDefaultObjectAcl: [1, call],
  exSetDefaultObjectAcl: [2, update],
  exGetObjectAcl: [1, call],
  exSetObjectAcl: [2, update],
  exGetPermissions: [2, call],
  exSetPermissions: [4, call],
  exDeletePermissions: [3, call],
};
