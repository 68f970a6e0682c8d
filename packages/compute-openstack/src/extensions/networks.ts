/** Networks, security groups and floating addresses: Neutron's. */
import { CloudError, idOf, type Node, type Operation, readJson, textOf } from '@isobar/core/provider';
import * as z from '@isobar/core/schema';
import type { OpenStackFloatingAddress, OpenStackNetwork, OpenStackSecurityGroup } from '../models.ts';
import { type CloudRequest, deleteResource, getJson, pathOf, type Scope, send } from '../requests.ts';
import { fieldOf } from '../wire.ts';

const text = z.nullish(z.string());
const wireNetworks = z.object({
  networks: z.array(
    z.object({
      id: z.string(),
      name: text,
      status: text,
      shared: z.nullish(z.boolean()),
      'router:external': z.nullish(z.boolean()),
    }),
  ),
});
const wireGroup = z.object({ id: z.string(), name: z.string(), description: text });
const wireAddress = z.object({
  id: z.string(),
  floating_ip_address: z.string(),
  floating_network_id: z.string(),
  port_id: text,
  fixed_ip_address: text,
  status: text,
});
const wireGroups = z.object({ security_groups: z.array(wireGroup) });
const oneGroup = z.object({ security_group: wireGroup });
const wireAddresses = z.object({ floatingips: z.array(wireAddress) });
const oneAddress = z.object({ floatingip: wireAddress });
const wirePorts = z.object({ ports: z.array(z.object({ id: z.string() })) });

/** The networks that the project can use. One exchange. */
export function* listNetworks(scope: Scope): Operation<OpenStackNetwork[]> {
  const { networks } = yield* getJson(scope, wireNetworks, { service: 'network', path: '/networks' });
  return networks.map(({ id, name, shared, status, 'router:external': external }) => ({
    id,
    name: name ?? '',
    isExternal: external ?? false,
    isShared: shared ?? false,
    status: status ?? '',
  }));
}

/** The project's security groups. One exchange. */
export function* listSecurityGroups(scope: Scope): Operation<OpenStackSecurityGroup[]> {
  const found = yield* getJson(scope, wireGroups, { service: 'network', path: '/security-groups' });
  return found.security_groups.map(toGroup);
}

/** What a security group lets in. */
export interface SecurityRule {
  /** Default: any. */
  readonly protocol?: 'tcp' | 'udp' | 'icmp';
  /** A port, or the first and the last. Default: any. */
  readonly ports?: number | readonly [first: number, last: number];
  /** Where it comes from, such as `10.0.0.0/8`. Default: anywhere, IPv4. */
  readonly from?: string;
}

/** Creates a security group that lets in what its rules say. One exchange, and one for each rule. */
export function* createSecurityGroup(
  scope: Scope,
  name: string,
  rules: readonly SecurityRule[] = [],
): Operation<OpenStackSecurityGroup> {
  const json = { security_group: { name: textOf('name', name) } };
  const made = toGroup((yield* post(scope, '/security-groups', json, oneGroup)).security_group);
  try {
    for (const { from, ports, protocol } of rules) {
      const [first, last] = typeof ports === 'number' ? [ports, ports] : (ports ?? []);
      const rule = {
        security_group_id: made.id,
        direction: 'ingress',
        ethertype: from?.includes(':') ? 'IPv6' : 'IPv4',
        ...fieldOf('protocol', protocol),
        ...fieldOf('port_range_min', first),
        ...fieldOf('port_range_max', last),
        ...fieldOf('remote_ip_prefix', from),
      };
      yield* post(scope, '/security-group-rules', { security_group_rule: rule }, z.unknown());
    }
  } catch (failure) {
    yield* deleteSecurityGroup(scope, made);
    throw failure;
  }
  return made;
}

/** Deletes a security group. One exchange. */
export function* deleteSecurityGroup(scope: Scope, group: OpenStackSecurityGroup | string): Operation<void> {
  const path = `/security-groups/${pathOf(group, 'group').part}`;
  yield* deleteResource(scope, { service: 'network', path, conflict: 'wrong-state' });
}

/** The project's floating addresses. One exchange. */
export function* listFloatingAddresses(scope: Scope): Operation<OpenStackFloatingAddress[]> {
  const { floatingips } = yield* getJson(scope, wireAddresses, { service: 'network', path: '/floatingips' });
  return floatingips.map(toAddress);
}

/** Reserves a floating address of a network. One exchange, not retried when the answer is lost. */
export function* createFloatingAddress(
  scope: Scope,
  network: OpenStackNetwork | string,
): Operation<OpenStackFloatingAddress> {
  const json = { floatingip: { floating_network_id: idOf(network, 'network') } };
  return toAddress((yield* post(scope, '/floatingips', json, oneAddress)).floatingip);
}

/** Makes a floating address lead to a node. Two exchanges: the node's port is looked up. */
export function* assignFloatingAddress(
  scope: Scope,
  address: OpenStackFloatingAddress | string,
  givenNode: Node | string,
): Operation<OpenStackFloatingAddress> {
  const node = idOf(givenNode, 'node');
  const request = { service: 'network', path: '/ports', query: { device_id: node }, subject: { node } } as const;
  const [port] = (yield* getJson(scope, wirePorts, request)).ports;
  if (!port) throw new CloudError('wrong-state', `node ${node}: it is on no network yet, or does not exist`, { node });
  return yield* setPort(scope, address, port.id);
}

/** Makes a floating address lead nowhere. One exchange. */
export function* unassignFloatingAddress(
  scope: Scope,
  address: OpenStackFloatingAddress | string,
): Operation<OpenStackFloatingAddress> {
  return yield* setPort(scope, address, null);
}

/** Gives a floating address back. One exchange. */
export function* deleteFloatingAddress(scope: Scope, address: OpenStackFloatingAddress | string): Operation<void> {
  yield* deleteResource(scope, { service: 'network', path: `/floatingips/${pathOf(address, 'address').part}` });
}

function* setPort(
  scope: Scope,
  address: OpenStackFloatingAddress | string,
  port: string | null,
): Operation<OpenStackFloatingAddress> {
  const path = `/floatingips/${pathOf(address, 'address').part}`;
  const json = { floatingip: { port_id: port } };
  const { body } = yield* send(scope, { service: 'network', method: 'PUT', path, json, idempotent: true });
  return toAddress(readJson(oneAddress, body).floatingip);
}

function* post<Shape extends z.ZodMiniType>(
  scope: Scope,
  path: string,
  json: CloudRequest['json'],
  shape: Shape,
): Operation<z.infer<Shape>> {
  const { body } = yield* send(scope, {
    service: 'network',
    method: 'POST',
    path,
    json: json ?? {},
    idempotent: false,
  });
  return readJson(shape, body) as z.infer<Shape>;
}

function toGroup({ description, id, name }: z.infer<typeof wireGroup>): OpenStackSecurityGroup {
  return { id, name, description: description ?? '' };
}

function toAddress(wire: z.infer<typeof wireAddress>): OpenStackFloatingAddress {
  return {
    id: wire.id,
    address: wire.floating_ip_address,
    network: wire.floating_network_id,
    ...fieldOf('port', wire.port_id),
    ...fieldOf('privateIp', wire.fixed_ip_address),
    status: wire.status ?? '',
  };
}
