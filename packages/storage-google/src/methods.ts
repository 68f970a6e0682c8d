/** The methods of Google Storage: their kinds, arguments and options. The types keep this table complete. */
import {
  argument,
  type CallOptions,
  checkedLater,
  containerNameOf,
  flagOf,
  functionOf,
  locationOf,
  type MethodTable,
  method,
  millisecondsOf,
  type OptionChecks,
  optional,
  pathOf,
  storageMethods as portable,
  stringOf,
  type TransferOptions,
  textOf,
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

const call: OptionChecks<CallOptions> = { timeoutMs: millisecondsOf };
const transfer: OptionChecks<TransferOptions> = { ...call, onProgress: functionOf };
const conditions: OptionChecks<Preconditions> = {
  ifGenerationMatch: checkedLater,
  ifMetagenerationMatch: checkedLater,
};
const version: OptionChecks<GenerationOptions> = { generation: checkedLater };
const get: OptionChecks<GoogleGetOptions> = { ...call, ...version };
const update: OptionChecks<GoogleUpdateOptions> = { ...call, ...conditions, ifVersion: checkedLater };
const stored: OptionChecks<ComposeOptions> = {
  ...portable.copyObject.options,
  ...conditions,
  predefinedAcl: checkedLater,
};
const upload: OptionChecks<GoogleUploadOptions> = { ...portable.uploadObject.options, ...stored };
const copy: OptionChecks<GoogleCopyOptions> = { ...stored, ...version, ifSourceGenerationMatch: checkedLater };
const download: OptionChecks<GoogleDownloadOptions> = { ...portable.readObject.options, ...conditions, ...version };
const downloadFile: OptionChecks<GoogleDownloadFileOptions> = { ...download, overwriteExisting: flagOf };
const postForm: OptionChecks<PostFormOptions> = {
  ...call,
  objectName: stringOf,
  objectNamePrefix: stringOf,
  expiresInSeconds: checkedLater,
  minBytes: checkedLater,
  maxBytes: checkedLater,
  contentType: stringOf,
  contentTypePrefix: stringOf,
  metadata: checkedLater,
  predefinedAcl: checkedLater,
  successStatus: checkedLater,
  successRedirect: stringOf,
};

const container = argument('container', (field, value) => containerNameOf(value, field));
const objectName = argument('objectName', textOf);
/** Absent for the container itself. */
const nameIfAny = argument('objectName', optional(textOf));
const object = argument('object', (field, value) => locationOf(value, field));

/** The methods of a Google Storage driver. */
export const googleStorageMethods: MethodTable<GoogleStorageOperations> = {
  ...portable,
  getObject: { ...portable.getObject, options: get },
  uploadObject: { ...portable.uploadObject, options: upload },
  uploadObjectViaStream: { ...portable.uploadObjectViaStream, options: upload },
  writeObject: { ...portable.writeObject, options: upload },
  downloadObject: { ...portable.downloadObject, options: downloadFile },
  downloadObjectAsStream: { ...portable.downloadObjectAsStream, options: download },
  downloadObjectRange: { ...portable.downloadObjectRange, options: downloadFile },
  downloadObjectRangeAsStream: { ...portable.downloadObjectRangeAsStream, options: download },
  readObject: { ...portable.readObject, options: download },
  deleteObject: { ...portable.deleteObject, options: { ...update, ...version } },
  copyObject: { ...portable.copyObject, options: copy },
  moveObject: { ...portable.moveObject, options: copy },
  updateObjectMetadata: { ...portable.updateObjectMetadata, options: update },
  // Google signs one more method.
  presignObjectUrl: {
    ...portable.presignObjectUrl,
    options: { ...portable.presignObjectUrl.options, method: checkedLater },
  },
  exPresignPostForm: method('operation', [container], postForm),
  exComposeObjects: method('operation', [argument('sources', checkedLater), container, objectName], stored),
  exCreateResumableUpload: method('operation', [container, objectName], stored),
  exGetResumableUpload: method('operation', [argument('upload', checkedLater)], call),
  exResumeUpload: method('operation', [argument('upload', checkedLater), argument('filePath', pathOf)], transfer),
  exCancelResumableUpload: method('operation', [argument('upload', checkedLater)], call),
  exGetContainerLocation: method('operation', [container], call),
  exGetContainerStorageClass: method('operation', [container], call),
  exSetContainerStorageClass: method('operation', [container, argument('storageClass', stringOf)], call),
  exGetContainerVersioning: method('operation', [container], call),
  exSetContainerVersioning: method('operation', [container, argument('enabled', flagOf)], call),
  exGetContainerLifecycle: method('operation', [container], call),
  exSetContainerLifecycle: method('operation', [container, argument('rules', checkedLater)], call),
  exGetContainerCors: method('operation', [container], call),
  exSetContainerCors: method('operation', [container, argument('rules', checkedLater)], call),
  exGetContainerAcl: method('operation', [container], call),
  exSetContainerAcl: method('operation', [container, argument('acl', checkedLater)], update),
  exGetDefaultObjectAcl: method('operation', [container], call),
  exSetDefaultObjectAcl: method('operation', [container, argument('acl', checkedLater)], update),
  exGetObjectAcl: method('operation', [object], call),
  exSetObjectAcl: method('operation', [object, argument('acl', checkedLater)], update),
  exGetPermissions: method('operation', [container, nameIfAny], call),
  exSetPermissions: method(
    'operation',
    [container, nameIfAny, argument('entity', checkedLater), argument('role', checkedLater)],
    call,
  ),
  exDeletePermissions: method('operation', [container, nameIfAny, argument('entity', checkedLater)], call),
};
