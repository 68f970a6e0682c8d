/**
 * Addresses of nodes: consecutive, from ranges that are not routed, so a program that connects to one reaches nothing.
 */

import type { NodeResource } from '../cloud/details.ts';
import type { Region } from '../cloud/regions.ts';
import { stateAt } from '../cloud/resources.ts';

/** Which addresses a node gets. `both` is IPv4 and IPv6; all but `none` have a private one. */
export const addressKinds = ['both', 'ipv4', 'ipv6', 'private', 'none'] as const;

/** The addresses of the cloud's nth node. */
export function makeAddresses(
  region: Region,
  count: number,
  kind: (typeof addressKinds)[number],
): { readonly publicIps: readonly string[]; readonly privateIps: readonly string[] } {
  const low = `${(count >> 8) & 255}.${count & 255}`;
  // RFC 2544: 198.18.0.0/15. RFC 3849: 2001:db8::/32.
  const ipv4 = `198.${18 + ((count >> 16) & 1)}.${low}`;
  const ipv6 = `2001:db8:${(region.index + 1).toString(16)}::${(count & 0xffff).toString(16)}`;
  const publicIps = [
    ...(kind === 'both' || kind === 'ipv4' ? [ipv4] : []),
    ...(kind === 'both' || kind === 'ipv6' ? [ipv6] : []),
  ];
  return { publicIps, privateIps: kind === 'none' ? [] : [`10.${region.index + 1}.${low}`] };
}

/** A node's addresses at a time: none before it has booted, none after it is terminated. */
export function addressesAt(
  node: NodeResource,
  nowMs: number,
): { readonly public_ips: readonly string[]; readonly private_ips: readonly string[] } {
  const { addressesAtMs = 0, publicIps, privateIps } = node.detail;
  if (nowMs < addressesAtMs || stateAt(node, nowMs) === 'TERMINATED') return { public_ips: [], private_ips: [] };
  return { public_ips: publicIps, private_ips: privateIps };
}
