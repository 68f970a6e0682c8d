/**
 * Google Cloud Storage for Isobar, through its XML API.
 *
 * @example
 * const driver = connect(googleStorage, { key: 'GOOG1E…', secret: '…' });
 * for (const container of driver.iterateContainers()) console.log(container.name);
 */
import type {} from '@isobar/core';

export type { PostForm } from '@isobar/s3-dialect';

import type { GoogleStorageProvider } from './provider.ts';

export type { AccessToken, AccessTokenFunction, GivenToken } from '@isobar/core/oauth';
export type { AccessControlList, AclEntry, AclPermission, AclScope } from './access/acl-document.ts';
export type { ContainerRole, ObjectRole, Permissions } from './access/permissions.ts';
export type {
  GenerationOptions,
  GoogleCopyOptions,
  GoogleDeleteOptions,
  GoogleDownloadFileOptions,
  GoogleDownloadOptions,
  GoogleGetOptions,
  GoogleUpdateOptions,
  GoogleUploadOptions,
  Preconditions,
  PredefinedAcl,
} from './call-options.ts';
export type { ComposeOptions, ComposeSource } from './compose.ts';
export type { CorsRule } from './configuration/cors.ts';
export type { LifecycleAction, LifecycleCondition, LifecycleRule } from './configuration/lifecycle.ts';
export type { GoogleStorageOperations } from './contract.ts';
export type { HmacSignature } from './credentials/hmac-key.ts';
export type { ServiceAccountKey } from './credentials/key-files.ts';
export type {
  GoogleContainer,
  GoogleDeletedObjects,
  GoogleObject,
  GoogleObjectExtra,
  GoogleVersionReference,
} from './models.ts';
export type {
  AccessTokenOptions,
  AnonymousOptions,
  FoundCredentialsOptions,
  GoogleStorageOptions,
  GoogleStorageSettings,
  HmacKeyOptions,
  ServiceAccountOptions,
} from './options.ts';
export type { PostFormOptions } from './post-form.ts';
export type { GooglePresignOptions } from './presign.ts';
export { type GoogleStorageProvider, googleStorage, googleStorage as provider } from './provider.ts';
export type { ResumableUpload, ResumableUploadStatus } from './resumable-uploads.ts';

declare module '@isobar/core' {
  interface ProviderTypes {
    'google-storage': GoogleStorageProvider;
  }
}
