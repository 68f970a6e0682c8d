/** Models of the test cloud. They extend those of core. */
import type {
  Node,
  NodeCredentials,
  NodeImage,
  NodeSize,
  RegionalNodes as NodesOfRegions,
  StorageVolume,
  VolumeSnapshot,
} from '@isobar/core/provider';

/** Data that the owner attached to a resource. */
export type TestExtra = Readonly<Record<string, unknown>>;

/** A node of the test cloud. */
export interface TestNode extends Node {
  readonly size: string;
  readonly image: string;
  /** Id of its region, which methods that take the node use; absent in the account's home region. */
  readonly region?: string;
  readonly extra: TestExtra;
}

/** A node that was just created. */
export type CreatedTestNode = TestNode & NodeCredentials;

/** A size of the test cloud. */
export interface TestSize extends NodeSize {
  readonly extra: TestExtra;
}

/** An image of the test cloud. */
export interface TestImage extends NodeImage {
  readonly extra: TestExtra;
}

/** A volume of the test cloud. */
export interface TestVolume extends StorageVolume {
  readonly extra: TestExtra;
}

/** A snapshot of the test cloud. */
export interface TestSnapshot extends VolumeSnapshot {
  readonly extra: TestExtra;
}

/** A region of the test cloud. */
export interface TestRegion {
  readonly id: string;
  readonly name: string;
  readonly country: string;
  readonly status: 'up' | 'down' | 'unknown';
}

/** Nodes of several regions. */
export type RegionalNodes = NodesOfRegions<TestNode>;

/** The states a report can be in. */
export const TestReportState = {
  RUNNING: 'running',
  DONE: 'done',
  FAILED: 'failed',
  CANCELLED: 'cancelled',
  UNKNOWN: 'unknown',
} as const;

/** A report's state. */
export type TestReportState = (typeof TestReportState)[keyof typeof TestReportState];

/** A report, in progress or finished. Another process needs only its `id` to wait for it. */
export interface TestReport {
  readonly id: string;
  readonly state: TestReportState;
  /** Progress, 0 to 100. */
  readonly percent: number;
  /** Present when the report is done. */
  readonly text?: string;
  readonly createdAt?: Date;
}
