/** The definition of the test cloud. Start reading here. */
import { defineProvider, type ProviderDefinition } from '@isobar/core/provider';
import { testComputeMethods } from './methods.ts';
import { type TestComputeOperations, testComputeOperations } from './operations.ts';
import { type CheckedTestComputeOptions, optionsSchema, type TestComputeOptions } from './options.ts';

/** The type of {@link testCompute}. */
export type TestComputeProvider = ProviderDefinition<
  TestComputeOptions,
  CheckedTestComputeOptions,
  TestComputeOperations
>;

/** The test cloud. Its default endpoint is the emulator's. */
export const testCompute: TestComputeProvider = defineProvider({
  id: 'compute-test',
  name: 'Test cloud',
  website: 'https://libcloud.apache.org',
  capabilities: { createNodes: true, images: true, volumes: true, snapshots: true, keyPairs: true },
  options: optionsSchema,
  methods: testComputeMethods,
  operations: testComputeOperations,
});
