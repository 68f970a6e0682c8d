/** The methods of S3: their kinds, arguments and options. The types keep this table complete. */
import {
  argument,
  type CallOptions,
  checkedLater,
  containerNameOf,
  flagOf,
  locationOf,
  type MethodTable,
  method,
  millisecondsOf,
  type OptionChecks,
  storageMethods as portable,
  stringOf,
} from '@isobar/core/provider';
import type { PlacementOptions, VersionOptions } from './call-options.ts';
import type { S3StorageOperations } from './contract.ts';
import type { S3PostFormOptions } from './post-form.ts';

const version: OptionChecks<VersionOptions> = { versionId: checkedLater };
const placement: OptionChecks<PlacementOptions> = {
  cannedAcl: checkedLater,
  encryption: checkedLater,
  kmsKeyId: checkedLater,
  tags: checkedLater,
};

const call: OptionChecks<CallOptions> = { timeoutMs: millisecondsOf };
const postForm: OptionChecks<S3PostFormOptions> = {
  ...call,
  objectName: stringOf,
  objectNamePrefix: stringOf,
  expiresInSeconds: checkedLater,
  minBytes: checkedLater,
  maxBytes: checkedLater,
  contentType: stringOf,
  contentTypePrefix: stringOf,
  metadata: checkedLater,
  successStatus: checkedLater,
  successRedirect: stringOf,
  cannedAcl: checkedLater,
};
const container = argument('container', (field, value) => containerNameOf(value, field));
const object = argument('object', (field, value) => locationOf(value, field));
const rules = argument('rules', checkedLater);
const cannedAcl = argument('cannedAcl', checkedLater);

/** The methods of a driver of S3. */
export const s3StorageMethods: MethodTable<S3StorageOperations> = {
  ...portable,
  getObject: { ...portable.getObject, options: { ...portable.getObject.options, ...version } },
  uploadObject: { ...portable.uploadObject, options: { ...portable.uploadObject.options, ...placement } },
  uploadObjectViaStream: {
    ...portable.uploadObjectViaStream,
    options: { ...portable.uploadObjectViaStream.options, ...placement },
  },
  writeObject: { ...portable.writeObject, options: { ...portable.writeObject.options, ...placement } },
  downloadObject: { ...portable.downloadObject, options: { ...portable.downloadObject.options, ...version } },
  downloadObjectAsStream: {
    ...portable.downloadObjectAsStream,
    options: { ...portable.downloadObjectAsStream.options, ...version },
  },
  readObject: { ...portable.readObject, options: { ...portable.readObject.options, ...version } },
  deleteObject: { ...portable.deleteObject, options: { ...portable.deleteObject.options, ...version } },
  copyObject: { ...portable.copyObject, options: { ...portable.copyObject.options, ...placement, ...version } },
  presignObjectUrl: { ...portable.presignObjectUrl, options: { ...portable.presignObjectUrl.options, ...version } },
  exGetContainerLocation: method('operation', [container], call),
  exGetContainerVersioning: method('operation', [container], call),
  exSetContainerVersioning: method('operation', [container, argument('enabled', flagOf)], call),
  exGetContainerLifecycle: method('operation', [container], call),
  exSetContainerLifecycle: method('operation', [container, rules], call),
  exGetContainerCors: method('operation', [container], call),
  exSetContainerCors: method('operation', [container, rules], call),
  exSetContainerAcl: method('operation', [container, cannedAcl], call),
  exSetObjectAcl: method('operation', [object, cannedAcl], call),
  exGetObjectTags: method('operation', [object], call),
  exSetObjectTags: method('operation', [object, argument('tags', checkedLater)], call),
  exPresignPostForm: method('operation', [container], postForm),
};
