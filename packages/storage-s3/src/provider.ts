/** The definition of S3. Start reading here. */
import {
  defineProvider,
  type OperationsContext,
  type ProviderDefinition,
  storageOperations,
} from '@isobar/core/provider';
import type { S3StorageOperations } from './contract.ts';
import { s3StorageMethods } from './methods.ts';
import { type CheckedS3StorageOptions, optionsSchema, type S3StorageOptions } from './options.ts';
import { presignPostForm } from './post-form.ts';
import { makeScope } from './requests.ts';
import { s3Service } from './service.ts';
import { getCors, setCors } from './settings/cors.ts';
import { getLifecycle, setLifecycle } from './settings/lifecycle.ts';
import { getLocation, getVersioning, ofBucket, ofObject, setCannedAcl, setVersioning } from './settings/settings.ts';
import { readTags, writeTags } from './tags.ts';

/** The type of {@link s3}. */
export type S3StorageProvider = ProviderDefinition<S3StorageOptions, CheckedS3StorageOptions, S3StorageOperations>;

const capabilities = {
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
} as const;

/** Amazon S3, and every service that speaks its protocol. */
export const s3: S3StorageProvider = defineProvider({
  id: 's3',
  name: 'Amazon S3',
  website: 'https://aws.amazon.com/s3/',
  capabilities,
  options: optionsSchema,
  methods: s3StorageMethods,
  operations,
});

function operations(options: CheckedS3StorageOptions, context: OperationsContext): S3StorageOperations {
  const scope = makeScope(options, context);
  const service = s3Service(scope);
  const settings = { scope, service };
  return {
    ...storageOperations(service, capabilities),
    exGetContainerLocation: (container) => getLocation(settings, container),
    exGetContainerVersioning: (container) => getVersioning(settings, container),
    exSetContainerVersioning: (container, enabled) => setVersioning(settings, container, enabled),
    exGetContainerLifecycle: (container) => getLifecycle(settings, container),
    exSetContainerLifecycle: (container, rules) => setLifecycle(settings, container, rules),
    exGetContainerCors: (container) => getCors(settings, container),
    exSetContainerCors: (container, rules) => setCors(settings, container, rules),
    *exSetContainerAcl(container, cannedAcl) {
      yield* setCannedAcl(settings, ofBucket(settings, container, 'acl'), cannedAcl);
    },
    *exSetObjectAcl(object, cannedAcl) {
      yield* setCannedAcl(settings, ofObject(settings, object, 'acl'), cannedAcl);
    },
    exGetObjectTags: (object) => readTags(scope, ofObject(settings, object, 'tagging')),
    exSetObjectTags: (object, tags) => writeTags(scope, ofObject(settings, object, 'tagging'), tags),
    exPresignPostForm: (container, formOptions) => presignPostForm(settings, container, formOptions),
  };
}
