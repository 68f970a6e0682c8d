/**
 * Copies within the service. An object's headers and metadata can only be changed by copying it onto itself.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html
 */
import {
  CloudError,
  cleanUp,
  isCloudError,
  type Operation,
  type PartUploads,
  parallel,
  type StoredPart,
} from '@isobar/core/provider';
import { checkCopy, encodeName, encodePart } from '@isobar/s3-dialect';
import { copyPartBytes } from './limits.ts';
import { headersOf, type S3Object } from './models.ts';
import { headObject } from './objects.ts';
import { type Headers, type Scope, send } from './requests.ts';
import { readTags, tagQuery } from './tags.ts';
import { describedHeaders, type S3Target, type S3Write } from './targets.ts';

/**
 * Copies an object.
 *
 * @param replaces The source, if the copy gets only the headers of the write.
 * @returns The ETag of the copy.
 */
export function* copyWithin(
  scope: Scope,
  parts: PartUploads<S3Write>,
  source: S3Target,
  write: S3Write,
  replaces: S3Object | undefined,
): Operation<string | undefined> {
  if (replaces) {
    const full = withPlacementOf(write, source, replaces);
    return yield* replaces.sizeBytes > scope.dialect.maxCopyBytes
      ? copyParts(scope, parts, source, full, replaces)
      : copyWhole(scope, source, full, true);
  }
  try {
    return yield* copyWhole(scope, source, write, false);
  } catch (failure) {
    if (!isCloudError(failure, 'invalid-argument')) throw failure;
    // Services say in different ways that an object is too large for one request.
    const found = (yield* headObject(scope, source)).object;
    if (found.sizeBytes <= scope.dialect.maxCopyBytes) throw failure;
    return yield* copyParts(
      scope,
      parts,
      { ...source, version: found.version as string },
      withHeadersOf(write, found),
      found,
    );
  }
}

function* copyWhole(
  scope: Scope,
  source: S3Target,
  write: S3Write,
  replacesHeaders: boolean,
): Operation<string | undefined> {
  const { location, requestHeaders } = write;
  const { container, name } = source;
  const response = yield* send(scope, {
    method: 'PUT',
    container: location.container,
    object: location.name,
    headers: {
      ...requestHeaders,
      // `REPLACE` drops the old headers, so those to keep are sent again.
      ...(replacesHeaders && { 'x-amz-metadata-directive': 'REPLACE' }),
      ...(requestHeaders['x-amz-tagging'] !== undefined && { 'x-amz-tagging-directive': 'REPLACE' }),
      ...sourceHeaders(scope, source),
      // The ETag that the source must have is the same condition.
      ...(isOntoItself(source, write) && write.ifVersion === (source.version ?? source.ifMatch)
        ? {}
        : targetConditions(scope, write)),
    },
    source: { container, object: name },
    takesLong: true,
    idempotent: true,
  });
  return checkCopy(response.body);
}

/** The source of a copy, and the ETag that it must have. */
function sourceHeaders(
  { dialect }: Scope,
  { container, ifMatch, name, version, versionId }: S3Target,
): Record<string, string> {
  const etag = version ?? ifMatch;
  const query = versionId === undefined ? '' : `?versionId=${encodePart(versionId)}`;
  return {
    'x-amz-copy-source': `/${container}/${encodeName(name)}${query}`,
    ...(etag !== undefined && dialect.copySourceConditions && { 'x-amz-copy-source-if-match': etag }),
  };
}

/** @throws {CloudError} `unsupported` where the service ignores conditions on the target of a copy. */
function targetConditions({ dialect }: Scope, { conditionHeaders, isConditional, location }: S3Write): Headers {
  if (!isConditional || dialect.copyConditions) return conditionHeaders;
  const details = { container: location.container, object: location.name };
  throw new CloudError('unsupported', 'this service cannot keep a condition on the target of a copy', details);
}

function isOntoItself({ container, name }: S3Target, { location }: S3Write): boolean {
  return container === location.container && name === location.name;
}

/** The write with the class and encryption of an object that is copied onto itself, which otherwise would get the defaults. */
function withPlacementOf(write: S3Write, source: S3Target, { extra }: S3Object): S3Write {
  if (!isOntoItself(source, write)) return write;
  const { encryption, kmsKeyId, storageClass } = extra;
  const kept = {
    ...(storageClass !== undefined && { 'x-amz-storage-class': storageClass }),
    ...(encryption !== undefined && { 'x-amz-server-side-encryption': encryption }),
    ...(kmsKeyId !== undefined && { 'x-amz-server-side-encryption-aws-kms-key-id': kmsKeyId }),
  };
  return { ...write, requestHeaders: { ...kept, ...write.requestHeaders } };
}

/** The write with the headers of the source, which a copy in parts does not keep. */
function withHeadersOf(write: S3Write, source: S3Object): S3Write {
  return { ...write, requestHeaders: { ...describedHeaders(headersOf(source)), ...write.requestHeaders } };
}

/** The write with the tags of the source, unless it has its own. A copy in parts does not keep them. */
function* withTagsOf(scope: Scope, source: S3Target, write: S3Write): Operation<S3Write> {
  const { requestHeaders } = write;
  if (requestHeaders['x-amz-tagging'] !== undefined) return write;
  // Only Amazon can set its own.
  const tags = Object.entries(yield* tagsOf(scope, source)).filter(([key]) => !key.startsWith('aws:'));
  if (tags.length === 0) return write;
  return { ...write, requestHeaders: { ...requestHeaders, 'x-amz-tagging': tagQuery(Object.fromEntries(tags)) } };
}

/** The tags of an object; none where the service has no tags. */
function* tagsOf(scope: Scope, { container, name, versionId }: S3Target): Operation<Record<string, string>> {
  const query = { tagging: '', ...(versionId !== undefined && { versionId }) };
  try {
    return yield* readTags(scope, { container, object: name, query });
  } catch (failure) {
    if (isCloudError(failure, 'unsupported')) return {};
    throw failure;
  }
}

/** Copies an object in parts. Each requires the source's ETag, so that they are all of one version. */
function* copyParts(
  scope: Scope,
  uploads: PartUploads<S3Write>,
  source: S3Target,
  write: S3Write,
  { sizeBytes }: S3Object,
): Operation<string | undefined> {
  const { container, name } = write.location;
  const { dialect } = scope;
  if (!dialect.partCopy) {
    const message = `this service cannot copy more than ${dialect.maxCopyBytes} bytes, and the object has ${sizeBytes}`;
    throw new CloudError('unsupported', message, { container, object: name });
  }
  const begun = yield* uploads.begin(yield* withTagsOf(scope, source, write));
  const partBytes = Math.max(copyPartBytes, Math.ceil(sizeBytes / dialect.maxParts));
  function* copyPart(number: number, startBytes: number): Operation<StoredPart> {
    const endBytes = Math.min(startBytes + partBytes, sizeBytes);
    const { body } = yield* send(scope, {
      method: 'PUT',
      container,
      object: name,
      query: { partNumber: String(number), uploadId: begun.uploadId },
      headers: { ...sourceHeaders(scope, source), 'x-amz-copy-source-range': `bytes=${startBytes}-${endBytes - 1}` },
      source: { container: source.container, object: source.name },
      takesLong: true,
      idempotent: true,
    });
    const tag = checkCopy(body, 'CopyPartResult');
    if (tag === undefined) throw new CloudError('malformed-response', `part ${number} was copied without an ETag`);
    return { number, tag, sizeBytes: endBytes - startBytes, checksums: {} };
  }
  let isComplete = false;
  try {
    const copies: Operation<StoredPart>[] = [];
    for (let startBytes = 0; startBytes < sizeBytes; startBytes += partBytes)
      copies.push(copyPart(copies.length + 1, startBytes));
    const version = yield* uploads.complete(begun, yield* parallel(copies, 4), write);
    isComplete = true;
    return version;
  } finally {
    if (!isComplete) yield* cleanUp(uploads.abort(begun));
  }
}
