/** Options of compute methods. */
import type { CallOptions, ListingOptions } from '../drivers/call-options.ts';
import type { PollOptions } from '../operations/poll.ts';
import type { Node, NodeAuth, NodeLocation, NodeState, VolumeSnapshot } from './models.ts';

/** Which nodes to list. */
export interface ListNodesOptions extends ListingOptions {
  /** Only nodes in this state. Terminated nodes are listed only when requested here. */
  readonly state?: NodeState;
  /** Only nodes whose names begin with this. */
  readonly namePrefix?: string;
  /** Maximum number of nodes on a page, 1–1,000. Default 1,000. */
  readonly pageSize?: number;
}

/** Options of methods that create a resource. */
export interface CreateOptions extends CallOptions {
  /**
   * Idempotency token: the cloud creates only one resource per token, even if another process repeats the call. Default: a
   * random token for each call, which covers the retries of that call.
   */
  readonly clientToken?: string;
}

/** Options of `createNode`. */
export interface CreateNodeOptions extends CreateOptions {
  /** Default: the cloud chooses. */
  readonly location?: NodeLocation | string;
  /** How to log in. Default: as configured in the image. */
  readonly auth?: NodeAuth;
}

/** Options of `createVolume`. */
export interface CreateVolumeOptions extends CreateOptions {
  /** Default: the cloud chooses. */
  readonly location?: NodeLocation | string;
  /** Snapshot to create the volume from. Default: the volume is empty. */
  readonly snapshot?: VolumeSnapshot | string;
}

/** Options of `attachVolume`. */
export interface AttachVolumeOptions extends CallOptions {
  /** Device name on the node: `/dev/vdb`. Default: the cloud chooses. */
  readonly device?: string;
}

/** Options of `createVolumeSnapshot`. */
export interface CreateSnapshotOptions extends CreateOptions {
  /** Default: the cloud chooses. */
  readonly name?: string;
}

/** Options of `createImage` and `copyImage`. */
export interface CreateImageOptions extends CreateOptions {
  readonly description?: string;
}

/** Progress of a wait, reported after each poll. */
export interface WaitProgress {
  /** All nodes as last seen, in the order in which they were given. */
  readonly nodes: readonly Node[];
  /** Ids of the nodes that have not reached the awaited state. */
  readonly pending: readonly string[];
  /** Time since the wait began, in milliseconds. */
  readonly elapsedMs: number;
}

/** Options of waits for nodes. Default `timeoutMs`: 600,000 (ten minutes). */
export interface WaitOptions extends PollOptions {
  /** Called after each poll. An error that it throws ends the wait. */
  readonly onProgress?: (progress: WaitProgress) => void;
}

/** Options of `waitForNodes`. */
export interface WaitForNodesOptions extends WaitOptions {
  /** Default `running`. */
  readonly state?: NodeState;
}

/** Options of `waitUntilRunning`: which addresses a running node must have. */
export interface WaitUntilRunningOptions extends WaitOptions {
  /** Default `public`. */
  readonly addresses?: 'public' | 'private';
  /** Default `ipv4`. */
  readonly family?: 'ipv4' | 'ipv6' | 'any';
}
