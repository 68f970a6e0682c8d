/** What compute methods return: plain data. */

/** The states of a node, the same for every cloud. */
export const NodeState = {
  RUNNING: 'running',
  STARTING: 'starting',
  REBOOTING: 'rebooting',
  TERMINATED: 'terminated',
  PENDING: 'pending',
  UNKNOWN: 'unknown',
  STOPPING: 'stopping',
  STOPPED: 'stopped',
  SUSPENDED: 'suspended',
  ERROR: 'error',
  PAUSED: 'paused',
  RECONFIGURING: 'reconfiguring',
  MIGRATING: 'migrating',
  NORMAL: 'normal',
  UPDATING: 'updating',
} as const;

/** A node's state. States that Isobar does not know are `unknown`. */
export type NodeState = (typeof NodeState)[keyof typeof NodeState];

/** A virtual machine. */
export interface Node {
  readonly id: string;
  readonly name: string;
  readonly state: NodeState;
  /** Why it is in that state, in the cloud's words, where the cloud says so: what went wrong with a node in `error`. */
  readonly stateReason?: string;
  /** In the cloud's order. Addresses do not identify a node: two nodes may share one. */
  readonly publicIps: readonly string[];
  readonly privateIps: readonly string[];
  /** Id of the size. */
  readonly size?: string;
  /** Id of the image that it was created from. */
  readonly image?: string;
  /** Id of the location. */
  readonly location?: string;
  readonly createdAt?: Date;
  /** Provider-specific fields. */
  readonly extra: object;
}

/** Returned by `createNode` in addition to the node, and by no other method. */
export interface NodeCredentials {
  /** The password that the cloud generated, when `auth` asked for one. Store it: it cannot be retrieved later. */
  readonly generatedPassword?: string;
}

/** How to log in to a new node: a public key, a stored key pair, a given password, or a generated password. */
export type NodeAuth =
  /** One line in OpenSSH format: `ssh-ed25519 AAAA… comment`. */
  | { readonly sshPublicKey: string }
  /** The name of a key pair, or the key pair. */
  | { readonly keyPair: KeyPair | string }
  | { readonly password: string }
  | { readonly generatePassword: true };

/** A node size: CPUs, memory, disk and price. */
export interface NodeSize {
  readonly id: string;
  readonly name: string;
  readonly ramMb: number;
  readonly diskGb: number;
  readonly bandwidthMbps?: number;
  /** In the account's currency. */
  readonly pricePerHour?: number;
  /** Virtual processors. */
  readonly cpus?: number;
  /** Provider-specific fields. */
  readonly extra: object;
}

/** The states of an image. */
export const NodeImageState = {
  AVAILABLE: 'available',
  PENDING: 'pending',
  ERROR: 'error',
  DELETING: 'deleting',
  DELETED: 'deleted',
  UNKNOWN: 'unknown',
} as const;

/** An image's state. States that Isobar does not know are `unknown`. */
export type NodeImageState = (typeof NodeImageState)[keyof typeof NodeImageState];

/** An image that nodes can be created from. */
export interface NodeImage {
  readonly id: string;
  readonly name: string;
  /** Absent when the cloud reports no state; such an image is usable. */
  readonly state?: NodeImageState;
  /** Provider-specific fields. */
  readonly extra: object;
}

/** A location of nodes. */
export interface NodeLocation {
  readonly id: string;
  readonly name: string;
  /** As the cloud reports it, often two letters. */
  readonly country: string;
}

/** The states of a volume. */
export const StorageVolumeState = {
  AVAILABLE: 'available',
  ERROR: 'error',
  INUSE: 'inuse',
  CREATING: 'creating',
  DELETING: 'deleting',
  DELETED: 'deleted',
  BACKUP: 'backup',
  ATTACHING: 'attaching',
  UNKNOWN: 'unknown',
  MIGRATING: 'migrating',
  UPDATING: 'updating',
} as const;

/** A volume's state. States that Isobar does not know are `unknown`. */
export type StorageVolumeState = (typeof StorageVolumeState)[keyof typeof StorageVolumeState];

/** A disk that can be attached to a node. */
export interface StorageVolume {
  readonly id: string;
  readonly name: string;
  readonly sizeGb: number;
  readonly state: StorageVolumeState;
  /** Id of the location. */
  readonly location?: string;
  /** Id of the node that it is attached to. */
  readonly node?: string;
  /** Device name on the node: `/dev/vdb`. */
  readonly device?: string;
  readonly createdAt?: Date;
  /** Provider-specific fields. */
  readonly extra: object;
}

/** The states of a volume snapshot. */
export const VolumeSnapshotState = {
  AVAILABLE: 'available',
  ERROR: 'error',
  CREATING: 'creating',
  DELETING: 'deleting',
  RESTORING: 'restoring',
  UNKNOWN: 'unknown',
  UPDATING: 'updating',
} as const;

/** A snapshot's state. States that Isobar does not know are `unknown`. */
export type VolumeSnapshotState = (typeof VolumeSnapshotState)[keyof typeof VolumeSnapshotState];

/** A snapshot of a volume. */
export interface VolumeSnapshot {
  readonly id: string;
  readonly state: VolumeSnapshotState;
  readonly name?: string;
  /** Id of the volume. */
  readonly volume?: string;
  readonly sizeGb?: number;
  readonly createdAt?: Date;
  /** Provider-specific fields. */
  readonly extra: object;
}

/** A key pair for logging in to new nodes. */
export interface KeyPair {
  readonly name: string;
  /** One line in OpenSSH format. */
  readonly publicKey: string;
  readonly fingerprint: string;
  /** PEM. Only `createKeyPair` returns it. Store it: it cannot be retrieved later. */
  readonly privateKey?: string;
}

/** A running node and its addresses. */
export interface ReachableNode<Machine extends Node = Node> {
  readonly node: Machine;
  /** Addresses of the requested kind and family, at least one. */
  readonly addresses: readonly string[];
}
