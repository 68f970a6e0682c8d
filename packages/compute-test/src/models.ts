/** What the test cloud's methods return besides the models of core. */
import type {
  CloudFailure,
  Node,
  NodeCredentials,
  NodeImage,
  NodeSize,
  StorageVolume,
  VolumeSnapshot,
} from '@isobar/core/provider';

/** What only the test cloud says of a thing: whatever its owner attached. */
export type TestExtra = Readonly<Record<string, unknown>>;

/** A node of the test cloud. */
export interface TestNode extends Node {
  readonly size: string;
  readonly image: string;
  /** Id of its region, so that methods find it there; absent when it was asked for without a region, at home. */
  readonly region?: string;
  readonly extra: TestExtra;
}

/** A node that was just made. */
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

/** Nodes of several regions: those of each region that answered, and why the others did not. */
export interface RegionalNodes {
  /** In the order asked for. */
  readonly answered: readonly { readonly region: string; readonly nodes: readonly TestNode[] }[];
  readonly failed: readonly { readonly region: string; readonly error: CloudFailure }[];
  /** Regions that were given up because enough others had answered. */
  readonly cancelled: readonly string[];
}

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

/** A report that the cloud writes or has written. Its `id` is all that another process needs to wait for it. */
export interface TestReport {
  readonly id: string;
  readonly state: TestReportState;
  /** How much of it is written, 0 to 100. */
  readonly percent: number;
  /** Once it is done. */
  readonly text?: string;
  readonly createdAt?: Date;
}
