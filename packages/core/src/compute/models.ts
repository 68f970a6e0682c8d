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
  readonly publicIps: readonly string[];
  readonly privateIps: readonly string[];
  /** Id of its size. */
  readonly size?: string;
  /** Id of the image it was made from. */
  readonly image?: string;
  readonly createdAt?: Date;
  /** What only this provider knows. */
  readonly extra: object;
}
