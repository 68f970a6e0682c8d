/** Google Storage's limits, each with its source. */

/** Object names, in bytes of UTF-8. @see https://cloud.google.com/storage/docs/objects#naming */
export const maxObjectNameBytes = 1024;

/** All user metadata of an object, names and values, in bytes. @see https://cloud.google.com/storage/quotas#objects */
export const maxMetadataBytes: number = 8 * 1024;

/** Items on a page of a listing. @see https://cloud.google.com/storage/docs/xml-api/get-bucket-list */
export const maxPageSize = 1000;

/** Parts of a multipart upload. @see https://cloud.google.com/storage/docs/multipart-uploads */
export const maxParts = 10_000;

/** First size of the parts in which a long stream is uploaded. Doubled now and then, see {@link partSizeBytes}. */
export const firstPartBytes: number = 8 * 1024 * 1024;

/** Parts of an upload or a download that are on their way at once. */
export const partsAtOnce = 4;

/**
 * The size of a part. It doubles each 1,000 parts, so that 10,000 of them reach beyond the largest object (5 TiB) and a
 * short stream still needs little memory.
 */
export function partSizeBytes(partNumber: number): number {
  return firstPartBytes * 2 ** Math.floor((partNumber - 1) / 1000);
}

/** The largest file that goes in one request: small enough to be sent again as a whole. */
export const maxSinglePutBytes: number = 64 * 1024 * 1024;

/** The size of the parts of a larger file: 32 MiB, or what makes 10,000 of them hold it. */
export function filePartBytes(sizeBytes: number): number {
  return Math.max(32 * 1024 * 1024, Math.ceil(sizeBytes / maxParts));
}

/**
 * Bytes of a file in one request of a resumable upload: what a broken connection costs at most. All chunks but the last
 * must be multiples of 256 KiB.
 *
 * @see https://cloud.google.com/storage/docs/performing-resumable-uploads#chunked-upload
 */
export const resumableChunkBytes: number = 16 * 1024 * 1024;

/** The largest object of known size that is downloaded into a file in one answer. */
export const maxSingleGetBytes: number = 64 * 1024 * 1024;

/** The size of the ranges in which a larger one is downloaded, a few at once. */
export const downloadPartBytes: number = 32 * 1024 * 1024;

/** How long a signed URL may work, in seconds. @see https://cloud.google.com/storage/docs/access-control/signed-urls */
export const maxExpirySeconds: number = 7 * 24 * 60 * 60;

/** Objects in one request that removes many. @see https://cloud.google.com/storage/docs/xml-api/post-multi-object-delete */
export const maxConcurrentDeletes = 1000;

/** Single removals that are on their way at once, where the service has no request for many. */
export const singleDeletesAtOnce = 16;

/** Components of one composition. @see https://cloud.google.com/storage/docs/composite-objects */
export const maxComponents = 32;

/** Rules of a bucket's lifecycle. @see https://cloud.google.com/storage/quotas#buckets */
export const maxLifecycleRules = 100;

/** Rules of a bucket for pages of other origins. @see https://cloud.google.com/storage/docs/cross-origin */
export const maxCorsRules = 100;

/** The region in signatures: free text to Google. @see https://cloud.google.com/storage/docs/authentication/signatures#credential-scope */
export const signingRegion = 'auto';

/**
 * How long before its end a token is replaced, in milliseconds. Less than the five minutes for which a metadata server
 * would still hand out the old one, more than a slow upload of one part takes.
 *
 * @see https://cloud.google.com/compute/docs/access/authenticate-workloads#applications
 */
export const maxRefreshAheadMs = 225_000;

/** The life of an assertion, in seconds: the longest. @see https://developers.google.com/identity/protocols/oauth2/service-account#jwt-auth */
export const assertionLifeSeconds = 3600;

/** The largest file with credentials that is read: such files have two or three thousand bytes. */
export const maxKeyFileBytes: number = 64 * 1024;

/** How long to wait for a metadata server where there may be none; where there is one, it answers in milliseconds. */
export const metadataProbeMs = 3000;

/** Entries of an access control list. @see https://cloud.google.com/storage/quotas#acls */
export const maxAclEntries = 100;

/** The largest object: 5 TiB. @see https://cloud.google.com/storage/quotas#objects */
export const maxObjectBytes: number = 5 * 1024 ** 4;
