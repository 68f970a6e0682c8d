/** Isobar's core, for provider authors and for the packages that drive operations. */
export { describe, pathOf, textOf } from './arguments.ts';
export { byteHint } from './byte-hints.ts';
export { type ByteReader, type ByteSource, type ByteStream, isByteStream, makeByteStream } from './bytes.ts';
export type { CallOptionNames, MethodOptions, OptionNames } from './call-option-names.ts';
export type { CallOptions, Cancellable, ListingOptions, TransferOptions, TransferProgress } from './call-options.ts';
export type { Capabilities, ComputeCapabilities, StorageCapabilities } from './capabilities.ts';
export { idOf, keyPairNameOf } from './compute/arguments.ts';
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
export { type LookUpNodes, waitForNodes, waitUntilRunning } from './compute/waiting.ts';
export { defaultContentType, guessContentType } from './content-type.ts';
export { combineCrc32c, crc32c } from './crc32c.ts';
export { connectionKey, operationsOf, type WithOperations } from './driver-operations.ts';
export { type CheckedEndpoint, checkEndpoint, type Endpoint, isLoopback, parseEndpoint } from './endpoint.ts';
export { cancellation } from './engine/cancellation.ts';
export { type Group, type Performer, type Place, placeOf, resume, Task } from './engine/engine.ts';
export { type CancelListener, Scope } from './engine/scope.ts';
export {
  CloudError,
  type CloudErrorCode,
  type CloudErrorDetails,
  type CloudFailure,
  invalidArgument,
  isCloudError,
  locate,
  withDetails,
} from './errors.ts';
export {
  type FileSlice,
  type HttpRequest,
  type HttpResponse,
  isSuccess,
  maxDocumentBytes,
  maxErrorBytes,
  type PassedBytes,
  type RequestBody,
  type ResponseSink,
  type ResponseStream,
} from './http.ts';
export { drain, isListing, type Listing, makeListing, nextCursor, type Page } from './listing.ts';
export { type ComputingCrypto, nodeCrypto, type PrivateKey, type RunningHash } from './node-crypto.ts';
export {
  cleanUp,
  clock,
  discard,
  type Environment,
  entropy,
  environment,
  exchange,
  type FilePlace,
  type FileRange,
  type FileStatus,
  type FileVersion,
  type FlowStep,
  fileCrc32c,
  fileMd5,
  invoke,
  makeFolders,
  type Operation,
  on,
  parallel,
  passed,
  publish,
  pull,
  race,
  read,
  readFile,
  release,
  type SingleStep,
  type StagedFile,
  type Step,
  type StepShape,
  share,
  sleep,
  stage,
  stat,
} from './operation.ts';
export { type PollOptions, type PollResult, pollUntil } from './poll.ts';
export {
  type AnyProvider,
  defineProvider,
  type InputOf,
  lazySchema,
  type OperationsContext,
  type OperationsOf,
  type OptionIssue,
  type OptionsSchema,
  type ProviderDefinition,
  type ProviderInfo,
} from './provider-definition.ts';
export { defaultRetryPolicy, parseRetryAfter, type RetryPolicy, retry } from './retry.ts';
export {
  type ByteRange,
  bytesOf,
  checkRange,
  containerNameOf,
  locationOf,
  type ObjectLocation,
  objectsOf,
} from './storage/arguments.ts';
export type { StorageOperations } from './storage/contract.ts';
export { resolveDestination } from './storage/destination.ts';
export { downloadIntoFolder } from './storage/folder-download.ts';
export type {
  Container,
  ContainerReference,
  DeletedObjects,
  DownloadedFile,
  DownloadedObject,
  DownloadedObjects,
  FailedObject,
  MultipartUpload,
  ObjectReference,
  StorageObject,
} from './storage/models.ts';
export type {
  CopyOptions,
  CreateContainerOptions,
  DownloadFileOptions,
  DownloadObjectsOptions,
  DownloadOptions,
  FolderProgress,
  ListContainersOptions,
  ListMultipartUploadsOptions,
  ListObjectsOptions,
  MetadataChanges,
  ObjectHeaders,
  PresignOptions,
  UploadOptions,
} from './storage/options.ts';
export { withTimeout } from './timeout.ts';
export { type CheckedText, checkNoWhiteSpace, whiteSpaceProblem } from './white-space.ts';
