/** The definition of Google Storage and its table of operations. Start reading here. */
import {
  bytesOf,
  type ContainerReference,
  checkRange,
  defineProvider,
  downloadIntoFolder,
  drain,
  type Listing,
  type ListObjectsOptions,
  type Operation,
  type OperationsContext,
  type ProviderDefinition,
  pathOf,
} from '@isobar/core/provider';
import { getAcl, ofContainer, ofNewObjects, ofObject, setAcl } from './access/acl.ts';
import { deletePermissions, getPermissions, setPermissions } from './access/permissions.ts';
import { createBucket, deleteBucket, getBucket, iterateBuckets } from './buckets.ts';
import { callOptions } from './call-option-names.ts';
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
import { copyObject, updateObjectMetadata } from './copies.ts';
import { downloadAsStream, readObject } from './downloads/downloads.ts';
import { downloadToFile } from './downloads/file-downloads.ts';
import type { GoogleObject } from './models.ts';
import { deleteObjects } from './multi-delete.ts';
import { checkedLocation } from './names.ts';
import { deleteObject, getObject, iterateObjects } from './objects.ts';
import { type CheckedGoogleStorageOptions, type GoogleStorageOptions, optionsSchema } from './options.ts';
import { presignPostForm } from './post-form.ts';
import { presignObjectUrl } from './presign.ts';
import { makeScope, type Scope } from './requests.ts';
import { putFile } from './uploads/file-uploads.ts';
import { abortMultipartUpload, iterateMultipartUploads } from './uploads/multipart.ts';
import {
  cancelResumableUpload,
  createResumableUpload,
  getResumableUpload,
  resumeUpload,
} from './uploads/resumable-uploads.ts';
import { putStream } from './uploads/stream-uploads.ts';
import { checkUpload, putBytes } from './uploads/uploads.ts';
import { iterateVersions } from './versions.ts';

/** The type of {@link googleStorage}. */
export type GoogleStorageProvider = ProviderDefinition<
  GoogleStorageOptions,
  CheckedGoogleStorageOptions,
  GoogleStorageOperations
>;

/** Google Cloud Storage, through its XML API. */
export const googleStorage: GoogleStorageProvider = defineProvider({
  id: 'google-storage',
  name: 'Google Cloud Storage',
  website: 'https://cloud.google.com/storage',
  capabilities: {
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
  },
  options: optionsSchema,
  callOptions,
  operations,
});

function operations(options: CheckedGoogleStorageOptions, context: OperationsContext): GoogleStorageOperations {
  const scope = makeScope(options, context);
  return {
    iterateContainers: (listOptions) => iterateBuckets(scope, listOptions),
    listContainers: (listOptions) => drain(iterateBuckets(scope, listOptions)),
    iterateContainerObjects: (container, listOptions) => objectsOf(scope, container, listOptions),
    listContainerObjects: (container, listOptions) => drain(objectsOf(scope, container, listOptions)),
    getContainer: (containerName) => getBucket(scope, containerName),
    getObject: (container, objectName, getOptions) => getObject(scope, container, objectName, getOptions),
    createContainer: (containerName, createOptions) => createBucket(scope, containerName, createOptions),
    deleteContainer: (container) => deleteBucket(scope, container),
    *uploadObject(filePath, container, objectName, uploadOptions) {
      const path = pathOf('filePath', filePath);
      return yield* putFile(scope, checkUpload(container, objectName, uploadOptions), path);
    },
    *uploadObjectViaStream(source, container, objectName, uploadOptions) {
      return yield* putStream(scope, checkUpload(container, objectName, uploadOptions), source);
    },
    *writeObject(data, container, objectName, uploadOptions) {
      const bytes = bytesOf(data);
      return yield* putBytes(scope, checkUpload(container, objectName, uploadOptions), bytes);
    },
    downloadObject: (object, path, downloadOptions) => downloadToFile(scope, object, path, undefined, downloadOptions),
    downloadObjects: (objects, folderPath, downloadOptions) =>
      downloadIntoFolder(
        (object, path, fileOptions) => downloadToFile(scope, object, path, undefined, fileOptions),
        objects,
        folderPath,
        downloadOptions,
      ),
    downloadObjectAsStream: (object, downloadOptions) => downloadAsStream(scope, object, undefined, downloadOptions),
    *downloadObjectRange(object, path, startBytes, endBytes, downloadOptions) {
      checkedLocation(object);
      pathOf('destinationPath', path);
      const range = checkRange(startBytes, endBytes);
      return yield* downloadToFile(scope, object, path, range, downloadOptions);
    },
    downloadObjectRangeAsStream(object, startBytes, endBytes, downloadOptions) {
      checkedLocation(object);
      return downloadAsStream(scope, object, checkRange(startBytes, endBytes), downloadOptions);
    },
    readObject: (object, downloadOptions) => readObject(scope, object, downloadOptions),
    deleteObject: (object, deleteOptions) => deleteObject(scope, object, deleteOptions),
    copyObject: (object, container, objectName, copyOptions) =>
      copyObject(scope, object, container, objectName, copyOptions),
    updateObjectMetadata: (object, changes, updateOptions) =>
      updateObjectMetadata(scope, object, changes, updateOptions),
    deleteObjects: (objects) => deleteObjects(scope, objects),
    presignObjectUrl: (object, presignOptions) => presignObjectUrl(scope, object, presignOptions),
    iterateMultipartUploads: (container, listOptions) => iterateMultipartUploads(scope, container, listOptions),
    abortMultipartUpload: (upload) => abortMultipartUpload(scope, upload),
    exPresignPostForm: (container, formOptions) => presignPostForm(scope, container, formOptions),
    exComposeObjects: (sources, container, objectName, composeOptions) =>
      composeObjects(scope, sources, container, objectName, composeOptions),
    exCreateResumableUpload: (container, objectName, createOptions) =>
      createResumableUpload(scope, container, objectName, createOptions),
    exGetResumableUpload: (upload) => getResumableUpload(scope, upload),
    exResumeUpload: (upload, filePath, resumeOptions) => resumeUpload(scope, upload, filePath, resumeOptions),
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

function objectsOf(
  scope: Scope,
  container: ContainerReference,
  options: ListObjectsOptions = {},
): Listing<GoogleObject> {
  return options.versions === true
    ? iterateVersions(scope, container, options)
    : iterateObjects(scope, container, options);
}
