/** The objects that calls read, delete and write: their versions and conditions, checked, and the headers for them. */
import {
  type CallDetails,
  type CheckedWrite,
  CloudError,
  type Condition,
  invalidArgument,
  type ObjectHeaders,
  type ObjectLocation,
  type VersionedLocation,
  type WriteDetails,
} from '@isobar/core/provider';
import { encodeMetadata, objectHeaders } from '@isobar/s3-dialect';
import { type PlacementOptions, placementHeaders, type VersionOptions, versionIdOf } from './call-options.ts';
import type { S3Dialect } from './dialects.ts';
import { metadataPrefix, type S3Object, type S3VersionReference } from './models.ts';
import type { Headers } from './requests.ts';
import { requireTags } from './tags.ts';

/** An object that a call reads or deletes. Its version is an ETag. */
export interface S3Target extends VersionedLocation {
  /** The id of the version, if the caller named one. */
  readonly versionId?: string | undefined;
  /** The ETag that the object must have, if the caller named one. */
  readonly ifMatch?: string | undefined;
}

/** An object that a call writes. */
export interface S3Write extends CheckedWrite {
  /** Content headers, metadata, storage class, access, encryption and tags, as headers of the request. */
  readonly requestHeaders: Headers;
  /** The condition, as headers of the request that makes the object. */
  readonly conditionHeaders: Headers;
}

/**
 * The version that a call applies to, checked. Refuses a model of an old version unless the caller names the version: it must not
 * select the live one, which has other bytes, nor cause a permanent deletion by accident.
 */
export function checkTarget(location: ObjectLocation, { condition, object, options }: CallDetails): S3Target {
  const named = (options as VersionOptions).versionId;
  const reference = object as Partial<S3Object & S3VersionReference> | undefined;
  const versionId = versionIdOf(named === undefined ? reference?.versionId : named);
  if (versionId === undefined && reference?.extra?.isLatest === false) {
    const why =
      'must be named, because this is the model of an old version; without it the call would use the live one';
    throw invalidArgument('versionId', `${why}: { container, name, versionId: extra.versionId }`);
  }
  const { container, name } = location;
  const ifMatch = condition?.kind === 'version' ? etagOf(condition.version) : undefined;
  if (versionId !== undefined && ifMatch !== undefined) {
    throw invalidArgument('ifVersion', 'cannot be combined with `versionId`: conditions are about the live version');
  }
  return { container, name, ...(versionId !== undefined && { versionId }), ...(ifMatch !== undefined && { ifMatch }) };
}

/** What to write, with the headers for it. */
export function checkWrite(location: ObjectLocation, details: WriteDetails, dialect: S3Dialect): S3Write {
  const { condition, headers, object, options, storageClass } = details;
  if ((object as Partial<S3Object> | undefined)?.extra?.isLatest === false) {
    throw invalidArgument(
      'object',
      'is the model of an old version, which cannot be changed; copy it to its own name first',
    );
  }
  const placement = options as PlacementOptions;
  if (placement.cannedAcl !== undefined && !dialect.acl) {
    const message = '`cannedAcl` is not possible: this service has no access control lists';
    throw new CloudError('unsupported', message, { field: 'cannedAcl' });
  }
  if (placement.tags !== undefined) requireTags(dialect);
  return {
    location,
    condition,
    headers,
    options,
    storageClass,
    isConditional: condition !== undefined,
    ...(condition?.kind === 'version' && { ifVersion: etagOf(condition.version) }),
    requestHeaders: { ...describedHeaders(headers), ...placementHeaders({ ...placement, storageClass }) },
    conditionHeaders: condition ? conditionHeaders(condition, dialect) : {},
  };
}

/** Content headers and metadata, as headers of a request. */
export function describedHeaders({ metadata, ...headers }: ObjectHeaders): Record<string, string> {
  const encoded =
    metadata && Object.fromEntries(Object.entries(metadata).map(([key, value]) => [key, encodeMetadata(value)]));
  return objectHeaders(encoded ? { ...headers, metadata: encoded } : headers, metadataPrefix);
}

function conditionHeaders(condition: Condition, { ifVersion }: S3Dialect): Headers {
  if (condition.kind === 'absent') return { 'if-none-match': '*' };
  const etag = etagOf(condition.version);
  return { 'if-match': ifVersion === 'unquoted' ? etag.slice(1, -1) : etag };
}

function etagOf(version: string): string {
  if (/^"[\x21\x23-\x7e]{1,1024}"$/.test(version)) return version;
  throw invalidArgument('ifVersion', 'must be an ETag with its quotes: the `version` of an object of this provider');
}
