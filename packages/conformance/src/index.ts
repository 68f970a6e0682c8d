/** The test kit that every Isobar provider passes, in both kinds (blocking, async), and every design. */
export {
  type Capability,
  type ComputeCapability,
  computeCapabilities,
  type StorageCapability,
  storageCapabilities,
} from './capabilities.ts';
export type { Case, Suite, Trait } from './case.ts';
export type { ComputeKit } from './compute/compute-kit.ts';
export { type ComputeConformance, computeConformance } from './compute-conformance.ts';
export type {
  AnyCompute,
  AnyStorage,
  BothKinds,
  ComputeDriverUnderTest,
  DriverMembers,
  DriverUnderTest,
  EitherComputeDriver,
  EitherKind,
  EitherStorageDriver,
  Kind,
  StorageDriverUnderTest,
} from './driver.ts';
export { type ExpectedFailure, failureOf } from './failures.ts';
export type { Kit, KitSetup } from './kit.ts';
export type { Scene, Script } from './parity/script.ts';
export { computeParity, type ParitySetup, storageParity } from './parity.ts';
export { expectPlainData } from './plain-data.ts';
export { requestUrl, type UrlAnswer, type UrlRequest } from './plain-request.ts';
export type { Deviation, Part } from './register.ts';
export type { FaultRow } from './storage/fault-table/fault-row.ts';
export { faultRows } from './storage/fault-table/fault-table.ts';
export { makeStorageKit, type StorageKit, type StorageSetup } from './storage/storage-kit.ts';
export { type StorageConformance, storageConformance } from './storage-conformance.ts';
export {
  type AlterFault,
  type AnswerFault,
  type CloudControl,
  type Fault,
  type FaultControl,
  type LoggedRequest,
  type NodeLife,
  type RequestLog,
  type TestServer,
  testServerAt,
} from './test-server.ts';
export { type Unsuffixed, unsuffixed } from './unsuffixed.ts';
