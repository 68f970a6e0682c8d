/** What compute methods return: plain data. */

/** The states a node can be in, in every cloud's words made one. */
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

/** A node's state. A state that a cloud adds after this was written is `unknown`. */
export type NodeState = (typeof NodeState)[keyof typeof NodeState];

/** A virtual machine. */
export interface Node {
  readonly id: string;
  readonly name: string;
  readonly state: NodeState;
  /** In the cloud's order. An address is no identity: two nodes may share one. */
  readonly publicIps: readonly string[];
  readonly privateIps: readonly string[];
  /** Id of its size. */
  readonly size?: string;
  /** Id of the image it was made from. */
  readonly image?: string;
  /** Id of its location. */
  readonly location?: string;
  readonly createdAt?: Date;
  /** What only this provider knows. */
  readonly extra: object;
}

/** What `createNode` tells besides the node, once and never again. */
export interface NodeCredentials {
  /** The password that the cloud made, when `auth` asked for one. Keep it: no other call tells it. */
  readonly generatedPassword?: string;
}

/** How to log in to a new node: with a key of yours, a stored key pair, a password of yours, or one that the cloud makes. */
export type NodeAuth =
  /** One line as OpenSSH writes it: `ssh-ed25519 AAAA… comment`. */
  | { readonly sshPublicKey: string }
  /** The name of a key pair, or the key pair. */
  | { readonly keyPair: KeyPair | string }
  | { readonly password: string }
  | { readonly generatePassword: true };

/** What a node can be made as large as. */
export interface NodeSize {
  readonly id: string;
  readonly name: string;
  readonly ramMb: number;
  readonly diskGb: number;
  readonly bandwidthMbps?: number;
  /** In the currency of the account. */
  readonly pricePerHour?: number;
  /** Virtual processors. */
  readonly cpus?: number;
  /** What only this provider knows. */
  readonly extra: object;
}

/** The states an image can be in. */
export const NodeImageState = {
  AVAILABLE: 'available',
  PENDING: 'pending',
  ERROR: 'error',
  DELETING: 'deleting',
  DELETED: 'deleted',
  UNKNOWN: 'unknown',
} as const;

/** An image's state. A state that a cloud adds after this was written is `unknown`. */
export type NodeImageState = (typeof NodeImageState)[keyof typeof NodeImageState];

/** What a node can be made from. */
export interface NodeImage {
  readonly id: string;
  readonly name: string;
  /** Absent where the cloud does not say; such an image can be used. */
  readonly state?: NodeImageState;
  /** What only this provider knows. */
  readonly extra: object;
}

/** Where a node can be. */
export interface NodeLocation {
  readonly id: string;
  readonly name: string;
  /** As the cloud says it, often two letters. */
  readonly country: string;
}

/** The states a volume can be in. */
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

/** A volume's state. A state that a cloud adds after this was written is `unknown`. */
export type StorageVolumeState = (typeof StorageVolumeState)[keyof typeof StorageVolumeState];

/** A disk that can be attached to a node. */
export interface StorageVolume {
  readonly id: string;
  readonly name: string;
  readonly sizeGb: number;
  readonly state: StorageVolumeState;
  /** Id of its location. */
  readonly location?: string;
  /** Id of the node that it is attached to. */
  readonly node?: string;
  /** Where it is attached: `/dev/vdb`. */
  readonly device?: string;
  readonly createdAt?: Date;
  /** What only this provider knows. */
  readonly extra: object;
}

/** The states a snapshot of a volume can be in. */
export const VolumeSnapshotState = {
  AVAILABLE: 'available',
  ERROR: 'error',
  CREATING: 'creating',
  DELETING: 'deleting',
  RESTORING: 'restoring',
  UNKNOWN: 'unknown',
  UPDATING: 'updating',
} as const;

/** A snapshot's state. A state that a cloud adds after this was written is `unknown`. */
export type VolumeSnapshotState = (typeof VolumeSnapshotState)[keyof typeof VolumeSnapshotState];

/** What a volume held at one moment. */
export interface VolumeSnapshot {
  readonly id: string;
  readonly state: VolumeSnapshotState;
  readonly name?: string;
  /** Id of the volume. */
  readonly volume?: string;
  readonly sizeGb?: number;
  readonly createdAt?: Date;
  /** What only this provider knows. */
  readonly extra: object;
}

/** A key that new nodes can let in. */
export interface KeyPair {
  readonly name: string;
  /** One line as OpenSSH writes it. */
  readonly publicKey: string;
  readonly fingerprint: string;
  /** PEM; only in what `createKeyPair` returns. Keep it: no other call tells it. */
  readonly privateKey?: string;
}

/** A node that runs and can be reached. */
export interface ReachableNode<Machine extends Node = Node> {
  readonly node: Machine;
  /** Its addresses of the kind and family that were asked for; at least one. */
  readonly addresses: readonly string[];
}
