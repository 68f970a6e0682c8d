/** How S3 speaks: the plan that a dialect makes, and the primitives of a storage service. */
import type { PartUploads, StoragePlan, StorageService } from '@isobar/core/provider';
import { combineChecksums } from '@isobar/core/provider';
import { type Completion, headBucket, partUploads, removeBucket, removeMany, type Send } from '@isobar/s3-dialect';
import { createBucket, listBuckets } from './buckets.ts';
import { copyWithin } from './copies.ts';
import type { S3Dialect } from './dialects.ts';
import { byReason } from './failures.ts';
import {
  equalPartBytes,
  filePartBytes,
  firstPartBytes,
  maxConcurrentDeletes,
  maxConcurrentParts,
  maxDeletesPerRequest,
  maxPageSize,
  rangeBytes,
  singleGetBytes,
  singlePutBytes,
} from './limits.ts';
import { listObjects, listVersions } from './listing.ts';
import {
  checksumElement,
  checksumHeader,
  headersOf,
  type S3Container,
  type S3Object,
  verifiedAlgorithms,
} from './models.ts';
import { bucketNameOf, objectNameOf } from './names.ts';
import { checksumHeaders, getObject, headObject, putObject, removeObject } from './objects.ts';
import { presignObjectUrl } from './presign.ts';
import { type Scope, sendOf } from './requests.ts';
import { checkTarget, checkWrite, type S3Target, type S3Write } from './targets.ts';

/** An S3 service. */
export type S3Service = StorageService<S3Object, S3Container, S3Target, S3Write>;

/**
 * The plan of every bucket of a service.
 *
 * @param signsBodies Whether the SHA-256 of each body is signed: where no TLS protects it.
 */
export function planOf(dialect: S3Dialect, signsBodies = false): StoragePlan {
  const { equalParts, ifAbsent, ifVersion, maxMetadataBytes, maxParts, maxPutBytes, minPartBytes } = dialect;
  const isConditional = ifAbsent || ifVersion !== 'no';
  // Without one, the SHA-256 of the signature protects what is sent.
  const algorithm = dialect.checksum ?? 'sha256';
  return {
    maxPutBytes: Math.min(singlePutBytes, maxPutBytes),
    maxGetBytes: singleGetBytes,
    rangeBytes,
    concurrency: maxConcurrentParts,
    parts: {
      maxCount: maxParts,
      maxBytes: maxPutBytes,
      fileBytes: Math.max(filePartBytes, minPartBytes),
      streamBytes: Math.max(equalParts ? equalPartBytes : firstPartBytes, minPartBytes),
      equal: equalParts,
      conditions: isConditional,
    },
    checksum: { algorithm, when: 'before', ...(signsBodies && algorithm !== 'sha256' && { others: ['sha256'] }) },
    verifies: verifiedAlgorithms,
    pinsVersions: true,
    conditions: [...(ifAbsent ? (['absent'] as const) : []), ...(ifVersion === 'no' ? [] : (['version'] as const))],
    listOrder: 'bytes',
    maxPageSize,
    maxMetadataBytes,
    deletions: { batch: maxDeletesPerRequest, concurrency: maxConcurrentDeletes, conditions: dialect.deleteConditions },
  };
}

/** Makes the service of a driver. */
export function s3Service(scope: Scope): S3Service {
  const { dialect } = scope;
  const plan = planOf(dialect, scope.endpoint?.origin.startsWith('http:'));
  const isAmazon = scope.endpoint === undefined;
  const sendHere = sendOf(scope);
  const parts = uploads(scope, sendHere);
  return {
    plan: () => plan,
    retry: scope.retry,
    containerName: (container, field) => bucketNameOf(container, isAmazon, field),
    objectName: objectNameOf,
    checkTarget,
    checkWrite: (location, details) => checkWrite(location, details, dialect),
    headersOf,
    listContainers: (options) => listBuckets(scope, options),
    getContainer: (name) => headBucket(sendHere, name),
    createContainer: (name, options) => createBucket(scope, name, options),
    deleteContainer: (name) => removeBucket(sendHere, name),
    list: (container, options, cursor) =>
      (options.versions ? listVersions : listObjects)(scope, container, options, cursor),
    head: (target) => headObject(scope, target),
    get: (target, request) => getObject(scope, target, request),
    put: (write, body, request) => putObject(scope, write, body, request),
    remove: (target) => removeObject(scope, target),
    parts,
    copy: (source, write, replaces) => copyWithin(scope, parts, source, write, replaces),
    removeMany(container, targets) {
      // XML cannot hold other control characters.
      // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
      if (targets.some(({ name }) => /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/.test(name)))
        return undefined;
      const deletions = targets.map(({ name, versionId: version }) => ({
        container,
        name,
        ...(version !== undefined && { version }),
      }));
      return removeMany(sendHere, container, deletions, byReason);
    },
    sign: (location, options) => presignObjectUrl(scope, location, options),
  };
}

/** Uploads in parts, with the checksum of the whole where the service keeps one. */
function uploads(scope: Scope, sendHere: Send): PartUploads<S3Write> {
  const { checksum, wholeChecksums } = scope.dialect;
  if (checksum === undefined || !wholeChecksums) {
    return partUploads<S3Write>({
      send: sendHere,
      headersOf: ({ requestHeaders }) => requestHeaders,
      completion: (_, { conditionHeaders: headers }) => ({ headers }),
    });
  }
  return partUploads<S3Write>({
    send: sendHere,
    headersOf: ({ requestHeaders }) => ({
      ...requestHeaders,
      'x-amz-checksum-algorithm': checksum.toUpperCase(),
      'x-amz-checksum-type': 'FULL_OBJECT',
    }),
    partHeaders: (checksums) => checksumHeaders(scope, checksums),
    completion(all, { conditionHeaders }): Completion {
      const sizeBytes = all.reduce((sum, part) => sum + part.sizeBytes, 0);
      const [first, ...others] = all;
      const whole = others.reduce(
        (sum, part) => combineChecksums(sum, part.checksums, part.sizeBytes),
        first?.checksums ?? {},
      )[checksum];
      return {
        headers: {
          ...conditionHeaders,
          'x-amz-mp-object-size': String(sizeBytes),
          ...(whole !== undefined && { 'x-amz-checksum-type': 'FULL_OBJECT', [checksumHeader(checksum)]: whole }),
        },
        checksumOf({ checksums }) {
          const value = checksums[checksum];
          return value === undefined ? undefined : [checksumElement(checksum), value];
        },
      };
    },
  });
}
