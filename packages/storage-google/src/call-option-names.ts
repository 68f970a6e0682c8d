/** The arguments and options of all methods. Drivers refuse other options. The types keep this table complete. */
import {
  type CallOptionNames,
  type CallOptions,
  type OptionNames,
  storageMethodOptions as portable,
  type TransferOptions,
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

const call: OptionNames<CallOptions> = { timeoutMs: true };
const transfer: OptionNames<TransferOptions> = { ...call, onProgress: true };
const conditions: OptionNames<Preconditions> = { ifGenerationMatch: true, ifMetagenerationMatch: true };
const version: OptionNames<GenerationOptions> = { generation: true };
const get: OptionNames<GoogleGetOptions> = { ...call, ...version };
const update: OptionNames<GoogleUpdateOptions> = { ...call, ...conditions, ifVersion: true };
const stored: OptionNames<ComposeOptions> = { ...portable.copyObject[3], ...conditions, predefinedAcl: true };
const upload: OptionNames<GoogleUploadOptions> = { ...stored, ...transfer };
const copy: OptionNames<GoogleCopyOptions> = { ...stored, ...version, ifSourceGenerationMatch: true };
const download: OptionNames<GoogleDownloadOptions> = { ...portable.readObject[1], ...conditions, ...version };
const downloadFile: OptionNames<GoogleDownloadFileOptions> = { ...download, overwriteExisting: true };
const postForm: OptionNames<PostFormOptions> = {
  ...call,
  objectName: true,
  objectNamePrefix: true,
  expiresInSeconds: true,
  minBytes: true,
  maxBytes: true,
  contentType: true,
  contentTypePrefix: true,
  metadata: true,
  predefinedAcl: true,
  successStatus: true,
  successRedirect: true,
};

/** For each method: its argument names, then its option names. */
export const callOptions: CallOptionNames<GoogleStorageOperations> = {
  ...portable,
  getObject: ['container', 'objectName', get],
  uploadObject: ['filePath', 'container', 'objectName', upload],
  uploadObjectViaStream: ['source', 'container', 'objectName', upload],
  writeObject: ['data', 'container', 'objectName', upload],
  downloadObject: ['object', 'destinationPath', downloadFile],
  downloadObjectAsStream: ['object', download],
  downloadObjectRange: ['object', 'destinationPath', 'startBytes', 'endBytes', downloadFile],
  downloadObjectRangeAsStream: ['object', 'startBytes', 'endBytes', download],
  readObject: ['object', download],
  deleteObject: ['object', { ...update, ...version }],
  copyObject: ['object', 'container', 'objectName', copy],
  moveObject: ['object', 'container', 'objectName', copy],
  updateObjectMetadata: ['object', 'changes', update],
  exPresignPostForm: ['container', postForm],
  exComposeObjects: ['sources', 'container', 'objectName', stored],
  exCreateResumableUpload: ['container', 'objectName', stored],
  exGetResumableUpload: ['upload', call],
  exResumeUpload: ['upload', 'filePath', transfer],
  exCancelResumableUpload: ['upload', call],
  exGetContainerLocation: ['container', call],
  exGetContainerStorageClass: ['container', call],
  exSetContainerStorageClass: ['container', 'storageClass', call],
  exGetContainerVersioning: ['container', call],
  exSetContainerVersioning: ['container', 'enabled', call],
  exGetContainerLifecycle: ['container', call],
  exSetContainerLifecycle: ['container', 'rules', call],
  exGetContainerCors: ['container', call],
  exSetContainerCors: ['container', 'rules', call],
  exGetContainerAcl: ['container', call],
  exSetContainerAcl: ['container', 'acl', update],
  exGetDefaultObjectAcl: ['container', call],
  exSetDefaultObjectAcl: ['container', 'acl', update],
  exGetObjectAcl: ['object', call],
  exSetObjectAcl: ['object', 'acl', update],
  exGetPermissions: ['container', 'objectName', call],
  exSetPermissions: ['container', 'objectName', 'entity', 'role', call],
  exDeletePermissions: ['container', 'objectName', 'entity', call],
};
