/**
 * Settings of a bucket with a single value, and canned access control lists.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_Operations_Amazon_Simple_Storage_Service.html
 */
import {
  CloudError,
  type ContainerReference,
  checkedLocation,
  flagOf,
  type ObjectReference,
  type Operation,
  oneOf,
} from '@isobar/core/provider';
import { childText } from '@isobar/core/xml';
import { readSubResource, type SubResource, writeSubResource } from '@isobar/s3-dialect';
import { type CannedAcl, cannedAcls, versionIdOf } from '../call-options.ts';
import type { S3VersionReference } from '../models.ts';
import { type Scope, send, sendOf, xmlns } from '../requests.ts';
import type { S3Service } from '../service.ts';

/** What settings are read and written with. */
export interface Settings {
  readonly scope: Scope;
  readonly service: S3Service;
}

/** A setting of a bucket. */
export function ofBucket({ service }: Settings, container: ContainerReference, name: string): SubResource {
  return { container: service.containerName(container), query: { [name]: '' } };
}

/** A setting of an object, or of one version of it. */
export function ofObject({ service }: Settings, object: ObjectReference, name: string): SubResource {
  const location = checkedLocation(service, object);
  const { versionId } = object as S3VersionReference;
  const id = versionIdOf(versionId);
  return {
    container: location.container,
    object: location.name,
    query: { [name]: '', ...(id !== undefined && { versionId: id }) },
  };
}

/** The region of a bucket. Amazon's oldest one has no name in the answer. */
export function* getLocation(settings: Settings, container: ContainerReference): Operation<string> {
  const { text } = yield* readSubResource(
    sendOf(settings.scope),
    ofBucket(settings, container, 'location'),
    'LocationConstraint',
  );
  const region = text.trim();
  return region === 'EU' ? 'eu-west-1' : region || 'us-east-1';
}

/** Whether a bucket keeps objects that are replaced or deleted. */
export function* getVersioning(settings: Settings, container: ContainerReference): Operation<boolean> {
  const resource = ofBucket(settings, container, 'versioning');
  return (
    childText(
      yield* readSubResource(
        sendOf(settings.scope),
        resource,
        /^(VersioningConfiguration|GetBucketVersioningResponse)$/,
      ),
      'Status',
    ) === 'Enabled'
  );
}

/** Sets whether a bucket keeps objects that are replaced or deleted. */
export function* setVersioning(settings: Settings, container: ContainerReference, enabled: boolean): Operation<void> {
  const status = flagOf('enabled', enabled) ? 'Enabled' : 'Suspended';
  const document = `<VersioningConfiguration ${xmlns}><Status>${status}</Status></VersioningConfiguration>`;
  yield* writeSubResource(sendOf(settings.scope), ofBucket(settings, container, 'versioning'), document);
}

/** Gives a bucket or an object one of the predefined access control lists. */
export function* setCannedAcl(settings: Settings, resource: SubResource, cannedAcl: CannedAcl): Operation<void> {
  if (!settings.scope.dialect.acl) throw new CloudError('unsupported', 'this service has no access control lists');
  const headers = { 'x-amz-acl': oneOf('cannedAcl', cannedAcl, cannedAcls) };
  yield* send(settings.scope, { method: 'PUT', ...resource, headers, idempotent: true });
}
