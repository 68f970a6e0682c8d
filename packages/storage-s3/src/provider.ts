/** The definition of S3. Start reading here. */
import { defineProvider, type ProviderDefinition, storageOperations } from '@isobar/core/provider';
import type { S3StorageOperations } from './contract.ts';
import { s3StorageMethods } from './methods.ts';
import { type CheckedS3StorageOptions, optionsSchema, type S3StorageOptions } from './options.ts';
import { makeScope } from './requests.ts';
import { s3Service } from './service.ts';

/** The type of {@link s3Storage}. */
export type S3StorageProvider = ProviderDefinition<S3StorageOptions, CheckedS3StorageOptions, S3StorageOperations>;

const capabilities = {
  delimiter: true,
  startAfter: true,
  userMetadata: true,
  ranges: true,
  streamUpload: true,
  checksums: true,
  resumedDownload: true,
  copy: true,
  deleteMany: true,
  presignedUrls: true,
  multipartUploads: true,
  versions: true,
  decompression: true,
  storageClasses: true,
} as const;

/** Amazon S3, and every service that speaks its protocol. */
export const s3Storage: S3StorageProvider = defineProvider({
  id: 's3',
  name: 'Amazon S3',
  website: 'https://aws.amazon.com/s3/',
  capabilities,
  options: optionsSchema,
  methods: s3StorageMethods,
  operations: (options, context) => storageOperations(s3Service(makeScope(options, context)), capabilities),
});
