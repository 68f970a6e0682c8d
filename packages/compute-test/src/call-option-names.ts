/** The arguments and options of all methods. Drivers refuse other options. The types keep this table complete. */
import type {
  AttachVolumeOptions,
  CallOptionNames,
  CallOptions,
  CreateImageOptions,
  CreateNodeOptions,
  CreateOptions,
  CreateSnapshotOptions,
  CreateVolumeOptions,
  ListNodesOptions,
  OptionNames,
  WaitForNodesOptions,
  WaitOptions,
  WaitUntilRunningOptions,
} from '@isobar/core/provider';
import type { CreateTestNodeOptions } from './nodes.ts';
import type { TestComputeOperations } from './operations.ts';
import type { ListNodesInRegionsOptions } from './regions.ts';
import type { WaitForReportOptions } from './reports.ts';

const call: OptionNames<CallOptions> = { timeoutMs: true };
const create: OptionNames<CreateOptions> = { ...call, clientToken: true };
const createNode: OptionNames<CreateNodeOptions> = { ...create, location: true, auth: true };
const createTestNode: OptionNames<CreateTestNodeOptions> = { ...createNode, extra: true, exSimulate: true };
const createVolume: OptionNames<CreateVolumeOptions> = { ...create, location: true, snapshot: true };
const createSnapshot: OptionNames<CreateSnapshotOptions> = { ...create, name: true };
const createImage: OptionNames<CreateImageOptions> = { ...create, description: true };
const attach: OptionNames<AttachVolumeOptions> = { ...call, device: true };
const filter: OptionNames<Omit<ListNodesOptions, 'prefetch'>> = {
  ...call,
  state: true,
  namePrefix: true,
  pageSize: true,
};
const listNodes: OptionNames<ListNodesOptions> = { ...filter, prefetch: true };
const inRegions: OptionNames<ListNodesInRegionsOptions> = { ...filter, regionTimeoutMs: true, enough: true };
const wait: OptionNames<WaitOptions & WaitForReportOptions> = { ...call, pollIntervalMs: true, onProgress: true };
const waitForNodes: OptionNames<WaitForNodesOptions> = { ...wait, state: true };
const waitUntilRunning: OptionNames<WaitUntilRunningOptions> = { ...wait, addresses: true, family: true };

/** For each method: its argument names, then its option names. */
export const callOptions: CallOptionNames<TestComputeOperations> = {
  iterateNodes: [listNodes],
  listNodes: [listNodes],
  getNode: ['nodeId', call],
  createNode: ['name', 'size', 'image', createTestNode],
  rebootNode: ['node', call],
  startNode: ['node', call],
  stopNode: ['node', call],
  destroyNode: ['node', call],
  waitForNodes: ['nodes', waitForNodes],
  waitUntilRunning: ['nodes', waitUntilRunning],
  listSizes: ['location', call],
  listLocations: [call],
  listImages: ['location', call],
  getImage: ['imageId', call],
  createImage: ['node', 'name', createImage],
  copyImage: ['sourceRegion', 'image', 'name', createImage],
  deleteImage: ['image', call],
  listVolumes: [call],
  getVolume: ['volumeId', call],
  createVolume: ['sizeGb', 'name', createVolume],
  attachVolume: ['node', 'volume', attach],
  detachVolume: ['volume', call],
  destroyVolume: ['volume', call],
  listVolumeSnapshots: ['volume', call],
  getVolumeSnapshot: ['snapshotId', call],
  createVolumeSnapshot: ['volume', createSnapshot],
  destroyVolumeSnapshot: ['snapshot', call],
  listKeyPairs: [call],
  getKeyPair: ['name', call],
  createKeyPair: ['name', call],
  importKeyPairFromString: ['name', 'keyMaterial', call],
  importKeyPairFromFile: ['name', 'path', call],
  deleteKeyPair: ['keyPair', call],
  exListRegions: [call],
  exListNodesInRegions: ['regions', inRegions],
  exReportData: [call],
  exCreateReport: [create],
  exGetReport: ['report', call],
  exWaitForReport: ['report', wait],
  exCancelReport: ['report', call],
};
