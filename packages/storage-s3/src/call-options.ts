/** Call options that only S3 has: types, checks and the headers made from them. */
import {
  type CallOptions,
  type CopyOptions,
  type DeleteOptions,
  type DownloadFileOptions,
  type DownloadOptions,
  describe,
  invalidArgument,
  oneOf,
  type UploadOptions,
} from '@isobar/core/provider';
import { tagQuery } from './tags.ts';

/** Access that is given when an object is written. @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html#canned-acl */
export type CannedAcl =
  | 'authenticated-read'
  | 'aws-exec-read'
  | 'bucket-owner-full-control'
  | 'bucket-owner-read'
  | 'private'
  | 'public-read'
  | 'public-read-write';

/** The version of an object that a call applies to. */
export interface VersionOptions {
  /** Id of a version, from `extra.versionId`. Default: the live one. */
  readonly versionId?: string;
}

/** What an object gets when it is written, beside its bytes and headers. */
export interface PlacementOptions {
  /** Default: private, or what the bucket says. Refused by buckets without access control lists, Amazon's default. */
  readonly cannedAcl?: CannedAcl;
  /** Encryption at the server: `AES256` with the service's keys, `aws:kms` with a key of the key management service. */
  readonly encryption?: 'AES256' | 'aws:kms';
  /** With `aws:kms`: the key. Default: the account's. */
  readonly kmsKeyId?: string;
  /** At most ten tags, for rules about access, costs and lifecycles. */
  readonly tags?: Readonly<Record<string, string>>;
}

/** Options of uploads to S3. */
export interface S3UploadOptions extends UploadOptions, PlacementOptions {}

/** Options of `copyObject` of S3. `versionId` is about the source, all others about the copy. */
export interface S3CopyOptions extends CopyOptions, PlacementOptions, VersionOptions {}

/** Options of `getObject` of S3. */
export interface S3GetOptions extends CallOptions, VersionOptions {}

/** Options of `deleteObject` of S3. Naming a version deletes it permanently. */
export interface S3DeleteOptions extends DeleteOptions, VersionOptions {}

/** Options of downloads from S3. */
export interface S3DownloadOptions extends DownloadOptions, VersionOptions {}

/** Options of downloads from S3 into a file. */
export interface S3DownloadFileOptions extends DownloadFileOptions, VersionOptions {}

/** The predefined access control lists. */
export const cannedAcls: readonly CannedAcl[] = [
  'authenticated-read',
  'aws-exec-read',
  'bucket-owner-full-control',
  'bucket-owner-read',
  'private',
  'public-read',
  'public-read-write',
];

/** The headers for an object's storage class, access, encryption and tags. */
export function placementHeaders(
  options: PlacementOptions & { readonly storageClass?: string | undefined },
): Record<string, string> {
  const { cannedAcl, encryption, kmsKeyId, storageClass, tags } = options;
  const headers: Record<string, string> = {};
  if (storageClass !== undefined) {
    if (typeof storageClass !== 'string' || !/^[A-Z][A-Z0-9_]{0,63}$/.test(storageClass)) {
      throw invalidArgument(
        'storageClass',
        `must be the name of a storage class, such as STANDARD_IA; not ${describe(storageClass)}`,
      );
    }
    headers['x-amz-storage-class'] = storageClass;
  }
  if (cannedAcl !== undefined) headers['x-amz-acl'] = oneOf('cannedAcl', cannedAcl, cannedAcls);
  if (encryption !== undefined) {
    headers['x-amz-server-side-encryption'] = oneOf('encryption', encryption, ['AES256', 'aws:kms']);
  }
  if (kmsKeyId !== undefined) {
    if (encryption !== 'aws:kms') throw invalidArgument('kmsKeyId', "is valid only with `encryption: 'aws:kms'`");
    headers['x-amz-server-side-encryption-aws-kms-key-id'] = word('kmsKeyId', kmsKeyId);
  }
  if (tags !== undefined) headers['x-amz-tagging'] = tagQuery(tags);
  return headers;
}

function word(field: string, value: unknown): string {
  if (typeof value === 'string' && /^[\x21-\x7e]{1,2048}$/.test(value)) return value;
  throw invalidArgument(field, `must be text without white space, not ${describe(value)}`);
}

/** The id of a version, checked. */
export function versionIdOf(versionId: unknown): string | undefined {
  if (versionId === undefined || (typeof versionId === 'string' && /^[\x21-\x7e]{1,1024}$/.test(versionId)))
    return versionId;
  throw invalidArgument('versionId', `must be the id of a version, not ${describe(versionId)}`);
}
