/**
 * Nodes and their states.
 */

import { timestamp } from '../cloud/clock.ts';
import type { Cloud } from '../cloud/cloud.ts';
import type { NodeResource } from '../cloud/details.ts';
import { stateAt, type TimedState } from '../cloud/resources.ts';
import { Problem } from '../routing/problem.ts';
import { nameSchema, timeSchema } from '../routing/route.ts';
import { objectSchema, type Schema } from '../routing/schema.ts';
import { isAttached } from '../volumes/volumes.ts';
import { addressesAt } from './addresses.ts';

/** A node, as in responses. */
export function nodeDocument(node: NodeResource, nowMs: number): object {
  const { id, name, createdMs, token, detail } = node;
  return {
    id,
    name,
    state: stateAt(node, nowMs),
    ...addressesAt(node, nowMs),
    size: detail.size,
    image: detail.image,
    created_at: timestamp(createdMs),
    ...(detail.location !== undefined && { location: detail.location }),
    ...(token !== undefined && { client_token: token }),
    extra: detail.extra,
  };
}

const addressList: Schema = { type: 'array', items: { type: 'string' } };

/** The schema of a state. */
export const stateSchema: Schema = {
  type: 'string',
  pattern: '^[A-Z][A-Z_]{0,31}$',
  description: 'a word in upper case',
};

/** The schema of {@link nodeDocument}. */
export const nodeSchema: Schema = objectSchema(
  {
    id: { type: 'string' },
    name: nameSchema,
    state: {
      ...stateSchema,
      description:
        'PENDING, RUNNING, REBOOTING, STARTING, STOPPING, STOPPED, TERMINATED or ERROR; others when a test sets them.',
    },
    public_ips: addressList,
    private_ips: addressList,
    size: { type: 'string' },
    image: { type: 'string' },
    created_at: timeSchema,
    extra: { type: 'object', description: 'As given at creation.' },
  },
  {
    location: { type: 'string' },
    client_token: { type: 'string' },
    generated_password: { type: 'string', description: 'Only in the response of its creation.' },
  },
);

/** The transitions that a client can start, and their states. */
const transitions = {
  start: { from: 'STOPPED', via: 'STARTING', to: 'RUNNING' },
  stop: { from: 'RUNNING', via: 'STOPPING', to: 'STOPPED' },
  reboot: { from: 'RUNNING', via: 'REBOOTING', to: 'RUNNING' },
} as const;

/** The name of a transition. */
export type Transition = keyof typeof transitions;

/**
 * Starts, stops or reboots a node.
 *
 * @throws {Problem} `wrong-state`.
 */
export function startTransition(cloud: Cloud, node: NodeResource, transition: Transition, nowMs: number): NodeResource {
  const { from, via, to } = transitions[transition];
  const state = stateAt(node, nowMs);
  if (state !== from)
    throw new Problem('wrong-state', `Node ${node.id} is ${state}; to ${transition} it must be ${from}.`);
  const { bootMs, stopMs } = cloud.durations;
  const takesMs = transition === 'stop' ? stopMs : (node.detail.bootMs ?? bootMs);
  return setState(cloud, node, { state: via, next: { atMs: nowMs + takesMs, state: to } });
}

/** Whether a node is terminated or about to be. */
export function isTerminating({ next }: TimedState): boolean {
  return next?.state === 'TERMINATED';
}

/**
 * Terminates a node. Its volumes are detached when it is terminated, and pending attachments are cancelled. A second
 * call changes nothing.
 */
export function terminateNode(cloud: Cloud, node: NodeResource, nowMs: number, takesMs: number): NodeResource {
  if (isTerminating(node)) return node;
  const atMs = nowMs + takesMs;
  for (const volume of cloud.volumes.page({ region: node.region, nowMs, after: 0, limit: -1, owner: node.id })) {
    if (!isAttached(volume, nowMs)) continue;
    cloud.volumes.update({ ...volume, state: stateAt(volume, nowMs), next: { atMs, state: 'AVAILABLE' } });
  }
  return setState(cloud, node, { state: 'STOPPING', next: { atMs, state: 'TERMINATED' } });
}

/** Puts a node into a state, as a failing host would. */
export function forceState(cloud: Cloud, node: NodeResource, state: string, nowMs: number): NodeResource {
  if (isTerminating(node)) throw new Problem('wrong-state', `Node ${node.id} is terminated, or about to be.`);
  if (state === 'TERMINATED') return terminateNode(cloud, node, nowMs, 0);
  return setState(cloud, node, { state, next: undefined });
}

function setState(cloud: Cloud, node: NodeResource, { state, next }: TimedState): NodeResource {
  return cloud.nodes.update({ ...node, state, next });
}
