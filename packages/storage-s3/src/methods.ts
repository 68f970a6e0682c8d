/** The methods of S3: their kinds, arguments and options. The types keep this table complete. */
import { checkedLater, type MethodTable, type OptionChecks, storageMethods as portable } from '@isobar/core/provider';
import type { PlacementOptions, VersionOptions } from './call-options.ts';
import type { S3StorageOperations } from './contract.ts';

const version: OptionChecks<VersionOptions> = { versionId: checkedLater };
const placement: OptionChecks<PlacementOptions> = {
  cannedAcl: checkedLater,
  encryption: checkedLater,
  kmsKeyId: checkedLater,
  tags: checkedLater,
};

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
};
