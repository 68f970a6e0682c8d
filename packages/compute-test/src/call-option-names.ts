/** The names of all options of all methods: what is not here is refused. TypeScript keeps it in step with the contract. */
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

/** By method: which argument its options are, and their names. */
export const callOptions: CallOptionNames<TestComputeOperations> = {
  iterateNodes: [0, listNodes],
  listNodes: [0, listNodes],
  getNode: [1, call],
  createNode: [3, createTestNode],
  rebootNode: [1, call],
  startNode: [1, call],
  stopNode: [1, call],
  destroyNode: [1, call],
  waitForNodes: [1, waitForNodes],
  waitUntilRunning: [1, waitUntilRunning],
  listSizes: [1, call],
  listLocations: [0, call],
  listImages: [1, call],
  getImage: [1, call],
  createImage: [2, createImage],
  copyImage: [3, createImage],
  deleteImage: [1, call],
  listVolumes: [0, call],
  getVolume: [1, call],
  createVolume: [2, createVolume],
  attachVolume: [2, attach],
  detachVolume: [1, call],
  destroyVolume: [1, call],
  listVolumeSnapshots: [1, call],
  getVolumeSnapshot: [1, call],
  createVolumeSnapshot: [1, createSnapshot],
  destroyVolumeSnapshot: [1, call],
  listKeyPairs: [0, call],
  getKeyPair: [1, call],
  createKeyPair: [1, call],
  importKeyPairFromString: [2, call],
  importKeyPairFromFile: [2, call],
  deleteKeyPair: [1, call],
  exListRegions: [0, call],
  exListNodesInRegions: [1, inRegions],
  exReportData: [0, call],
  exCreateReport: [0, create],
  exGetReport: [1, call],
  exWaitForReport: [1, wait],
  exCancelReport: [1, call],
};
