/**
 * Waits for nodes, for every provider that can look nodes up.
 *
 * A wait polls only the nodes that have not reached the goal. It fails as soon as one of them can no longer reach it, and
 * names that node. It changes nothing in the cloud.
 */
import { describe, oneOf } from '../arguments.ts';
import { CloudError, invalidArgument } from '../errors.ts';
import type { Operation } from '../operations/operation.ts';
import { type PollResult, pollUntil } from '../operations/poll.ts';
import { idOf } from './arguments.ts';
import { type Node, NodeState, type ReachableNode } from './models.ts';
import type { WaitForNodesOptions, WaitOptions, WaitUntilRunningOptions } from './options.ts';

/**
 * Looks nodes up, including terminated ones, in any order; nodes that do not exist are left out. Best in one exchange.
 */
export type LookUpNodes<Machine extends Node> = (nodes: readonly (Node | string)[]) => Operation<readonly Machine[]>;

/** See `ComputeOperations.waitForNodes`. */
export function* waitForNodes<Machine extends Node>(
  lookUp: LookUpNodes<Machine>,
  nodes: readonly (Node | string)[],
  options: WaitForNodesOptions = {},
): Operation<Machine[]> {
  const state = oneOf('state', options.state ?? NodeState.RUNNING, Object.values(NodeState));
  const goal = { state, description: state, isReached: (node: Node) => node.state === state };
  return yield* waitFor(lookUp, nodes, goal, options);
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
    description: `running with a ${kind} ${{ ipv4: 'IPv4 ', ipv6: 'IPv6 ', any: '' }[family]}address`,
    isReached: (node) => node.state === NodeState.RUNNING && addressesOf(node).length > 0,
    adviceFor: (late) => {
      const hasOthers = late.some(
        ({ privateIps, publicIps, state }) => state === NodeState.RUNNING && privateIps.length + publicIps.length > 0,
      );
      return hasOthers ? '. Running ones have other addresses, which `addresses` and `family` choose' : '';
    },
  };
  const reached = yield* waitFor(lookUp, nodes, goal, options);
  return reached.map((node) => ({ node, addresses: addressesOf(node) }));
}

interface Goal {
  readonly state: NodeState;
  /** For error messages. */
  readonly description: string;
  isReached(node: Node): boolean;
  /** What the caller can do about nodes that have not reached it in time. */
  adviceFor?(late: readonly Node[]): string;
}

/** States that a node does not leave on its own. */
const terminal: readonly NodeState[] = [NodeState.ERROR, NodeState.TERMINATED];

function* waitFor<Machine extends Node>(
  lookUp: LookUpNodes<Machine>,
  nodes: readonly (Node | string)[],
  goal: Goal,
  options: WaitOptions,
): Operation<Machine[]> {
  const pending = nodesById(nodes);
  if (pending.size === 0) return [];
  const ids = [...pending.keys()];
  const latest = new Map<string, Machine>();
  const latestOf = (some: Iterable<string>): Machine[] =>
    [...some].map((id) => latest.get(id)).filter((node) => node !== undefined);

  function* poll(elapsedMs: number): Operation<PollResult<Machine[]>> {
    const found = new Map((yield* lookUp([...pending.values()])).map((node) => [node.id, node]));
    const failed: Machine[] = [];
    let changed = false;
    for (const [id, given] of pending) {
      const before = latest.get(id);
      const node = found.get(id) ?? missingNode(id, given, before, goal);
      latest.set(id, node);
      if (before?.state !== node.state) changed = true;
      if (goal.isReached(node)) pending.delete(id);
      else if (terminal.includes(node.state)) failed.push(node);
    }
    options.onProgress?.({ nodes: latestOf(ids), pending: [...pending.keys()], elapsedMs });
    if (failed[0]) throw wrongState(failed[0], goal, [...pending.keys()]);
    return pending.size === 0 ? { done: true, result: latestOf(ids) } : { done: false, changed };
  }

  return yield* pollUntil(poll, options, (timeoutMs) =>
    timedOut(latestOf(pending.keys()), ids.length, goal, timeoutMs),
  );
}

/** The nodes by id, in order. A duplicate is refused, because it is a mistake of the caller. */
export function nodesById(nodes: readonly (Node | string)[]): Map<string, Node | string> {
  if (!Array.isArray(nodes)) throw invalidArgument('nodes', `must be an array of nodes or ids, not ${describe(nodes)}`);
  const given = new Map<string, Node | string>();
  for (const node of nodes as readonly (Node | string)[]) {
    const id = idOf(node, 'nodes');
    if (given.has(id))
      throw invalidArgument('nodes', `must contain each node once, but ${describe(id)} is given twice`);
    given.set(id, node);
  }
  return given;
}

/**
 * What to report for a node that a lookup did not return. Clouds stop listing terminated nodes, so when waiting for
 * `terminated` a known node counts as terminated. Any other missing node is an error.
 */
function missingNode<Machine extends Node>(
  id: string,
  given: Node | string,
  before: Machine | undefined,
  { state, description }: Goal,
): Machine {
  const known = before ?? (typeof given === 'string' ? undefined : (given as Machine));
  if (known && state === NodeState.TERMINATED) return { ...known, state };
  const message = before
    ? `node ${id} has disappeared; it was ${before.state} when last seen, and should become ${description}`
    : `node ${id} does not exist, so it cannot become ${description}`;
  throw new CloudError('not-found', message, { node: id, ...(before && { state: before.state }) });
}

function wrongState(node: Node, { description }: Goal, pending: readonly string[]): CloudError {
  const message = `node ${node.id} (${node.name}) is in state ${node.state} and will not become ${description}${node.stateReason ? `: ${node.stateReason}` : ''}`;
  return new CloudError('wrong-state', message, { node: node.id, state: node.state, pending });
}

function timedOut(late: readonly Node[], count: number, goal: Goal, timeoutMs: number): CloudError {
  const some = late.slice(0, 5).map((node) => `${node.id} (${node.state})`);
  const rest = late.length > some.length ? ` and ${late.length - some.length} more` : '';
  const which = `${some.join(', ')}${rest}${goal.adviceFor?.(late) ?? ''}`;
  const message = `${late.length} of ${count} nodes did not become ${goal.description} within ${timeoutMs} ms: ${which}`;
  return new CloudError('timeout', message, { pending: late.map((node) => node.id) });
}

function isOfFamily(address: string, family: 'ipv4' | 'ipv6' | 'any'): boolean {
  return family === 'any' || (address.includes(':') ? 'ipv6' : 'ipv4') === family;
}
