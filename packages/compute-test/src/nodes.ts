/** The operations of the test cloud. */
import {
  type CallOptions,
  type ComputeOperations,
  describe,
  drain,
  invalidArgument,
  type Listing,
  makeListing,
  type Node,
  type Operation,
  type OperationsContext,
  type Page,
} from '@isobar/core/provider';
import type { CheckedTestComputeOptions } from './options.ts';
import { type Get, makeGet } from './requests.ts';
import { readNode, readNodes } from './wire.ts';

/** What only the test cloud says of a node: whatever its owner attached. */
export type TestNodeExtra = Readonly<Record<string, unknown>>;

/** A node of the test cloud. */
export interface TestNode extends Node {
  readonly size: string;
  readonly image: string;
  readonly extra: TestNodeExtra;
}

/** The methods of the test cloud. */
export interface TestComputeOperations extends ComputeOperations<TestNode> {
  /**
   * The text of the account's report. It may take the cloud a while. One exchange.
   *
   * @throws {CloudError} `unauthenticated`.
   */
  exReportData(options?: CallOptions): Operation<string>;
}

/** The table of operations. */
export function nodeOperations(options: CheckedTestComputeOptions, context: OperationsContext): TestComputeOperations {
  const get = makeGet(options, context);
  return {
    iterateNodes: () => iterateNodes(get),
    listNodes: () => drain(iterateNodes(get)),
    getNode: (nodeId) => getNode(get, nodeId),
    exReportData: () => exReportData(get),
  };
}

/** The cloud answers all nodes in one page. */
function iterateNodes(get: Get): Listing<TestNode> {
  return makeListing(function* (): Operation<Page<TestNode>> {
    const response = yield* get('/compute/nodes');
    return { items: readNodes(response.body) };
  });
}

function* getNode(get: Get, nodeId: string): Operation<TestNode> {
  if (typeof nodeId !== 'string' || nodeId === '') {
    throw invalidArgument('nodeId', `must be a node's id, not ${describe(nodeId)}`);
  }
  const response = yield* get(`/compute/nodes/${encodeURIComponent(nodeId)}`, { node: nodeId });
  return readNode(response.body);
}

function* exReportData(get: Get): Operation<string> {
  const response = yield* get('/compute/report_data');
  return new TextDecoder().decode(response.body);
}
