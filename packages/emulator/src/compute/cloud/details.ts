/** The fields of each kind of resource. */
import type { Resource } from './resources.ts';

/** The fields of nodes. */
export interface NodeDetail {
  readonly size: string;
  readonly image: string;
  readonly location?: string;
  readonly publicIps: readonly string[];
  readonly privateIps: readonly string[];
  /** When the addresses appear; absent: from the start. */
  readonly addressesAtMs?: number;
  /** How long it takes to boot, if different from the default. */
  readonly bootMs?: number;
  readonly extra: Readonly<Record<string, unknown>>;
  readonly generatedPassword?: string;
  readonly requestHash?: string;
}

/** A node. */
export type NodeResource = Resource<NodeDetail>;

/** The fields of volumes. */
export interface VolumeDetail {
  readonly sizeGb: number;
  readonly location: string;
  readonly snapshot?: string;
  /** Its device in the node that it is attached to. */
  readonly device?: string;
  readonly requestHash?: string;
}

/** The fields of snapshots. Their owner is the volume. */
export interface SnapshotDetail {
  readonly sizeGb: number;
  readonly requestHash?: string;
}

/** The fields of images. */
export interface ImageDetail {
  readonly extra: Readonly<Record<string, string>>;
  readonly requestHash?: string;
}

/** The fields of key pairs. Their id is their name. */
export interface KeyPairDetail {
  readonly publicKey: string;
}

/** The fields of reports. */
export interface ReportDetail {
  /** Progress of a cancelled report. */
  readonly percent?: number;
  readonly requestHash?: string;
}
