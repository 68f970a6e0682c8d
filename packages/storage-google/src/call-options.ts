/** Call options that only Google Storage has: types, checks and the headers made from them. */
import {
  type CallOptions,
  type CopyOptions,
  type DeleteOptions,
  type DownloadFileOptions,
  type DownloadOptions,
  describe,
  invalidArgument,
  oneOf,
  type UpdateOptions,
  type UploadOptions,
} from '@isobar/core/provider';

/**
 * A predefined access control list, set when an object is written.
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
 * Conditions on the target object. The call fails with `precondition-failed` when one does not hold.
 *
 * @see https://cloud.google.com/storage/docs/request-preconditions
 */
export interface Preconditions {
  /**
   * The object has this generation. 0: the object does not exist, so that a write never replaces one. If two writers
   * send the same bytes, type and metadata, one whose response is lost cannot tell its own object from the other's.
   * Give objects that must be distinguished, such as locks, unique metadata.
   */
  readonly ifGenerationMatch?: string | number;
  /** The object's metadata has this version. */
  readonly ifMetagenerationMatch?: string | number;
}

/** The version of an object that a call applies to. */
export interface GenerationOptions {
  /** A generation, from `extra.generation`. Default: the live one. */
  readonly generation?: string;
}

/** Options of uploads to Google Storage. */
export interface GoogleUploadOptions extends UploadOptions, Preconditions {
  /** Default: the container's default for new objects. */
  readonly predefinedAcl?: PredefinedAcl;
}

/** Options of `copyObject` of Google Storage. Preconditions apply to the target. */
export interface GoogleCopyOptions extends CopyOptions, Preconditions, GenerationOptions {
  /** Access to the copy. Default: the target container's default for new objects. */
  readonly predefinedAcl?: PredefinedAcl;
  /** Copy this generation of the source. Default: the live one. */
  readonly generation?: string;
  /** Copy only if the source has this generation. */
  readonly ifSourceGenerationMatch?: string | number;
}

/** Options of `getObject` of Google Storage. */
export interface GoogleGetOptions extends CallOptions, GenerationOptions {}

/** Options of `updateObjectMetadata` of Google Storage. */
export interface GoogleUpdateOptions extends UpdateOptions, Preconditions {}

/** Options of `deleteObject` of Google Storage. Naming a generation deletes it permanently. */
export interface GoogleDeleteOptions extends DeleteOptions, Preconditions, GenerationOptions {}

/** Options of downloads from Google Storage. */
export interface GoogleDownloadOptions extends DownloadOptions, Preconditions, GenerationOptions {}

/** Options of downloads from Google Storage into a file. */
export interface GoogleDownloadFileOptions extends DownloadFileOptions, Preconditions, GenerationOptions {}

/**
 * Storage classes; the last three are old names that the service still accepts.
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

/** The headers for a new object's storage class and access. */
export function placementHeaders(options: {
  readonly storageClass?: string | undefined;
  readonly predefinedAcl?: PredefinedAcl | undefined;
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

/** The generation in options, checked. */
export function generationOf({ generation }: { readonly generation?: string | undefined }): string | undefined {
  if (generation === undefined || isGeneration(generation)) return generation;
  throw invalidArgument('generation', `must be a generation as a string of 1–19 digits, not ${describe(generation)}`);
}

/** A generation or metageneration as a string. */
export function versionOf(field: string, value: string | number): string {
  if (isGeneration(value) || (Number.isSafeInteger(value) && Number(value) >= 0)) return String(value);
  const rule = 'must be a string of 1–19 digits, or a whole number from 0 to 2⁵³ − 1';
  throw invalidArgument(field, `${rule}, not ${describe(value)}`);
}

function isGeneration(value: unknown): value is string {
  return typeof value === 'string' && /^\d{1,19}$/.test(value);
}
