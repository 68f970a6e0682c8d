/**
 * The portable compute methods. A provider whose methods take more options adds them to its own table; the types keep both
 * complete.
 */
import { countOf, flagOf, functionOf, millisecondsOf, oneOf, pathOf, stringOf, textOf } from '../arguments.ts';
import type { CallOptions } from '../drivers/call-options.ts';
import {
  argument,
  type Check,
  checkedLater,
  type MethodTable,
  method,
  type OptionChecks,
  optional,
} from '../drivers/methods.ts';
import { idOf, keyPairNameOf } from './arguments.ts';
import type { ComputeOperations } from './contract.ts';
import type { ListNodesInRegionsOptions } from './many-regions.ts';
import { NodeState } from './models.ts';
import type {
  AttachVolumeOptions,
  CreateImageOptions,
  CreateNodeOptions,
  CreateOptions,
  CreateSnapshotOptions,
  CreateVolumeOptions,
  ListNodesOptions,
  WaitForNodesOptions,
  WaitOptions,
  WaitUntilRunningOptions,
} from './options.ts';
import { nodesById } from './waiting.ts';

const id: Check = (field, value) => idOf(value, field);
const keyPair: Check = (_, value) => keyPairNameOf(value);
const state: Check = (field, value) => oneOf(field, value, Object.values(NodeState));
const node = argument('node', id);
const nodes = argument('nodes', (_, value) => nodesById(value));
const volume = argument('volume', id);
const image = argument('image', id);
const name = argument('name', textOf);
const location = argument('location', optional(id));

const call: OptionChecks<CallOptions> = { timeoutMs: millisecondsOf };
const create: OptionChecks<CreateOptions> = { ...call, clientToken: textOf };
const createNode: OptionChecks<CreateNodeOptions> = { ...create, location: id, auth: checkedLater };
const createVolume: OptionChecks<CreateVolumeOptions> = { ...create, location: id, snapshot: id };
const createSnapshot: OptionChecks<CreateSnapshotOptions> = { ...create, name: textOf };
const createImage: OptionChecks<CreateImageOptions> = { ...create, description: stringOf };
const attach: OptionChecks<AttachVolumeOptions> = { ...call, device: textOf };
const listNodes: OptionChecks<ListNodesOptions> = {
  ...call,
  prefetch: flagOf,
  state,
  namePrefix: stringOf,
  pageSize: checkedLater,
};
const wait: OptionChecks<WaitOptions> = { ...call, pollIntervalMs: checkedLater, onProgress: functionOf };
const waitForNodes: OptionChecks<WaitForNodesOptions> = { ...wait, state };
const waitUntilRunning: OptionChecks<WaitUntilRunningOptions> = {
  ...wait,
  addresses: (field, value) => oneOf(field, value, ['public', 'private']),
  family: (field, value) => oneOf(field, value, ['ipv4', 'ipv6', 'any']),
};

const { prefetch: _, ...inOneRegion } = listNodes;

/** The options of methods that list the nodes of several regions. */
export const listNodesInRegionsChecks: OptionChecks<ListNodesInRegionsOptions> = {
  ...inOneRegion,
  regionTimeoutMs: millisecondsOf,
  enough: checkedLater,
};

/** The portable methods of a compute provider. */
export const computeMethods: MethodTable<ComputeOperations> = {
  iterateNodes: method('listing', [], listNodes),
  listNodes: method('operation', [], listNodes),
  getNode: method('operation', [argument('nodeId', textOf)], call),
  createNode: method('operation', [name, argument('size', id), image], createNode),
  rebootNode: method('operation', [node], call),
  startNode: method('operation', [node], call),
  stopNode: method('operation', [node], call),
  destroyNode: method('operation', [node], call),
  waitForNodes: method('operation', [nodes], waitForNodes),
  waitUntilRunning: method('operation', [nodes], waitUntilRunning),
  listSizes: method('operation', [location], call),
  listLocations: method('operation', [], call),
  listImages: method('operation', [location], call),
  getImage: method('operation', [argument('imageId', textOf)], call),
  createImage: method('operation', [node, name], createImage),
  copyImage: method('operation', [argument('sourceRegion', textOf), image, name], createImage),
  deleteImage: method('operation', [image], call),
  listVolumes: method('operation', [], call),
  getVolume: method('operation', [argument('volumeId', textOf)], call),
  createVolume: method('operation', [argument('sizeGb', countOf), name], createVolume),
  attachVolume: method('operation', [node, volume], attach),
  detachVolume: method('operation', [volume], call),
  destroyVolume: method('operation', [volume], call),
  listVolumeSnapshots: method('operation', [volume], call),
  getVolumeSnapshot: method('operation', [argument('snapshotId', textOf)], call),
  createVolumeSnapshot: method('operation', [volume], createSnapshot),
  destroyVolumeSnapshot: method('operation', [argument('snapshot', id)], call),
  listKeyPairs: method('operation', [], call),
  getKeyPair: method('operation', [name], call),
  createKeyPair: method('operation', [name], call),
  importKeyPairFromString: method('operation', [name, argument('keyMaterial', textOf)], call),
  importKeyPairFromFile: method('operation', [name, argument('path', pathOf)], call),
  deleteKeyPair: method('operation', [argument('keyPair', keyPair)], call),
};
