/** What the S3 family of services shares: signatures, documents, forms, and checks of what goes into them. */
export { type Bucket, bucketsIn, headBucket, removeBucket } from './buckets.ts';
export { pairOf } from './cursors.ts';
export { documentText } from './document-text.ts';
export {
  checkCompletion,
  checkCopy,
  type Deletion,
  type ErrorDocument,
  type FailedDelete,
  type ListedBucket,
  type ListedObject,
  type ListedPage,
  type ListedUpload,
  type ListedVersion,
  lateError,
  md5OfEtag,
  objectFields,
  readBuckets,
  readDocument,
  readDocumentText,
  readError,
  readFailedDeletes,
  readListedObject,
  readObjects,
  readUploadId,
  readUploads,
  readVersions,
  type StoredPart,
  writeBucketConfiguration,
  writeCompletion,
  writeDeletes,
} from './documents.ts';
export { makeHmac } from './hmac.ts';
export { decodeMetadata, encodeMetadata } from './metadata-text.ts';
export { removeMany } from './multi-delete.ts';
export { type BucketRequest, type Completion, type PartRules, partUploads, type Send } from './multipart.ts';
export { describedBy, objectHeaders } from './object-headers.ts';
export { checkObjectName, maxObjectNameBytes } from './object-name.ts';
export { encodeName, encodePart, encodeQuery, type Query } from './percent-encoding.ts';
export { type FormOptions, type FormParts, type FormRules, formParts, type PostForm, signForm } from './post-form.ts';
export { expiryOf, maxExpirySeconds, responseQuery } from './presign.ts';
export { codeOfReason, reasonCodes } from './reason-codes.ts';
export { makeSignerV2, stringToSignV2 } from './signature-v2.ts';
export {
  amazon4,
  canonicalRequest,
  deriveKey,
  google4,
  makeSigner,
  makeSignerBy,
  type SignableRequest,
  type SignatureDialect,
  type Signer,
  signatureTime,
  stringToSign,
  unsignedPayload,
} from './signature-v4.ts';
export { storedHashes } from './stored-hashes.ts';
export {
  ifPresent,
  readSubResource,
  removeSubResource,
  type SubResource,
  writeSubResource,
} from './sub-resources.ts';
