/** Isobar's core, for applications: models, errors, the registry, and the types of drivers. */
export type { BlobLike, BlockingByteSource, ByteSource, BytesInMemory, WebStream } from './bytes.ts';
export type { Algorithm, Checksums } from './checksums/checksums.ts';
export type { ComputeOperations } from './compute/contract.ts';
export {
  type KeyPair,
  type Node,
  type NodeAuth,
  type NodeCredentials,
  type NodeImage,
  NodeImageState,
  type NodeLocation,
  type NodeSize,
  NodeState,
  type ReachableNode,
  type StorageVolume,
  StorageVolumeState,
  type VolumeSnapshot,
  VolumeSnapshotState,
} from './compute/models.ts';
export type {
  AttachVolumeOptions,
  CreateImageOptions,
  CreateNodeOptions,
  CreateOptions,
  CreateSnapshotOptions,
  CreateVolumeOptions,
  ListNodesOptions,
  WaitForNodesOptions,
  WaitOptions,
  WaitProgress,
  WaitUntilRunningOptions,
} from './compute/options.ts';
export type {
  CallOptions,
  Cancellable,
  ListingOptions,
  TransferOptions,
  TransferProgress,
} from './drivers/call-options.ts';
export type { Capabilities, ComputeCapabilities, StorageCapabilities } from './drivers/capabilities.ts';
export type {
  Async,
  AsyncByteStream,
  AsyncListing,
  AsyncSuffixed,
  Blocking,
  BlockingByteStream,
  BlockingListing,
  Flagged,
} from './drivers/driver-types.ts';
export {
  type AsyncComputeDriver,
  type AsyncDriver,
  type AsyncStorageDriver,
  type BlockingDriver,
  type ComputeDriver,
  type DriverInfo,
  isComputeDriver,
  isDriverOf,
  isStorageDriver,
  type StorageDriver,
} from './drivers/drivers.ts';
export { CloudError, type CloudErrorCode, type CloudErrorDetails, type CloudFailure, isCloudError } from './errors.ts';
export type { Page } from './operations/listing.ts';
export type { PollOptions } from './operations/poll.ts';
export type { AnyProvider, InputOf, OperationsOf, ProviderInfo } from './providers/provider-definition.ts';
export {
  getProvider,
  Provider,
  type ProviderFor,
  type ProviderRegistration,
  type ProviderTypes,
  registerProvider,
} from './providers/registry.ts';
export type { StorageOperations } from './storage/contract.ts';
export type {
  Container,
  ContainerReference,
  DeletedObjects,
  DownloadedFile,
  DownloadedObject,
  DownloadedObjects,
  FailedObject,
  FailedUpload,
  Folder,
  MultipartUpload,
  ObjectReference,
  StorageObject,
  UploadedObject,
  UploadedObjects,
} from './storage/models.ts';
export type {
  ConditionOptions,
  CopyOptions,
  CreateContainerOptions,
  DeleteOptions,
  DownloadFileOptions,
  DownloadObjectsOptions,
  DownloadOptions,
  FileToUpload,
  FolderProgress,
  ListContainersOptions,
  ListFolderOptions,
  ListMultipartUploadsOptions,
  ListObjectsOptions,
  MetadataChanges,
  ObjectHeaders,
  PresignOptions,
  UpdateOptions,
  UploadObjectsOptions,
  UploadOptions,
} from './storage/options.ts';
