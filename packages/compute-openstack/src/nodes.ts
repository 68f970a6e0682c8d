/** Operations on nodes: Nova's servers. */
import {
  CloudError,
  countOf,
  dateOf,
  drain,
  idOf,
  isCloudError,
  type Listing,
  type ListNodesOptions,
  type LookUpNodes,
  makeListing,
  type Node,
  NodeState,
  type Operation,
  parallel,
  sleep,
} from '@isobar/core/provider';
import * as z from '@isobar/core/schema';
import { isShared } from './addresses.ts';
import type { OpenStackNode } from './models.ts';
import {
  type CloudRequest,
  deleteResource,
  getJson,
  listPages,
  maxPageItems,
  pathOf,
  type Scope,
  send,
} from './requests.ts';
import { nodeState, nodeStatuses } from './states.ts';
import { fieldOf, utc } from './wire.ts';

const text = z.nullish(z.string());
const wireServer = z.object({
  id: z.string(),
  // A server of a part of the cloud that is down has neither of these.
  name: text,
  created: text,
  status: text,
  updated: text,
  tenant_id: text,
  user_id: text,
  hostId: text,
  key_name: text,
  description: text,
  locked: z.nullish(z.boolean()),
  metadata: z.nullish(z.record(z.string(), z.string())),
  tags: z.nullish(z.array(z.string())),
  // An empty text for a server that was created from a volume.
  image: z.nullish(z.union([z.string(), z.object({ id: z.string() })])),
  flavor: z.nullish(z.object({ id: text })),
  addresses: z.nullish(z.record(z.string(), z.array(z.object({ addr: z.string(), 'OS-EXT-IPS:type': text })))),
  fault: z.nullish(z.object({ message: text })),
  security_groups: z.nullish(z.array(z.object({ name: text }))),
  'OS-EXT-AZ:availability_zone': text,
  'OS-EXT-STS:task_state': text,
  'OS-EXT-STS:vm_state': text,
  'OS-EXT-STS:power_state': z.nullish(z.number()),
  'OS-SRV-USG:launched_at': text,
  'os-extended-volumes:volumes_attached': z.nullish(z.array(z.object({ id: z.string() }))),
});
const wireServers = z.object({ servers: z.array(wireServer) });
const wireOne = z.object({ server: wireServer });

/** The version in which a server has the id of its size, and its tags. The next one has neither id nor name of it. */
const version = '2.46';

/** The scope of a node: that of its region if it names one, else the driver's. */
export function scopeOf(scope: Scope, node: Node | string): Scope {
  const region = typeof node === 'object' ? (node as Partial<OpenStackNode>).region : undefined;
  return region === undefined ? scope : { ...scope, region };
}

/** The nodes of the scope's region. One exchange a page. */
export function iterateNodes(scope: Scope, options: ListNodesOptions = {}): Listing<OpenStackNode> {
  const { namePrefix = '', pageSize, state } = options;
  const limit = countOf('pageSize', pageSize ?? maxPageItems, 1, maxPageItems);
  const query = {
    limit,
    // A regular expression of the database's.
    name: namePrefix === '' ? undefined : `^${namePrefix.replace(/[\\^$.|?*+()[\]{}]/g, '\\$&')}`,
    status: state === undefined ? undefined : nodeStatuses[state],
  };
  const listed = listServers(scope, query);
  return makeListing(function* (cursor?: string) {
    const page = yield* listed.page(cursor);
    // Nova's words are coarser than states, and its databases compare names without regard to case.
    const isAsked = (node: OpenStackNode): boolean =>
      node.name.startsWith(namePrefix) &&
      (state === undefined ? node.state !== NodeState.TERMINATED : node.state === state);
    return { ...page, items: page.items.filter(isAsked) };
  });
}

function listServers(scope: Scope, query: CloudRequest['query']): Listing<OpenStackNode> {
  const request = { service: 'compute', path: '/servers/detail', query: query ?? {}, version } as const;
  return listPages(scope, request, wireServers, ({ servers }) => servers.map((server) => toNode(server, scope.region)));
}

/** The nodes that carry a tag. One exchange a page. */
export function* nodesTagged(scope: Scope, tag: string): Operation<OpenStackNode[]> {
  return yield* drain(listServers(scope, { tags: tag }));
}

/** Gets one node. One exchange. */
export function* getNode(scope: Scope, given: Node | string, field = 'nodeId'): Operation<OpenStackNode> {
  const { id: node, part } = pathOf(given, field);
  const request = { service: 'compute', path: `/servers/${part}`, subject: { node }, version } as const;
  return toNode((yield* getJson(scope, wireOne, request)).server, scope.region);
}

/** Up to this many nodes are looked up one by one, which is less work than a listing of all. */
const maxSingleLookUps = 8;

/** Looks nodes up: a few by one exchange each, which run in parallel, more by a listing. */
export function lookUpNodesOf(scope: Scope): LookUpNodes<OpenStackNode> {
  return function* (nodes) {
    const byRegion = [...Map.groupBy(nodes, (node) => scopeOf(scope, node).region)];
    const found = yield* parallel(
      byRegion.map(([region, some]) => lookUp({ ...scope, region }, some)),
      byRegion.length,
    );
    return found.flat();
  };
}

function* lookUp(scope: Scope, nodes: readonly (Node | string)[]): Operation<OpenStackNode[]> {
  if (nodes.length > maxSingleLookUps) {
    const ids = new Set(nodes.map((node) => idOf(node, 'nodes')));
    return (yield* drain(listServers(scope, {}))).filter(({ id }) => ids.has(id));
  }
  const found = yield* parallel(
    nodes.map((node) => findNode(scope, node)),
    nodes.length,
  );
  return found.filter((node) => node !== undefined);
}

function* findNode(scope: Scope, node: Node | string): Operation<OpenStackNode | undefined> {
  try {
    return yield* getNode(scope, node, 'nodes');
  } catch (failure) {
    if (isCloudError(failure, 'not-found')) return undefined;
    throw failure;
  }
}

/** How long an action waits for a server that Nova shows but does not act on yet, in milliseconds, and how often it asks. */
const [youngForMs, youngPauseMs] = [5000, 500] as const;

/**
 * Asks Nova to do something with a node. One exchange. For the first second of its life a server is shown but answers 404 to
 * actions: that is waited out.
 */
export function* act(
  scope: Scope,
  given: Node | string,
  json: object,
  more: Partial<Pick<CloudRequest, 'idempotent' | 'alreadyDone' | 'version' | 'fields' | 'secrets'>> = {},
): Operation<Uint8Array> {
  const { id: node, part } = pathOf(given, 'node');
  const at = scopeOf(scope, given);
  const path = `/servers/${part}/action`;
  const request = {
    service: 'compute',
    method: 'POST',
    path,
    json,
    subject: { node },
    conflict: 'wrong-state',
  } as const;
  return yield* whileYoung(at, node, function* () {
    return (yield* send(at, { idempotent: false, ...request, ...more })).body;
  });
}

/** Repeats a request about a node that is said not to exist while it is being created. */
export function* whileYoung<Result>(scope: Scope, id: string, request: () => Operation<Result>): Operation<Result> {
  for (let waitedMs = 0; ; waitedMs += youngPauseMs) {
    try {
      return yield* request();
    } catch (failure) {
      if (!isCloudError(failure, 'not-found')) throw failure;
      const node = yield* findNode(scope, id);
      if (!node) throw failure;
      if (node.state !== NodeState.PENDING || waitedMs >= youngForMs) throw notReady(failure, node);
      yield* sleep(youngPauseMs);
    }
  }
}

function notReady({ details }: CloudError, { id, state }: OpenStackNode): CloudError {
  return new CloudError('wrong-state', `node ${id} is ${state} and takes no action yet`, {
    ...details,
    node: id,
    state,
  });
}

/** Reboots a node. */
export function* rebootNode(scope: Scope, node: Node | string, hard = false): Operation<void> {
  yield* act(scope, node, { reboot: { type: hard ? 'HARD' : 'SOFT' } });
}

/** Starts or stops a node. Safe to repeat: a later attempt that finds it there already counts as success. */
export function* changePower(scope: Scope, node: Node | string, action: 'os-start' | 'os-stop'): Operation<void> {
  const there = action === 'os-start' ? 'active' : 'stopped';
  const alreadyDone = ({ details }: CloudError): boolean => details.state === there;
  yield* act(scope, node, { [action]: null }, { idempotent: true, alreadyDone });
}

/** Destroys a node. One exchange. */
export function* destroyNode(scope: Scope, given: Node | string): Operation<void> {
  const { id: node, part } = pathOf(given, 'node');
  const at = scopeOf(scope, given);
  yield* deleteResource(at, {
    service: 'compute',
    path: `/servers/${part}`,
    subject: { node },
    conflict: 'wrong-state',
  });
}

function toNode(wire: z.infer<typeof wireServer>, region: string | undefined): OpenStackNode {
  const status = wire.status ?? 'UNKNOWN';
  const addresses = Object.values(wire.addresses ?? {}).flat();
  const isPublic = ({ addr, 'OS-EXT-IPS:type': type }: (typeof addresses)[number]) =>
    type === 'floating' || isShared(addr);
  const [createdAt, launchedAt] = [dateOf(wire.created), dateOf(utc(wire['OS-SRV-USG:launched_at']))];
  const updatedAt = dateOf(wire.updated);
  const image = typeof wire.image === 'object' ? wire.image?.id : undefined;
  const location = wire['OS-EXT-AZ:availability_zone'];
  return {
    id: wire.id,
    name: wire.name ?? '',
    state: nodeState(status, wire['OS-EXT-STS:task_state']),
    ...(wire.fault?.message && { stateReason: wire.fault.message.trim() }),
    publicIps: addresses.filter(isPublic).map(({ addr }) => addr),
    privateIps: addresses.filter((address) => !isPublic(address)).map(({ addr }) => addr),
    ...(wire.flavor?.id && { size: wire.flavor.id }),
    ...(image !== undefined && { image }),
    ...(location && { location }),
    ...(createdAt && { createdAt }),
    ...(region !== undefined && { region }),
    extra: {
      status,
      ...fieldOf('taskState', wire['OS-EXT-STS:task_state']),
      ...fieldOf('vmState', wire['OS-EXT-STS:vm_state']),
      ...fieldOf('powerState', wire['OS-EXT-STS:power_state']),
      ...fieldOf('keyName', wire.key_name),
      metadata: wire.metadata ?? {},
      tags: wire.tags ?? [],
      ...fieldOf('projectId', wire.tenant_id),
      ...fieldOf('userId', wire.user_id),
      ...fieldOf('hostId', wire.hostId || undefined),
      volumes: (wire['os-extended-volumes:volumes_attached'] ?? []).map(({ id }) => id),
      securityGroups: (wire.security_groups ?? []).flatMap(({ name }) => name ?? []),
      ...(launchedAt && { launchedAt }),
      ...(updatedAt && { updatedAt }),
      ...fieldOf('locked', wire.locked),
      ...fieldOf('description', wire.description),
    },
  };
}
