/**
 * The test cloud of the async RFC, extended: nodes, images, volumes, key pairs and reports in several regions.
 *
 * @example
 * const driver = connect(testCompute, { key: 'apache', secret: 'libcloud' });
 * for (const node of driver.listNodes()) console.log(node.name, node.state);
 */
export type { ListNodesInRegionsOptions } from '@isobar/core/provider';

import type {} from '@isobar/core';
import type { TestComputeProvider } from './provider.ts';

export {
  type CreatedTestNode,
  type RegionalNodes,
  type TestExtra,
  type TestImage,
  type TestNode,
  type TestRegion,
  type TestReport,
  TestReportState,
  type TestSize,
  type TestSnapshot,
  type TestVolume,
} from './models.ts';
export type { CreateTestNodeOptions, SimulatedBoot } from './nodes.ts';
export type { TestComputeOperations } from './operations.ts';
export type { TestComputeOptions } from './options.ts';
export { type TestComputeProvider, testCompute, testCompute as provider } from './provider.ts';
export type { ReportReference, WaitForReportOptions } from './reports.ts';

declare module '@isobar/core' {
  interface ProviderTypes {
    'compute-test': TestComputeProvider;
  }
}
