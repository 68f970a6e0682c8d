/** The methods of OpenStack: their kinds, arguments and options. The types keep this table complete. */
import {
  argument,
  checkedLater,
  flagOf,
  idOf,
  listNodesInRegionsChecks,
  type MethodTable,
  method,
  type OptionChecks,
  optional,
  computeMethods as portable,
  textOf,
} from '@isobar/core/provider';
import type { CreateOpenStackNodeOptions } from './create-node.ts';
import type { OpenStackOperations, RebootOptions } from './operations.ts';

const call = portable.getNode.options;
const reboot: OptionChecks<RebootOptions> = { ...call, exHard: flagOf };
const createNode: OptionChecks<CreateOpenStackNodeOptions> = {
  ...portable.createNode.options,
  exNetworks: checkedLater,
  exSecurityGroups: checkedLater,
  exUserData: textOf,
  exMetadata: checkedLater,
};
const id = (field: string, value: unknown) => idOf(value as string, field);
const [node, address, group] = [argument('node', id), argument('address', id), argument('group', id)];

/** The methods of a driver of OpenStack. */
export const openStackMethods: MethodTable<OpenStackOperations> = {
  ...portable,
  createNode: { ...portable.createNode, options: createNode },
  rebootNode: { ...portable.rebootNode, options: reboot },
  exListRegions: method('operation', [], call),
  exListNodesInRegions: method('operation', [argument('regions', optional(checkedLater))], listNodesInRegionsChecks),
  exListNetworks: method('operation', [], call),
  exListSecurityGroups: method('operation', [], call),
  exCreateSecurityGroup: method(
    'operation',
    [argument('name', textOf), argument('rules', optional(checkedLater))],
    call,
  ),
  exDeleteSecurityGroup: method('operation', [group], call),
  exListFloatingAddresses: method('operation', [], call),
  exCreateFloatingAddress: method('operation', [argument('network', id)], call),
  exAssignFloatingAddress: method('operation', [address, node], call),
  exUnassignFloatingAddress: method('operation', [address], call),
  exDeleteFloatingAddress: method('operation', [address], call),
  exResizeNode: method('operation', [node, argument('size', id)], call),
  exConfirmResize: method('operation', [node], call),
  exRevertResize: method('operation', [node], call),
  exRebuildNode: method('operation', [node, argument('image', id)], call),
  exRescueNode: method('operation', [node], call),
  exUnrescueNode: method('operation', [node], call),
  exGetQuotas: method('operation', [], call),
};
