/**
 * The test cloud of the async RFC: two nodes and a report, behind Basic authentication.
 *
 * @example
 * const driver = connect(testCompute, { key: 'apache', secret: 'libcloud' });
 * for (const node of driver.listNodes()) console.log(node.name, node.state);
 */
import type {} from '@isobar/core';
import type { TestComputeProvider } from './provider.ts';

export type { TestComputeOperations, TestNode, TestNodeExtra } from './nodes.ts';
export type { TestComputeOptions } from './options.ts';
export { type TestComputeProvider, testCompute } from './provider.ts';

declare module '@isobar/core' {
  interface ProviderTypes {
    'compute-test': TestComputeProvider;
  }
}
