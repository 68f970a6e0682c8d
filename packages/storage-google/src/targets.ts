/** The objects that calls read, delete and write: their generations and conditions, checked, and the headers for them. */
import {
  type CallDetails,
  type CheckedWrite,
  invalidArgument,
  type ObjectLocation,
  type VersionedLocation,
  type WriteDetails,
} from '@isobar/core/provider';
import { objectHeaders } from '@isobar/s3-dialect';
import {
  conditionHeaders,
  type GenerationOptions,
  type GoogleCopyOptions,
  type GoogleUploadOptions,
  generationOf,
  type Preconditions,
  placementHeaders,
  versionOf,
} from './call-options.ts';
import { type GoogleObject, type GoogleVersionReference, type Headers, metadataPrefix } from './models.ts';

/** An object that a call reads or deletes; its version is a generation. */
export interface GoogleTarget extends VersionedLocation {
  /** Conditions, as headers. */
  readonly conditions: Headers;
  /** Whether the caller named the generation. Else the service told it, so the service has generations. */
  readonly isNamed: boolean;
}

/** An object that a call writes. */
export interface GoogleWrite extends CheckedWrite {
  /** Content headers, metadata, storage class, access and conditions, as headers of the request. */
  readonly requestHeaders: Headers;
}

/**
 * The generation that a call applies to, checked. Refuses a model of an old version unless the caller names the generation:
 * it must not select the live version, which has other bytes, nor cause a permanent deletion by accident.
 */
export function checkTarget(location: ObjectLocation, details: CallDetails): GoogleTarget {
  const { generation: named } = details.options as GenerationOptions;
  const reference = details.object as Partial<GoogleObject & GoogleVersionReference> | undefined;
  const version = generationOf({ generation: named === undefined ? reference?.generation : named });
  if (version === undefined && reference?.extra?.isLatest === false) {
    const why =
      'must be named, because this is the model of an old version; without it the call would use the live one';
    throw invalidArgument('generation', `${why}: { container, name, generation: extra.generation }`);
  }
  const { ifSourceGenerationMatch: match } = details.options as GoogleCopyOptions;
  if (match !== undefined) versionOf('ifSourceGenerationMatch', match);
  const conditions = conditionsOf(details);
  const { container, name } = location;
  if (version === undefined) return { container, name, conditions, isNamed: false };
  return { container, name, version, conditions, isNamed: true };
}

/** What to write, with the headers for it. */
export function checkWrite(location: ObjectLocation, details: WriteDetails): GoogleWrite {
  if ((details.object as Partial<GoogleObject> | undefined)?.extra?.isLatest === false) {
    const why = 'is the model of an old version, which cannot be changed; copy it to its own name first';
    throw invalidArgument('object', why);
  }
  const { condition, headers, options, storageClass } = details;
  const { predefinedAcl } = options as GoogleUploadOptions;
  const conditions = conditionsOf(details);
  const requestHeaders = objectHeaders(headers, metadataPrefix);
  if (storageClass !== undefined || predefinedAcl !== undefined) {
    Object.assign(requestHeaders, placementHeaders({ storageClass, predefinedAcl }));
  }
  let isConditional = false;
  for (const name in conditions) {
    isConditional = true;
    requestHeaders[name] = conditions[name] as string;
  }
  const ifVersion = conditions[generationMatch];
  return { location, condition, headers, options, storageClass, isConditional, ifVersion, requestHeaders };
}

const generationMatch = 'x-goog-if-generation-match';

/** Google's conditions and the portable one, as headers. */
function conditionsOf({ condition, options }: CallDetails): Headers {
  const headers = conditionHeaders(options as Preconditions);
  if (!condition) return headers;
  const version = condition.kind === 'absent' ? '0' : condition.version;
  const own = headers[generationMatch];
  if (own !== undefined && own !== version) {
    throw invalidArgument('ifGenerationMatch', 'cannot be combined with `ifAbsent` or `ifVersion`, which say the same');
  }
  if (!/^\d{1,19}$/.test(version)) {
    throw invalidArgument('ifVersion', 'must be a generation: the `version` of an object of this provider');
  }
  return { ...headers, [generationMatch]: version };
}
