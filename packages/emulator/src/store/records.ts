/**
 * The records of the store: buckets, objects, uploads in progress. Plain data; fields that no query uses are stored as
 * JSON.
 */
import type { Segment } from './blobs.ts';

/** A bucket's settings, which requests can change. */
export interface BucketSettings {
  /** Raised by each change; absent: 1. */
  readonly metageneration?: number;
  /** The id of the account that created it; absent: the emulator's own. */
  readonly owner?: string;
  readonly location: string;
  readonly storageClass: string;
  /** Absent: never enabled. */
  readonly versioning?: 'Enabled' | 'Suspended';
  /** A predefined ACL's name, or entries. */
  readonly acl: Acl;
  readonly defaultObjectAcl?: Acl;
  /** Configuration documents by sub-resource, as they are returned. */
  readonly documents: Readonly<Record<string, string>>;
}

/** An access control list. */
export type Acl = string | readonly AclEntry[];

/** One line of an access control list, in Google's terms. */
export interface AclEntry {
  readonly scope: string;
  /** The id, e-mail or domain; absent for AllUsers and AllAuthenticatedUsers. */
  readonly subject?: string;
  readonly permission: string;
}

/** A bucket. */
export interface Bucket {
  readonly id: number;
  readonly name: string;
  readonly createdMs: number;
  readonly settings: BucketSettings;
}

/** Attributes that a writer gives an object. */
export interface Attributes {
  readonly contentType?: string | undefined;
  readonly contentEncoding?: string | undefined;
  readonly contentDisposition?: string | undefined;
  readonly contentLanguage?: string | undefined;
  readonly cacheControl?: string | undefined;
  readonly customTime?: string | undefined;
  /** The id of the account that created the object; absent: the bucket's owner. */
  readonly owner?: string | undefined;
  readonly storageClass: string;
  readonly acl: Acl;
  /** Names without their prefix, lower-case; values as the bytes received (latin1). */
  readonly metadata: Readonly<Record<string, string>>;
  /** For composed objects. */
  readonly componentCount?: number | undefined;
}

/** The content of an object: its bytes and their digests. */
export interface Content {
  readonly segments: readonly Segment[];
  readonly size: number;
  /** Without quotes. */
  readonly etag: string;
  /** Base64; absent for composed and multipart objects. */
  readonly md5?: string | undefined;
  readonly crc32c: number;
}

/** One generation of an object. */
export interface ObjectRecord extends Content {
  readonly id: number;
  readonly name: string;
  readonly generation: number;
  readonly metageneration: number;
  readonly live: boolean;
  readonly updatedMs: number;
  readonly attributes: Attributes;
}

/** An upload in progress, or an ended multipart upload: a client that lost the response ends it again. */
export interface Upload {
  readonly id: string;
  readonly kind: 'multipart' | 'resumable' | 'completed' | 'aborted';
  readonly bucketId: number;
  readonly name: string;
  readonly startedMs: number;
  readonly detail: UploadDetail;
}

/** What an upload stores of its first request. */
export interface UploadDetail {
  readonly attributes: Attributes;
  /** Preconditions, checked when the object is published. */
  readonly conditions: Conditions;
  /** Digests given at the start of a resumable upload. */
  readonly digests?: { readonly md5?: string | undefined; readonly crc32c?: string | undefined };
  /** The generation that a finished upload has published. */
  readonly finished?: number;
}

/** One received part. */
export interface Part extends Segment {
  readonly number: number;
  /** Hex. */
  readonly md5: string;
  readonly crc32c: number;
  readonly updatedMs: number;
}

/** Preconditions on the live generation; only these are enforced on writes. */
export interface Conditions {
  readonly generation?: number | undefined;
  readonly metageneration?: number | undefined;
}

/** Counts the references to a blob: an object's generations, copies and compositions, and parts of uploads. */
export interface References {
  add(blob: string): void;
  drop(blob: string): void;
  atomically<Result>(work: () => Result): Result;
}
