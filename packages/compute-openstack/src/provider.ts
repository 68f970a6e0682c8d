/** The definition of OpenStack. Start reading here. */
import { defineProvider, type ProviderDefinition } from '@isobar/core/provider';
import { openStackMethods } from './methods.ts';
import { type OpenStackOperations, openStackOperations } from './operations.ts';
import { type CheckedOpenStackOptions, type OpenStackOptions, optionsSchema } from './options.ts';

/** The type of {@link openstack}. */
export type OpenStackProvider = ProviderDefinition<OpenStackOptions, CheckedOpenStackOptions, OpenStackOperations>;

/** OpenStack: any cloud with Keystone, Nova and Glance; Cinder for volumes, Neutron for addresses. */
export const openstack: OpenStackProvider = defineProvider({
  id: 'openstack',
  name: 'OpenStack',
  website: 'https://www.openstack.org',
  capabilities: { createNodes: true, images: true, volumes: true, snapshots: true, keyPairs: true },
  options: optionsSchema,
  methods: openStackMethods,
  operations: openStackOperations,
});
