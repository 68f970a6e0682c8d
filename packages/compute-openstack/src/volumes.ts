/** Operations on volumes and their snapshots: Cinder's, attached by Nova. */
import {
  type AttachVolumeOptions,
  CloudError,
  type CreateSnapshotOptions,
  type CreateVolumeOptions,
  countOf,
  dateOf,
  drain,
  idOf,
  isCloudError,
  type Node,
  type Operation,
  readJson,
  type StorageVolume,
  StorageVolumeState,
  textOf,
  type VolumeSnapshot,
} from '@isobar/core/provider';
import * as z from '@isobar/core/schema';
import type { OpenStackSnapshot, OpenStackVolume } from './models.ts';
import { scopeOf, whileYoung } from './nodes.ts';
import { createOnce, markName } from './once.ts';
import { type CloudRequest, deleteResource, getJson, listPages, pathOf, type Scope, send } from './requests.ts';
import { snapshotState, volumeState } from './states.ts';
import { fieldOf, utc } from './wire.ts';

const text = z.nullish(z.string());
const metadata = z.nullish(z.record(z.string(), z.string()));
const wireVolume = z.object({
  id: z.string(),
  status: z.string(),
  size: z.number(),
  name: text,
  description: text,
  availability_zone: text,
  volume_type: text,
  bootable: z.nullish(z.union([z.string(), z.boolean()])),
  encrypted: z.nullish(z.boolean()),
  metadata,
  snapshot_id: text,
  created_at: text,
  migration_status: text,
  attachments: z.nullish(z.array(z.object({ server_id: text, device: text }))),
});
const wireSnapshot = z.object({
  id: z.string(),
  status: z.string(),
  name: text,
  description: text,
  volume_id: text,
  size: z.nullish(z.number()),
  metadata,
  created_at: text,
});
const wireVolumes = z.object({ volumes: z.array(wireVolume) });
const wireSnapshots = z.object({ snapshots: z.array(wireSnapshot) });
const oneVolume = z.object({ volume: wireVolume });
const oneSnapshot = z.object({ snapshot: wireSnapshot });

/** The version in which snapshots are found by metadata, and made of volumes in use. */
const snapshotVersion = '3.66';

/** All volumes. One exchange a page. */
export function* listVolumes(scope: Scope): Operation<OpenStackVolume[]> {
  return yield* volumesWith(scope, {});
}

function* volumesWith(scope: Scope, query: CloudRequest['query']): Operation<OpenStackVolume[]> {
  const request = { service: 'volume', path: '/volumes/detail', query: query ?? {} } as const;
  return yield* drain(listPages(scope, request, wireVolumes, ({ volumes }) => volumes.map(toVolume)));
}

/** The filter for a mark, in the form that Cinder reads: a dictionary of Python. */
function withMark(mark: string): { readonly metadata: string } {
  return { metadata: `{'${markName}': '${mark}'}` };
}

/** Gets one volume. One exchange. */
export function* getVolume(
  scope: Scope,
  wanted: StorageVolume | string,
  field = 'volumeId',
): Operation<OpenStackVolume> {
  const { id: volume, part } = pathOf(wanted, field);
  const request = { service: 'volume', path: `/volumes/${part}`, subject: { volume } } as const;
  return toVolume((yield* getJson(scope, oneVolume, request)).volume);
}

/** Creates a volume. One exchange; two more with a token of the caller. */
export function* createVolume(
  scope: Scope,
  sizeGb: number,
  name: string,
  options: CreateVolumeOptions = {},
): Operation<OpenStackVolume> {
  const size = countOf('sizeGb', sizeGb, 1);
  const location = options.location === undefined ? undefined : idOf(options.location, 'location');
  const snapshot = options.snapshot === undefined ? undefined : idOf(options.snapshot, 'snapshot');
  const volume = {
    size,
    name: textOf('name', name),
    ...(location !== undefined && { availability_zone: location }),
    ...(snapshot !== undefined && { snapshot_id: snapshot }),
  };
  return yield* createOnce<OpenStackVolume>(scope, options, (mark) => ({
    isWanted: (found) => found.name === name && found.sizeGb === size,
    look: () => volumesWith(scope, withMark(mark)),
    *create() {
      const request = {
        service: 'volume',
        method: 'POST',
        path: '/volumes',
        json: { volume: { ...volume, metadata: { [markName]: mark } } },
        idempotent: false,
      } as const;
      const { body } = yield* send(scope, { ...request, fields: volumeFaults });
      return toVolume(readJson(oneVolume, body).volume);
    },
    remove: (found) => deleteResource(scope, { service: 'volume', path: `/volumes/${found.id}` }),
  }));
}

const volumeFaults: Readonly<Record<string, RegExp>> = {
  location: /^Availability zone/i,
  snapshot: /^Snapshot|snapshot_id/i,
  sizeGb: /size\b/i,
};

/** Attaches a volume. One exchange. A later attempt that finds it attached to this node counts as success. */
export function* attachVolume(
  scope: Scope,
  givenNode: Node | string,
  givenVolume: StorageVolume | string,
  { device }: AttachVolumeOptions = {},
): Operation<void> {
  const [{ id: node, part }, volume] = [pathOf(givenNode, 'node'), idOf(givenVolume, 'volume')];
  const json = {
    volumeAttachment: { volumeId: volume, ...(device !== undefined && { device: textOf('device', device) }) },
  };
  const at = scopeOf(scope, givenNode);
  const request = { service: 'compute', method: 'POST', path: `/servers/${part}/os-volume_attachments`, json } as const;
  const alreadyDone = ({ message }: CloudError): boolean => message.includes(`already attached to instances: ${node}`);
  const subject = { volume, node };
  try {
    yield* whileYoung(at, node, () =>
      send(at, {
        ...request,
        subject,
        idempotent: true,
        alreadyDone,
        conflict: 'wrong-state',
        fields: { node: /^Instance / },
      }),
    );
  } catch (failure) {
    // It says that a volume is missing whatever is wrong with its id.
    if (isCloudError(failure, 'invalid-argument') && /volumeId/.test(failure.message))
      yield* getVolume(scope, volume, 'volume');
    throw failure;
  }
}

/** Detaches a volume. Two exchanges: Cinder knows the node. */
export function* detachVolume(scope: Scope, wanted: StorageVolume | string): Operation<void> {
  const { id: volume, node, state } = yield* getVolume(scope, wanted, 'volume');
  if (node === undefined)
    throw new CloudError('wrong-state', `volume ${volume}: it is not attached`, { volume, state });
  const path = `/servers/${node}/os-volume_attachments/${volume}`;
  yield* deleteResource(scope, { service: 'compute', path, subject: { volume, node }, conflict: 'wrong-state' });
}

/** Destroys a volume. One exchange, one more to find out why it is refused. */
export function* destroyVolume(scope: Scope, wanted: StorageVolume | string): Operation<void> {
  const { id: volume, part } = pathOf(wanted, 'volume');
  try {
    yield* deleteResource(scope, { service: 'volume', path: `/volumes/${part}`, subject: { volume } });
  } catch (failure) {
    if (!isCloudError(failure, 'wrong-state')) throw failure;
    const { state } = yield* getVolume(scope, volume);
    // A volume that is not in use has snapshots.
    const code = state === StorageVolumeState.AVAILABLE ? 'conflict' : 'wrong-state';
    throw new CloudError(code, failure.message, { ...failure.details, state }, { cause: failure });
  }
}

/** A volume's snapshots. Two exchanges: Cinder lists none for a volume that does not exist. */
export function* listVolumeSnapshots(scope: Scope, wanted: StorageVolume | string): Operation<OpenStackSnapshot[]> {
  const { id } = yield* getVolume(scope, wanted, 'volume');
  return yield* snapshotsWith(scope, { volume_id: id });
}

function* snapshotsWith(scope: Scope, query: CloudRequest['query']): Operation<OpenStackSnapshot[]> {
  const request = {
    service: 'volume',
    path: '/snapshots/detail',
    query: query ?? {},
    version: snapshotVersion,
  } as const;
  return yield* drain(listPages(scope, request, wireSnapshots, ({ snapshots }) => snapshots.map(toSnapshot)));
}

/** Creates a snapshot of a volume. One exchange; two more with a token of the caller. */
export function* createVolumeSnapshot(
  scope: Scope,
  wanted: StorageVolume | string,
  options: CreateSnapshotOptions = {},
): Operation<OpenStackSnapshot> {
  const volume = idOf(wanted, 'volume');
  const { name } = options;
  const snapshot = {
    volume_id: volume,
    ...(name !== undefined && { name: textOf('name', name) }),
  };
  return yield* createOnce<OpenStackSnapshot>(scope, options, (mark) => ({
    isWanted: (found) => found.volume === volume,
    look: () => snapshotsWith(scope, withMark(mark)),
    *create() {
      const request = {
        service: 'volume',
        method: 'POST',
        path: '/snapshots',
        json: { snapshot: { ...snapshot, metadata: { [markName]: mark } } },
        idempotent: false,
      } as const;
      const { body } = yield* send(scope, { ...request, subject: { volume }, version: snapshotVersion });
      return toSnapshot(readJson(oneSnapshot, body).snapshot);
    },
    remove: (found) => destroyVolumeSnapshot(scope, found),
  }));
}

/** Gets one snapshot. One exchange. */
export function* getVolumeSnapshot(scope: Scope, snapshotId: string): Operation<OpenStackSnapshot> {
  const { id: snapshot, part } = pathOf(snapshotId, 'snapshotId');
  const request = { service: 'volume', path: `/snapshots/${part}`, subject: { snapshot } } as const;
  return toSnapshot((yield* getJson(scope, oneSnapshot, request)).snapshot);
}

/** Destroys a snapshot. One exchange. */
export function* destroyVolumeSnapshot(scope: Scope, wanted: VolumeSnapshot | string): Operation<void> {
  const { id: snapshot, part } = pathOf(wanted, 'snapshot');
  yield* deleteResource(scope, { service: 'volume', path: `/snapshots/${part}`, subject: { snapshot } });
}

function toVolume(wire: z.infer<typeof wireVolume>): OpenStackVolume {
  const [attachment] = wire.attachments ?? [];
  const createdAt = dateOf(utc(wire.created_at));
  return {
    id: wire.id,
    name: wire.name ?? '',
    sizeGb: wire.size,
    state: volumeState(wire.status, wire.migration_status),
    ...fieldOf('location', wire.availability_zone),
    ...fieldOf('node', attachment?.server_id),
    ...fieldOf('device', attachment?.device),
    ...(createdAt && { createdAt }),
    extra: {
      status: wire.status,
      ...fieldOf('type', wire.volume_type),
      ...fieldOf('description', wire.description),
      isBootable: wire.bootable === true || wire.bootable === 'true',
      isEncrypted: wire.encrypted ?? false,
      ...fieldOf('snapshot', wire.snapshot_id),
      metadata: wire.metadata ?? {},
    },
  };
}

function toSnapshot(wire: z.infer<typeof wireSnapshot>): OpenStackSnapshot {
  const createdAt = dateOf(utc(wire.created_at));
  return {
    id: wire.id,
    state: snapshotState(wire.status),
    ...fieldOf('name', wire.name),
    ...fieldOf('volume', wire.volume_id),
    ...fieldOf('sizeGb', wire.size),
    ...(createdAt && { createdAt }),
    extra: { status: wire.status, ...fieldOf('description', wire.description), metadata: wire.metadata ?? {} },
  };
}
