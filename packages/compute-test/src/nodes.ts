/** Operations on nodes. */
import {
  type CheckedAuth,
  type CreateNodeOptions,
  checkAuth,
  clientTokenOf,
  countOf,
  describe,
  idOf,
  invalidArgument,
  type Listing,
  type ListNodesOptions,
  type LookUpNodes,
  type Node,
  type NodeAuth,
  type NodeImage,
  type NodeSize,
  NodeState,
  type Operation,
  parallel,
  textOf,
} from '@isobar/core/provider';
import { maxConcurrentRequests, maxIdsPerRequest, maxPageItems } from './limits.ts';
import type { CreatedTestNode, TestExtra, TestNode } from './models.ts';
import { type CloudRequest, listPages, type Scope, scopeOf, send } from './requests.ts';
import { readCreatedNode, readNode, readNodes } from './wire/nodes.ts';

/** Options of `createNode`. */
export interface CreateTestNodeOptions extends CreateNodeOptions {
  /** Data to attach to the node: any JSON object. */
  readonly extra?: TestExtra;
  /** Simulates what real clouds sometimes do. Default: the node runs after the cloud's own boot time. */
  readonly exSimulate?: SimulatedBoot;
}

/** How a simulated node boots. */
export interface SimulatedBoot {
  /** Default `running`. */
  readonly outcome?: 'running' | 'error';
  /** Time until that outcome, in milliseconds. */
  readonly bootMs?: number;
  /** Which addresses it gets. Default `both`: IPv4 and IPv6, public and private. */
  readonly addresses?: 'both' | 'ipv4' | 'ipv6' | 'private' | 'none';
  /** Time from running to getting its addresses, in milliseconds. Default 0. */
  readonly addressDelayMs?: number;
}

/** The nodes of the scope's region. */
export function iterateNodes(scope: Scope, options: ListNodesOptions = {}): Listing<TestNode> {
  const limit = countOf('pageSize', options.pageSize ?? maxPageItems, 1, maxPageItems);
  const query = { limit, state: stateOf(options), name: options.namePrefix };
  return listPages(scope, { path: '/nodes', query }, (body) => readNodes(body, scope.region));
}

function stateOf({ state }: ListNodesOptions): string | undefined {
  if (state === undefined) return undefined;
  if (Object.values(NodeState).includes(state) && state !== NodeState.UNKNOWN) return state.toUpperCase();
  throw invalidArgument('state', `must be a state that the cloud knows, not ${describe(state)}`);
}

/** Gets one node. One exchange. */
export function* getNode(scope: Scope, nodeId: string): Operation<TestNode> {
  const { node, path } = nodeAt(scope, textOf('nodeId', nodeId));
  const { body } = yield* send(scope, { method: 'GET', path, idempotent: true, subject: { node } });
  return readNode(body, scope.region);
}

/** Creates a node. One exchange; all attempts send the same token. */
export function* createNode(
  scope: Scope,
  name: string,
  size: NodeSize | string,
  image: NodeImage | string,
  options: CreateTestNodeOptions = {},
): Operation<CreatedTestNode> {
  const { auth, exSimulate: simulate, extra, location } = options;
  const json = {
    name: textOf('name', name),
    size: idOf(size, 'size'),
    image: idOf(image, 'image'),
    ...(location !== undefined && { location: idOf(location, 'location') }),
    ...(auth !== undefined && { auth: wireAuth(auth) }),
    ...(extra !== undefined && { extra }),
    ...(simulate !== undefined && {
      simulate: {
        outcome: simulate.outcome ?? 'running',
        boot_ms: simulate.bootMs,
        addresses: simulate.addresses ?? 'both',
        address_delay_ms: simulate.addressDelayMs,
      },
    }),
    client_token: yield* clientTokenOf(options),
  };
  const { body } = yield* send(scope, { method: 'POST', path: '/nodes', json, idempotent: true });
  return readCreatedNode(body, scope.region);
}

/** The names of the ways to log in on the wire. */
const wireAuthNames: Readonly<Record<CheckedAuth['kind'], string>> = {
  sshPublicKey: 'ssh_public_key',
  keyPair: 'key_pair',
  password: 'password',
  generatePassword: 'generate_password',
};

function wireAuth(auth: NodeAuth): object {
  const { kind, value } = checkAuth(auth);
  return { [wireAuthNames[kind]]: value };
}

/** Changes a node's state. One exchange, not retried when the response is lost. */
export function* changeNode(scope: Scope, node: Node | string, action: 'reboot' | 'start' | 'stop'): Operation<void> {
  const { at, path, ...subject } = nodeAt(scope, node);
  yield* send(at, { method: 'POST', path: `${path}/${action}`, idempotent: false, subject });
}

/** Destroys a node. One exchange. */
export function* destroyNode(scope: Scope, node: Node | string): Operation<void> {
  const { at, path, ...subject } = nodeAt(scope, node);
  yield* send(at, { method: 'DELETE', path, idempotent: true, subject });
}

/** The address of a node: in its own region if it names one, else in the driver's. */
function nodeAt(
  scope: Scope,
  given: Node | string,
): { readonly at: Scope; readonly path: string; readonly node: string } {
  const node = idOf(given, 'node');
  return { at: scopeOf(scope, regionOf(given)), path: `/nodes/${encodeURIComponent(node)}`, node };
}

function regionOf(node: Node | string): string | undefined {
  return typeof node === 'object' ? (node as Partial<TestNode>).region : undefined;
}

/** Looks nodes up by their ids. One exchange for up to 250 nodes of a region; several exchanges run in parallel. */
export function lookUpNodesOf(scope: Scope): LookUpNodes<TestNode> {
  return function* (nodes) {
    const regions = Map.groupBy(nodes, regionOf);
    const requests = [...regions].flatMap(([region, some]) => {
      const ids = some.map((node) => idOf(node, 'nodes'));
      const count = Math.ceil(ids.length / maxIdsPerRequest);
      const batches = Array.from({ length: count }, (_, index) =>
        ids.slice(index * maxIdsPerRequest, (index + 1) * maxIdsPerRequest),
      );
      return batches.map((batch) => lookUpBatch(scopeOf(scope, region), batch));
    });
    const [only] = requests;
    if (only && requests.length === 1) return yield* only;
    return (yield* parallel(requests, maxConcurrentRequests)).flat();
  };
}

function* lookUpBatch(scope: Scope, ids: readonly string[]): Operation<TestNode[]> {
  const query: CloudRequest['query'] = { ids: ids.join(','), limit: maxIdsPerRequest };
  const { body } = yield* send(scope, { method: 'GET', path: '/nodes', query, idempotent: true });
  return readNodes(body, scope.region);
}
