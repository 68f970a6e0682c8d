/** Options of compute methods. */
import type { CallOptions, ListingOptions } from '../call-options.ts';
import type { PollOptions } from '../poll.ts';
import type { Node, NodeAuth, NodeLocation, NodeState, VolumeSnapshot } from './models.ts';

/** Which nodes to list. */
export interface ListNodesOptions extends ListingOptions {
  /** Only nodes in this state. Terminated nodes are left out unless they are asked for. */
  readonly state?: NodeState;
  /** Only nodes whose names begin with this. */
  readonly namePrefix?: string;
  /** Most nodes on a page, from 1 to 1,000. Default 1,000. */
  readonly pageSize?: number;
}

/** Options of calls that make something. */
export interface CreateOptions extends CallOptions {
  /**
   * Makes the call safe to repeat, also by another process: the cloud makes one thing for one token. Default: a random one
   * for each call, which covers the retries of that call.
   */
  readonly clientToken?: string;
}

/** How a new node shall be, besides its name, size and image. */
export interface CreateNodeOptions extends CreateOptions {
  /** Default: the cloud chooses. */
  readonly location?: NodeLocation | string;
  /** How to log in. Default: as the image says. */
  readonly auth?: NodeAuth;
}

/** How a new volume shall be, besides its name and size. */
export interface CreateVolumeOptions extends CreateOptions {
  /** Default: the cloud chooses. */
  readonly location?: NodeLocation | string;
  /** What the volume shall hold. Default: nothing. */
  readonly snapshot?: VolumeSnapshot | string;
}

/** How a volume is attached. */
export interface AttachVolumeOptions extends CallOptions {
  /** Where the node shall see it: `/dev/vdb`. Default: the cloud chooses. */
  readonly device?: string;
}

/** How a new snapshot shall be. */
export interface CreateSnapshotOptions extends CreateOptions {
  /** Default: the cloud chooses. */
  readonly name?: string;
}

/** How a new image shall be, besides its name. */
export interface CreateImageOptions extends CreateOptions {
  readonly description?: string;
}

/** Told how far a wait has come, after each look at the nodes. */
export interface WaitProgress {
  /** Every node as it was last seen, in the order in which they were given. */
  readonly nodes: readonly Node[];
  /** Ids of those that are not there yet. */
  readonly pending: readonly string[];
  /** Time since the wait began, in milliseconds. */
  readonly elapsedMs: number;
}

/** How to wait for nodes. Default `timeoutMs`: 600,000 (ten minutes). */
export interface WaitOptions extends PollOptions {
  /** Called after each look. What it throws ends the wait. */
  readonly onProgress?: (progress: WaitProgress) => void;
}

/** What to wait for. */
export interface WaitForNodesOptions extends WaitOptions {
  /** Default `running`. */
  readonly state?: NodeState;
}

/** Which addresses a running node must have. */
export interface WaitUntilRunningOptions extends WaitOptions {
  /** Default `public`. */
  readonly addresses?: 'public' | 'private';
  /** Default `ipv4`. */
  readonly family?: 'ipv4' | 'ipv6' | 'any';
}
