/** Options of calls that only Google Storage knows, and how they are checked and become headers. */
import {
  type CallOptions,
  type CopyOptions,
  type DownloadFileOptions,
  type DownloadOptions,
  describe,
  invalidArgument,
  type UploadOptions,
} from '@isobar/core/provider';
import { oneOf } from './checks.ts';

/**
 * Access that an object is given as it is written, by the service's own name for it.
 *
 * @see https://cloud.google.com/storage/docs/access-control/lists#predefined-acl
 */
export type PredefinedAcl =
  | 'authenticated-read'
  | 'bucket-owner-full-control'
  | 'bucket-owner-read'
  | 'private'
  | 'project-private'
  | 'public-read'
  | 'public-read-write';

/**
 * Conditions on the object that a call is about; the call fails with `precondition-failed` when one does not hold.
 *
 * @see https://cloud.google.com/storage/docs/request-preconditions
 */
export interface Preconditions {
  /**
   * The object has this generation. 0: there is no such object, so that a write never replaces one. Of two writers with
   * the same bytes, type and metadata, one whose answer is lost cannot tell its own object from the other's: what must
   * be told apart, such as a lock, needs metadata of its own.
   */
  readonly ifGenerationMatch?: string | number;
  /** The object's metadata has this version. */
  readonly ifMetagenerationMatch?: string | number;
}

/** Which version of an object a call is about. */
export interface GenerationOptions {
  /** A generation, as `extra.generation` tells it. Default: the live one. */
  readonly generation?: string;
}

/** Options of uploads to Google Storage. */
export interface GoogleUploadOptions extends UploadOptions, Preconditions {
  /** Default: what the container gives to new objects. */
  readonly predefinedAcl?: PredefinedAcl;
}

/** Options of `copyObject` of Google Storage. Preconditions are about the target. */
export interface GoogleCopyOptions extends CopyOptions, Preconditions, GenerationOptions {
  /** Access to the copy. Default: what the target's container gives to new objects. */
  readonly predefinedAcl?: PredefinedAcl;
  /** Copy this generation of the source. Default: the live one. */
  readonly generation?: string;
  /** Copy only if the source has this generation. */
  readonly ifSourceGenerationMatch?: string | number;
}

/** Options of `getObject` of Google Storage. */
export interface GoogleGetOptions extends CallOptions, GenerationOptions {}

/** Options of `updateObjectMetadata` of Google Storage. */
export interface GoogleUpdateOptions extends CallOptions, Preconditions {}

/** Options of `deleteObject` of Google Storage. A generation that is named is gone for good. */
export interface GoogleDeleteOptions extends CallOptions, Preconditions, GenerationOptions {}

/** Options of downloads from Google Storage. */
export interface GoogleDownloadOptions extends DownloadOptions, Preconditions, GenerationOptions {}

/** Options of downloads from Google Storage into a file. */
export interface GoogleDownloadFileOptions extends DownloadFileOptions, Preconditions, GenerationOptions {}

/**
 * Storage classes; the last three are old names that the service still takes.
 *
 * @see https://cloud.google.com/storage/docs/storage-classes
 */
const storageClasses = [
  'STANDARD',
  'NEARLINE',
  'COLDLINE',
  'ARCHIVE',
  'MULTI_REGIONAL',
  'REGIONAL',
  'DURABLE_REDUCED_AVAILABILITY',
] as const;

const predefinedAcls: readonly PredefinedAcl[] = [
  'authenticated-read',
  'bucket-owner-full-control',
  'bucket-owner-read',
  'private',
  'project-private',
  'public-read',
  'public-read-write',
];

/** What a write says of the new object besides its headers: class and access. */
export function placementHeaders(options: {
  readonly storageClass?: string;
  readonly predefinedAcl?: PredefinedAcl;
}): Record<string, string> {
  const { predefinedAcl, storageClass } = options;
  return {
    ...(storageClass !== undefined && {
      'x-goog-storage-class': oneOf('storageClass', storageClass, storageClasses),
    }),
    ...(predefinedAcl !== undefined && { 'x-goog-acl': oneOf('predefinedAcl', predefinedAcl, predefinedAcls) }),
  };
}

/** Preconditions as headers. */
export function conditionHeaders(options: Preconditions): Record<string, string> {
  const { ifGenerationMatch, ifMetagenerationMatch } = options;
  return {
    ...(ifGenerationMatch !== undefined && {
      'x-goog-if-generation-match': versionOf('ifGenerationMatch', ifGenerationMatch),
    }),
    ...(ifMetagenerationMatch !== undefined && {
      'x-goog-if-metageneration-match': versionOf('ifMetagenerationMatch', ifMetagenerationMatch),
    }),
  };
}

/** The generation that options name, checked. */
export function generationOf({ generation }: { readonly generation?: string | undefined }): string | undefined {
  if (generation === undefined || isGeneration(generation)) return generation;
  throw invalidArgument('generation', `must be a generation as text, 1–19 digits, not ${describe(generation)}`);
}

/** A generation, or its like, as text. */
export function versionOf(field: string, value: string | number): string {
  if (isGeneration(value) || (Number.isSafeInteger(value) && Number(value) >= 0)) return String(value);
  const rule = 'must be 1–19 digits as text, or a whole number from 0 to 2⁵³ − 1';
  throw invalidArgument(field, `${rule}, not ${describe(value)}`);
}

function isGeneration(value: unknown): value is string {
  return typeof value === 'string' && /^\d{1,19}$/.test(value);
}
