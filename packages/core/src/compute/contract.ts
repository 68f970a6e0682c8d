/**
 * The operations of every compute provider. Drivers turn them into methods; see `driver-types.ts`.
 *
 * Operations are neither generic nor overloaded, because mapped types would lose both. A provider narrows the models
 * through this interface's type parameters instead. Resources are passed as ids or as models. What a provider cannot do
 * throws `unsupported` and is absent from its capabilities.
 */
import type { CallOptions } from '../drivers/call-options.ts';
import type { Listing } from '../operations/listing.ts';
import type { Operation } from '../operations/operation.ts';
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

/**
 * The methods of a compute driver. Every method may also throw `unauthenticated` or `permission-denied`. Exchanges are counted
 * for a cloud that makes it easy; the README of a provider says where its cloud needs more.
 */
export interface ComputeOperations<
  Machine extends Node = Node,
  Size extends NodeSize = NodeSize,
  Image extends NodeImage = NodeImage,
  Volume extends StorageVolume = StorageVolume,
  Snapshot extends VolumeSnapshot = VolumeSnapshot,
> {
  /** The account's nodes. One exchange a page. */
  iterateNodes(options?: ListNodesOptions): Listing<Machine>;

  /** Collects all nodes in one array. See {@link iterateNodes}. */
  listNodes(options?: ListNodesOptions): Operation<Machine[]>;

  /**
   * Returns a node. One exchange.
   *
   * @throws {CloudError} `not-found`.
   */
  getNode(nodeId: string, options?: CallOptions): Operation<Machine>;

  /** The available node sizes, optionally of one location. One exchange a page. */
  listSizes(location?: NodeLocation | string, options?: CallOptions): Operation<Size[]>;

  /** The images that nodes can be created from, optionally of one location. One exchange a page. */
  listImages(location?: NodeLocation | string, options?: CallOptions): Operation<Image[]>;

  /** The available locations. One exchange a page. */
  listLocations(options?: CallOptions): Operation<NodeLocation[]>;

  /**
   * Creates a node without waiting for it to run; see {@link waitUntilRunning}. One exchange. A lost answer
   * never leads to a second node: every attempt sends the same token, or a mark that is looked for.
   *
   * @throws {CloudError} `invalid-argument` with `details.field`, also when the size, image, location or key pair does not
   * exist; `quota-exceeded`; `conflict` when `clientToken` was used for another node.
   *
   * @example
   * const node = await driver.createNode('web-1', size, image);
   */
  createNode(
    name: string,
    size: NodeSize | string,
    image: NodeImage | string,
    options?: CreateNodeOptions,
  ): Operation<Machine & NodeCredentials>;

  /**
   * Reboots a running node. Returns when the cloud has accepted the request. One exchange, which is not retried when its
   * response is lost, because that would reboot the node twice.
   *
   * @throws {CloudError} `not-found`, `wrong-state`.
   */
  rebootNode(node: Node | string, options?: CallOptions): Operation<void>;

  /**
   * Starts a stopped node. Returns when the cloud has accepted the request. One exchange.
   *
   * @throws {CloudError} `not-found`, `wrong-state`.
   */
  startNode(node: Node | string, options?: CallOptions): Operation<void>;

  /**
   * Stops a node, which keeps its disk. Returns when the cloud has accepted the request. One exchange.
   *
   * @throws {CloudError} `not-found`, `wrong-state`.
   */
  stopNode(node: Node | string, options?: CallOptions): Operation<void>;

  /**
   * Destroys a node and its disk, whatever its state. Returns when the cloud has accepted the request. Safe to repeat:
   * destroying a node that is shutting down or terminated succeeds. One exchange.
   *
   * @throws {CloudError} `not-found` when the cloud does not know the node, or no longer lists it.
   */
  destroyNode(node: Node | string, options?: CallOptions): Operation<void>;

  /**
   * Waits until all nodes are in a state. Polls immediately and after each pause, with one exchange for all nodes that have
   * not reached the state, where the cloud can be asked for several, else with one for each, in parallel. Nodes that have
   * reached it are not polled again. When waiting for `terminated`, a node that the cloud no longer lists counts as terminated.
   *
   * @returns The nodes as they were when they reached the state, in the order given.
   * @throws {CloudError} `wrong-state` as soon as a node is in `error` or `terminated` and another state is awaited, with
   * `details.node` and `details.state`, and the cloud's reason in the message; `timeout` with `details.pending`; `not-found`
   * for a node that does not exist or has disappeared; `invalid-argument` when a node is given twice. The other nodes are not affected.
   */
  waitForNodes(nodes: readonly (Node | string)[], options?: WaitForNodesOptions): Operation<Machine[]>;

  /**
   * Waits until all nodes are running and have an address. See {@link waitForNodes}.
   *
   * @returns Each node with its addresses of the requested kind and family, in the order given.
   *
   * @example
   * const [reachable] = await driver.waitUntilRunning([created]);
   */
  waitUntilRunning(
    nodes: readonly (Node | string)[],
    options?: WaitUntilRunningOptions,
  ): Operation<ReachableNode<Machine>[]>;

  /**
   * Creates an image of a node's disk without waiting for it to be available. One exchange.
   *
   * @throws {CloudError} `invalid-argument` when there is no such node; `wrong-state`, `quota-exceeded`.
   */
  createImage(node: Node | string, name: string, options?: CreateImageOptions): Operation<Image>;

  /**
   * Returns an image. One exchange.
   *
   * @throws {CloudError} `not-found`.
   */
  getImage(imageId: string, options?: CallOptions): Operation<Image>;

  /**
   * Deletes an image of the account. One exchange.
   *
   * @throws {CloudError} `not-found`; `permission-denied` or `not-found` for a public image of the cloud.
   */
  deleteImage(image: NodeImage | string, options?: CallOptions): Operation<void>;

  /**
   * Copies an image from another region into this one without waiting for it to be available. One exchange.
   *
   * @param sourceRegion Id of the region where the image is.
   * @throws {CloudError} `invalid-argument` when there is no such region or image; `wrong-state`; `unsupported` where a cloud
   * copies none.
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
   * Returns a volume. One exchange.
   *
   * @throws {CloudError} `not-found`.
   */
  getVolume(volumeId: string, options?: CallOptions): Operation<Volume>;

  /**
   * Creates a volume without waiting for it to be available. One exchange. A retry never creates a second one.
   *
   * @param sizeGb A whole number of gigabytes, from 1.
   * @throws {CloudError} `invalid-argument`, also when the location or snapshot does not exist; `quota-exceeded`.
   */
  createVolume(sizeGb: number, name: string, options?: CreateVolumeOptions): Operation<Volume>;

  /**
   * Attaches a volume to a node in the same location. Returns when the cloud has accepted the request. One exchange.
   *
   * @throws {CloudError} `not-found` when the volume does not exist; `invalid-argument` when the node does not exist or is
   * in another location; `wrong-state` when the volume is in use or not yet available.
   */
  attachVolume(node: Node | string, volume: StorageVolume | string, options?: AttachVolumeOptions): Operation<void>;

  /**
   * Detaches a volume from its node. Returns when the cloud has accepted the request. One exchange.
   *
   * @throws {CloudError} `not-found`; `wrong-state` when it is not attached.
   */
  detachVolume(volume: StorageVolume | string, options?: CallOptions): Operation<void>;

  /**
   * Destroys a volume and its data. One exchange.
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
   * Creates a snapshot of a volume without waiting for it to be available. One exchange. A retry never creates a second one.
   *
   * @throws {CloudError} `not-found`, `wrong-state`.
   */
  createVolumeSnapshot(volume: StorageVolume | string, options?: CreateSnapshotOptions): Operation<Snapshot>;

  /**
   * Returns a snapshot. One exchange.
   *
   * @throws {CloudError} `not-found`.
   */
  getVolumeSnapshot(snapshotId: string, options?: CallOptions): Operation<Snapshot>;

  /**
   * Destroys a snapshot. One exchange.
   *
   * @throws {CloudError} `not-found`.
   */
  destroyVolumeSnapshot(snapshot: VolumeSnapshot | string, options?: CallOptions): Operation<void>;

  /** The account's key pairs. One exchange a page. */
  listKeyPairs(options?: CallOptions): Operation<KeyPair[]>;

  /**
   * Returns a key pair. One exchange.
   *
   * @throws {CloudError} `not-found`.
   */
  getKeyPair(name: string, options?: CallOptions): Operation<KeyPair>;

  /**
   * Creates a key pair in the cloud. Only this result contains the private key. One exchange, which is not retried when its
   * response is lost, because the key is lost with it.
   *
   * @throws {CloudError} `already-exists`.
   */
  createKeyPair(name: string, options?: CallOptions): Operation<KeyPair>;

  /**
   * Registers a public key. One exchange.
   *
   * @param keyMaterial One line in OpenSSH format: `ssh-ed25519 AAAA… comment`. A private key is refused and not sent.
   * @throws {CloudError} `already-exists`, `invalid-argument`.
   */
  importKeyPairFromString(name: string, keyMaterial: string, options?: CallOptions): Operation<KeyPair>;

  /**
   * Registers the public key in a local file. See {@link importKeyPairFromString}. One exchange.
   *
   * @param path `~/` is the user's home folder: `~/.ssh/id_ed25519.pub`.
   * @throws {CloudError} `invalid-argument` when the file does not exist or contains no public key; nothing is sent.
   */
  importKeyPairFromFile(name: string, path: string, options?: CallOptions): Operation<KeyPair>;

  /**
   * Deletes a key pair. Nodes created with it still accept the key. One exchange.
   *
   * @throws {CloudError} `not-found`.
   */
  deleteKeyPair(keyPair: KeyPair | string, options?: CallOptions): Operation<void>;
}
