/** The definition of Google Storage and its table of operations. Start reading here. */
import {
  defineProvider,
  type Operation,
  type OperationsContext,
  type ProviderDefinition,
  storageOperations,
} from '@isobar/core/provider';
import { getAcl, ofContainer, ofNewObjects, ofObject, setAcl } from './access/acl.ts';
import { deletePermissions, getPermissions, setPermissions } from './access/permissions.ts';
import { composeObjects } from './compose.ts';
import { getCors, setCors } from './configuration/cors.ts';
import { getLifecycle, setLifecycle } from './configuration/lifecycle.ts';
import {
  getLocation,
  getStorageClass,
  getVersioning,
  setStorageClass,
  setVersioning,
} from './configuration/settings.ts';
import type { GoogleStorageOperations } from './contract.ts';
import { googleStorageMethods } from './methods.ts';
import { type CheckedGoogleStorageOptions, type GoogleStorageOptions, optionsSchema } from './options.ts';
import { presignPostForm } from './post-form.ts';
import { makeScope } from './requests.ts';
import { cancelResumableUpload, createResumableUpload, getResumableUpload, resumeUpload } from './resumable-uploads.ts';
import { googleService } from './service.ts';

/** The type of {@link googleStorage}. */
export type GoogleStorageProvider = ProviderDefinition<
  GoogleStorageOptions,
  CheckedGoogleStorageOptions,
  GoogleStorageOperations
>;

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

/** Google Cloud Storage, through its XML API. */
export const googleStorage: GoogleStorageProvider = defineProvider({
  id: 'google-storage',
  name: 'Google Cloud Storage',
  website: 'https://cloud.google.com/storage',
  capabilities,
  options: optionsSchema,
  methods: googleStorageMethods,
  operations,
});

function operations(options: CheckedGoogleStorageOptions, context: OperationsContext): GoogleStorageOperations {
  const scope = makeScope(options, context);
  const service = googleService(scope);
  const portable = storageOperations(service, capabilities);
  return {
    ...portable,
    *deleteObjects(objects) {
      const { deleted, failed } = yield* portable.deleteObjects(objects);
      return { deleted: deleted.map(withGeneration), failed: failed.map(withGeneration) };
    },
    exPresignPostForm: (container, formOptions) => presignPostForm(scope, container, formOptions),
    exComposeObjects: (sources, container, objectName, composeOptions) =>
      composeObjects(scope, service, sources, container, objectName, composeOptions),
    exCreateResumableUpload: (container, objectName, createOptions) =>
      createResumableUpload(scope, service, container, objectName, createOptions),
    exGetResumableUpload: (upload) => getResumableUpload(scope, service, upload),
    exResumeUpload: (upload, filePath, resumeOptions) => resumeUpload(scope, service, upload, filePath, resumeOptions),
    exCancelResumableUpload: (upload) => cancelResumableUpload(scope, upload),
    exGetContainerLocation: (container) => getLocation(scope, container),
    exGetContainerStorageClass: (container) => getStorageClass(scope, container),
    exSetContainerStorageClass: (container, storageClass) => setStorageClass(scope, container, storageClass),
    exGetContainerVersioning: (container) => getVersioning(scope, container),
    exSetContainerVersioning: (container, enabled) => setVersioning(scope, container, enabled),
    exGetContainerLifecycle: (container) => getLifecycle(scope, container),
    exSetContainerLifecycle: (container, rules) => setLifecycle(scope, container, rules),
    exGetContainerCors: (container) => getCors(scope, container),
    exSetContainerCors: (container, rules) => setCors(scope, container, rules),
    *exGetContainerAcl(container) {
      return yield* getAcl(scope, ofContainer(container));
    },
    *exSetContainerAcl(container, acl, aclOptions) {
      yield* setAcl(scope, ofContainer(container), acl, aclOptions);
    },
    *exGetDefaultObjectAcl(container) {
      return yield* getAcl(scope, ofNewObjects(container));
    },
    *exSetDefaultObjectAcl(container, acl, aclOptions) {
      yield* setAcl(scope, ofNewObjects(container), acl, aclOptions);
    },
    *exGetObjectAcl(object) {
      return yield* getAcl(scope, ofObject(object));
    },
    *exSetObjectAcl(object, acl, aclOptions) {
      yield* setAcl(scope, ofObject(object), acl, aclOptions);
    },
    exGetPermissions: (container, objectName) => getPermissions(scope, container, objectName),
    exSetPermissions: (container, objectName, entity, role) =>
      setPermissions(scope, container, objectName, entity, role),
    exDeletePermissions: (container, objectName, entity) => deletePermissions(scope, container, objectName, entity),
  } satisfies Record<string, (...args: never[]) => Operation<unknown> | object>;
}

/** Names the version of a result as Google does. */
function withGeneration<Result extends { readonly version?: string }>({
  version,
  ...result
}: Result): Omit<Result, 'version'> & { readonly generation?: string } {
  return version === undefined ? result : { ...result, generation: version };
}
