/**
 * The routes of volumes.
 */

import { stateAt } from '../cloud/resources.ts';
import { createdBefore, requestHash } from '../routing/client-tokens.ts';
import { answerPage, pageParameters } from '../routing/paging.ts';
import { invalid } from '../routing/problem.ts';
import { type Answer, type Call, clientTokenSchema, found, nameSchema, type Route } from '../routing/route.ts';
import { objectSchema, type Schema } from '../routing/schema.ts';
import { attachVolume, deleteVolume, detachVolume, type VolumeResource, volumeDocument } from './volumes.ts';

const volume: Schema = { $ref: '#/components/schemas/Volume' };

/** The routes of volumes. */
export const volumeRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: '/volumes',
    operationId: 'listVolumes',
    summary: 'Volumes, in order of creation, without deleted ones.',
    query: pageParameters,
    replies: { 200: { description: 'A page.', schema: { type: 'array', items: volume } } },
    isPaged: true,
    answer: (call) => {
      const { cloud, region, nowMs } = call;
      return answerPage(
        call,
        (after, limit) => cloud.volumes.page({ region: region.id, nowMs, after, limit }),
        ({ seq }) => seq,
        (item) => volumeDocument(item, nowMs),
      );
    },
  },
  {
    method: 'POST',
    path: '/volumes',
    operationId: 'createVolume',
    summary: 'Creates a volume. With a `client_token`, repeating the request does not create a second one.',
    body: objectSchema(
      { name: nameSchema, size_gb: { type: 'integer', minimum: 1, maximum: 65_536 } },
      {
        location: { type: 'string', description: 'One of the region’s locations; default: the first.' },
        snapshot_id: { type: 'string', description: 'A snapshot of the region, no larger than the volume.' },
        client_token: clientTokenSchema,
      },
    ),
    replies: {
      200: { description: 'The volume that this request created before.', schema: volume },
      201: { description: 'The volume, CREATING.', schema: volume },
    },
    refuses: ['quota-exceeded', 'client-token-reused'],
    answer: createVolume,
  },
  {
    method: 'GET',
    path: '/volumes/{id}',
    operationId: 'getVolume',
    summary: 'A volume. Deleted ones can be looked up for an hour.',
    replies: { 200: { description: 'The volume.', schema: volume } },
    answer: (call) => ({ status: 200, value: volumeDocument(volumeOf(call), call.nowMs) }),
  },
  {
    method: 'DELETE',
    path: '/volumes/{id}',
    operationId: 'deleteVolume',
    summary: 'Deletes a volume that is AVAILABLE.',
    replies: {
      200: { description: 'The volume, already deleted.', schema: volume },
      202: { description: 'The volume, DELETING.', schema: volume },
    },
    refuses: ['in-use', 'wrong-state'],
    answer(call) {
      const known = volumeOf(call);
      const status = stateAt(known, call.nowMs) === 'DELETED' ? 200 : 202;
      return { status, value: volumeDocument(deleteVolume(call.cloud, known, call.nowMs), call.nowMs) };
    },
  },
  {
    method: 'POST',
    path: '/volumes/{id}/attach',
    operationId: 'attachVolume',
    summary: 'Attaches a volume to a node that is RUNNING or STOPPED, in the same location.',
    body: objectSchema(
      { node_id: { type: 'string' } },
      { device: { type: 'string', pattern: '^/dev/[a-z\\d]{2,16}$', description: 'such as /dev/sdb' } },
    ),
    replies: { 202: { description: 'The volume, ATTACHING.', schema: volume } },
    refuses: ['in-use', 'wrong-state'],
    answer: attach,
  },
  {
    method: 'POST',
    path: '/volumes/{id}/detach',
    operationId: 'detachVolume',
    summary: 'Detaches a volume from its node.',
    replies: { 202: { description: 'The volume, AVAILABLE.', schema: volume } },
    refuses: ['wrong-state'],
    answer: (call) => ({
      status: 202,
      value: volumeDocument(detachVolume(call.cloud, volumeOf(call), call.nowMs), call.nowMs),
    }),
  },
];

/** The volume that the path names. */
export function volumeOf({ cloud, region, params, nowMs }: Call): VolumeResource {
  const { id = '' } = params;
  return found(cloud.volumes.find(region.id, id, nowMs), `volume ${id} in region ${region.id}`);
}

/** The body of a creation, checked by its schema. */
interface Creation {
  readonly name: string;
  readonly size_gb: number;
  readonly location?: string;
  readonly snapshot_id?: string;
  readonly client_token?: string;
}

function createVolume(call: Call): Answer {
  const { cloud, region, nowMs } = call;
  const body = call.body as Creation;
  const token = body.client_token;
  const known = createdBefore(call, cloud.volumes, token);
  if (known !== undefined) return { status: 200, value: volumeDocument(known, nowMs) };
  const location = region.locations.find(({ id }) => id === (body.location ?? region.locations[0]?.id));
  if (location === undefined) {
    throw invalid('location', `must be one of ${region.locations.map(({ id }) => id).join(', ')}`);
  }
  checkSnapshot(call, body);
  cloud.limits.allow('volumes', cloud.volumes.count(region.id, nowMs));
  const made = cloud.volumes.insert({
    region: region.id,
    name: body.name,
    createdMs: nowMs,
    state: 'CREATING',
    next: { atMs: nowMs + cloud.durations.volumeMs, state: 'AVAILABLE' },
    token,
    detail: {
      sizeGb: body.size_gb,
      location: location.id,
      ...(body.snapshot_id !== undefined && { snapshot: body.snapshot_id }),
      ...(token !== undefined && { requestHash: requestHash(call) }),
    },
  });
  return { status: 201, value: volumeDocument(made, nowMs) };
}

function checkSnapshot({ cloud, region, nowMs }: Call, { snapshot_id: id, size_gb: sizeGb }: Creation): void {
  if (id === undefined) return;
  const snapshot = cloud.snapshots.find(region.id, id, nowMs);
  if (snapshot === undefined) throw invalid('snapshot_id', `must be the id of a snapshot in region ${region.id}`);
  if (stateAt(snapshot, nowMs) !== 'AVAILABLE') throw invalid('snapshot_id', 'is not available yet');
  if (sizeGb < snapshot.detail.sizeGb)
    throw invalid('size_gb', `must be at least ${snapshot.detail.sizeGb}, the size of the snapshot`);
}

function attach(call: Call): Answer {
  const { cloud, region, nowMs } = call;
  const { node_id: nodeId, device } = call.body as { readonly node_id: string; readonly device?: string };
  const known = volumeOf(call);
  const node = cloud.nodes.find(region.id, nodeId, nowMs);
  if (node === undefined) throw invalid('node_id', `must be the id of a node in region ${region.id}`);
  const nodeLocation = node.detail.location ?? region.locations[0]?.id;
  const attached = attachVolume(cloud, known, { node, nodeLocation, device }, nowMs);
  return { status: 202, value: volumeDocument(attached, nowMs) };
}
