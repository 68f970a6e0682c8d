/**
 * Amazon S3, and every service that speaks its protocol.
 *
 * @example
 * const driver = connect(s3, { key, secret, region: 'eu-central-1' });
 * for (const object of driver.iterateContainerObjects('photos')) console.log(object.name);
 */
// Needed for the declaration below.
import type {} from '@isobar/core';

export type { AwsSource, GivenKeys, KeysFunction } from '@isobar/s3-dialect/aws';

import type { S3StorageProvider } from './provider.ts';

export type {
  CannedAcl,
  PlacementOptions,
  S3CopyOptions,
  S3DeleteOptions,
  S3DownloadFileOptions,
  S3DownloadOptions,
  S3GetOptions,
  S3UploadOptions,
  VersionOptions,
} from './call-options.ts';
export type { S3StorageOperations } from './contract.ts';
export { type S3Dialect, type S3DialectName, s3Dialects } from './dialects.ts';
export type { S3Container, S3Object, S3ObjectExtra, S3VersionReference } from './models.ts';
export type { S3DialectChanges, S3StorageOptions } from './options.ts';
export type { S3PostFormOptions } from './post-form.ts';
export type { S3PresignOptions } from './presign.ts';
export { type S3StorageProvider, s3, s3 as provider } from './provider.ts';
export type { S3CorsRule } from './settings/cors.ts';
export type { S3LifecycleRule } from './settings/lifecycle.ts';

declare module '@isobar/core' {
  interface ProviderTypes {
    s3: S3StorageProvider;
  }
}
