/** The table of operations, and what only the test cloud has. */
import {
  type CallOptions,
  type ComputeOperations,
  type CreateOptions,
  drain,
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
  /** See {@link ComputeOperations.createNode}. Besides, a node's life can be simulated. */
  createNode(
    name: string,
    size: NodeSize | string,
    image: NodeImage | string,
    options?: nodes.CreateTestNodeOptions,
  ): Operation<CreatedTestNode>;

  /** The cloud's regions. One exchange. */
  exListRegions(options?: CallOptions): Operation<TestRegion[]>;

  /**
   * Nodes of several regions, up to 16 at once. One exchange a page of each region, and one for the list of regions when
   * they are not given. A region that fails does not fail the call: the result says which, and why. Its nodes know their
   * region, so every method finds them there.
   *
   * @param regions Default: all of the cloud's.
   * @throws {CloudError} `unauthenticated`, or another failure that concerns all of them.
   */
  exListNodesInRegions(
    regions?: readonly (TestRegion | string)[],
    options?: regions.ListNodesInRegionsOptions,
  ): Operation<RegionalNodes>;

  /** The text of the account's report. One exchange, for which the cloud may take a while. */
  exReportData(options?: CallOptions): Operation<string>;

  /** Begins a report and does not wait for it. One exchange. A retry never begins a second one. */
  exCreateReport(options?: CreateOptions): Operation<TestReport>;

  /**
   * How far a report is, whoever began it. One exchange.
   *
   * @throws {CloudError} `not-found`.
   */
  exGetReport(report: reports.ReportReference, options?: CallOptions): Operation<TestReport>;

  /**
   * Waits until a report is done, whoever began it. One exchange at once and after each pause.
   *
   * @throws {CloudError} `wrong-state` when it has failed or was cancelled; `timeout`; `not-found`.
   */
  exWaitForReport(report: reports.ReportReference, options?: reports.WaitForReportOptions): Operation<TestReport>;

  /**
   * Gives a report up. One exchange.
   *
   * @throws {CloudError} `not-found`; `wrong-state` when it is done already.
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
    rebootNode: (node) => nodes.orderNode(scope, node, 'reboot'),
    startNode: (node) => nodes.orderNode(scope, node, 'start'),
    stopNode: (node) => nodes.orderNode(scope, node, 'stop'),
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
    exListNodesInRegions: (some, more) => regions.listNodesInRegions(scope, some, more),

    exReportData: () => reports.reportData(scope),
    exCreateReport: (more) => reports.createReport(scope, more),
    exGetReport: (report) => reports.getReport(scope, report),
    exWaitForReport: (report, wait) => reports.waitForReport(scope, report, wait),
    exCancelReport: (report) => reports.cancelReport(scope, report),
  };
}
