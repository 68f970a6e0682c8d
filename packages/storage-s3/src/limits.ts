/** Limits of S3 with their sources, and our own. What differs between services is in `dialects.ts`. */

const MiB = 1024 * 1024;

/** Maximum number of items on a page. @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html */
export const maxPageSize = 1000;

/** Maximum number of objects of one deletion. @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjects.html */
export const maxDeletesPerRequest = 1000;

/** Deletions in flight, where each object needs its own. */
export const maxConcurrentDeletes = 16;

/** Maximum size of a file that is sent in one request: small enough to send again as a whole. */
export const singlePutBytes: number = 64 * MiB;

/** Size of the parts of a larger file, unless it needs too many of them. */
export const filePartBytes: number = 32 * MiB;

/** Size of the first parts of a long stream. */
export const firstPartBytes: number = 8 * MiB;

/** Size of the parts of a long stream, where all must have the same size: a stream may have this times the number of parts. */
export const equalPartBytes: number = 16 * MiB;

/** Maximum size of an object that is downloaded into a file with one request. */
export const singleGetBytes: number = 64 * MiB;

/** Size of the ranges in which a larger object is downloaded. */
export const rangeBytes: number = 32 * MiB;

/** Parts or ranges of one object in flight. */
export const maxConcurrentParts = 4;

/** Size of the parts in which an object is copied that is too large for one request. */
export const copyPartBytes: number = 512 * MiB;

/**
 * How far the clocks of both sides may differ, in milliseconds, before the service refuses a signature: 15 minutes. Less, as the
 * `Date` of an answer is older than the answer.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
 */
export const maxSkewMs: number = 14 * 60_000;
