/**
 * Waiting for nodes, for every provider that can look nodes up.
 *
 * A wait looks only at nodes that are not there yet. It fails at once when one of them can no longer get there, and says
 * which; the others go on in the cloud, and so do nodes that have got there and are looked at no more.
 */
import { describe } from '../arguments.ts';
import { CloudError, invalidArgument } from '../errors.ts';
import type { Operation } from '../operation.ts';
import { type Look, pollUntil } from '../poll.ts';
import { idOf } from './arguments.ts';
import { type Node, NodeState, type ReachableNode } from './models.ts';
import type { WaitForNodesOptions, WaitOptions, WaitUntilRunningOptions } from './options.ts';

/**
 * Looks nodes up, terminated ones too, in any order; those that do not exist are left out. Best in one exchange for all.
 */
export type LookUpNodes<Machine extends Node> = (nodes: readonly (Node | string)[]) => Operation<readonly Machine[]>;

/** See `ComputeOperations.waitForNodes`. */
export function* waitForNodes<Machine extends Node>(
  lookUp: LookUpNodes<Machine>,
  nodes: readonly (Node | string)[],
  options: WaitForNodesOptions = {},
): Operation<Machine[]> {
  const state = oneOf('state', options.state ?? NodeState.RUNNING, Object.values(NodeState));
  const goal = { state, words: state, isReached: (node: Node) => node.state === state };
  return yield* reach(lookUp, nodes, goal, options);
}

/** See `ComputeOperations.waitUntilRunning`. */
export function* waitUntilRunning<Machine extends Node>(
  lookUp: LookUpNodes<Machine>,
  nodes: readonly (Node | string)[],
  options: WaitUntilRunningOptions = {},
): Operation<ReachableNode<Machine>[]> {
  const kind = oneOf('addresses', options.addresses ?? 'public', ['public', 'private']);
  const family = oneOf('family', options.family ?? 'ipv4', ['ipv4', 'ipv6', 'any']);
  const addressesOf = (node: Node): string[] =>
    (kind === 'public' ? node.publicIps : node.privateIps).filter((address) => isOfFamily(address, family));
  const goal: Goal = {
    state: NodeState.RUNNING,
    words: `running with a ${kind} ${{ ipv4: 'IPv4 ', ipv6: 'IPv6 ', any: '' }[family]}address`,
    isReached: (node) => node.state === NodeState.RUNNING && addressesOf(node).length > 0,
  };
  const reached = yield* reach(lookUp, nodes, goal, options);
  return reached.map((node) => ({ node, addresses: addressesOf(node) }));
}

interface Goal {
  readonly state: NodeState;
  /** What nodes shall be, for messages. */
  readonly words: string;
  isReached(node: Node): boolean;
}

/** States that a node does not leave by itself. */
const terminal: readonly NodeState[] = [NodeState.ERROR, NodeState.TERMINATED];

function* reach<Machine extends Node>(
  lookUp: LookUpNodes<Machine>,
  nodes: readonly (Node | string)[],
  goal: Goal,
  options: WaitOptions,
): Operation<Machine[]> {
  const pending = byId(nodes);
  if (pending.size === 0) return [];
  const ids = [...pending.keys()];
  const latest = new Map<string, Machine>();
  const latestOf = (some: Iterable<string>): Machine[] =>
    [...some].map((id) => latest.get(id)).filter((node) => node !== undefined);

  function* look(elapsedMs: number): Operation<Look<Machine[]>> {
    const found = new Map((yield* lookUp([...pending.values()])).map((node) => [node.id, node]));
    const lost: Machine[] = [];
    let changed = false;
    for (const [id, given] of pending) {
      const before = latest.get(id);
      const node = found.get(id) ?? gone(id, given, before, goal);
      latest.set(id, node);
      if (before?.state !== node.state) changed = true;
      if (goal.isReached(node)) pending.delete(id);
      else if (terminal.includes(node.state)) lost.push(node);
    }
    options.onProgress?.({ nodes: latestOf(ids), pending: [...pending.keys()], elapsedMs });
    if (lost[0]) throw hopeless(lost[0], goal, [...pending.keys()]);
    return pending.size === 0 ? { done: true, result: latestOf(ids) } : { done: false, changed };
  }

  return yield* pollUntil(look, options, (timeoutMs) => overdue(latestOf(pending.keys()), ids.length, goal, timeoutMs));
}

/** The nodes by their ids, in order. The same node twice is a mistake of the caller, so it is not passed over. */
function byId(nodes: readonly (Node | string)[]): Map<string, Node | string> {
  if (!Array.isArray(nodes)) throw invalidArgument('nodes', `must be an array of nodes or ids, not ${describe(nodes)}`);
  const given = new Map<string, Node | string>();
  for (const node of nodes as readonly (Node | string)[]) {
    const id = idOf(node, 'nodes');
    if (given.has(id)) throw invalidArgument('nodes', `must hold each node once, but ${describe(id)} is there twice`);
    given.set(id, node);
  }
  return given;
}

/** Clouds forget nodes that have been terminated. Any other node that is gone, or was never there, is a failure. */
function gone<Machine extends Node>(
  id: string,
  given: Node | string,
  before: Machine | undefined,
  { state, words }: Goal,
): Machine {
  const known = before ?? (typeof given === 'string' ? undefined : (given as Machine));
  if (known && state === NodeState.TERMINATED) return { ...known, state };
  const message = before
    ? `node ${id} is gone; it was ${before.state} when last seen, and should become ${words}`
    : `node ${id} does not exist, so it cannot become ${words}`;
  throw new CloudError('not-found', message, { node: id, ...(before && { state: before.state }) });
}

function hopeless(node: Node, { words }: Goal, pending: readonly string[]): CloudError {
  const message = `node ${node.id} (${node.name}) is in state ${node.state} and does not become ${words} any more`;
  return new CloudError('wrong-state', message, { node: node.id, state: node.state, pending });
}

function overdue(late: readonly Node[], count: number, { words }: Goal, timeoutMs: number): CloudError {
  const some = late.slice(0, 5).map((node) => `${node.id} (${node.state})`);
  const rest = late.length > some.length ? ` and ${late.length - some.length} more` : '';
  const message = `${late.length} of ${count} nodes did not become ${words} within ${timeoutMs} ms: ${some.join(', ')}${rest}`;
  return new CloudError('timeout', message, { pending: late.map((node) => node.id) });
}

function isOfFamily(address: string, family: 'ipv4' | 'ipv6' | 'any'): boolean {
  return family === 'any' || (address.includes(':') ? 'ipv6' : 'ipv4') === family;
}

function oneOf<Value extends string>(field: string, value: Value, allowed: readonly Value[]): Value {
  if (allowed.includes(value)) return value;
  throw invalidArgument(field, `must be one of ${allowed.join(', ')}, not ${describe(value)}`);
}
