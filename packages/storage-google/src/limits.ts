/** Google Storage's limits with their sources, and our own. */

/**
 * Maximum size of an object's user metadata, names and values, in bytes.
 *
 * @see https://cloud.google.com/storage/quotas#objects
 */
export const maxMetadataBytes: number = 8 * 1024;

/**
 * Maximum number of items on a page of a listing.
 *
 * @see https://cloud.google.com/storage/docs/xml-api/get-bucket-list
 */
export const maxPageSize = 1000;

/** Maximum number of parts of a multipart upload. @see https://cloud.google.com/storage/docs/multipart-uploads */
export const maxParts = 10_000;

/** Maximum size of a part: 5 GiB. @see https://cloud.google.com/storage/quotas#requests */
export const maxPartBytes: number = 5 * 1024 ** 3;

/** Size of the first parts of a long stream. */
export const firstPartBytes: number = 8 * 1024 * 1024;

/** Maximum number of parts of an upload or a download in flight. */
export const maxConcurrentParts = 4;

/** Maximum size of a file sent in one request: small enough to send again as a whole. */
export const maxSinglePutBytes: number = 64 * 1024 * 1024;

/** The size of the parts of a larger file, unless it needs too many of them. */
export const filePartBytes: number = 32 * 1024 * 1024;

/**
 * Bytes of a file in one request of a resumable upload: the most that a broken connection can lose. All chunks except
 * the last must be multiples of 256 KiB.
 *
 * @see https://cloud.google.com/storage/docs/performing-resumable-uploads#chunked-upload
 */
export const resumableChunkBytes: number = 16 * 1024 * 1024;

/** Maximum size of an object that is downloaded into a file with one request, if its size is known. */
export const maxSingleGetBytes: number = 64 * 1024 * 1024;

/** The size of the ranges in which a larger object is downloaded. */
export const downloadPartBytes: number = 32 * 1024 * 1024;

/**
 * Maximum number of objects in one batch delete request.
 *
 * @see https://cloud.google.com/storage/docs/xml-api/post-multi-object-delete
 */
export const maxDeletesPerRequest = 1000;

/** Maximum number of concurrent delete requests, where the service has no batch request. */
export const maxConcurrentDeletes = 16;

/** Maximum number of sources of a composition. @see https://cloud.google.com/storage/docs/composite-objects */
export const maxComponents = 32;

/** Maximum number of lifecycle rules of a bucket. @see https://cloud.google.com/storage/quotas#buckets */
export const maxLifecycleRules = 100;

/** Maximum number of CORS rules of a bucket. @see https://cloud.google.com/storage/docs/cross-origin */
export const maxCorsRules = 100;

/**
 * The region in signatures. Google accepts any.
 *
 * @see https://cloud.google.com/storage/docs/authentication/signatures#credential-scope
 */
export const signingRegion = 'auto';

/**
 * Lifetime of an assertion, in seconds: the maximum.
 *
 * @see https://developers.google.com/identity/protocols/oauth2/service-account#jwt-auth
 */
export const assertionLifeSeconds = 3600;

/** Maximum size of a credentials file. Such files have two or three thousand bytes. */
export const maxKeyFileBytes: number = 64 * 1024;

/** How long to wait for a metadata server that may not exist. An existing one responds within milliseconds. */
export const metadataProbeMs = 3000;

/** Maximum number of entries of an access control list. @see https://cloud.google.com/storage/quotas#acls */
export const maxAclEntries = 100;

/** Maximum size of an object: 5 TiB. @see https://cloud.google.com/storage/quotas#objects */
export const maxObjectBytes: number = 5 * 1024 ** 4;
