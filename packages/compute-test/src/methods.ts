/** The methods of the test cloud: their kinds, arguments and options. The types keep this table complete. */
import {
  type AttachVolumeOptions,
  argument,
  type CallOptions,
  type Check,
  type CreateImageOptions,
  type CreateNodeOptions,
  type CreateOptions,
  type CreateSnapshotOptions,
  type CreateVolumeOptions,
  checkedLater,
  countOf,
  flagOf,
  functionOf,
  idOf,
  keyPairNameOf,
  type ListNodesOptions,
  type MethodTable,
  method,
  millisecondsOf,
  type OptionChecks,
  optional,
  pathOf,
  stringOf,
  textOf,
  type WaitForNodesOptions,
  type WaitOptions,
  type WaitUntilRunningOptions,
} from '@isobar/core/provider';
import type { CreateTestNodeOptions } from './nodes.ts';
import type { TestComputeOperations } from './operations.ts';
import type { ListNodesInRegionsOptions } from './regions.ts';
import type { WaitForReportOptions } from './reports.ts';

const call: OptionChecks<CallOptions> = { timeoutMs: millisecondsOf };
const create: OptionChecks<CreateOptions> = { ...call, clientToken: textOf };
const createNode: OptionChecks<CreateNodeOptions> = { ...create, location: checkedLater, auth: checkedLater };
const createTestNode: OptionChecks<CreateTestNodeOptions> = {
  ...createNode,
  extra: checkedLater,
  exSimulate: checkedLater,
};
const createVolume: OptionChecks<CreateVolumeOptions> = { ...create, location: checkedLater, snapshot: checkedLater };
const createSnapshot: OptionChecks<CreateSnapshotOptions> = { ...create, name: textOf };
const createImage: OptionChecks<CreateImageOptions> = { ...create, description: stringOf };
const attach: OptionChecks<AttachVolumeOptions> = { ...call, device: textOf };
const filter: OptionChecks<Omit<ListNodesOptions, 'prefetch'>> = {
  ...call,
  state: checkedLater,
  namePrefix: stringOf,
  pageSize: checkedLater,
};
const listNodes: OptionChecks<ListNodesOptions> = { ...filter, prefetch: flagOf };
const inRegions: OptionChecks<ListNodesInRegionsOptions> = {
  ...filter,
  regionTimeoutMs: millisecondsOf,
  enough: checkedLater,
};
const wait: OptionChecks<WaitOptions & WaitForReportOptions> = {
  ...call,
  pollIntervalMs: checkedLater,
  onProgress: functionOf,
};
const waitForNodes: OptionChecks<WaitForNodesOptions> = { ...wait, state: checkedLater };
const waitUntilRunning: OptionChecks<WaitUntilRunningOptions> = {
  ...wait,
  addresses: checkedLater,
  family: checkedLater,
};

const id: Check = (field, value) => idOf(value, field);
const keyPair: Check = (_, value) => keyPairNameOf(value);

/** The methods of a driver of the test cloud. */
export const testComputeMethods: MethodTable<TestComputeOperations> = {
  iterateNodes: method('listing', [], listNodes),
  listNodes: method('operation', [], listNodes),
  getNode: method('operation', [argument('nodeId', textOf)], call),
  createNode: method(
    'operation',
    [argument('name', textOf), argument('size', id), argument('image', id)],
    createTestNode,
  ),
  rebootNode: method('operation', [argument('node', id)], call),
  startNode: method('operation', [argument('node', id)], call),
  stopNode: method('operation', [argument('node', id)], call),
  destroyNode: method('operation', [argument('node', id)], call),
  waitForNodes: method('operation', [argument('nodes', checkedLater)], waitForNodes),
  waitUntilRunning: method('operation', [argument('nodes', checkedLater)], waitUntilRunning),
  listSizes: method('operation', [argument('location', optional(id))], call),
  listLocations: method('operation', [], call),
  listImages: method('operation', [argument('location', optional(id))], call),
  getImage: method('operation', [argument('imageId', textOf)], call),
  createImage: method('operation', [argument('node', id), argument('name', textOf)], createImage),
  copyImage: method(
    'operation',
    [argument('sourceRegion', textOf), argument('image', id), argument('name', textOf)],
    createImage,
  ),
  deleteImage: method('operation', [argument('image', id)], call),
  listVolumes: method('operation', [], call),
  getVolume: method('operation', [argument('volumeId', textOf)], call),
  createVolume: method('operation', [argument('sizeGb', countOf), argument('name', textOf)], createVolume),
  attachVolume: method('operation', [argument('node', id), argument('volume', id)], attach),
  detachVolume: method('operation', [argument('volume', id)], call),
  destroyVolume: method('operation', [argument('volume', id)], call),
  listVolumeSnapshots: method('operation', [argument('volume', id)], call),
  getVolumeSnapshot: method('operation', [argument('snapshotId', textOf)], call),
  createVolumeSnapshot: method('operation', [argument('volume', id)], createSnapshot),
  destroyVolumeSnapshot: method('operation', [argument('snapshot', id)], call),
  listKeyPairs: method('operation', [], call),
  getKeyPair: method('operation', [argument('name', textOf)], call),
  createKeyPair: method('operation', [argument('name', textOf)], call),
  importKeyPairFromString: method('operation', [argument('name', textOf), argument('keyMaterial', textOf)], call),
  importKeyPairFromFile: method('operation', [argument('name', textOf), argument('path', pathOf)], call),
  deleteKeyPair: method('operation', [argument('keyPair', keyPair)], call),
  exListRegions: method('operation', [], call),
  exListNodesInRegions: method('operation', [argument('regions', checkedLater)], inRegions),
  exReportData: method('operation', [], call),
  exCreateReport: method('operation', [], create),
  exGetReport: method('operation', [argument('report', checkedLater)], call),
  exWaitForReport: method('operation', [argument('report', checkedLater)], wait),
  exCancelReport: method('operation', [argument('report', checkedLater)], call),
};
