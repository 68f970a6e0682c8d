/** The states of OpenStack's resources, as core's. The tables stand in the README too. */
import { NodeImageState, NodeState, StorageVolumeState, VolumeSnapshotState } from '@isobar/core/provider';

/** What a server is doing, which is more precise than its status. The first row that matches is used. */
const nodeStates: readonly (readonly [status: RegExp, task: RegExp, state: NodeState])[] = [
  [/^(SOFT_)?DELETED$/, /^/, NodeState.TERMINATED],
  [/^/, /^(soft-)?deleting$/, NodeState.STOPPING],
  [/^BUILD$/, /^/, NodeState.PENDING],
  [/^ACTIVE$/, /^(powering-off|pausing|suspending|rescuing|shelving.*)$/, NodeState.STOPPING],
  [/^ACTIVE$/, /^/, NodeState.RUNNING],
  [/^SHUTOFF$/, /^powering-on$/, NodeState.STARTING],
  [/^SHUTOFF$/, /^/, NodeState.STOPPED],
  [/^(HARD_)?REBOOT$/, /^/, NodeState.REBOOTING],
  [/^(PAUSED|SUSPENDED|SHELVED.*)$/, /^(unpausing|resuming|unshelving)$/, NodeState.STARTING],
  [/^PAUSED$/, /^/, NodeState.PAUSED],
  [/^SUSPENDED$/, /^/, NodeState.SUSPENDED],
  [/^SHELVED/, /^/, NodeState.STOPPED],
  [/^(RESIZE|REVERT_RESIZE|VERIFY_RESIZE)$/, /^/, NodeState.RECONFIGURING],
  [/^(REBUILD|PASSWORD)$/, /^/, NodeState.UPDATING],
  [/^MIGRATING$/, /^/, NodeState.MIGRATING],
  [/^RESCUE$/, /^/, NodeState.RUNNING],
  [/^ERROR$/, /^/, NodeState.ERROR],
];

/** The state of a server, by its status and what Nova is doing with it. */
export function nodeState(status: string, task: string | null | undefined): NodeState {
  return nodeStates.find(([word, doing]) => word.test(status) && doing.test(task ?? ''))?.[2] ?? NodeState.UNKNOWN;
}

/** The statuses that Nova can filter for a state; none where the state is also that of others. */
export const nodeStatuses: Readonly<Partial<Record<NodeState, string>>> = {
  [NodeState.PENDING]: 'BUILD',
  [NodeState.PAUSED]: 'PAUSED',
  [NodeState.SUSPENDED]: 'SUSPENDED',
  [NodeState.MIGRATING]: 'MIGRATING',
  [NodeState.ERROR]: 'ERROR',
};

const imageStates: Readonly<Record<string, NodeImageState>> = {
  queued: NodeImageState.PENDING,
  saving: NodeImageState.PENDING,
  uploading: NodeImageState.PENDING,
  importing: NodeImageState.PENDING,
  active: NodeImageState.AVAILABLE,
  killed: NodeImageState.ERROR,
  deleted: NodeImageState.DELETED,
  pending_delete: NodeImageState.DELETING,
};

/** The state of an image. */
export function imageState(status: string): NodeImageState {
  return imageStates[status] ?? NodeImageState.UNKNOWN;
}

const volumeStates: readonly (readonly [status: RegExp, state: StorageVolumeState])[] = [
  [/^available$/, StorageVolumeState.AVAILABLE],
  [/^(in-use|detaching)$/, StorageVolumeState.INUSE],
  [/^(creating|downloading)$/, StorageVolumeState.CREATING],
  [/^deleting$/, StorageVolumeState.DELETING],
  [/^(attaching|reserved)$/, StorageVolumeState.ATTACHING],
  [/^(backing-up|restoring-backup)$/, StorageVolumeState.BACKUP],
  [/^(retyping|extending|uploading|managing|maintenance|awaiting-transfer)$/, StorageVolumeState.UPDATING],
  [/^error/, StorageVolumeState.ERROR],
];

/** The state of a volume. */
export function volumeState(status: string, migration: string | null | undefined): StorageVolumeState {
  if (migration === 'migrating') return StorageVolumeState.MIGRATING;
  return volumeStates.find(([word]) => word.test(status))?.[1] ?? StorageVolumeState.UNKNOWN;
}

const snapshotStates: readonly (readonly [status: RegExp, state: VolumeSnapshotState])[] = [
  [/^available$/, VolumeSnapshotState.AVAILABLE],
  [/^creating$/, VolumeSnapshotState.CREATING],
  [/^(deleting|unmanaging)$/, VolumeSnapshotState.DELETING],
  [/^error/, VolumeSnapshotState.ERROR],
  [/^(updating|backing-up)$/, VolumeSnapshotState.UPDATING],
  [/^restoring$/, VolumeSnapshotState.RESTORING],
];

/** The state of a snapshot. */
export function snapshotState(status: string): VolumeSnapshotState {
  return snapshotStates.find(([word]) => word.test(status))?.[1] ?? VolumeSnapshotState.UNKNOWN;
}
