/** How Google Storage speaks: its plan, and the primitives of a storage service. */
import type { StoragePlan, StorageService } from '@isobar/core/provider';
import { type BucketRequest, headBucket, partUploads, removeBucket, removeMany } from '@isobar/s3-dialect';
import { createBucket, listBuckets } from './buckets.ts';
import { copyWithin } from './copies.ts';
import { byReason } from './failures.ts';
import {
  downloadPartBytes,
  filePartBytes,
  firstPartBytes,
  maxConcurrentDeletes,
  maxConcurrentParts,
  maxDeletesPerRequest,
  maxMetadataBytes,
  maxPageSize,
  maxPartBytes,
  maxParts,
  maxSingleGetBytes,
  maxSinglePutBytes,
} from './limits.ts';
import type { GoogleContainer, GoogleObject } from './models.ts';
import { bucketNameOf, objectNameOf } from './names.ts';
import { getObject, headStored, listObjects, listVersions, putObject, removeObject } from './objects.ts';
import { type GooglePresignOptions, presignObjectUrl } from './presign.ts';
import { type Scope, send } from './requests.ts';
import { sessionUploads } from './resumable-sessions.ts';
import { checkTarget, checkWrite, type GoogleTarget, type GoogleWrite } from './targets.ts';

/** The plan of every bucket. */
export const plan: StoragePlan = {
  maxPutBytes: maxSinglePutBytes,
  maxGetBytes: maxSingleGetBytes,
  rangeBytes: downloadPartBytes,
  concurrency: maxConcurrentParts,
  parts: {
    maxCount: maxParts,
    maxBytes: maxPartBytes,
    fileBytes: filePartBytes,
    streamBytes: firstPartBytes,
    equal: false,
    conditions: false,
  },
  checksum: { algorithm: 'crc32c', when: 'during' },
  verifies: ['crc32c', 'md5'],
  pinsVersions: true,
  conditions: ['absent', 'version'],
  listOrder: 'bytes',
  maxPageSize,
  maxMetadataBytes,
  deletions: { batch: maxDeletesPerRequest, concurrency: maxConcurrentDeletes, conditions: true },
};

/** Google Storage as a service. */
export type GoogleService = StorageService<GoogleObject, GoogleContainer, GoogleTarget, GoogleWrite>;

/** Makes the service of a driver. */
export function googleService(scope: Scope): GoogleService {
  const sendHere = (request: BucketRequest) => send(scope, request);
  return {
    plan: () => plan,
    retry: scope.retry,
    containerName: bucketNameOf,
    objectName: objectNameOf,
    checkTarget,
    checkWrite,
    headersOf({ contentType, extra, metadata }) {
      const { cacheControl, contentDisposition, contentEncoding, contentLanguage } = extra;
      return { contentType, metadata, cacheControl, contentDisposition, contentEncoding, contentLanguage };
    },
    listContainers: (options) => listBuckets(scope, options),
    getContainer: (name) => headBucket(sendHere, name),
    createContainer: (name, options) => createBucket(scope, name, options),
    deleteContainer: (name) => removeBucket(sendHere, name),
    list: (container, options, cursor) =>
      (options.versions ? listVersions : listObjects)(scope, container, options, cursor),
    head: (target) => headStored(scope, target),
    get: (target, request) => getObject(scope, target, request),
    put: (write, body, request) => putObject(scope, write, body, request),
    remove: (target) => removeObject(scope, target),
    parts: partUploads({
      send: sendHere,
      headersOf: ({ requestHeaders }: GoogleWrite) => requestHeaders,
      versionHeader: 'x-goog-generation',
    }),
    ordered: sessionUploads(scope),
    copy: (source, write, replaces) => copyWithin(scope, source, write, replaces),
    removeMany(container, targets) {
      // In Amazon's dialect each deletion of a generation first checks that the service supports generations.
      if (scope.credentials.dialect && targets.some(({ isNamed }) => isNamed)) return undefined;
      return removeMany(sendHere, container, targets, byReason);
    },
    sign: (location, options) => presignObjectUrl(scope, location, options as GooglePresignOptions),
  };
}
