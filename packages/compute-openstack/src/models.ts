/** Models of OpenStack. They extend those of core. */
import type {
  Node,
  NodeCredentials,
  NodeImage,
  NodeSize,
  RegionalNodes as NodesOfRegions,
  StorageVolume,
  VolumeSnapshot,
} from '@isobar/core/provider';

/** A node: a server of Nova. */
export interface OpenStackNode extends Node {
  /** Id of its region, which methods that take the node use; absent when the driver has no `region` and asked for none. */
  readonly region?: string;
  readonly extra: OpenStackNodeExtra;
}

/** What only OpenStack tells about a node. */
export interface OpenStackNodeExtra {
  /** Nova's own status, such as `VERIFY_RESIZE`. */
  readonly status: string;
  /** What Nova is doing with it, such as `powering-off`. */
  readonly taskState?: string;
  readonly vmState?: string;
  readonly powerState?: number;
  readonly keyName?: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly tags: readonly string[];
  readonly projectId?: string;
  readonly userId?: string;
  readonly hostId?: string;
  /** Ids of the volumes that are attached. */
  readonly volumes: readonly string[];
  readonly securityGroups: readonly string[];
  readonly launchedAt?: Date;
  readonly updatedAt?: Date;
  readonly locked?: boolean;
  readonly description?: string;
}

/** A node that was just created. */
export type CreatedOpenStackNode = OpenStackNode & NodeCredentials;

/** Nodes of several regions. */
export type RegionalNodes = NodesOfRegions<OpenStackNode>;

/** A region: a part of the cloud with services of its own. */
export interface OpenStackRegion {
  readonly id: string;
}

/** A size: a flavor of Nova. OpenStack tells no prices. */
export interface OpenStackSize extends NodeSize {
  readonly cpus: number;
  readonly extra: { readonly ephemeralGb: number; readonly swapMb: number; readonly isPublic: boolean };
}

/** An image of Glance. */
export interface OpenStackImage extends NodeImage {
  readonly extra: OpenStackImageExtra;
}

/** What only OpenStack tells about an image. */
export interface OpenStackImageExtra {
  /** Glance's own status, such as `deactivated`. */
  readonly status: string;
  readonly visibility?: string;
  readonly ownerId?: string;
  readonly sizeBytes?: number;
  readonly minDiskGb?: number;
  readonly minRamMb?: number;
  readonly isProtected?: boolean;
  readonly tags?: readonly string[];
  readonly createdAt?: Date;
  /** Its own properties, such as `os_distro`. */
  readonly properties: Readonly<Record<string, string>>;
}

/** A volume of Cinder. */
export interface OpenStackVolume extends StorageVolume {
  readonly extra: {
    /** Cinder's own status, such as `awaiting-transfer`. */
    readonly status: string;
    readonly type?: string;
    readonly description?: string;
    readonly isBootable: boolean;
    readonly isEncrypted: boolean;
    readonly snapshot?: string;
    readonly metadata: Readonly<Record<string, string>>;
  };
}

/** A snapshot of Cinder. */
export interface OpenStackSnapshot extends VolumeSnapshot {
  readonly extra: {
    readonly status: string;
    readonly description?: string;
    readonly metadata: Readonly<Record<string, string>>;
  };
}

/** A network of Neutron. */
export interface OpenStackNetwork {
  readonly id: string;
  readonly name: string;
  /** Whether floating addresses come from it. */
  readonly isExternal: boolean;
  readonly isShared: boolean;
  readonly status: string;
}

/** A security group of Neutron. */
export interface OpenStackSecurityGroup {
  readonly id: string;
  readonly name: string;
  readonly description: string;
}

/** A floating address of Neutron: a public one that can move from node to node. */
export interface OpenStackFloatingAddress {
  readonly id: string;
  readonly address: string;
  /** Id of the network that it is from. */
  readonly network: string;
  /** Id of the port that it leads to, if any. */
  readonly port?: string;
  /** The private address that it leads to, if any. */
  readonly privateIp?: string;
  readonly status: string;
}

/** The quotas of the project, and what is used of them. `Infinity`: no limit. */
export interface OpenStackQuotas {
  readonly nodes: Quota;
  readonly cpus: Quota;
  readonly ramMb: Quota;
  /** How many key pairs the user may have; what is used is not told. */
  readonly maxKeyPairs: number;
}

/** A limit, and what is used of it. */
export interface Quota {
  readonly max: number;
  readonly used: number;
}
