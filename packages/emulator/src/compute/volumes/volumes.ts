/**
 * Volumes and their snapshots, and attaching a volume to a node.
 */
import { timestamp } from '../cloud/clock.ts';
import type { Cloud } from '../cloud/cloud.ts';
import type { NodeResource, SnapshotDetail, VolumeDetail } from '../cloud/details.ts';
import { type Resource, stateAt } from '../cloud/resources.ts';
import { invalid, Problem } from '../routing/problem.ts';
import { nameSchema, timeSchema } from '../routing/route.ts';
import { objectSchema, type Schema } from '../routing/schema.ts';

/** A volume. Its owner is the node that it is or was last attached to. */
export type VolumeResource = Resource<VolumeDetail>;

/** Whether a volume is attached, or about to be. */
export function isAttached(volume: VolumeResource, nowMs: number): boolean {
  const state = stateAt(volume, nowMs);
  return state === 'INUSE' || state === 'ATTACHING';
}

/** A volume, as in responses. */
export function volumeDocument(volume: VolumeResource, nowMs: number): object {
  const { id, name, createdMs, owner, detail } = volume;
  const attachment = isAttached(volume, nowMs) ? { node_id: owner, device: detail.device } : {};
  return {
    id,
    name,
    size_gb: detail.sizeGb,
    state: stateAt(volume, nowMs),
    location: detail.location,
    ...attachment,
    created_at: timestamp(createdMs),
    extra: detail.snapshot === undefined ? {} : { snapshot_id: detail.snapshot },
  };
}

/** The schema of {@link volumeDocument}. */
export const volumeSchema: Schema = objectSchema(
  {
    id: { type: 'string' },
    name: nameSchema,
    size_gb: { type: 'integer', minimum: 1 },
    state: { type: 'string', enum: ['CREATING', 'AVAILABLE', 'ATTACHING', 'INUSE', 'DELETING', 'DELETED', 'ERROR'] },
    location: { type: 'string' },
    created_at: timeSchema,
    extra: objectSchema({}, { snapshot_id: { type: 'string' } }),
  },
  { node_id: { type: 'string' }, device: { type: 'string' } },
);

/** A snapshot, as in responses. */
export function snapshotDocument(snapshot: Resource<SnapshotDetail>, nowMs: number): object {
  const { id, name, owner, createdMs, detail } = snapshot;
  const state = stateAt(snapshot, nowMs);
  return { id, name, volume_id: owner, size_gb: detail.sizeGb, state, created_at: timestamp(createdMs), extra: {} };
}

/** The schema of {@link snapshotDocument}. */
export const snapshotSchema: Schema = objectSchema({
  id: { type: 'string' },
  name: nameSchema,
  volume_id: { type: 'string' },
  size_gb: { type: 'integer', minimum: 1 },
  state: { type: 'string', enum: ['CREATING', 'AVAILABLE', 'ERROR'] },
  created_at: timeSchema,
  extra: { type: 'object' },
});

/** The node and the device that a volume is to be attached to. */
export interface Attachment {
  readonly node: NodeResource;
  /** The location of the node. */
  readonly nodeLocation: string | undefined;
  /** Default: the next free device. */
  readonly device: string | undefined;
}

/**
 * Attaches a volume.
 *
 * @throws {Problem} `in-use`, `wrong-state`, `invalid-argument`.
 */
export function attachVolume(
  cloud: Cloud,
  volume: VolumeResource,
  attachment: Attachment,
  nowMs: number,
): VolumeResource {
  const { node, nodeLocation } = attachment;
  const state = stateAt(volume, nowMs);
  if (isAttached(volume, nowMs)) throw new Problem('in-use', `Volume ${volume.id} is attached to ${volume.owner}.`);
  if (state !== 'AVAILABLE') throw new Problem('wrong-state', `Volume ${volume.id} is ${state}, not AVAILABLE.`);
  const nodeState = stateAt(node, nowMs);
  if (nodeState !== 'RUNNING' && nodeState !== 'STOPPED') {
    throw new Problem('wrong-state', `Node ${node.id} is ${nodeState}, neither RUNNING nor STOPPED.`);
  }
  if (nodeLocation !== volume.detail.location) {
    throw invalid('node_id', `must be a node in ${volume.detail.location}, where the volume is`);
  }
  const device = freeDevice(cloud, attachment, nowMs);
  return cloud.volumes.update({
    ...volume,
    state: 'ATTACHING',
    next: { atMs: nowMs + cloud.durations.volumeMs, state: 'INUSE' },
    owner: node.id,
    detail: { ...volume.detail, device },
  });
}

/** Devices of a node, after its own disk. */
const devices = Array.from('bcdefghijklmnopqrstuvwxyz', (letter) => `/dev/sd${letter}`);

function freeDevice(cloud: Cloud, { node, device }: Attachment, nowMs: number): string {
  const taken = cloud.volumes
    .page({ region: node.region, nowMs, after: 0, limit: -1, owner: node.id })
    .filter((volume) => isAttached(volume, nowMs))
    .map((volume) => volume.detail.device);
  const free = device ?? devices.find((candidate) => !taken.includes(candidate));
  if (free === undefined) throw new Problem('in-use', `Node ${node.id} has ${devices.length} volumes, the maximum.`);
  if (taken.includes(free)) throw new Problem('in-use', `Device ${free} of node ${node.id} is taken.`);
  return free;
}

/** Detaches a volume, at once. @throws {Problem} `wrong-state`. */
export function detachVolume(cloud: Cloud, volume: VolumeResource, nowMs: number): VolumeResource {
  if (!isAttached(volume, nowMs)) {
    throw new Problem('wrong-state', `Volume ${volume.id} is ${stateAt(volume, nowMs)}, not attached.`);
  }
  return cloud.volumes.update({ ...volume, state: 'AVAILABLE', next: undefined, owner: undefined });
}

/** Deletes a volume. A second call changes nothing. @throws {Problem} `in-use`, `wrong-state`. */
export function deleteVolume(cloud: Cloud, volume: VolumeResource, nowMs: number): VolumeResource {
  const state = stateAt(volume, nowMs);
  if (state === 'DELETING' || state === 'DELETED') return volume;
  if (isAttached(volume, nowMs)) throw new Problem('in-use', `Volume ${volume.id} is attached to ${volume.owner}.`);
  if (state !== 'AVAILABLE') throw new Problem('wrong-state', `Volume ${volume.id} is ${state}, not AVAILABLE.`);
  const next = { atMs: nowMs + cloud.durations.volumeMs, state: 'DELETED' };
  return cloud.volumes.update({ ...volume, state: 'DELETING', next, owner: undefined });
}
