/** The methods of the test cloud: their kinds, arguments and options. The types keep this table complete. */
import {
  argument,
  type CreateOptions,
  checkedLater,
  functionOf,
  idOf,
  listNodesInRegionsChecks,
  type MethodTable,
  method,
  type OptionChecks,
  optional,
  computeMethods as portable,
} from '@isobar/core/provider';
import type { CreateTestNodeOptions } from './nodes.ts';
import type { TestComputeOperations } from './operations.ts';
import type { WaitForReportOptions } from './reports.ts';

const call = portable.getNode.options;
const create: OptionChecks<CreateOptions> = { ...call, clientToken: portable.createNode.options.clientToken };
const createNode: OptionChecks<CreateTestNodeOptions> = {
  ...portable.createNode.options,
  extra: checkedLater,
  exSimulate: checkedLater,
};
const wait: OptionChecks<WaitForReportOptions> = { ...call, pollIntervalMs: checkedLater, onProgress: functionOf };
const report = argument('report', (field, value) => idOf(value, field));

/** The methods of a driver of the test cloud. */
export const testComputeMethods: MethodTable<TestComputeOperations> = {
  ...portable,
  createNode: { ...portable.createNode, options: createNode },
  exListRegions: method('operation', [], call),
  exListNodesInRegions: method('operation', [argument('regions', optional(checkedLater))], listNodesInRegionsChecks),
  exReportData: method('operation', [], call),
  exCreateReport: method('operation', [], create),
  exGetReport: method('operation', [report], call),
  exWaitForReport: method('operation', [report], wait),
  exCancelReport: method('operation', [report], call),
};
