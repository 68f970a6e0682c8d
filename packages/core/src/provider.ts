/** Isobar's core, for provider authors and for the packages that drive operations. */
export {
  countOf,
  describe,
  flagOf,
  functionOf,
  listOf,
  millisecondsOf,
  oneOf,
  pathOf,
  recordOf,
  stringOf,
  textOf,
  timeOf,
  wellFormedOf,
} from './arguments.ts';
export {
  type ByteReader,
  type ByteSource,
  type ByteStream,
  bytesInMemory,
  checkSource,
  concatenate,
  isByteStream,
  iterateSource,
  makeByteStream,
} from './bytes.ts';
export {
  type Algorithm,
  type Checksums,
  checksumOf,
  combineChecksums,
  combines,
  type RunningChecksums,
  runningChecksums,
} from './checksums/checksums.ts';
export { idOf, keyPairNameOf } from './compute/arguments.ts';
export { clientTokenOf } from './compute/client-token.ts';
export type { ComputeOperations } from './compute/contract.ts';
export { type ListNodesInRegionsOptions, listNodesInRegions, type RegionalNodes } from './compute/many-regions.ts';
export { computeMethods, listNodesInRegionsChecks } from './compute/methods.ts';
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
export { type CheckedAuth, checkAuth } from './compute/node-auth.ts';
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
export { publicKeyInFile, publicKeyOf } from './compute/public-keys.ts';
export { type LookUpNodes, waitForNodes, waitUntilRunning } from './compute/waiting.ts';
export { defaultContentType, guessContentType } from './content-type.ts';
export type {
  CallOptions,
  Cancellable,
  ListingOptions,
  TransferOptions,
  TransferProgress,
} from './drivers/call-options.ts';
export type { Capabilities, ComputeCapabilities, StorageCapabilities } from './drivers/capabilities.ts';
export {
  connectionKey,
  methodsOn,
  type OwnOperations,
  operationsOf,
  type WithOperations,
} from './drivers/driver-operations.ts';
export {
  type Argument,
  argument,
  type Check,
  checkedLater,
  type Method,
  type MethodKind,
  type MethodShape,
  type MethodTable,
  method,
  type OptionChecks,
  optional,
} from './drivers/methods.ts';
export { cancellation } from './engine/cancellation.ts';
export { type Group, makeTask, type Performer, type Place, placeOf, resume, type Task } from './engine/engine.ts';
export type { CancelListener, Scope } from './engine/scope.ts';
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
export { type Expiring, type ExpiringValue, keepFresh } from './expiring-value.ts';
export { type CheckedEndpoint, checkEndpoint, type Endpoint, isLoopback, parseEndpoint } from './http/endpoint.ts';
export {
  type FailureTables,
  failureFrom,
  hasReason,
  type Refusal,
  type Subject,
} from './http/failures.ts';
export {
  type HttpRequest,
  type HttpResponse,
  isSuccess,
  maxDocumentBytes,
  maxErrorBytes,
  type PassedBytes,
  type RequestBody,
  type ResponseSink,
  type ResponseStream,
  type TlsOptions,
} from './http/http.ts';
export { dateOf, type JsonShape, ofShape, readJson, tryJson } from './http/json.ts';
export { makePace, type Pace } from './http/pace.ts';
export { defaultRetryPolicy, parseRetryAfter, type RetryPolicy, retry } from './http/retry.ts';
export { makeSend, type SendingRules, type SentRequest } from './http/sending.ts';
export { type LoadedOnce, loadOnce } from './load-once.ts';
export {
  type ComputingCrypto,
  type ComputingZlib,
  nodeCrypto,
  nodeZlib,
  type PrivateKey,
  type RunningHash,
} from './node-modules.ts';
export { immediate } from './operations/immediate.ts';
export { drain, type Listing, makeListing, nextCursor, type Page } from './operations/listing.ts';
export { cleanUp, type Operation } from './operations/operation.ts';
export { type PollOptions, type PollResult, pollUntil } from './operations/poll.ts';
export { withTimeout } from './operations/timeout.ts';
export {
  lazySchema,
  type OptionIssue,
  type OptionsSchema,
  schemaFor,
  type WithDefaults,
} from './providers/options-schema.ts';
export {
  type AnyProvider,
  defineProvider,
  type InputOf,
  isProvider,
  type OperationsContext,
  type OperationsOf,
  type ProviderDefinition,
  type ProviderInfo,
} from './providers/provider-definition.ts';
export {
  append,
  copy,
  discard,
  type FileActions,
  type FilePlace,
  type FileRange,
  type FileStatus,
  type FileVersion,
  type FolderEntry,
  type FolderOrder,
  type FolderPage,
  type FoundPath,
  fileChecksums,
  listFolder,
  lookUp,
  makeFolder,
  makeFolders,
  publish,
  readFile,
  readRange,
  removeFile,
  removeFolder,
  type StagedBytes,
  type StagedFile,
  setModified,
  stage,
  stageBytes,
  stat,
  write,
} from './steps/file-steps.ts';
export { on, parallel, race, share } from './steps/flow-steps.ts';
export { exchange, passed, read } from './steps/http-steps.ts';
export {
  clock,
  type Environment,
  entropy,
  environment,
  invoke,
  pull,
  release,
} from './steps/local-steps.ts';
export type { FileStep, FlowStep, LocalStep, SingleStep, Step, StepShape, WorkerStep } from './steps/step.ts';
export { callModule, type ProgramOptions, type ProgramResult, runProgram, sleep } from './steps/system-steps.ts';
export {
  type ByteRange,
  checkRange,
  containerNameOf,
  headerValue,
  locationOf,
  metadataOf,
  type ObjectLocation,
  objectsOf,
} from './storage/arguments.ts';
export { compareNames } from './storage/compare-names.ts';
export { checkCondition, conditionFailed, plainWrite } from './storage/conditions.ts';
export type { StorageOperations } from './storage/contract.ts';
export { storageMethods } from './storage/methods.ts';
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
export type {
  BegunUpload,
  Body,
  CallDetails,
  CheckedWrite,
  Chunk,
  Condition,
  GetRequest,
  Got,
  OrderedProgress,
  OrderedUploads,
  PartPlan,
  PartUploads,
  Pieces,
  Put,
  PutRequest,
  StoragePlan,
  StorageService,
  Stored,
  StoredPart,
  VersionedLocation,
  WholeObject,
  WriteDetails,
} from './storage/service.ts';
export { storageOperations } from './storage/storage-operations.ts';
export { type GetFields, getFields, gotFrom, rangeHeader } from './storage/transfer/http-bodies.ts';
export {
  appliedWrite,
  differenceOf,
  headStored,
  integrityFailure,
  rangeOutside,
  type Sent,
  subjectOf,
  verifyWhole,
} from './storage/transfer/stored-objects.ts';
export { checkedLocation, locationAt, type NameChecks } from './storage/transfer/targets.ts';
export { sendFile, tooManyStored } from './storage/transfer/uploads/ordered-uploads.ts';
export { filePartBytes, partBytes } from './storage/transfer/uploads/part-uploads.ts';
export {
  type ResumableOptions,
  type ResumableUpload,
  resumable,
  type Upload,
} from './storage/transfer/uploads/upload.ts';
export { checkUpload, wholeFile } from './storage/transfer/uploads/uploads.ts';
export { type CheckedText, checkNoWhiteSpace, whiteSpaceProblem } from './white-space.ts';
