/**
 * The routes of nodes.
 */

import type { NodeResource } from '../cloud/details.ts';
import { stateAt } from '../cloud/resources.ts';
import { answerPage, pageParameters } from '../routing/paging.ts';
import { type Answer, type Call, found, type Route } from '../routing/route.ts';
import type { Schema } from '../routing/schema.ts';
import { createNode, creationSchema } from './create-node.ts';
import { isTerminating, nodeDocument, startTransition, stateSchema, type Transition, terminateNode } from './nodes.ts';

const node: Schema = { $ref: '#/components/schemas/Node' };

/** The routes of nodes. */
export const nodeRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: '/nodes',
    operationId: 'listNodes',
    summary: 'Nodes, in order of creation. Terminated ones only with `ids` or `state`.',
    query: {
      ...pageParameters,
      state: stateSchema,
      name: { type: 'string', description: 'A prefix of the name.' },
      ids: { type: 'array', items: { type: 'string' }, maxItems: 1000, description: 'Unknown ones are left out.' },
    },
    replies: { 200: { description: 'A page.', schema: { type: 'array', items: node } } },
    isPaged: true,
    answer: listNodes,
  },
  {
    method: 'POST',
    path: '/nodes',
    operationId: 'createNode',
    summary: 'Creates a node. With a `client_token`, repeating the request does not create a second one.',
    body: creationSchema,
    replies: {
      200: { description: 'The node that this request created before.', schema: node },
      201: { description: 'The node, PENDING.', schema: node },
    },
    refuses: ['quota-exceeded', 'client-token-reused'],
    answer: createNode,
  },
  {
    method: 'GET',
    path: '/nodes/{id}',
    operationId: 'getNode',
    summary: 'A node. Terminated ones can be looked up for an hour.',
    replies: { 200: { description: 'The node.', schema: node } },
    answer: (call) => ({ status: 200, value: nodeDocument(nodeOf(call), call.nowMs) }),
  },
  {
    method: 'DELETE',
    path: '/nodes/{id}',
    operationId: 'deleteNode',
    summary: 'Terminates a node, from any state.',
    replies: {
      200: { description: 'The node, already terminated.', schema: node },
      202: { description: 'The node, STOPPING.', schema: node },
    },
    answer: deleteNode,
  },
  transitionRoute('start', 'Starts a node that is STOPPED.'),
  transitionRoute('stop', 'Stops a node that is RUNNING.'),
  transitionRoute('reboot', 'Reboots a node that is RUNNING.'),
];

function transitionRoute(transition: Transition, summary: string): Route {
  return {
    method: 'POST',
    path: `/nodes/{id}/${transition}`,
    operationId: `${transition}Node`,
    summary,
    replies: { 202: { description: 'The node, in the intermediate state.', schema: node } },
    refuses: ['wrong-state'],
    answer(call) {
      const changed = startTransition(call.cloud, nodeOf(call), transition, call.nowMs);
      return { status: 202, value: nodeDocument(changed, call.nowMs) };
    },
  };
}

function nodeOf({ cloud, region, params, nowMs }: Call): NodeResource {
  const { id = '' } = params;
  return found(cloud.nodes.find(region.id, id, nowMs), `node ${id} in region ${region.id}`);
}

function listNodes(call: Call): Answer {
  const { cloud, region, nowMs, query } = call;
  const selection = {
    region: region.id,
    nowMs,
    state: query.state as string | undefined,
    namePrefix: query.name as string | undefined,
    ids: query.ids as readonly string[] | undefined,
  };
  return answerPage(
    call,
    (after, limit) => cloud.nodes.page({ ...selection, after, limit }),
    ({ seq }) => seq,
    (item) => nodeDocument(item, nowMs),
  );
}

function deleteNode(call: Call): Answer {
  const { cloud, nowMs } = call;
  const known = nodeOf(call);
  const isGone = isTerminating(known) && stateAt(known, nowMs) === 'TERMINATED';
  const left = terminateNode(cloud, known, nowMs, cloud.durations.stopMs);
  return { status: isGone ? 200 : 202, value: nodeDocument(left, nowMs) };
}
