/** Reads volumes and snapshots into models. */
import { readJson, StorageVolumeState, VolumeSnapshotState } from '@isobar/core/provider';
import * as z from '@isobar/core/schema';
import type { TestSnapshot, TestVolume } from '../models.ts';
import { readCreatedAt, readState, wireExtra } from './document.ts';

const wireVolume = z.object({
  id: z.string(),
  name: z.string(),
  size_gb: z.number(),
  state: z.string(),
  location: z.nullish(z.string()),
  node_id: z.nullish(z.string()),
  device: z.nullish(z.string()),
  created_at: z.string(),
  extra: wireExtra,
});
const wireSnapshot = z.object({
  id: z.string(),
  name: z.nullish(z.string()),
  volume_id: z.nullish(z.string()),
  size_gb: z.nullish(z.number()),
  state: z.string(),
  created_at: z.string(),
  extra: wireExtra,
});
const wireVolumes = z.array(wireVolume);
const wireSnapshots = z.array(wireSnapshot);

/** A list of volumes. */
export function readVolumes(body: Uint8Array): TestVolume[] {
  return readJson(wireVolumes, body).map(toVolume);
}

/** One volume. */
export function readVolume(body: Uint8Array): TestVolume {
  return toVolume(readJson(wireVolume, body));
}

/** A list of snapshots. */
export function readSnapshots(body: Uint8Array): TestSnapshot[] {
  return readJson(wireSnapshots, body).map(toSnapshot);
}

/** One snapshot. */
export function readSnapshot(body: Uint8Array): TestSnapshot {
  return toSnapshot(readJson(wireSnapshot, body));
}

function toVolume(wire: z.infer<typeof wireVolume>): TestVolume {
  return {
    id: wire.id,
    name: wire.name,
    sizeGb: wire.size_gb,
    state: readState(StorageVolumeState, wire.state),
    ...(typeof wire.location === 'string' && { location: wire.location }),
    ...(typeof wire.node_id === 'string' && { node: wire.node_id }),
    ...(typeof wire.device === 'string' && { device: wire.device }),
    ...readCreatedAt(wire.created_at),
    extra: wire.extra,
  };
}

function toSnapshot(wire: z.infer<typeof wireSnapshot>): TestSnapshot {
  return {
    id: wire.id,
    state: readState(VolumeSnapshotState, wire.state),
    ...(typeof wire.name === 'string' && { name: wire.name }),
    ...(typeof wire.volume_id === 'string' && { volume: wire.volume_id }),
    ...(typeof wire.size_gb === 'number' && { sizeGb: wire.size_gb }),
    ...readCreatedAt(wire.created_at),
    extra: wire.extra,
  };
}
