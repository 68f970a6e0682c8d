/**
 * OpenStack: nodes, images, volumes, key pairs, networks, in several regions.
 *
 * @example
 * const driver = connect(openstack, { cloud: 'production', async: true });
 * for await (const node of driver.iterateNodes()) console.log(node.name, node.state, node.publicIps);
 */
import type {} from '@isobar/core';
import type { OpenStackProvider } from './provider.ts';

export type { ListNodesInRegionsOptions } from '@isobar/core/provider';
export type { CreateOpenStackNodeOptions } from './create-node.ts';
export type { SecurityRule } from './extensions/networks.ts';
export type {
  CreatedOpenStackNode,
  OpenStackFloatingAddress,
  OpenStackImage,
  OpenStackImageExtra,
  OpenStackNetwork,
  OpenStackNode,
  OpenStackNodeExtra,
  OpenStackQuotas,
  OpenStackRegion,
  OpenStackSecurityGroup,
  OpenStackSize,
  OpenStackSnapshot,
  OpenStackVolume,
  Quota,
  RegionalNodes,
} from './models.ts';
export type { OpenStackOperations, RebootOptions } from './operations.ts';
export type { OpenStackInterface, OpenStackOptions } from './options.ts';
export { type OpenStackProvider, openstack, openstack as provider } from './provider.ts';

declare module '@isobar/core' {
  interface ProviderTypes {
    openstack: OpenStackProvider;
  }
}
