/**
 * What every compute provider offers. Drivers turn these into methods; see `driver-types.ts`.
 *
 * Contract operations are neither generic nor overloaded: mapped types would lose both. A provider narrows the models
 * instead, through this interface's parameters. Things are given as their ids or as models; a provider that cannot do
 * something says `unsupported`, and does not declare it among its capabilities.
 */
import type { CallOptions } from '../call-options.ts';
import type { Listing } from '../listing.ts';
import type { Operation } from '../operation.ts';
import type {
  KeyPair,
  Node,
  NodeCredentials,
  NodeImage,
  NodeLocation,
  NodeSize,
  ReachableNode,
  StorageVolume,
  VolumeSnapshot,
} from './models.ts';
import type {
  AttachVolumeOptions,
  CreateImageOptions,
  CreateNodeOptions,
  CreateSnapshotOptions,
  CreateVolumeOptions,
  ListNodesOptions,
  WaitForNodesOptions,
  WaitUntilRunningOptions,
} from './options.ts';

/** The methods of a compute driver. Every call may also fail with `unauthenticated` or `permission-denied`. */
export interface ComputeOperations<
  Machine extends Node = Node,
  Size extends NodeSize = NodeSize,
  Image extends NodeImage = NodeImage,
  Volume extends StorageVolume = StorageVolume,
  Snapshot extends VolumeSnapshot = VolumeSnapshot,
> {
  /** The account's nodes. One exchange a page. */
  iterateNodes(options?: ListNodesOptions): Listing<Machine>;

  /** All nodes in one array, page after page. See {@link iterateNodes}. */
  listNodes(options?: ListNodesOptions): Operation<Machine[]>;

  /**
   * Looks a node up. One exchange.
   *
   * @throws {CloudError} `not-found`.
   */
  getNode(nodeId: string, options?: CallOptions): Operation<Machine>;

  /** What nodes can be made as large as, everywhere or at a location. One exchange a page. */
  listSizes(location?: NodeLocation | string, options?: CallOptions): Operation<Size[]>;

  /** What nodes can be made from, everywhere or at a location. One exchange a page. */
  listImages(location?: NodeLocation | string, options?: CallOptions): Operation<Image[]>;

  /** Where nodes can be. One exchange a page. */
  listLocations(options?: CallOptions): Operation<NodeLocation[]>;

  /**
   * Makes a node, and does not wait for it to run: see {@link waitUntilRunning}. One exchange. A retry never makes a
   * second node, as every try has the same token.
   *
   * @throws {CloudError} `invalid-argument` with `details.field`, also when the size, image, location or key pair does not
   * exist; `quota-exceeded`; `conflict` when `clientToken` was used for another node.
   */
  createNode(
    name: string,
    size: NodeSize | string,
    image: NodeImage | string,
    options?: CreateNodeOptions,
  ): Operation<Machine & NodeCredentials>;

  /**
   * Starts a running node anew. Returns when the cloud has taken the order. One exchange; not repeated when its answer is
   * lost, as that would be a second reboot.
   *
   * @throws {CloudError} `not-found`, `wrong-state`.
   */
  rebootNode(node: Node | string, options?: CallOptions): Operation<void>;

  /**
   * Starts a node that was stopped. Returns when the cloud has taken the order. One exchange.
   *
   * @throws {CloudError} `not-found`, `wrong-state`.
   */
  startNode(node: Node | string, options?: CallOptions): Operation<void>;

  /**
   * Stops a node, which keeps its disk. Returns when the cloud has taken the order. One exchange.
   *
   * @throws {CloudError} `not-found`, `wrong-state`.
   */
  stopNode(node: Node | string, options?: CallOptions): Operation<void>;

  /**
   * Removes a node with its disk, whatever its state. Returns when the cloud has taken the order. Safe to repeat: a node
   * that is being removed or has been is no failure. One exchange.
   *
   * @throws {CloudError} `not-found` when the cloud knows of no such node (any more).
   */
  destroyNode(node: Node | string, options?: CallOptions): Operation<void>;

  /**
   * Waits until all of the nodes are in a state. One exchange for all nodes that are not there yet, at once and after
   * each pause. Nodes that have got there are not looked at again. A node that the cloud has forgotten is `terminated`.
   *
   * @returns The nodes as they were when they got there, in the order given.
   * @throws {CloudError} `wrong-state` as soon as a node is in `error` or `terminated` and that is not awaited, with
   * `details.node` and `details.state`; `timeout` with `details.pending`; `not-found` for a node that does not exist or
   * has vanished; `invalid-argument` when a node is given twice. Nothing becomes of the other nodes.
   */
  waitForNodes(nodes: readonly (Node | string)[], options?: WaitForNodesOptions): Operation<Machine[]>;

  /**
   * Waits until all of the nodes run and have an address. See {@link waitForNodes}.
   *
   * @returns Each node with its addresses of the kind and family asked for, in the order given.
   */
  waitUntilRunning(
    nodes: readonly (Node | string)[],
    options?: WaitUntilRunningOptions,
  ): Operation<ReachableNode<Machine>[]>;

  /**
   * Makes an image of a node's disk, and does not wait for it to be available. One exchange.
   *
   * @throws {CloudError} `invalid-argument` when there is no such node; `wrong-state`, `quota-exceeded`.
   */
  createImage(node: Node | string, name: string, options?: CreateImageOptions): Operation<Image>;

  /**
   * Looks an image up. One exchange.
   *
   * @throws {CloudError} `not-found`.
   */
  getImage(imageId: string, options?: CallOptions): Operation<Image>;

  /**
   * Removes an image of the account. One exchange.
   *
   * @throws {CloudError} `not-found`; `permission-denied` or `not-found` for an image of the cloud's.
   */
  deleteImage(image: NodeImage | string, options?: CallOptions): Operation<void>;

  /**
   * Copies an image of another region into this one, and does not wait for it to be available. One exchange.
   *
   * @param sourceRegion Id of the region where the image is.
   * @throws {CloudError} `invalid-argument` when there is no such region or image; `wrong-state`.
   */
  copyImage(
    sourceRegion: string,
    image: NodeImage | string,
    name: string,
    options?: CreateImageOptions,
  ): Operation<Image>;

  /** The account's volumes. One exchange a page. */
  listVolumes(options?: CallOptions): Operation<Volume[]>;

  /**
   * Looks a volume up. One exchange.
   *
   * @throws {CloudError} `not-found`.
   */
  getVolume(volumeId: string, options?: CallOptions): Operation<Volume>;

  /**
   * Makes a volume, and does not wait for it to be available. One exchange. A retry never makes a second one.
   *
   * @param sizeGb A whole number of gigabytes, from 1.
   * @throws {CloudError} `invalid-argument`, also when the location or snapshot does not exist; `quota-exceeded`.
   */
  createVolume(sizeGb: number, name: string, options?: CreateVolumeOptions): Operation<Volume>;

  /**
   * Attaches a volume to a node of the same location. Returns when the cloud has taken the order. One exchange.
   *
   * @throws {CloudError} `not-found` when there is no such volume; `invalid-argument` when there is no such node, or not in
   * the volume's location; `wrong-state` when the volume is in use or not available yet.
   */
  attachVolume(node: Node | string, volume: StorageVolume | string, options?: AttachVolumeOptions): Operation<void>;

  /**
   * Takes a volume off its node. Returns when the cloud has taken the order. One exchange.
   *
   * @throws {CloudError} `not-found`; `wrong-state` when it is not attached.
   */
  detachVolume(volume: StorageVolume | string, options?: CallOptions): Operation<void>;

  /**
   * Removes a volume and what it holds. One exchange.
   *
   * @throws {CloudError} `not-found`; `wrong-state` while it is in use.
   */
  destroyVolume(volume: StorageVolume | string, options?: CallOptions): Operation<void>;

  /**
   * A volume's snapshots. One exchange a page.
   *
   * @throws {CloudError} `not-found` when the volume does not exist.
   */
  listVolumeSnapshots(volume: StorageVolume | string, options?: CallOptions): Operation<Snapshot[]>;

  /**
   * Keeps what a volume holds, and does not wait for it to be kept. One exchange. A retry never makes a second one.
   *
   * @throws {CloudError} `not-found`, `wrong-state`.
   */
  createVolumeSnapshot(volume: StorageVolume | string, options?: CreateSnapshotOptions): Operation<Snapshot>;

  /**
   * Looks a snapshot up. One exchange.
   *
   * @throws {CloudError} `not-found`.
   */
  getVolumeSnapshot(snapshotId: string, options?: CallOptions): Operation<Snapshot>;

  /**
   * Removes a snapshot. One exchange.
   *
   * @throws {CloudError} `not-found`.
   */
  destroyVolumeSnapshot(snapshot: VolumeSnapshot | string, options?: CallOptions): Operation<void>;

  /** The account's key pairs. One exchange a page. */
  listKeyPairs(options?: CallOptions): Operation<KeyPair[]>;

  /**
   * Looks a key pair up. One exchange.
   *
   * @throws {CloudError} `not-found`.
   */
  getKeyPair(name: string, options?: CallOptions): Operation<KeyPair>;

  /**
   * Lets the cloud make a key pair. The result has the private key, which no later call tells. One exchange; not repeated
   * when its answer is lost, as the key would be too.
   *
   * @throws {CloudError} `already-exists`.
   */
  createKeyPair(name: string, options?: CallOptions): Operation<KeyPair>;

  /**
   * Tells the cloud a public key of yours. One exchange.
   *
   * @param keyMaterial One line as OpenSSH writes it: `ssh-ed25519 AAAA… comment`. A private key is refused, and not sent.
   * @throws {CloudError} `already-exists`, `invalid-argument`.
   */
  importKeyPairFromString(name: string, keyMaterial: string, options?: CallOptions): Operation<KeyPair>;

  /**
   * Tells the cloud the public key in a local file. See {@link importKeyPairFromString}. One exchange.
   *
   * @param path `~/` is the user's home folder: `~/.ssh/id_ed25519.pub`.
   * @throws {CloudError} `invalid-argument` when there is no such file or it holds no public key, before anything is sent.
   */
  importKeyPairFromFile(name: string, path: string, options?: CallOptions): Operation<KeyPair>;

  /**
   * Removes a key pair. Nodes that let it in still do. One exchange.
   *
   * @throws {CloudError} `not-found`.
   */
  deleteKeyPair(keyPair: KeyPair | string, options?: CallOptions): Operation<void>;
}
