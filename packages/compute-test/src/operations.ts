/** The table of operations, and the contract of those that only the test cloud has. */
import {
  type CallOptions,
  type ComputeOperations,
  type CreateOptions,
  drain,
  type ListNodesInRegionsOptions,
  type NodeImage,
  type NodeSize,
  type Operation,
  type OperationsContext,
  waitForNodes,
  waitUntilRunning,
} from '@isobar/core/provider';
import * as catalogue from './catalogue.ts';
import * as keyPairs from './key-pairs.ts';
import type {
  CreatedTestNode,
  RegionalNodes,
  TestImage,
  TestNode,
  TestRegion,
  TestReport,
  TestSize,
  TestSnapshot,
  TestVolume,
} from './models.ts';
import * as nodes from './nodes.ts';
import type { CheckedTestComputeOptions } from './options.ts';
import * as regions from './regions.ts';
import * as reports from './reports.ts';
import { makeScope } from './requests.ts';
import * as volumes from './volumes.ts';

/** The methods of the test cloud. */
export interface TestComputeOperations
  extends ComputeOperations<TestNode, TestSize, TestImage, TestVolume, TestSnapshot> {
  /** See {@link ComputeOperations.createNode}. Options can also attach data and simulate a boot. */
  createNode(
    name: string,
    size: NodeSize | string,
    image: NodeImage | string,
    options?: nodes.CreateTestNodeOptions,
  ): Operation<CreatedTestNode>;

  /** The cloud's regions. One exchange. */
  exListRegions(options?: CallOptions): Operation<TestRegion[]>;

  /**
   * Nodes of several regions, up to 16 regions at once. One exchange per page of each region, and one to list the
   * regions unless they are given. A region that fails does not fail the call: the result holds its error. Nodes carry
   * their region, so methods that take a node go to the right one.
   *
   * @param regions Default: all of the cloud's regions.
   * @throws {CloudError} `unauthenticated`; any code when the regions cannot be listed.
   */
  exListNodesInRegions(
    regions?: readonly (TestRegion | string)[],
    options?: ListNodesInRegionsOptions,
  ): Operation<RegionalNodes>;

  /** The text of the account's report. One exchange; the cloud may take a while to respond. */
  exReportData(options?: CallOptions): Operation<string>;

  /** Starts a report and does not wait for it. One exchange. A retry does not start a second report. */
  exCreateReport(options?: CreateOptions): Operation<TestReport>;

  /**
   * Gets a report with its progress. Any process can ask. One exchange.
   *
   * @throws {CloudError} `not-found`.
   */
  exGetReport(report: reports.ReportReference, options?: CallOptions): Operation<TestReport>;

  /**
   * Waits until a report is done. Any process can wait. One exchange at once and one after each pause.
   *
   * @throws {CloudError} `wrong-state` when it failed or was cancelled; `timeout`; `not-found`.
   */
  exWaitForReport(report: reports.ReportReference, options?: reports.WaitForReportOptions): Operation<TestReport>;

  /**
   * Cancels a report. One exchange.
   *
   * @throws {CloudError} `not-found`; `wrong-state` when it is already done.
   */
  exCancelReport(report: reports.ReportReference, options?: CallOptions): Operation<void>;
}

/** Makes the operations of a driver. */
export function testComputeOperations(
  options: CheckedTestComputeOptions,
  context: OperationsContext,
): TestComputeOperations {
  const scope = makeScope(options, context);
  const lookUp = nodes.lookUpNodesOf(scope);
  return {
    iterateNodes: (filter) => nodes.iterateNodes(scope, filter),
    listNodes: (filter) => drain(nodes.iterateNodes(scope, filter)),
    getNode: (nodeId) => nodes.getNode(scope, nodeId),
    createNode: (name, size, image, more) => nodes.createNode(scope, name, size, image, more),
    rebootNode: (node) => nodes.changeNode(scope, node, 'reboot'),
    startNode: (node) => nodes.changeNode(scope, node, 'start'),
    stopNode: (node) => nodes.changeNode(scope, node, 'stop'),
    destroyNode: (node) => nodes.destroyNode(scope, node),
    waitForNodes: (some, wait) => waitForNodes(lookUp, some, wait),
    waitUntilRunning: (some, wait) => waitUntilRunning(lookUp, some, wait),

    listSizes: (location) => catalogue.listSizes(scope, location),
    listLocations: () => catalogue.listLocations(scope),
    listImages: (location) => catalogue.listImages(scope, location),
    getImage: (imageId) => catalogue.getImage(scope, imageId),
    createImage: (node, name, more) => catalogue.createImage(scope, node, name, more),
    copyImage: (source, image, name, more) => catalogue.copyImage(scope, source, image, name, more),
    deleteImage: (image) => catalogue.deleteImage(scope, image),

    listVolumes: () => volumes.listVolumes(scope),
    getVolume: (volumeId) => volumes.getVolume(scope, volumeId),
    createVolume: (sizeGb, name, more) => volumes.createVolume(scope, sizeGb, name, more),
    attachVolume: (node, volume, more) => volumes.attachVolume(scope, node, volume, more),
    detachVolume: (volume) => volumes.detachVolume(scope, volume),
    destroyVolume: (volume) => volumes.destroyVolume(scope, volume),
    listVolumeSnapshots: (volume) => volumes.listVolumeSnapshots(scope, volume),
    getVolumeSnapshot: (snapshotId) => volumes.getVolumeSnapshot(scope, snapshotId),
    createVolumeSnapshot: (volume, more) => volumes.createVolumeSnapshot(scope, volume, more),
    destroyVolumeSnapshot: (snapshot) => volumes.destroyVolumeSnapshot(scope, snapshot),

    listKeyPairs: () => keyPairs.listKeyPairs(scope),
    getKeyPair: (name) => keyPairs.getKeyPair(scope, name),
    createKeyPair: (name) => keyPairs.createKeyPair(scope, name),
    importKeyPairFromString: (name, key) => keyPairs.importKeyPairFromString(scope, name, key),
    importKeyPairFromFile: (name, path) => keyPairs.importKeyPairFromFile(scope, name, path),
    deleteKeyPair: (keyPair) => keyPairs.deleteKeyPair(scope, keyPair),

    exListRegions: () => regions.listRegions(scope),
    exListNodesInRegions: (some, more) => regions.listNodesIn(scope, some, more),

    exReportData: () => reports.reportData(scope),
    exCreateReport: (more) => reports.createReport(scope, more),
    exGetReport: (report) => reports.getReport(scope, report),
    exWaitForReport: (report, wait) => reports.waitForReport(scope, report, wait),
    exCancelReport: (report) => reports.cancelReport(scope, report),
  };
}
