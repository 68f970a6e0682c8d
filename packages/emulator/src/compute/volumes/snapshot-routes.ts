/**
 * The routes of volumes' snapshots.
 */

import { stateAt } from '../cloud/resources.ts';
import { createdBefore, requestHash } from '../routing/client-tokens.ts';
import { answerPage, pageParameters } from '../routing/paging.ts';
import { Problem } from '../routing/problem.ts';
import { type Answer, type Call, clientTokenSchema, found, nameSchema, type Route } from '../routing/route.ts';
import { objectSchema, type Schema } from '../routing/schema.ts';
import { volumeOf } from './volume-routes.ts';
import { snapshotDocument } from './volumes.ts';

const snapshot: Schema = { $ref: '#/components/schemas/Snapshot' };

/** The routes of snapshots. */
export const snapshotRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: '/volumes/{id}/snapshots',
    operationId: 'listSnapshots',
    summary: "A volume's snapshots, in order of creation.",
    query: pageParameters,
    replies: { 200: { description: 'A page.', schema: { type: 'array', items: snapshot } } },
    isPaged: true,
    answer(call) {
      const { cloud, region, nowMs } = call;
      const owner = volumeOf(call).id;
      return answerPage(
        call,
        (after, limit) => cloud.snapshots.page({ region: region.id, nowMs, after, limit, owner }),
        ({ seq }) => seq,
        (item) => snapshotDocument(item, nowMs),
      );
    },
  },
  {
    method: 'POST',
    path: '/volumes/{id}/snapshots',
    operationId: 'createSnapshot',
    summary: 'Creates a snapshot of a volume that is AVAILABLE or INUSE. It outlives the volume.',
    body: objectSchema({}, { name: nameSchema, client_token: clientTokenSchema }),
    replies: {
      200: { description: 'The snapshot that this request created before.', schema: snapshot },
      201: { description: 'The snapshot, CREATING.', schema: snapshot },
    },
    refuses: ['wrong-state', 'client-token-reused'],
    answer: createSnapshot,
  },
  {
    method: 'GET',
    path: '/snapshots/{id}',
    operationId: 'getSnapshot',
    summary: 'A snapshot.',
    replies: { 200: { description: 'The snapshot.', schema: snapshot } },
    answer: (call) => ({ status: 200, value: snapshotDocument(snapshotOf(call), call.nowMs) }),
  },
  {
    method: 'DELETE',
    path: '/snapshots/{id}',
    operationId: 'deleteSnapshot',
    summary: 'Deletes a snapshot, at once.',
    replies: { 204: { description: 'Deleted.' } },
    answer(call) {
      call.cloud.snapshots.remove(snapshotOf(call));
      return { status: 204 };
    },
  },
];

function snapshotOf({ cloud, region, params, nowMs }: Call) {
  const { id = '' } = params;
  return found(cloud.snapshots.find(region.id, id, nowMs), `snapshot ${id} in region ${region.id}`);
}

function createSnapshot(call: Call): Answer {
  const { cloud, region, nowMs, body } = call;
  const { client_token: token, name } = body as { readonly client_token?: string; readonly name?: string };
  const known = createdBefore(call, cloud.snapshots, token);
  if (known !== undefined) return { status: 200, value: snapshotDocument(known, nowMs) };
  const volume = volumeOf(call);
  const state = stateAt(volume, nowMs);
  if (state !== 'AVAILABLE' && state !== 'INUSE') {
    throw new Problem('wrong-state', `Volume ${volume.id} is ${state}, neither AVAILABLE nor INUSE.`);
  }
  const made = cloud.snapshots.insert({
    region: region.id,
    name: name ?? `of ${volume.id}`,
    createdMs: nowMs,
    state: 'CREATING',
    next: { atMs: nowMs + cloud.durations.volumeMs, state: 'AVAILABLE' },
    owner: volume.id,
    token,
    detail: { sizeGb: volume.detail.sizeGb, ...(token !== undefined && { requestHash: requestHash(call) }) },
  });
  return { status: 201, value: snapshotDocument(made, nowMs) };
}
