/** Operations on volumes and their snapshots. */
import {
  type AttachVolumeOptions,
  type CreateSnapshotOptions,
  type CreateVolumeOptions,
  clientTokenOf,
  countOf,
  drain,
  idOf,
  type Node,
  type Operation,
  type StorageVolume,
  textOf,
  type VolumeSnapshot,
} from '@isobar/core/provider';
import type { TestSnapshot, TestVolume } from './models.ts';
import { deleteResource, listPages, type Scope, send } from './requests.ts';
import { readSnapshot, readSnapshots, readVolume, readVolumes } from './wire/volumes.ts';

/** All volumes. One exchange per page. */
export function* listVolumes(scope: Scope): Operation<TestVolume[]> {
  return yield* drain(listPages(scope, { path: '/volumes' }, readVolumes));
}

/** Gets one volume. One exchange. */
export function* getVolume(scope: Scope, volumeId: string): Operation<TestVolume> {
  const { path, ...subject } = volumeAt(textOf('volumeId', volumeId));
  const { body } = yield* send(scope, { method: 'GET', path, idempotent: true, subject });
  return readVolume(body);
}

/** Creates a volume. One exchange; all attempts send the same token. */
export function* createVolume(
  scope: Scope,
  sizeGb: number,
  name: string,
  options: CreateVolumeOptions = {},
): Operation<TestVolume> {
  const { location, snapshot } = options;
  const json = {
    size_gb: countOf('sizeGb', sizeGb, 1),
    name: textOf('name', name),
    ...(location !== undefined && { location: idOf(location, 'location') }),
    ...(snapshot !== undefined && { snapshot_id: idOf(snapshot, 'snapshot') }),
    client_token: yield* clientTokenOf(options),
  };
  const { body } = yield* send(scope, { method: 'POST', path: '/volumes', json, idempotent: true });
  return readVolume(body);
}

/** Attaches a volume. One exchange, not retried when the response is lost. */
export function* attachVolume(
  scope: Scope,
  node: Node | string,
  given: StorageVolume | string,
  options: AttachVolumeOptions = {},
): Operation<void> {
  const nodeId = idOf(node, 'node');
  const { path, volume } = volumeAt(given);
  const { device } = options;
  const json = { node_id: nodeId, ...(device !== undefined && { device: textOf('device', device) }) };
  const subject = { volume, node: nodeId };
  yield* send(scope, { method: 'POST', path: `${path}/attach`, json, idempotent: false, subject });
}

/** Detaches a volume. One exchange, not retried when the response is lost. */
export function* detachVolume(scope: Scope, volume: StorageVolume | string): Operation<void> {
  const { path, ...subject } = volumeAt(volume);
  yield* send(scope, { method: 'POST', path: `${path}/detach`, idempotent: false, subject });
}

/** Destroys a volume. One exchange. */
export function* destroyVolume(scope: Scope, volume: StorageVolume | string): Operation<void> {
  yield* deleteResource(scope, volumeAt(volume));
}

/** A volume's snapshots. One exchange per page. */
export function* listVolumeSnapshots(scope: Scope, volume: StorageVolume | string): Operation<TestSnapshot[]> {
  const { path, ...subject } = volumeAt(volume);
  return yield* drain(listPages(scope, { path: `${path}/snapshots`, subject }, readSnapshots));
}

/** Creates a snapshot of a volume. One exchange; all attempts send the same token. */
export function* createVolumeSnapshot(
  scope: Scope,
  volume: StorageVolume | string,
  options: CreateSnapshotOptions = {},
): Operation<TestSnapshot> {
  const { path, ...subject } = volumeAt(volume);
  const { name } = options;
  const json = {
    ...(name !== undefined && { name: textOf('name', name) }),
    client_token: yield* clientTokenOf(options),
  };
  const request = { method: 'POST', path: `${path}/snapshots`, json, idempotent: true, subject } as const;
  const { body } = yield* send(scope, request);
  return readSnapshot(body);
}

/** Gets one snapshot. One exchange. */
export function* getVolumeSnapshot(scope: Scope, snapshotId: string): Operation<TestSnapshot> {
  const { path, ...subject } = snapshotAt(textOf('snapshotId', snapshotId));
  const { body } = yield* send(scope, { method: 'GET', path, idempotent: true, subject });
  return readSnapshot(body);
}

/** Destroys a snapshot. One exchange. */
export function* destroyVolumeSnapshot(scope: Scope, snapshot: VolumeSnapshot | string): Operation<void> {
  yield* deleteResource(scope, snapshotAt(snapshot));
}

function volumeAt(given: StorageVolume | string): { readonly path: string; readonly volume: string } {
  const volume = idOf(given, 'volume');
  return { path: `/volumes/${encodeURIComponent(volume)}`, volume };
}

function snapshotAt(given: VolumeSnapshot | string): { readonly path: string; readonly snapshot: string } {
  const snapshot = idOf(given, 'snapshot');
  return { path: `/snapshots/${encodeURIComponent(snapshot)}`, snapshot };
}
