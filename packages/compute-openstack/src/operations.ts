/** The table of operations, and the contract of those that only OpenStack has. */
import {
  type CallOptions,
  type ComputeOperations,
  drain,
  type ListNodesInRegionsOptions,
  type Node,
  type NodeImage,
  type NodeSize,
  type Operation,
  type OperationsContext,
  waitForNodes,
  waitUntilRunning,
} from '@isobar/core/provider';
import { listLocations, listSizes } from './catalogue.ts';
import { type CreateOpenStackNodeOptions, createNode } from './create-node.ts';
import * as networks from './extensions/networks.ts';
import * as actions from './extensions/node-actions.ts';
import * as images from './images.ts';
import * as keyPairs from './key-pairs.ts';
import type {
  CreatedOpenStackNode,
  OpenStackFloatingAddress,
  OpenStackImage,
  OpenStackNetwork,
  OpenStackNode,
  OpenStackQuotas,
  OpenStackRegion,
  OpenStackSecurityGroup,
  OpenStackSize,
  OpenStackSnapshot,
  OpenStackVolume,
  RegionalNodes,
} from './models.ts';
import * as nodes from './nodes.ts';
import type { CheckedOpenStackOptions } from './options.ts';
import * as regions from './regions.ts';
import { makeScope } from './requests.ts';
import * as volumes from './volumes.ts';

/** Options of `rebootNode`. */
export interface RebootOptions extends CallOptions {
  /** Cut the power instead of asking the node's system. Works for a node that is stopped or has failed too. Default false. */
  readonly exHard?: boolean;
}

/** The methods of OpenStack. */
export interface OpenStackOperations
  extends ComputeOperations<OpenStackNode, OpenStackSize, OpenStackImage, OpenStackVolume, OpenStackSnapshot> {
  /**
   * See {@link ComputeOperations.createNode}. Options can also name networks and security groups, and give user data and
   * metadata. The node carries the tag `isobar-…`, by which it is found when the answer is lost.
   */
  createNode(
    name: string,
    size: NodeSize | string,
    image: NodeImage | string,
    options?: CreateOpenStackNodeOptions,
  ): Operation<CreatedOpenStackNode>;

  /** See {@link ComputeOperations.rebootNode}. */
  rebootNode(node: Node | string, options?: RebootOptions): Operation<void>;

  /** The regions of the cloud. No exchange once there is a token. */
  exListRegions(options?: CallOptions): Operation<OpenStackRegion[]>;

  /**
   * Nodes of some or all regions, at most 16 regions at once. A region that fails does not hide the others. One exchange a
   * region and page.
   *
   * @throws {CloudError} `unauthenticated`.
   */
  exListNodesInRegions(
    regions?: readonly (OpenStackRegion | string)[],
    options?: ListNodesInRegionsOptions,
  ): Operation<RegionalNodes>;

  /** The networks that the project can use. One exchange. */
  exListNetworks(options?: CallOptions): Operation<OpenStackNetwork[]>;

  /** The project's security groups. One exchange. */
  exListSecurityGroups(options?: CallOptions): Operation<OpenStackSecurityGroup[]>;

  /**
   * Creates a security group that lets in what its rules say, and removes it again if one is refused. One exchange, and one
   * for each rule.
   *
   * @throws {CloudError} `quota-exceeded`, `invalid-argument`.
   *
   * @example
   * await driver.exCreateSecurityGroup('web', [{ protocol: 'tcp', ports: 443 }, { protocol: 'icmp' }]);
   */
  exCreateSecurityGroup(
    name: string,
    rules?: readonly networks.SecurityRule[],
    options?: CallOptions,
  ): Operation<OpenStackSecurityGroup>;

  /**
   * Deletes a security group. One exchange.
   *
   * @throws {CloudError} `not-found`; `wrong-state` while nodes are in it.
   */
  exDeleteSecurityGroup(group: OpenStackSecurityGroup | string, options?: CallOptions): Operation<void>;

  /** The project's floating addresses. One exchange. */
  exListFloatingAddresses(options?: CallOptions): Operation<OpenStackFloatingAddress[]>;

  /**
   * Reserves a floating address. One exchange, not retried when the answer is lost.
   *
   * @param network An external network; see {@link exListNetworks}.
   * @throws {CloudError} `quota-exceeded`, also when the network has no address left.
   */
  exCreateFloatingAddress(
    network: OpenStackNetwork | string,
    options?: CallOptions,
  ): Operation<OpenStackFloatingAddress>;

  /**
   * Makes a floating address lead to a node's first network. Two exchanges.
   *
   * @throws {CloudError} `wrong-state` for a node without a network; `not-found`.
   */
  exAssignFloatingAddress(
    address: OpenStackFloatingAddress | string,
    node: Node | string,
    options?: CallOptions,
  ): Operation<OpenStackFloatingAddress>;

  /** Makes a floating address lead nowhere, and keeps it. One exchange. @throws {CloudError} `not-found`. */
  exUnassignFloatingAddress(
    address: OpenStackFloatingAddress | string,
    options?: CallOptions,
  ): Operation<OpenStackFloatingAddress>;

  /** Gives a floating address back. One exchange. @throws {CloudError} `not-found`. */
  exDeleteFloatingAddress(address: OpenStackFloatingAddress | string, options?: CallOptions): Operation<void>;

  /**
   * Changes a node's size. It is `reconfiguring` until {@link exConfirmResize} or {@link exRevertResize}; its `extra.status`
   * is `VERIFY_RESIZE` once it waits for one of them. One exchange.
   *
   * @throws {CloudError} `not-found`, `wrong-state`, `quota-exceeded`; `invalid-argument` for the size.
   */
  exResizeNode(node: Node | string, size: NodeSize | string, options?: CallOptions): Operation<void>;

  /** Keeps a node's new size. One exchange. @throws {CloudError} `not-found`, `wrong-state`. */
  exConfirmResize(node: Node | string, options?: CallOptions): Operation<void>;

  /** Gives a node its old size back. One exchange. @throws {CloudError} `not-found`, `wrong-state`. */
  exRevertResize(node: Node | string, options?: CallOptions): Operation<void>;

  /**
   * Makes a node anew of an image. It keeps its id and addresses, and loses what is on its disk. One exchange.
   *
   * @throws {CloudError} `not-found`, `wrong-state`; `invalid-argument` for the image.
   */
  exRebuildNode(node: Node | string, image: NodeImage | string, options?: CallOptions): Operation<void>;

  /**
   * Boots a node from a system for repairs. One exchange.
   *
   * @returns The password of that system, if the cloud tells it. Store it: it cannot be retrieved later.
   * @throws {CloudError} `not-found`, `wrong-state`.
   */
  exRescueNode(node: Node | string, options?: CallOptions): Operation<{ readonly password?: string }>;

  /** Boots a node from its own disk again. One exchange. @throws {CloudError} `not-found`, `wrong-state`. */
  exUnrescueNode(node: Node | string, options?: CallOptions): Operation<void>;

  /** The project's quotas of nodes, and what is used of them. One exchange. */
  exGetQuotas(options?: CallOptions): Operation<OpenStackQuotas>;
}

/** Makes the operations of a driver. */
export function openStackOperations(options: CheckedOpenStackOptions, context: OperationsContext): OpenStackOperations {
  const scope = makeScope(options, context);
  const lookUp = nodes.lookUpNodesOf(scope);
  return {
    iterateNodes: (filter) => nodes.iterateNodes(scope, filter),
    listNodes: (filter) => drain(nodes.iterateNodes(scope, filter)),
    getNode: (nodeId) => nodes.getNode(scope, nodeId),
    createNode: (name, size, image, more) => createNode(scope, name, size, image, more),
    rebootNode: (node, more) => nodes.rebootNode(scope, node, more?.exHard),
    startNode: (node) => nodes.changePower(scope, node, 'os-start'),
    stopNode: (node) => nodes.changePower(scope, node, 'os-stop'),
    destroyNode: (node) => nodes.destroyNode(scope, node),
    waitForNodes: (some, wait) => waitForNodes(lookUp, some, wait),
    waitUntilRunning: (some, wait) => waitUntilRunning(lookUp, some, wait),

    listSizes: (location) => listSizes(scope, location),
    listLocations: () => listLocations(scope),
    listImages: (location) => images.listImages(scope, location),
    getImage: (imageId) => images.getImage(scope, imageId),
    createImage: (node, name, more) => images.createImage(scope, node, name, more),
    copyImage: (source, image, name) => images.copyImage(source, image, name),
    deleteImage: (image) => images.deleteImage(scope, image),

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

    exListNetworks: () => networks.listNetworks(scope),
    exListSecurityGroups: () => networks.listSecurityGroups(scope),
    exCreateSecurityGroup: (name, rules) => networks.createSecurityGroup(scope, name, rules),
    exDeleteSecurityGroup: (group) => networks.deleteSecurityGroup(scope, group),
    exListFloatingAddresses: () => networks.listFloatingAddresses(scope),
    exCreateFloatingAddress: (network) => networks.createFloatingAddress(scope, network),
    exAssignFloatingAddress: (address, node) => networks.assignFloatingAddress(scope, address, node),
    exUnassignFloatingAddress: (address) => networks.unassignFloatingAddress(scope, address),
    exDeleteFloatingAddress: (address) => networks.deleteFloatingAddress(scope, address),

    exResizeNode: (node, size) => actions.resizeNode(scope, node, size),
    exConfirmResize: (node) => actions.confirmResize(scope, node),
    exRevertResize: (node) => actions.revertResize(scope, node),
    exRebuildNode: (node, image) => actions.rebuildNode(scope, node, image),
    exRescueNode: (node) => actions.rescueNode(scope, node),
    exUnrescueNode: (node) => actions.unrescueNode(scope, node),
    exGetQuotas: () => actions.getQuotas(scope),
  };
}
